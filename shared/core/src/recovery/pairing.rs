//! Pairs changes with deliveries by their times, to find the changes that were not delivered.
//!
//! The log lists deliveries without their events, and each event takes one more call. Azure DevOps makes a notification
//! about a second after its event. So each delivery that succeeded is paired with the latest change before it. The event of
//! a delivery is requested only where the times leave a doubt: near a change without a delivery, and for deliveries that came
//! late. A change is delivered when its delivery succeeded, or when `watch` has replayed it since.
//!
//! Assumption: a delivery that succeeded within [`TRUSTED_DELAY`] after a change, and is nearer to no other change, is that of
//! the change. If it is not, the change is missed without a trace. That takes a change that was lost, followed within
//! seconds by a delivery of a change that neither list nor thread shows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryResult, KeptEvent, LoggedDelivery};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::change::{Change, keys_of};
use crate::recovery::{
    CLOCK_DIFFERENCE_MAX, Failures, HasTime, NOTIFICATION_DELAY_MAX, PENDING_MAX, RETRIES_MAX, Recovery,
    USUAL_NOTIFICATION_DELAY, earlier, later,
};
use crate::subscriptions::kind::SubscriptionKind;

/// Delay of a notification up to which its time alone shows which change it is about. The usual delay is about a second.
const TRUSTED_DELAY: SignedDuration = SignedDuration::from_secs(5);

/// Most events that are requested for one set of changes.
const CHECKS_MAX: usize = 50;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A receiver has accepted its delivery, or `watch` has replayed it.
    Delivered,
    /// The delivery with this index in the log is that of the change. It failed, and the log does not show its event.
    NotShown(usize),
    /// It was not delivered.
    Missed,
    /// It may still be delivered.
    Pending,
    /// The time was over, or as many events were requested as one pass may, before the deliveries near it were read.
    Unjudged,
}

/// Changes to judge, and what is known of them.
pub(crate) struct Case<'a> {
    /// The kind of their events.
    pub(crate) kind: SubscriptionKind,
    /// Changes before this time only account for deliveries: their verdicts mean nothing.
    pub(crate) from: Timestamp,
    /// The changes, in order of their times.
    pub(crate) changes: &'a [Change],
    /// The deliveries of [`Recovery::log`].
    pub(crate) rows: &'a [LoggedDelivery],
    /// Deliveries of which it is known that the log does not show their events.
    pub(crate) not_shown: &'a BTreeSet<DeliveryId>,
    /// Ids of changes that were delivered or queued.
    pub(crate) settled: &'a BTreeMap<String, Timestamp>,
    /// Deliveries whose events earlier passes have read, with the keys of those events; none where the log does not show them.
    pub(crate) examined: &'a BTreeMap<DeliveryId, Vec<String>>,
    /// Whether there is time for another request.
    pub(crate) has_time: HasTime<'a>,
}

/// Identifies a delivery.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeliveryId {
    subscription_id: String,
    notification_id: u64,
}

impl DeliveryId {
    /// The id of a delivery of the log.
    pub(crate) fn of(delivery: &LoggedDelivery) -> Self {
        Self { subscription_id: delivery.subscription_id.clone(), notification_id: delivery.notification_id }
    }

    /// The id as text.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.subscription_id, self.notification_id)
    }
}

