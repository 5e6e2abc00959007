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
//! - A failing password source never causes a rejection: the last known passwords are used up to a limit, and after that
//!   the decision is `Decision::Unavailable`, which is answered with 503.
//! - Integrations that do not exist are looked up and cached like others, so that neither answers nor calls show which names
//!   exist. The number of new names per refetch interval is limited, so that an attacker cannot cause unlimited calls. A
//!   name whose password was admitted does not count.
//! - Above that number of new names, only the names that `setup` has published are looked up, or all where it has
//!   published none. The others are rejected without a look-up.
//! - No request is rejected because of a list of names that is older than `NAMES_INTERVAL`: before it rejects a request,
//!   whatever its name, an instance fetches the list again. A published name that did not exist before is then looked up
//!   again. Since `connect` publishes a name and waits longer than that, no delivery of a new integration is rejected.
//!   While the list cannot be fetched, the decision is `Decision::Unavailable`.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::age::within;
use crate::auth::known_names::{KnownNames, RejectionBasis};
use crate::auth::password::WebhookPassword;
use crate::auth::ring::{Admission, PasswordDigest, PasswordRing};
use crate::integration::name::IntegrationName;
use crate::integration::published_names::PublishedNames;
use crate::ports::Urgency;
use crate::secrets::version::VersionStage;

/// Most names without a cache entry that are looked up per refetch interval. Where a list of names is published, those on it
/// are looked up beyond that, too.
const NEW_NAMES_PER_INTERVAL: u32 = 20;

/// Least time between a failed fetch and the next one, when requests cannot be answered without the password.
const FETCH_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Least time between a failed fetch and the next one, while a cached password can still be used. Each fetch may delay
/// a delivery.
const RENEWAL_RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// How long passwords are cached. `hookpost_lambda`'s settings have the defaults.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// How long a fetched password is used before it is fetched again; jitter takes off up to a tenth.
    pub ttl: Duration,
    /// How long a fetched password is used while fetching fails.
    pub stale_limit: Duration,
    /// The refetch interval: the least time between two refetches of an integration that mismatches cause, how long an
    /// unknown name counts as unknown, and the interval in which new names are counted.
    pub refetch_interval: Duration,
    /// Makes the jitter of each instance different.
    pub jitter_seed: u64,
}

/// Whether the cached passwords of an integration can be used.
enum Freshness {
    /// They are younger than the time to live.
    Fresh,
    /// They are used only while fetching them again fails.
    Stale,
    /// There are none yet, or they are too old.
    Unusable,
}

/// What to do with a presented password.
#[derive(Debug)]
pub(crate) enum Decision {
    Admitted(Admission),
    Rejected,
    /// The password cannot be checked, because fetching fails.
    Unavailable,
    /// Fetch the published names, report them with `record_names`, and check again.
    FetchNames,
    /// Fetch these stages in order, up to the first error; report each with `record_fetch`, and check again.
    Fetch(&'static [VersionStage], Urgency),
}

#[derive(Debug)]
pub(crate) struct PasswordCache {
    policy: PasswordPolicy,
    entries: HashMap<IntegrationName, Entry>,
    published: KnownNames,
    interval_start: Timestamp,
    /// Names that were looked up in this interval, without those whose password was admitted.
    new_names: u32,
}

#[derive(Debug, Default)]
struct Entry {
    ring: PasswordRing,
    /// When `AWSCURRENT` was last fetched; `None` before the first time.
    fetched_at: Option<Timestamp>,
    /// When `AWSPENDING` and `AWSPREVIOUS` were last known to be as in the ring.
    pending_and_previous_known_at: Option<Timestamp>,
    /// Whether they must be fetched again, because the current password changed.
    pending_and_previous_outdated: bool,
    failed_at: Option<Timestamp>,
    /// When a mismatch last caused a refetch.
    refetch_requested_at: Option<Timestamp>,
    /// Stages of that refetch without a result yet: the fetch failed, or the request was cut off.
    unanswered_stages: Vec<VersionStage>,
    /// Whether the name counts as a new name of this interval.
    counts_as_new: bool,
}

impl PasswordCache {
    pub(crate) fn new(policy: PasswordPolicy) -> Self {
        Self {
            policy,
            entries: HashMap::new(),
            published: KnownNames::default(),
            interval_start: Timestamp::MIN,
            new_names: 0,
        }
    }

