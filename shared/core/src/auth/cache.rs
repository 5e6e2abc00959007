//! Which passwords are live, remembered between requests, and when to ask the store again.
//!
//! A state machine without I/O: [`PasswordCache::check`] says what is needed, the caller gets it, and tells it with
//! [`PasswordCache::learn`]. What it holds is digests. The rules:
//!
//! - `AWSCURRENT` is fetched first; `AWSPENDING` and `AWSPREVIOUS` only when it does not match.
//! - A password that stops being the current one counts as the previous one until Secrets Manager says otherwise, so that
//!   none is refused in the middle of a rotation.
//! - What is known holds for a time to live, with jitter, so that many instances don't ask at once.
//! - A mismatch asks again, at most once per refetch interval and integration, whoever causes it.
//! - A store that cannot be reached never looks like wrong credentials: what was known last is served up to a limit,
//!   and what cannot be told is [`Check::Unavailable`].
//! - An integration that does not exist is remembered too, and new names may only be asked for so often, so that a
//!   stranger cannot run up calls. While that is used up nobody is refused for good, whatever the name: a stranger learns
//!   nothing, and an integration that this instance has not met yet is not punished.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::auth::ring::PasswordRing;
use crate::auth::ring::{Admission, PasswordDigest};
use crate::integration::name::IntegrationName;
use crate::ports::Urgency;
use crate::secrets::version::VersionStage;

/// New names that may be looked up per refetch interval. A busy account has a handful of integrations.
const NEW_NAMES_PER_INTERVAL: u32 = 20;

/// How soon after a failure the store may be asked again, by requests that cannot be answered without it.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How soon after a failure a password may be renewed that will do for now. Each try may hold a delivery up.
const RENEW_AFTER: Duration = Duration::from_secs(10);

/// For how long passwords are believed.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// How long a fetched password is used without asking again. Up to a tenth less, by jitter.
    pub ttl: Duration,
    /// How long it is used when the store cannot be asked.
    pub stale: Duration,
    /// The least time between two refetches that mismatches cause, per integration.
    pub refetch: Duration,
    /// Sets the jitter apart between instances.
    pub jitter_seed: u64,
}

/// What is to be done about presented credentials.
#[derive(Debug)]
pub(crate) enum Check {
    Admitted(Admission),
    Refused,
    /// It cannot be told, because the store cannot be asked.
    Unavailable,
    /// It is not told for now, because strangers ask for too much.
    Busy,
    /// Ask the store for these stages, up to the first it fails to answer for; tell it with `learn`, and check again.
    Fetch(&'static [VersionStage], Urgency),
}

#[derive(Debug)]
pub(crate) struct PasswordCache {
    policy: PasswordPolicy,
    entries: HashMap<IntegrationName, Entry>,
    interval_began: Timestamp,
    new_names: u32,
}

#[derive(Debug, Default)]
struct Entry {
    ring: PasswordRing,
    /// When `AWSCURRENT` was last read; `None` before the first time.
    fetched_at: Option<Timestamp>,
    /// When the others were last read; `None` when that is not to be relied on.
    others_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    /// When a mismatch last asked again.
    refetched_at: Option<Timestamp>,
    /// Stages it asked for and has no answer about, be it that the store failed or that the request was cut off.
    unanswered: Vec<VersionStage>,
}

impl PasswordCache {
    pub(crate) fn new(policy: PasswordPolicy) -> Self {
        Self { policy, entries: HashMap::new(), interval_began: Timestamp::MIN, new_names: 0 }
    }