/// The verdicts on a set of changes.
#[derive(Debug)]
pub(crate) struct Judgment {
    /// One for each change, in their order.
    pub(crate) verdicts: Vec<Verdict>,
    /// Changes that are known to be delivered by their events, by their indices. Those with a delivery that has not ended are
    /// left out: it may fail, and its event may be hidden by then.
    pub(crate) proven: BTreeSet<usize>,
    /// Deliveries whose events were read and need not be read again, by their indices, with the keys of those events.
    pub(crate) examined: BTreeMap<usize, BTreeSet<String>>,
    /// Whether the bound on requests left doubts about pushes. They count as missed.
    pub(crate) has_doubts: bool,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// Judges the changes of a case.
    ///
    /// # Errors
    ///
    /// An error that concerns every call.
    pub(crate) async fn judge(&self, case: &Case<'_>) -> Result<Judgment, RestError> {
        let (changes, rows) = (case.changes, case.rows);
        let mut pairing = Pairing::new(changes, rows);
        let is_known = |row: &usize| case.not_shown.contains(&DeliveryId::of(&rows[*row]));
        pairing.read.extend((0..rows.len()).filter(is_known));
        pairing.pair_by_time();
        pairing.take_over(case.examined);
        let is_open =
            |change: &usize| changes[*change].at >= case.from && !changes[*change].is_in(case.settled);
        let mut doubtful: VecDeque<usize> =
            (0..changes.len()).filter(|change| pairing.is_doubtful(*change) && is_open(change)).collect();
        let (mut checks_left, mut has_doubts, mut failures) = (CHECKS_MAX, false, Failures::default());
        let (mut unjudged, mut examined) = (BTreeSet::new(), BTreeMap::new());
        while let Some(change) = doubtful.pop_front().or_else(|| {
            let may_read = checks_left > 0 && (case.has_time)();
            (0..changes.len()).find(|change| may_read && is_open(change) && pairing.is_searched_for(*change))
        }) {
            for row in pairing.unread_rows_near(change) {
                if pairing.proven.contains(&change) {
                    break;
                }
                if pairing.read.contains(&row) {
                    continue;
                }
                // At least one is read, or a pass that is short of time would get nowhere.
                if checks_left < CHECKS_MAX && !(case.has_time)() {
                    unjudged.insert(change);
                    break;
                }
                let Some(left) = checks_left.checked_sub(1) else {
                    // A push may come a second time: the reconstructed event has the same id.
                    if changes[change].is_push() && pairing.row_of[change].is_none() {
                        has_doubts = true;
                    } else {
                        unjudged.insert(change);
                    }
                    break;
                };
                checks_left = left;
                let delivery = &rows[row];
                let kept =
                    self.organization.kept_event(&delivery.subscription_id, delivery.notification_id).await;
                match failures.note(kept)? {
                    Ok(KeptEvent::Whole(body)) => {
                        let keys: BTreeSet<String> = keys_of(&self.delivered(case.kind, &body)).collect();
                        doubtful.extend(pairing.prove(row, &keys));
                        if delivery.result != DeliveryResult::Pending {
                            examined.insert(row, keys);
                        }
                    }
                    Ok(KeptEvent::Hidden) => pairing.hide(&delivery.subscription_id),
                    Ok(KeptEvent::WithoutContent(_) | KeptEvent::NotKept) => {
                        pairing.read.insert(row);
                        examined.insert(row, BTreeSet::new());
                    }
                    Ok(KeptEvent::Pending) => {
                        pairing.read.insert(row);
                    }
                    Err(_) => {
                        pairing.read.insert(row);
                        pairing.unreadable.insert(row);
                    }
                }
            }
        }
        let verdicts = (0..changes.len()).map(|change| {
            let is_unjudged = unjudged.contains(&change) && !pairing.proven.contains(&change);
            if is_unjudged { Verdict::Unjudged } else { self.verdict(&mut pairing, change) }
        });
        let verdicts = verdicts.collect();
        let mut proven = pairing.proven;
        let has_ended = |row: usize| rows[row].result != DeliveryResult::Pending;
        proven.retain(|change| pairing.row_of[*change].is_some_and(has_ended));
        Ok(Judgment { verdicts, proven, examined, has_doubts })
    }

    fn verdict(&self, pairing: &mut Pairing<'_>, change: usize) -> Verdict {
        if pairing.row_of[change].is_some() {
            return Verdict::Delivered;
        }
        // A push need not wait: the reconstructed event has the same id as the delivered one.
        let may_wait = !pairing.changes[change].is_push();
        // Any of several changes near such a delivery may be the one.
        if may_wait && pairing.unpaired_rows_near(change).any(|row| self.may_show_later(pairing, row)) {
            return Verdict::Pending;
        }
        if let Some(row) = pairing.take_unpaired_row(change) {
            return Verdict::NotShown(row);
        }
        let is_recent = self.now.duration_since(pairing.changes[change].at) < NOTIFICATION_DELAY_MAX;
        if may_wait && is_recent { Verdict::Pending } else { Verdict::Missed }
    }

    /// Whether a later pass may find out which change the delivery is about.
    fn may_show_later(&self, pairing: &Pairing<'_>, row: usize) -> bool {
        let delivery = &pairing.rows[row];
        let may_be_read = pairing.unreadable.contains(&row) && self.age(delivery) < RETRIES_MAX;
        may_be_read || self.may_be_delivered(delivery)
    }

    /// Whether Azure DevOps may still deliver the delivery, or show its event.
    pub(crate) fn may_be_delivered(&self, delivery: &LoggedDelivery) -> bool {
        let is_foreign = self.foreign.contains(&delivery.subscription_id);
        let patience = if is_foreign { PENDING_MAX } else { RETRIES_MAX };
        delivery.result == DeliveryResult::Pending && self.age(delivery) < patience
    }

    /// Time since the notification was made.
    pub(crate) fn age(&self, delivery: &LoggedDelivery) -> SignedDuration {
        delivery.created.map_or(SignedDuration::ZERO, |created| self.now.duration_since(created))
    }
}

/// Changes and deliveries, and which belong together.
struct Pairing<'a> {
    changes: &'a [Change],
    rows: &'a [LoggedDelivery],
    /// The delivery of each change.
    row_of: Vec<Option<usize>>,
    /// The change of each delivery.
    change_of: Vec<Option<usize>>,
    /// Changes whose delivery is known by its event.
    proven: BTreeSet<usize>,
    /// Deliveries whose event was requested.
    read: BTreeSet<usize>,
    /// Those of them that Azure DevOps failed to show.
    unreadable: BTreeSet<usize>,
}

impl<'a> Pairing<'a> {
    fn new(changes: &'a [Change], rows: &'a [LoggedDelivery]) -> Self {
        Self {
            changes,
            rows,
            row_of: vec![None; changes.len()],
            change_of: vec![None; rows.len()],
            proven: BTreeSet::new(),
            read: BTreeSet::new(),
            unreadable: BTreeSet::new(),
        }
    }

