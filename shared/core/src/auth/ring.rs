//! The passwords that admit at one moment, and their constant-time comparison.

use std::fmt;
use std::hint::black_box;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::auth::password::WebhookPassword;
use crate::secrets::version::VersionStage;

/// SHA-256 of a password. Comparing digests hides both the content and the length of the password.
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

/// Evidence that a request carried a live password. Only [`PasswordRing::admits`] makes one, and a replay, and
/// only with one can a body be parsed.
#[derive(Debug)]
pub(crate) struct Admission(());

impl Admission {
    /// For what was admitted before and is read again: Azure DevOps's own log of deliveries, read with the integration's
    /// token, and the quarantine, which only receivers write to.
    pub(crate) fn of_replay() -> Self {
        Self(())
    }
}

/// A password that is live.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) admission: Admission,
    /// Whether it is the current one.
    pub(crate) current: bool,
}

/// The passwords that admit at one moment. Absent ones hold a place, so that every check is the same work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PasswordRing {
    slots: [Slot; 3],
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    digest: PasswordDigest,
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
    /// A ring that admits nobody, at the cost of one that does.
    pub(crate) const EMPTY: Self = Self { slots: [Slot::EMPTY; 3] };

    pub(crate) fn set(&mut self, stage: VersionStage, password: Option<&WebhookPassword>) {
        self.slots[stage as usize] = password.map_or(Slot::EMPTY, |password| Slot {
            digest: PasswordDigest::of(password.expose().as_bytes()),
            live: 1,
        });
    }

    /// Whether no slot is live. Looks at all of them.
    pub(crate) fn is_empty(&self) -> bool {
        black_box(self.slots.iter().fold(0, |live, slot| live | slot.live)) == 0
    }

    /// Compares with every slot, live or not, and looks at the outcome only at the end.
    pub(crate) fn admits(&self, presented: &PasswordDigest) -> Option<Matched> {
        let [current, pending, previous] =
            self.slots.map(|slot| slot.digest.0.ct_eq(&presented.0) & Choice::from(slot.live));
        let any = current | pending | previous;
        bool::from(any).then(|| Matched { admission: Admission(()), current: current.into() })
    }

    /// What `AWSCURRENT` was becomes `AWSPREVIOUS`, as it does in Secrets Manager when another version becomes current.
    /// `false` when the password is the same as before.
    pub(crate) fn succeed(&mut self, current: Option<&WebhookPassword>) -> bool {
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
    fn every_live_password_admits_and_nothing_else() {
        let mut ring = PasswordRing::EMPTY;
        ring.set(VersionStage::Current, Some(&password("current")));
        ring.set(VersionStage::Previous, Some(&password("previous")));
        assert!(admits(&ring, "current"));
        assert!(admits(&ring, "previous"));
        for other in ["", "Current", "current ", "pending", "\0"] {
            assert!(!admits(&ring, other), "{other:?}");
        }
        ring.set(VersionStage::Previous, None);
        assert!(!admits(&ring, "previous"));
    }

    #[test]
    fn an_empty_ring_admits_nobody() {
        assert!(!admits(&PasswordRing::EMPTY, ""));
    }
}
