//! Pairs changes with deliveries by their times. No I/O.
//!
//! Azure DevOps makes a notification about a second after its event. So each delivery that succeeded, or that `watch`
//! replays, is paired with the latest change before it, or up to a second after it, since clocks differ.
//!
//! Assumption: a delivery at most [`TRUSTED_DELAY`] after a change, and nearer to no other change, is that change's
//! delivery. If it is not, the change is lost and nothing notices. That takes a change that was lost, followed within
//! seconds by a delivery of a change that neither list nor thread shows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryResult, LoggedDelivery};
use crate::recovery::change::Change;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::{CLOCK_SKEW_MAX, NOTIFICATION_DELAY_MAX, USUAL_NOTIFICATION_DELAY, earlier, later};

/// Delay of a notification up to which its time alone shows which change it is about. The usual delay is about a second.
const TRUSTED_DELAY: SignedDuration = SignedDuration::from_secs(5);

/// Changes and deliveries, and which belong together.
pub(super) struct Pairing<'a> {
    pub(super) changes: &'a [Change],
    pub(super) rows: &'a [LoggedDelivery],
    /// Deliveries that did not succeed and are replayed.
    replayed: &'a BTreeSet<usize>,
    /// The delivery of each change.
    pub(super) row_of: Vec<Option<usize>>,
    /// The change of each delivery.
    pub(super) change_of: Vec<Option<usize>>,
    /// Changes whose delivery is known by its event.
    pub(super) confirmed: BTreeSet<usize>,
    /// Deliveries whose event was requested, in this pass or an earlier one.
    pub(super) requested: BTreeSet<usize>,
    /// Those of them that Azure DevOps failed to show.
    pub(super) unreadable: BTreeSet<usize>,
}

impl<'a> Pairing<'a> {
    pub(super) fn new(
        changes: &'a [Change],
        rows: &'a [LoggedDelivery],
        replayed: &'a BTreeSet<usize>,
    ) -> Self {
        Self {
            changes,
            rows,
            replayed,
            row_of: vec![None; changes.len()],
            change_of: vec![None; rows.len()],
            confirmed: BTreeSet::new(),
            requested: BTreeSet::new(),
            unreadable: BTreeSet::new(),
        }
    }

    /// Applies what earlier passes found out about the deliveries.
    pub(super) fn apply_earlier_findings(&mut self, examined: &BTreeMap<DeliveryId, Vec<String>>) {
        for (row, delivery) in self.rows.iter().enumerate() {
            let Some(keys) = examined.get(&DeliveryId::of(delivery)) else { continue };
            if self.requested.contains(&row) {
                continue;
            }
            if keys.is_empty() {
                self.mark_event_unavailable(row);
            } else {
                self.record_event(row, &keys.iter().cloned().collect());
            }
        }
    }

    /// Pairs each delivery that succeeded, or is replayed, with the latest change that has none yet and is at most
    /// [`TRUSTED_DELAY`] before it. If there is none, takes the latest change at most [`USUAL_NOTIFICATION_DELAY`] before
    /// it or [`CLOCK_SKEW_MAX`] after it.
    pub(super) fn pair_by_time(&mut self) {
        let (mut unpaired, mut next) = (Vec::new(), 0);
        for (row, delivery) in self.rows.iter().enumerate() {
            let is_queued = delivery.result == DeliveryResult::Succeeded || self.replayed.contains(&row);
            let Some(created) = delivery.created.filter(|_| is_queued) else { continue };
            while self.changes.get(next).is_some_and(|change| change.at <= later(created, CLOCK_SKEW_MAX)) {
                unpaired.push(next);
                next += 1;
            }
            let delay = |change: &usize| created.duration_since(self.changes[*change].at);
            // A change before the delivery comes first: that the clocks differ is possible, not certain.
            let just_before = unpaired.iter().rev().take_while(|change| delay(change) <= TRUSTED_DELAY);
            let seems_later = just_before.take_while(|change| delay(change) < SignedDuration::ZERO).count();
            let last = unpaired.len().checked_sub(1);
            let before = last.and_then(|last| last.checked_sub(seems_later));
            let before = before.filter(|index| delay(&unpaired[*index]) <= TRUSTED_DELAY);
            let nearest = last.filter(|index| delay(&unpaired[*index]) <= USUAL_NOTIFICATION_DELAY);
            if let Some(index) = before.or(nearest) {
                let change = unpaired.remove(index);
                (self.row_of[change], self.change_of[row]) = (Some(row), Some(change));
            }
        }
    }

    /// Whether the times alone do not show that the change was delivered.
    pub(super) fn is_ambiguous(&self, change: usize) -> bool {
        let created = self.row_of[change].and_then(|row| self.rows[row].created);
        created.is_none_or(|created| {
            let delay = created.duration_since(self.changes[change].at);
            // A delivery that seems earlier than its change may be that of a change that no list or thread shows.
            delay > TRUSTED_DELAY || delay < SignedDuration::ZERO
        })
    }

    /// Whether the change has no delivery, while the event of a delivery near it was not requested. That delivery was
    /// paired with another change, until the other change's own delivery was found.
    pub(super) fn needs_search(&self, change: usize) -> bool {
        self.row_of[change].is_none() && !self.unread_rows_near(change).is_empty()
    }