    /// Takes over what earlier passes know of the deliveries.
    fn take_over(&mut self, examined: &BTreeMap<DeliveryId, Vec<String>>) {
        for (row, delivery) in self.rows.iter().enumerate() {
            let Some(keys) = examined.get(&DeliveryId::of(delivery)) else { continue };
            if !self.read.insert(row) {
                continue;
            }
            if !keys.is_empty() {
                self.prove(row, &keys.iter().cloned().collect());
            }
        }
    }

    /// Pairs each delivery that succeeded with the latest change before it that has none yet, or with one at most a second
    /// after it.
    fn pair_by_time(&mut self) {
        let (mut unpaired, mut next) = (Vec::new(), 0);
        for (row, delivery) in self.rows.iter().enumerate() {
            let Some(created) = delivery.created.filter(|_| delivery.result == DeliveryResult::Succeeded)
            else {
                continue;
            };
            while self
                .changes
                .get(next)
                .is_some_and(|change| change.at <= later(created, CLOCK_DIFFERENCE_MAX))
            {
                unpaired.push(next);
                next += 1;
            }
            let delay = |change: &usize| created.duration_since(self.changes[*change].at);
            // A change that seems later than the delivery comes second: the clocks may differ, and need not.
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
    fn is_doubtful(&self, change: usize) -> bool {
        let created = self.row_of[change].and_then(|row| self.rows[row].created);
        created.is_none_or(|created| {
            let delay = created.duration_since(self.changes[change].at);
            // A delivery that seems earlier than its change may be that of one that leaves no trace.
            delay > TRUSTED_DELAY || delay < SignedDuration::ZERO
        })
    }

    /// Whether the change has no delivery, and one that may be its own was not read: it belonged to another change before that
    /// one's own was found.
    fn is_searched_for(&self, change: usize) -> bool {
        self.row_of[change].is_none() && !self.unread_rows_near(change).is_empty()
    }

    /// Deliveries that may be that of the change and whose event was not requested, the nearest first: all within the usual
    /// delay, and those without a change that came even later.
    fn unread_rows_near(&self, change: usize) -> Vec<usize> {
        let at = self.changes[change].at;
        let mut rows: Vec<usize> = self
            .rows_between(earlier(at, CLOCK_DIFFERENCE_MAX), later(at, NOTIFICATION_DELAY_MAX))
            .filter(|row| !self.read.contains(row) && self.rows[*row].result != DeliveryResult::Other)
            .filter(|row| self.delay(*row, at) <= USUAL_NOTIFICATION_DELAY || self.change_of[*row].is_none())
            .collect();
        rows.sort_by_key(|row| self.delay(*row, at));
        rows
    }

    /// Records the keys of the event of a delivery. Returns the change that had been paired with the delivery by mistake.
    fn prove(&mut self, row: usize, keys: &BTreeSet<String>) -> Option<usize> {
        self.read.insert(row);
        let paired = self.change_of[row];
        let created = self.rows[row].created?;
        let (from, until) = (earlier(created, NOTIFICATION_DELAY_MAX), later(created, CLOCK_DIFFERENCE_MAX));
        let first = self.changes.partition_point(|change| change.at < from);
        let end = self.changes.partition_point(|change| change.at <= until);
        let is_of_row = |change: &usize| {
            !self.proven.contains(change) && self.changes[*change].keys().iter().any(|key| keys.contains(key))
        };
        let change = (first..end).rev().find(is_of_row);
        if let Some(change) = change {
            self.proven.insert(change);
            if let Some(other) = self.row_of[change].replace(row) {
                self.change_of[other] = None;
            }
        }
        self.change_of[row] = change;
        let mistaken = paired.filter(|paired| Some(*paired) != change)?;
        self.row_of[mistaken] = None;
        Some(mistaken)
    }

    /// Records that the log hides the events of a subscription.
    fn hide(&mut self, subscription_id: &str) {
        let hidden = self.rows.iter().enumerate().filter(|(_, row)| row.subscription_id == subscription_id);
        self.read.extend(hidden.map(|(row, _)| row));
    }

    /// The deliveries near the change that belong to no other change and whose event is not shown, among those that did not
    /// succeed or cannot be read.
    fn unpaired_rows_near(&self, change: usize) -> impl Iterator<Item = usize> {
        let at = self.changes[change].at;
        let near = self.rows_between(earlier(at, CLOCK_DIFFERENCE_MAX), later(at, USUAL_NOTIFICATION_DELAY));
        near.filter(|row| {
            let result = self.rows[*row].result;
            let is_open = matches!(result, DeliveryResult::Failed | DeliveryResult::Pending);
            (is_open || self.unreadable.contains(row))
                && self.change_of[*row].is_none()
                && self.read.contains(row)
        })
    }

    /// Takes the nearest of these deliveries for the change.
    fn take_unpaired_row(&mut self, change: usize) -> Option<usize> {
        let at = self.changes[change].at;
        let row = self.unpaired_rows_near(change).min_by_key(|row| self.delay(*row, at))?;
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
