//! How far `watch` has got with one integration. `fit` keeps a checkpoint within the size of a message of SQS.

pub mod fit;
pub mod gap;

mod gap_groups;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::{DeliveryResult, LoggedDelivery};
use crate::azure_devops::subscription::ExistingSubscription;
use crate::recovery::{NOTIFICATION_DELAY_MAX, earlier};
use crate::watch::checkpoint::gap::{GapProgress, UnreadRepository};

/// How far `watch` has got with one integration.
///
/// A receiver or `watch` has queued or quarantined each delivery whose notification Azure DevOps made before
/// `settled_until`. A delivery that has not ended holds `settled_until` back, because it may still fail. Deliveries
/// after `settled_until` that `watch` has replayed are in `replayed`, so that the next pass skips them. Periods in
/// which Azure DevOps may have made no notifications are in `gaps` until they are backfilled. `settled_until` and the
/// gaps advance only after the events are queued. A pass that is interrupted is repeated, and its events get the same
/// ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// No delivery before this time is left to replay.
    pub settled_until: Timestamp,
    /// When a pass last began to check the integration.
    #[serde(default)]
    pub attempted_at: Option<Timestamp>,
    /// When a pass last went on with what it could not do at once: the integration that has waited longest comes first.
    #[serde(default)]
    pub worked_at: Option<Timestamp>,
    /// When the first of the failed passes in a row ended; `None` after one that did not fail.
    #[serde(default)]
    pub failing_since: Option<Timestamp>,
    /// When the subscriptions were last listed; `None` when never. The gaps that follow from their status at that time
    /// are in `gaps`.
    pub subscriptions_checked_at: Option<Timestamp>,
    /// The end of the part of the delivery log that was read; `None` when it never was. The gaps that follow from
    /// failed deliveries up to that time are in `gaps`.
    #[serde(default)]
    pub log_read_until: Option<Timestamp>,
    /// Deliveries since `settled_until` that `watch` has replayed: subscription and notification ids, with the time of
    /// the notification.
    pub replayed: BTreeMap<String, Timestamp>,
    /// The times of the first and the last delivery that is not replayed although it failed or may fail, because the
    /// log does not show its event or because it had not ended for too long; `None` when there is none, or no gap is
    /// open. The backfill looks for the events of the deliveries of that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_replayed: Option<(Timestamp, Timestamp)>,
    /// Changes of open gaps that need not be looked at again, because their events were reconstructed or are known to be
    /// delivered: by the key of the gap, by the repository as in [`repository_key`], and by the id of the change, with its
    /// time.
    ///
    /// Only what a later pass may list again is kept: the changes from `pending_since` on, where the backfill begins again,
    /// those of repositories that are not done, and those after `settled_until`, since a delivery of that time may
    /// still fail and open the gap again. If the gap is opened from an earlier time after all, these events are queued
    /// a second time, with the same ids.
    #[serde(default)]
    pub handled: BTreeMap<String, BTreeMap<String, BTreeMap<String, Timestamp>>>,
    /// Deliveries whose events were read to find out which changes of an open gap were delivered, by subscription and
    /// notification ids. Without them, a pass that has time for one of them only would read the same one again and again.
    /// At most [`EXAMINED_MAX`], the latest ones.
    #[serde(default)]
    pub examined: BTreeMap<String, ExaminedDelivery>,
    /// The open gaps, by the key of the subscription (see `gaps::key`).
    #[serde(with = "gap_groups")]
    pub gaps: BTreeMap<String, GapProgress>,
    /// What is left of gaps in repositories that could not be read, by the key of the subscription and the id of the
    /// repository. At most [`UNREAD_REPOSITORIES_MAX`].
    #[serde(default)]
    pub unread_repositories: BTreeMap<String, BTreeMap<String, UnreadRepository>>,
    /// Ids of subscriptions that were recreated, with the time. They are deleted once their log is read, even if Azure
    /// DevOps enables them after all.
    #[serde(default)]
    pub superseded: BTreeMap<String, Timestamp>,
    /// Ids of subscriptions on probation for which Azure DevOps did not answer the last attempt to enable them.
    #[serde(default)]
    pub unanswered: BTreeSet<String>,
    /// Projects, by GUID, or empty for the whole organization, in which the last pass could not make every subscription
    /// deliver.
    #[serde(default)]
    pub not_healed: BTreeSet<String>,
    /// Projects whose subscriptions the token's owner cannot see, by GUID, or empty for the whole organization.
    #[serde(default)]
    pub unseen: BTreeMap<String, UnseenProject>,
}

/// How far `watch` had got with a project when its subscriptions were last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnseenProject {
    /// The subscriptions may have missed events since then.
    pub gap_from: Timestamp,
    /// No delivery before this time was left to replay.
    pub settled_until: Timestamp,
}

/// Most deliveries that [`Checkpoint::replayed`] lists.
pub const REPLAYED_MAX: usize = 1000;