    /// Deliveries that may be that of the change and whose event was not requested, the nearest first: all within the usual
    /// delay, and those without a change that came even later.
    pub(super) fn unread_rows_near(&self, change: usize) -> Vec<usize> {
        let at = self.changes[change].at;
        let mut rows: Vec<usize> = self
            .rows_between(earlier(at, CLOCK_SKEW_MAX), later(at, NOTIFICATION_DELAY_MAX))
            .filter(|row| !self.requested.contains(row) && self.rows[*row].result != DeliveryResult::Other)
            .filter(|row| self.delay(*row, at) <= USUAL_NOTIFICATION_DELAY || self.change_of[*row].is_none())
            .collect();
        rows.sort_by_key(|row| self.delay(*row, at));
        rows
    }

    /// Records the keys of the event of a delivery. Returns the change that had been paired with the delivery by mistake.
    pub(super) fn record_event(&mut self, row: usize, keys: &BTreeSet<String>) -> Option<usize> {
        self.requested.insert(row);
        let paired = self.change_of[row];
        let created = self.rows[row].created?;
        let (from, until) = (earlier(created, NOTIFICATION_DELAY_MAX), later(created, CLOCK_SKEW_MAX));
        let first = self.changes.partition_point(|change| change.at < from);
        let end = self.changes.partition_point(|change| change.at <= until);
        let is_of_row = |change: &usize| {
            !self.confirmed.contains(change)
                && self.changes[*change].keys().iter().any(|key| keys.contains(key))
        };
        let change = (first..end).rev().find(is_of_row);
        if let Some(change) = change {
            self.confirmed.insert(change);
            if let Some(other) = self.row_of[change].replace(row) {
                self.change_of[other] = None;
            }
        }
        self.change_of[row] = change;
        let mistaken = paired.filter(|paired| Some(*paired) != change)?;
        self.row_of[mistaken] = None;
        Some(mistaken)
    }

    /// Unpairs the unread replayed deliveries near `change`, and near each change thereby unpaired. A failure starts a
    /// probation, so that one of the changes near it was missed: which one is unknown while the events are not read.
    /// Returns the changes, the given one first.
    pub(super) fn unpair_around(&mut self, change: usize) -> Vec<usize> {
        let mut around = vec![change];
        let mut next = 0;
        while let Some(change) = around.get(next).copied() {
            next += 1;
            let at = self.changes[change].at;
            let rows = self.rows_between(earlier(at, CLOCK_SKEW_MAX), later(at, TRUSTED_DELAY));
            for row in rows.filter(|row| self.replayed.contains(row) && !self.requested.contains(row)) {
                if let Some(other) = self.change_of[row].filter(|other| *other != change) {
                    (self.change_of[row], self.row_of[other]) = (None, None);
                    around.push(other);
                }
            }
        }
        around
    }

    /// Records that the log does not show the event of a delivery. A replayed delivery without an event cannot be queued,
    /// so it is unpaired. Returns its former change.
    pub(super) fn mark_event_unavailable(&mut self, row: usize) -> Option<usize> {
        self.requested.insert(row);
        let change = self.change_of[row].filter(|_| self.replayed.contains(&row))?;
        (self.change_of[row], self.row_of[change]) = (None, None);
        Some(change)
    }

    /// Records that the log hides the events of a subscription. Returns the changes that had been paired with them, as
    /// [`mark_event_unavailable`](Self::mark_event_unavailable).
    pub(super) fn mark_events_hidden(&mut self, subscription_id: &str) -> Vec<usize> {
        let rows = self.rows;
        let hidden = (0..rows.len()).filter(|row| rows[*row].subscription_id == subscription_id);
        hidden.filter_map(|row| self.mark_event_unavailable(row)).collect()
    }

    /// The deliveries near the change that belong to no other change and whose event is not shown, among those that did not
    /// succeed or cannot be read.
    pub(super) fn unpaired_rows_near(&self, change: usize) -> impl Iterator<Item = usize> {
        let at = self.changes[change].at;
        let near = self.rows_between(earlier(at, CLOCK_SKEW_MAX), later(at, USUAL_NOTIFICATION_DELAY));
        near.filter(|row| {
            let result = self.rows[*row].result;
            let is_open = matches!(result, DeliveryResult::Failed | DeliveryResult::Pending);
            (is_open || self.unreadable.contains(row))
                && self.change_of[*row].is_none()
                && self.requested.contains(row)
        })
    }

    /// Takes the nearest of the [`unpaired_rows_near`](Self::unpaired_rows_near) for the change.
    pub(super) fn take_unpaired_row(&mut self, change: usize) -> Option<usize> {
        let at = self.changes[change].at;
        let row = self.unpaired_rows_near(change).min_by_key(|row| self.delay(*row, at))?;
        // No other change takes this delivery. `row_of` stays empty, since a change with a delivery counts as delivered.
        self.change_of[row] = Some(change);
        Some(row)
    }

    fn rows_between(&self, from: Timestamp, until: Timestamp) -> std::ops::Range<usize> {
        let first = self.rows.partition_point(|row| row.created.is_none_or(|created| created < from));
        let end = self.rows.partition_point(|row| row.created.is_none_or(|created| created <= until));
        first..end
    }

    /// Time between `at` and the delivery.
    fn delay(&self, row: usize, at: Timestamp) -> SignedDuration {
        self.rows[row].created.map_or(SignedDuration::MAX, |created| created.duration_since(at).abs())
    }
}