    /// Weighs the presented password. The comparison is the same work whatever is known of the name.
    pub(crate) fn check(
        &mut self,
        name: &IntegrationName,
        presented: &PasswordDigest,
        now: Timestamp,
    ) -> Check {
        let policy = self.policy;
        let busy = self.is_busy(now);
        let mut stand_in = Entry::unknown_since(now);
        let found = self.entries.get_mut(name);
        let is_met = found.is_some();
        let entry = found.unwrap_or(&mut stand_in);
        let ring = entry.ring;
        let matched = ring.admits(presented);
        // While no new names may be asked for, one never met goes the way of one that does not exist.
        if !is_met && !busy {
            return self.first_lookup(name, now);
        }
        let Some(fetched_at) = entry.fetched_at else {
            let failed = within(entry.failed_at, RETRY_AFTER, now);
            return if failed { Check::Unavailable } else { Check::Fetch(CURRENT, Urgency::Needed) };
        };
        // Worked out whether the integration exists or not, so that the time does not tell.
        let is_forgotten = ring.is_empty() & black_box(!within(Some(fetched_at), policy.refetch, now));
        if black_box(is_forgotten) {
            // Long unknown: as if never asked for, which also counts it among the new names again.
            self.entries.remove(name);
            return self.first_lookup(name, now);
        }
        let life = policy.life_of(name);
        let usable = within(Some(fetched_at), policy.stale, now);
        let (wait, urgency) =
            if usable { (RENEW_AFTER, Urgency::Renewal) } else { (RETRY_AFTER, Urgency::Needed) };
        let may_ask = !within(entry.failed_at, wait, now);
        if may_ask && !within(Some(fetched_at), life, now) {
            return Check::Fetch(CURRENT, urgency);
        }
        if !usable {
            return Check::Unavailable;
        }
        if let Some(matched) = matched {
            let renew = !matched.current && may_ask && !within(entry.others_at, life, now);
            return if renew { Check::Fetch(OTHERS, urgency) } else { Check::Admitted(matched.admission) };
        }
        if within(entry.refetched_at, policy.refetch, now) {
            return match (entry.unanswered.is_empty(), busy) {
                (false, _) => Check::Unavailable,
                (true, true) => Check::Busy,
                (true, false) => Check::Refused,
            };
        }
        // LeasedState after AWSCURRENT was read there is no need to read it again.
        let stages = if fetched_at == now { OTHERS } else { EVERY };
        entry.refetched_at = Some(now);
        entry.unanswered = stages.to_vec();
        Check::Fetch(stages, Urgency::Renewal)
    }

    /// Whether as many new names were asked for as may be in this interval.
    fn is_busy(&mut self, now: Timestamp) -> bool {
        if !within(Some(self.interval_began), self.policy.refetch, now) {
            self.interval_began = now;
            self.new_names = 0;
            let refetch = self.policy.refetch;
            self.entries
                .retain(|_, entry| !entry.ring.is_empty() || within(entry.last_asked(), refetch, now));
        }
        self.new_names >= NEW_NAMES_PER_INTERVAL
    }

    fn first_lookup(&mut self, name: &IntegrationName, now: Timestamp) -> Check {
        if self.is_busy(now) {
            return Check::Busy;
        }
        self.new_names += 1;
        self.entries.insert(name.clone(), Entry::default());
        Check::Fetch(CURRENT, Urgency::Needed)
    }

    /// Takes in what the store said about one stage; `Err` when it could not be asked.
    pub(crate) fn learn(
        &mut self,
        name: &IntegrationName,
        stage: VersionStage,
        found: Result<Option<&WebhookPassword>, ()>,
        now: Timestamp,
    ) {
        let Some(entry) = self.entries.get_mut(name) else {
            return;
        };
        let Ok(password) = found else {
            entry.failed_at = Some(now);
            return;
        };
        entry.unanswered.retain(|unanswered| *unanswered != stage);
        if stage == VersionStage::Current {
            if entry.ring.succeed(password) {
                entry.others_at = None;
            }
            entry.fetched_at = Some(now);
            entry.failed_at = None;
        } else {
            entry.ring.set(stage, password);
            entry.others_at = Some(now);
        }
    }
}

const CURRENT: &[VersionStage] = &[VersionStage::Current];
const OTHERS: &[VersionStage] = &[VersionStage::Pending, VersionStage::Previous];
const EVERY: &[VersionStage] = &[VersionStage::Current, VersionStage::Pending, VersionStage::Previous];

impl Entry {
    fn unknown_since(now: Timestamp) -> Self {
        Self { fetched_at: Some(now), refetched_at: Some(now), ..Self::default() }
    }

    fn last_asked(&self) -> Option<Timestamp> {
        self.fetched_at.max(self.failed_at)
    }
}

impl PasswordPolicy {
    /// The time to live of one integration's password on this instance.
    fn life_of(&self, name: &IntegrationName) -> Duration {
        let hash = name.as_str().bytes().fold(self.jitter_seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let thousandths = 900 + u32::try_from(hash % 101).unwrap_or(0);
        self.ttl * thousandths / 1000
    }
}

/// Whether `now` is less than `duration` after `since`. A clock that went backwards counts as too late.
fn within(since: Option<Timestamp>, duration: Duration, now: Timestamp) -> bool {
    since.is_some_and(|since| Duration::try_from(now.duration_since(since)).is_ok_and(|age| age < duration))
}

#[cfg(test)]
mod tests;