/// Most repositories that [`Checkpoint::unread_repositories`] lists for one integration, since the whole state has to fit
/// one message. Beyond that, the gaps themselves stay open.
pub const UNREAD_REPOSITORIES_MAX: usize = 300;

/// Most deliveries that [`Checkpoint::examined`] keeps. Those that are dropped may be read again.
pub const EXAMINED_MAX: usize = 300;

/// Identifies a repository, and orders repositories in a backfill: those of a project follow each other, because the pull
/// requests of a project are listed together.
pub fn repository_key(repository: &RepositoryInfo) -> String {
    format!("{}/{}", repository.project.id, repository.id)
}

/// A delivery whose event was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExaminedDelivery {
    /// When the notification was made.
    pub at: Timestamp,
    /// What identifies the change that the event is about; empty when the log does not show the event.
    pub keys: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint of a new integration, with the whole log still to read.
    pub(super) fn since(log_start: Timestamp) -> Self {
        Self {
            settled_until: log_start,
            attempted_at: None,
            worked_at: None,
            failing_since: None,
            subscriptions_checked_at: None,
            log_read_until: None,
            replayed: BTreeMap::new(),
            not_replayed: None,
            handled: BTreeMap::new(),
            examined: BTreeMap::new(),
            gaps: BTreeMap::new(),
            unread_repositories: BTreeMap::new(),
            superseded: BTreeMap::new(),
            unanswered: BTreeSet::new(),
            not_healed: BTreeSet::new(),
            unseen: BTreeMap::new(),
        }
    }

    /// Forgets what was before `log_start`: Azure DevOps has deleted the log of that time, without which events that were
    /// delivered cannot be distinguished from events that were not.
    pub(super) fn forget_before(&mut self, log_start: Timestamp) {
        self.settled_until = self.settled_until.max(log_start);
        self.subscriptions_checked_at = self.subscriptions_checked_at.map(|at| at.max(log_start));
        self.log_read_until = self.log_read_until.map(|at| at.max(log_start));
        for gap in self.gaps.values_mut() {
            gap.forget_before(log_start);
        }
        for unseen in self.unseen.values_mut() {
            unseen.gap_from = unseen.gap_from.max(log_start);
            unseen.settled_until = unseen.settled_until.max(log_start);
        }
    }

    /// Opens a gap: the subscription may have missed events since `from`. An open gap that begins later is moved back
    /// to `from` and is backfilled from there again. `evident_at` is the time of the pass that has seen evidence.
    pub(super) fn open_gap(&mut self, key: &str, from: Timestamp, evident_at: Option<Timestamp>) {
        let gap = self.gaps.entry(key.to_owned()).or_insert_with(|| GapProgress::since(from, evident_at));
        let needs_threads = evident_at.is_some() && gap.evident_at.is_none();
        gap.evident_at = gap.evident_at.max(evident_at);
        gap.until = None;
        if from < gap.from || needs_threads {
            *gap = GapProgress::since(from.min(gap.from), gap.evident_at);
        }
    }

    /// Has the backfill of an open gap begin at `from` once more: a delivery of that time is not replayed after all, and what is
    /// done of the present window counted on it.
    pub(super) fn search_again(&mut self, key: &str, from: Timestamp) {
        let Some(gap) = self.gaps.get_mut(key) else { return };
        if gap.position.as_ref().is_some_and(|(until, _)| from < *until) {
            gap.pending_since = Some(gap.pending_since.map_or(from, |since| since.min(from)));
        }
    }

    /// Leaves a part of a gap in one repository to later passes. `false` when the checkpoint has no room for it.
    pub(super) fn leave_unread(&mut self, key: &str, repository_id: &str, part: UnreadRepository) -> bool {
        let count: usize = self.unread_repositories.values().map(BTreeMap::len).sum();
        let of_gap = self.unread_repositories.entry(key.to_owned()).or_default();
        if let Some(earlier) = of_gap.get_mut(repository_id) {
            earlier.from = earlier.from.min(part.from);
            earlier.until = earlier.until.max(part.until);
            earlier.tried_at = part.tried_at;
            earlier.with_threads |= part.with_threads;
            earlier.below = None;
            return true;
        }
        let has_room = count < UNREAD_REPOSITORIES_MAX;
        if has_room {
            of_gap.insert(repository_id.to_owned(), part);
        }
        has_room
    }

    /// Removes the changes from [`Checkpoint::handled`] that no later pass lists again. A delivery that has not
    /// ended may still fail, and then opens the gap again from shortly before it.
    pub(super) fn forget_handled(&mut self) {
        let (gaps, unread) = (&self.gaps, &self.unread_repositories);
        let opens_from = earlier(self.settled_until, NOTIFICATION_DELAY_MAX);
        self.handled.retain(|gap_key, repositories| {
            let gap = gaps.get(gap_key);
            repositories.retain(|repository_key, changes| {
                let id = repository_key.rsplit_once('/').map_or(repository_key.as_str(), |(_, id)| id);
                let part = unread.get(gap_key).and_then(|parts| parts.get(id));
                changes.retain(|_, at| {
                    *at >= opens_from
                        || gap.is_some_and(|gap| gap.lists_again(repository_key, *at))
                        || part.is_some_and(|part| part.from <= *at)
                });
                !changes.is_empty()
            });
            !repositories.is_empty()
        });
    }

    /// Keeps the latest [`EXAMINED_MAX`] deliveries.
    fn forget_examined(&mut self) {
        let excess = self.examined.len().saturating_sub(EXAMINED_MAX);
        if excess == 0 {
            return;
        }
        let mut times: Vec<Timestamp> = self.examined.values().map(|delivery| delivery.at).collect();
        times.sort();
        let oldest = times.get(excess).copied().unwrap_or(Timestamp::MAX);
        self.examined.retain(|_, delivery| delivery.at >= oldest);
        while self.examined.len() > EXAMINED_MAX {
            self.examined.pop_first();
        }
    }

    /// The beginning of the earliest gap, or of what is left of one, but not after `latest`.
    pub(super) fn gaps_start(&self, latest: Timestamp) -> Timestamp {
        let parts = self.unread_repositories.values().flat_map(BTreeMap::values).map(|part| part.from);
        self.gaps.values().map(|gap| gap.from).chain(parts).fold(latest, Timestamp::min)
    }

    /// Whether there is a gap, or what is left of one.
    pub(super) fn has_gaps(&self) -> bool {
        !self.gaps.is_empty() || self.unread_repositories.values().any(|parts| !parts.is_empty())
    }

    /// Whether the log of the subscription with this key is still needed to backfill something.
    pub(super) fn needs_log(&self, key: &str) -> bool {
        self.gaps.contains_key(key)
            || self.unread_repositories.get(key).is_some_and(|parts| !parts.is_empty())
    }

    /// Notes that deliveries from `from` up to `until` may not be replayed.
    pub(super) fn note_not_replayed(&mut self, from: Timestamp, until: Timestamp) {
        let (first, last) = self.not_replayed.unwrap_or((from, until));
        self.not_replayed = Some((first.min(from), last.max(until)));
    }

    /// Whether a delivery was replayed, or will be when it fails: those after `settled_until` are looked at again.
    pub(super) fn is_replayed(&self, delivery: &LoggedDelivery) -> bool {
        let is_open = matches!(delivery.result, DeliveryResult::Failed | DeliveryResult::Pending);
        let is_excepted = |at| self.not_replayed.is_some_and(|(first, last)| first <= at && at <= last);
        is_open && delivery.created.is_some_and(|at| !is_excepted(at))
    }

    /// Where the checkpoint has to advance to when it lists too many deliveries, so that half of them remain; `None` when
    /// it does not.
    pub(super) fn crowded_until(&self) -> Option<Timestamp> {
        if self.replayed.len() < REPLAYED_MAX {
            return None;
        }
        let mut times: Vec<Timestamp> = self.replayed.values().copied().collect();
        times.sort_unstable();
        times.get(REPLAYED_MAX / 2).copied()
    }

    /// Records whether a pass failed. Returns how long passes have failed in a row: the time since the first of them, or
    /// zero after a pass that did not fail.
    pub(super) fn record_outcome(&mut self, failed: bool, now: Timestamp) -> SignedDuration {
        let since = failed.then(|| self.failing_since.unwrap_or(now));
        self.failing_since = since;
        since.map_or(SignedDuration::ZERO, |since| now.duration_since(since).max(SignedDuration::ZERO))
    }

    /// Removes what concerns subscriptions that no longer exist.
    pub(super) fn retain_listed(&mut self, listed: &[ExistingSubscription]) {
        let is_listed = |id: &String| listed.iter().any(|existing| existing.id == *id);
        self.superseded.retain(|id, _| is_listed(id));
        self.unanswered.retain(is_listed);
    }

    /// Advances the checkpoint at the end of a pass that has settled every delivery before `settled_before`. Removes
    /// the entries that no later pass can need.
    pub(super) fn advance(&mut self, settled_before: Timestamp) {
        let settled = settled_before.saturating_sub(SignedDuration::from_millis(1)).unwrap_or(settled_before);
        self.settled_until = settled.max(self.settled_until);
        self.forget_handled();
        let oldest = self.gaps_start(self.settled_until);
        self.examined.retain(|_, delivery| delivery.at >= oldest);
        self.forget_examined();
        // The log is read from `settled_until` on. Older entries are removed because there may be thousands, and the
        // whole state has to fit one message.
        let settled_until = self.settled_until;
        self.replayed.retain(|_, at| *at >= settled_until);
        if !self.has_gaps() && self.unseen.is_empty() {
            self.not_replayed = None;
        }
    }
}

#[cfg(test)]
mod tests;
