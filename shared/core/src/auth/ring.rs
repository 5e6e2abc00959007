//! The password ring: the passwords that are valid at one moment, compared in constant time.

use std::fmt;
use std::hint::black_box;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::auth::password::WebhookPassword;
use crate::secrets::version::VersionStage;

/// SHA-256 of a password. Comparing digests hides the content and the length of the password.
#[derive(Clone, Copy)]
pub(crate) struct PasswordDigest([u8; 32]);

impl PasswordDigest {
    pub(crate) fn of(password: &[u8]) -> Self {
        Self(Sha256::digest(password).into())
    }
}

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordDigest(REDACTED)")
    }
}

/// Evidence that a request carried a valid password. A body can only be parsed with it. [`PasswordRing::admits`] creates
/// it for requests, [`Admission::trusted`] for what never was a request.
#[derive(Debug)]
pub(crate) struct Admission(());

impl Admission {
    /// Admits a delivery from Azure DevOps's log, which is read with the integration's credential; from the quarantine,
    /// which only receivers write to; or reconstructed from lists and threads.
    pub(crate) fn trusted() -> Self {
        Self(())
    }
}

/// The result of presenting a valid password.
#[derive(Debug)]
pub(crate) struct PasswordMatch {
    pub(crate) admission: Admission,
    /// Whether the password is the current one (`AWSCURRENT`).
    pub(crate) is_current: bool,
}

/// The passwords that are valid at one moment, one slot per stage. An absent password leaves an empty slot, so that
/// every check takes the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PasswordRing {
    slots: [Slot; 3],
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    digest: PasswordDigest,
    /// 1 when the slot holds a password, else 0.
    live: u8,
}

impl Slot {
    const EMPTY: Self = Self { digest: PasswordDigest([0; 32]), live: 0 };
}

impl Default for PasswordRing {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PasswordRing {
    /// A ring without passwords: it admits nobody, and takes as long as a full one.
    pub(crate) const EMPTY: Self = Self { slots: [Slot::EMPTY; 3] };

    /// Puts a password into the slot of its stage, or empties the slot.
    pub(crate) fn set(&mut self, stage: VersionStage, password: Option<&WebhookPassword>) {
        self.slots[stage as usize] = password.map_or(Slot::EMPTY, |password| Slot {
            digest: PasswordDigest::of(password.expose().as_bytes()),
            live: 1,
        });
    }

    /// Whether no slot holds a password. Reads every slot, so that the time does not depend on them.
    pub(crate) fn is_empty(&self) -> bool {
        black_box(self.slots.iter().fold(0, |live, slot| live | slot.live)) == 0
    }

    /// Compares a password with every slot, in constant time; `None` when it matches none.
    pub(crate) fn admits(&self, presented: &PasswordDigest) -> Option<PasswordMatch> {
        let [current, pending, previous] =
            self.slots.map(|slot| slot.digest.0.ct_eq(&presented.0) & Choice::from(slot.live));
        let matched = current | pending | previous;
        bool::from(matched).then(|| PasswordMatch { admission: Admission(()), is_current: current.into() })
    }

    /// Sets the current password and keeps the one before it as the previous one, as Secrets Manager does when it moves
    /// `AWSCURRENT`. Returns whether the password changed.
    pub(crate) fn rotate_current(&mut self, current: Option<&WebhookPassword>) -> bool {
        let before = self.slots[VersionStage::Current as usize];
        self.set(VersionStage::Current, current);
        let after = self.slots[VersionStage::Current as usize];
        let changed = before.live == 1 && !bool::from(before.digest.0.ct_eq(&after.digest.0));
        if changed {
            self.slots[VersionStage::Previous as usize] = before;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn password(text: &str) -> WebhookPassword {
        WebhookPassword::new(Zeroizing::new(text.to_owned())).expect("not empty")
    }

    fn admits(ring: &PasswordRing, text: &str) -> bool {
        ring.admits(&PasswordDigest::of(text.as_bytes())).is_some()
    }

    #[test]
    fn only_the_passwords_in_the_ring_are_admitted() {
        let mut ring = PasswordRing::EMPTY;
        ring.set(VersionStage::Current, Some(&password("current")));
        ring.set(VersionStage::Previous, Some(&password("previous")));
        assert!(admits(&ring, "current"));
        assert!(admits(&ring, "previous"));
        for wrong in ["", "Current", "current ", "pending", "\0"] {
            assert!(!admits(&ring, wrong), "{wrong:?}");
        }
        ring.set(VersionStage::Previous, None);
        assert!(!admits(&ring, "previous"));
    }

    #[test]
    fn an_empty_ring_admits_nobody() {
        assert!(!admits(&PasswordRing::EMPTY, ""));
    }
}
