//! Caches the password rings of integrations between requests, and decides when to fetch passwords again.
//!
//! The cache is a state machine without I/O: `PasswordCache::check` decides what to do, the caller fetches what is
//! asked for and reports it with `PasswordCache::record_fetch`. The cache holds digests only. Its rules:
//!
//! - `AWSCURRENT` is fetched first; `AWSPENDING` and `AWSPREVIOUS` only when the password does not match it.
//! - A password that stops being current counts as the previous one until Secrets Manager says otherwise, so that no
//!   delivery is rejected in the middle of a rotation.
//! - A fetched password is used for a time to live with jitter, so that instances do not fetch at the same time.
//! - A mismatch causes a refetch, at most once per refetch interval and integration.
//! - A failing password source never looks like wrong credentials: the last known passwords are used up to a limit, and
//!   after that the decision is `Decision::Unavailable`.
//! - Integrations that do not exist are cached too, and the number of new names per refetch interval is limited, so that
//!   an attacker cannot cause unlimited calls. Above the limit the decision is `Decision::Busy` for every name that is
//!   not cached, whether it exists or not: an attacker learns nothing, and a real delivery is retried.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::auth::ring::{Admission, PasswordDigest, PasswordRing};
use crate::integration::name::IntegrationName;
use crate::ports::Urgency;
use crate::secrets::version::VersionStage;

/// Integration names not in the cache that may be fetched per refetch interval. An account has a handful.
const NEW_NAMES_PER_INTERVAL: u32 = 20;

/// Least time between a failed fetch and the next one, when requests cannot be answered without the password.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Least time between a failed fetch and the next one, while a cached password can still be used. Each fetch may delay
/// a delivery.
const RENEW_AFTER: Duration = Duration::from_secs(10);

/// How long passwords are cached.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// How long a fetched password is used before it is fetched again; jitter takes off up to a tenth.
    pub ttl: Duration,
    /// How long a fetched password is used while fetching fails.
    pub stale: Duration,
    /// Least time between two refetches caused by mismatches, per integration.
    pub refetch: Duration,
    /// Makes the jitter of each instance different.
    pub jitter_seed: u64,
}

/// What to do with a presented password.
#[derive(Debug)]
pub(crate) enum Decision {
    Admitted(Admission),
    Rejected,
    /// The password cannot be checked, because fetching fails.
    Unavailable,
    /// The password is not checked, because too many new names were asked for in this interval.
    Busy,
    /// Fetch these stages in order, up to the first error; report each with `record_fetch`, and check again.
    Fetch(&'static [VersionStage], Urgency),
}

#[derive(Debug)]
pub(crate) struct PasswordCache {
    policy: PasswordPolicy,
    entries: HashMap<IntegrationName, Entry>,
    interval_start: Timestamp,
    new_names: u32,
}

#[derive(Debug, Default)]
struct Entry {
    ring: PasswordRing,
    /// When `AWSCURRENT` was last fetched; `None` before the first time.
    fetched_at: Option<Timestamp>,
    /// When `AWSPENDING` or `AWSPREVIOUS` was last fetched; `None` when they must be fetched again.
    others_fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    /// When a mismatch last caused a refetch.
    refetched_at: Option<Timestamp>,
    /// Stages of that refetch without a result yet: the fetch failed, or the request was cut off.
    unanswered: Vec<VersionStage>,
}

impl PasswordCache {
    pub(crate) fn new(policy: PasswordPolicy) -> Self {
        Self { policy, entries: HashMap::new(), interval_start: Timestamp::MIN, new_names: 0 }
    }