    /// Decides about a presented password. The comparison takes the same time whether or not the name is cached.
    pub(crate) fn check(
        &mut self,
        name: &IntegrationName,
        presented: &PasswordDigest,
        now: Timestamp,
    ) -> Decision {
        self.start_interval_if_due(now);
        let policy = self.policy;
        // Computed for every name above the limit, so that the time does not show whether it is cached.
        let within_quota = self.new_names < NEW_NAMES_PER_INTERVAL;
        let may_look_up = within_quota || black_box(self.published.may_exist(name));
        let mut placeholder = Entry::unknown_since(now);
        let cached = self.entries.get_mut(name);
        let is_cached = cached.is_some();
        let entry = cached.unwrap_or(&mut placeholder);
        let matched = entry.ring.admits(presented);
        // Computed for every integration, so that the time does not show whether it exists.
        let is_expired = black_box(entry.is_expired(policy.refetch_interval, now));
        // An expired negative entry is looked up like a new name, and counts as one. A name that is not looked up is
        // handled like one that does not exist.
        if (!is_cached || is_expired) && may_look_up {
            return self.look_up_as_new(name, within_quota);
        }
        if is_expired {
            *entry = Entry::unknown_since(now);
        }
        let ttl = policy.ttl_of(name);
        match freshness(entry.fetched_at, ttl, policy.stale_limit, now) {
            Freshness::Unusable if entry.may_fetch(FETCH_RETRY_INTERVAL, now) => {
                return Decision::Fetch(CURRENT, Urgency::Needed);
            }
            Freshness::Unusable => return Decision::Unavailable,
            Freshness::Stale if entry.may_fetch(RENEWAL_RETRY_INTERVAL, now) => {
                return Decision::Fetch(CURRENT, Urgency::Renewal);
            }
            Freshness::Stale | Freshness::Fresh => {}
        }
        let Some(matched) = matched else {
            let mismatch = entry.mismatch(policy.refetch_interval, now);
            return mismatch.unwrap_or_else(|| self.reject(now));
        };
        if !matched.is_current {
            let ttl = if entry.pending_and_previous_outdated { Duration::ZERO } else { ttl };
            match freshness(entry.pending_and_previous_known_at, ttl, policy.stale_limit, now) {
                Freshness::Unusable if entry.may_fetch(FETCH_RETRY_INTERVAL, now) => {
                    return Decision::Fetch(NOT_CURRENT, Urgency::Needed);
                }
                Freshness::Unusable => return Decision::Unavailable,
                Freshness::Stale if entry.may_fetch(RENEWAL_RETRY_INTERVAL, now) => {
                    return Decision::Fetch(NOT_CURRENT, Urgency::Renewal);
                }
                Freshness::Stale | Freshness::Fresh => {}
            }
        }
        if std::mem::take(&mut entry.counts_as_new) {
            self.new_names = self.new_names.saturating_sub(1);
        }
        Decision::Admitted(matched.admission)
    }

    /// Whether an integration of this name exists: `setup` has published it or, where nothing is published, it has a
    /// password.
    pub(crate) fn knows(&self, name: &IntegrationName) -> bool {
        let has_password = || self.entries.get(name).is_some_and(|entry| !entry.ring.is_empty());
        self.published.lists(name).unwrap_or_else(has_password)
    }

    /// Rejects a request, unless the published names must be fetched first or cannot be.
    fn reject(&mut self, now: Timestamp) -> Decision {
        match self.published.before_rejection(now) {
            RejectionBasis::Allowed => Decision::Rejected,
            RejectionBasis::ListUnavailable => Decision::Unavailable,
            RejectionBasis::AfterFetch => Decision::FetchNames,
        }
    }

    /// Starts a new interval when the last one is over, and forgets the names that do not exist.
    fn start_interval_if_due(&mut self, now: Timestamp) {
        let refetch = self.policy.refetch_interval;
        if !within(Some(self.interval_start), refetch, now) {
            self.interval_start = now;
            self.new_names = 0;
            self.entries
                .retain(|_, entry| !entry.ring.is_empty() || within(entry.last_fetch(), refetch, now));
        }
    }