    /// Decides about a presented password. The comparison takes the same time whether or not the name is cached.
    pub(crate) fn check(
        &mut self,
        name: &IntegrationName,
        presented: &PasswordDigest,
        now: Timestamp,
    ) -> Decision {
        let policy = self.policy;
        let busy = self.is_busy(now);
        let mut placeholder = Entry::unknown_since(now);
        let cached = self.entries.get_mut(name);
        let is_cached = cached.is_some();
        let entry = cached.unwrap_or(&mut placeholder);
        let ring = entry.ring;
        let matched = ring.admits(presented);
        // Above the limit of new names, a name that is not cached is handled like one that does not exist.
        if !is_cached && !busy {
            return self.first_lookup(name, now);
        }
        let Some(fetched_at) = entry.fetched_at else {
            let has_failed = within(entry.failed_at, RETRY_AFTER, now);
            return if has_failed {
                Decision::Unavailable
            } else {
                Decision::Fetch(CURRENT, Urgency::Needed)
            };
        };
        // Computed for every integration, so that the time does not show whether it exists.
        let is_expired = ring.is_empty() & black_box(!within(Some(fetched_at), policy.refetch, now));
        if black_box(is_expired) {
            // A name that did not exist a refetch interval ago is looked up like a new one, and counts as one.
            self.entries.remove(name);
            return self.first_lookup(name, now);
        }
        let ttl = policy.ttl_of(name);
        let is_usable = within(Some(fetched_at), policy.stale, now);
        let (wait, urgency) =
            if is_usable { (RENEW_AFTER, Urgency::Renewal) } else { (RETRY_AFTER, Urgency::Needed) };
        let may_fetch = !within(entry.failed_at, wait, now);
        if may_fetch && !within(Some(fetched_at), ttl, now) {
            return Decision::Fetch(CURRENT, urgency);
        }
        if !is_usable {
            return Decision::Unavailable;
        }
        if let Some(matched) = matched {
            let needs_renewal =
                !matched.is_current && may_fetch && !within(entry.others_fetched_at, ttl, now);
            return if needs_renewal {
                Decision::Fetch(OTHERS, urgency)
            } else {
                Decision::Admitted(matched.admission)
            };
        }
        if within(entry.refetched_at, policy.refetch, now) {
            return match (entry.unanswered.is_empty(), busy) {
                (false, _) => Decision::Unavailable,
                (true, true) => Decision::Busy,
                (true, false) => Decision::Rejected,
            };
        }
        // AWSCURRENT that was fetched for this same request is not fetched again.
        let stages = if fetched_at == now { OTHERS } else { ALL };
        entry.refetched_at = Some(now);
        entry.unanswered = stages.to_vec();
        Decision::Fetch(stages, Urgency::Renewal)
    }

    /// Whether the limit of new names is reached. Starts a new interval when the last one is over.
    fn is_busy(&mut self, now: Timestamp) -> bool {
        if !within(Some(self.interval_start), self.policy.refetch, now) {
            self.interval_start = now;
            self.new_names = 0;
            let refetch = self.policy.refetch;
            self.entries
                .retain(|_, entry| !entry.ring.is_empty() || within(entry.last_fetch(), refetch, now));
        }
        self.new_names >= NEW_NAMES_PER_INTERVAL
    }

    /// Adds a new name and asks for its current password.
    fn first_lookup(&mut self, name: &IntegrationName, now: Timestamp) -> Decision {
        if self.is_busy(now) {
            return Decision::Busy;
        }
        self.new_names += 1;
        self.entries.insert(name.clone(), Entry::default());
        Decision::Fetch(CURRENT, Urgency::Needed)
    }

    /// Records the result of fetching one stage; `Err` when fetching failed.
    pub(crate) fn record_fetch(
        &mut self,
        name: &IntegrationName,
        stage: VersionStage,
        fetched: Result<Option<&WebhookPassword>, ()>,
        now: Timestamp,
    ) {
        let Some(entry) = self.entries.get_mut(name) else {
            return;
        };
        let Ok(password) = fetched else {
            entry.failed_at = Some(now);
            return;
        };
        entry.unanswered.retain(|unanswered| *unanswered != stage);
        if stage == VersionStage::Current {
            if entry.ring.rotate_current(password) {
                entry.others_fetched_at = None;
            }
            entry.fetched_at = Some(now);
            entry.failed_at = None;
        } else {
            entry.ring.set(stage, password);
            entry.others_fetched_at = Some(now);
        }
    }
}

const CURRENT: &[VersionStage] = &[VersionStage::Current];
const OTHERS: &[VersionStage] = &[VersionStage::Pending, VersionStage::Previous];
const ALL: &[VersionStage] = &[VersionStage::Current, VersionStage::Pending, VersionStage::Previous];

impl Entry {
    /// An integration that was looked up now and does not exist.
    fn unknown_since(now: Timestamp) -> Self {
        Self { fetched_at: Some(now), refetched_at: Some(now), ..Self::default() }
    }

    fn last_fetch(&self) -> Option<Timestamp> {
        self.fetched_at.max(self.failed_at)
    }
}

impl PasswordPolicy {
    /// The time to live of one integration's passwords on this instance, with jitter.
    fn ttl_of(&self, name: &IntegrationName) -> Duration {
        let hash = name.as_str().bytes().fold(self.jitter_seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let thousandths = 900 + u32::try_from(hash % 101).unwrap_or(0);
        self.ttl * thousandths / 1000
    }
}

/// Whether `now` is less than `duration` after `since`. A clock that went backwards counts as expired.
fn within(since: Option<Timestamp>, duration: Duration, now: Timestamp) -> bool {
    since.is_some_and(|since| Duration::try_from(now.duration_since(since)).is_ok_and(|age| age < duration))
}

#[cfg(test)]
mod tests;