    /// Adds a new name and asks for its current password.
    fn look_up_as_new(&mut self, name: &IntegrationName, counts_as_new: bool) -> Decision {
        self.new_names += u32::from(counts_as_new);
        self.entries.insert(name.clone(), Entry { counts_as_new, ..Entry::default() });
        Decision::Fetch(CURRENT, Urgency::Needed)
    }

    /// Records the result of fetching the published names: `Ok(None)` when there is no list, `Err` when fetching failed.
    /// A published name that did not exist when it was last looked up is looked up again.
    pub(crate) fn record_names(&mut self, fetched: Result<Option<PublishedNames>, ()>, now: Timestamp) {
        let Ok(fetched) = fetched else { return };
        if let Some(PublishedNames(published)) = &fetched {
            self.entries.retain(|name, entry| {
                let is_just_fetched = entry.fetched_at.is_none_or(|at| at == now);
                !entry.ring.is_empty() || is_just_fetched || !published.contains(name)
            });
        }
        self.published.record(fetched);
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
        entry.unanswered_stages.retain(|unanswered| *unanswered != stage);
        if stage == VersionStage::Current {
            if entry.ring.rotate_current(password) {
                // The former password was last known to be valid when it was fetched as the current one.
                entry.pending_and_previous_known_at = entry.fetched_at;
                entry.pending_and_previous_outdated = true;
            }
            entry.fetched_at = Some(now);
            entry.failed_at = None;
            return;
        }
        entry.ring.set(stage, password);
        // Only the last stage shows that all were answered, since fetching ends at the first error.
        if Some(&stage) == NOT_CURRENT.last() {
            entry.pending_and_previous_known_at = Some(now);
            entry.pending_and_previous_outdated = false;
        } else {
            entry.pending_and_previous_known_at.get_or_insert(now);
            entry.pending_and_previous_outdated = true;
        }
    }
}

const CURRENT: &[VersionStage] = &[VersionStage::Current];
const NOT_CURRENT: &[VersionStage] = &[VersionStage::Pending, VersionStage::Previous];
const ALL: &[VersionStage] = &[VersionStage::Current, VersionStage::Pending, VersionStage::Previous];

impl Entry {
    /// An integration that was looked up now and does not exist.
    fn unknown_since(now: Timestamp) -> Self {
        Self { fetched_at: Some(now), refetch_requested_at: Some(now), ..Self::default() }
    }

    /// Whether the integration did not exist when it was last looked up, longer than `refetch` ago.
    fn is_expired(&self, refetch: Duration, now: Timestamp) -> bool {
        self.fetched_at.is_some() & self.ring.is_empty() & black_box(!within(self.fetched_at, refetch, now))
    }

    /// Whether the last failed fetch is at least `wait` ago.
    fn may_fetch(&self, wait: Duration, now: Timestamp) -> bool {
        !within(self.failed_at, wait, now)
    }

    /// Decides about a password that matches none of the cached ones: they are fetched again, at most once per
    /// `refetch`. `None` when it is wrong.
    fn mismatch(&mut self, refetch: Duration, now: Timestamp) -> Option<Decision> {
        if !within(self.refetch_requested_at, refetch, now) {
            // AWSCURRENT that was fetched for this same request is not fetched again.
            let stages = if self.fetched_at == Some(now) { NOT_CURRENT } else { ALL };
            self.refetch_requested_at = Some(now);
            self.unanswered_stages = stages.to_vec();
            return Some(Decision::Fetch(stages, Urgency::Renewal));
        }
        (!self.unanswered_stages.is_empty()).then_some(Decision::Unavailable)
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

/// Whether passwords that were last fetched at `since` can be used.
fn freshness(since: Option<Timestamp>, ttl: Duration, stale: Duration, now: Timestamp) -> Freshness {
    if !within(since, stale, now) {
        Freshness::Unusable
    } else if within(since, ttl, now) {
        Freshness::Fresh
    } else {
        Freshness::Stale
    }
}

#[cfg(test)]
mod tests;
