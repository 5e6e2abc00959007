//! Reconciles changes with the delivery log: finds out which were delivered. Where their times leave a doubt, the events of
//! deliveries are requested.
//!
//! The log lists deliveries without their events, and each event takes one more call: it is requested only near a change
//! without a delivery, and for deliveries that came late. A change is delivered when its delivery succeeded, or when `watch`
//! has replayed it since.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryResult, LoggedDelivery, LoggedEvent};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::change::{Change, keys_of};
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::pairing::Pairing;
use crate::recovery::{
    Failures, HasTime, NOTIFICATION_DELAY_MAX, PENDING_MAX, PROBATION_RETRIES_MAX, Recovery,
};
use crate::subscriptions::kind::SubscriptionKind;

/// Most events that are requested for one set of changes.
const CHECKS_MAX: usize = 50;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeOutcome {
    /// A receiver has accepted its delivery, or `watch` has replayed it.
    Delivered,
    /// The delivery with this index in the log is that of the change. It failed, and the log does not show its event.
    NotShown(usize),
    /// It was not delivered.
    Missed,
    /// It may still be delivered.
    Pending,
    /// The time was over, or [`CHECKS_MAX`] events were requested, before the deliveries near it were read.
    Undetermined,
}

/// Changes to reconcile with the log, and what is known of them.
pub(crate) struct ReconciliationInput<'a> {
    /// The kind of their events.
    pub(crate) kind: SubscriptionKind,
    /// Changes before this time only account for deliveries: their outcomes mean nothing.
    pub(crate) from: Timestamp,
    /// So do changes after this time.
    pub(crate) until: Timestamp,
    /// The changes, in order of their times.
    pub(crate) changes: &'a [Change],
    /// The deliveries of that time in the log, oldest first.
    pub(crate) rows: &'a [LoggedDelivery],
    /// Deliveries of which it is known that the log does not show their events.
    pub(crate) not_shown: &'a BTreeSet<DeliveryId>,
    /// Deliveries, by their indices, that did not succeed and that `watch` has replayed, or replays once they have failed.
    pub(crate) replayed: &'a BTreeSet<usize>,
    /// Changes, by their indices, that were delivered or queued.
    pub(crate) handled: &'a BTreeSet<usize>,
    /// Deliveries whose events earlier passes have read, with the keys of those events; none where the log does not
    /// show them.
    pub(crate) examined: &'a BTreeMap<DeliveryId, Vec<String>>,
    /// Whether there may be deliveries of changes that are not among these, such as those of other repositories. A delivery
    /// that comes long after a change is not taken for that of the change then, unless its event shows it.
    pub(crate) is_partial: bool,
    /// Whether there is time for another request.
    pub(crate) has_time: HasTime<'a>,
}

/// What became of a set of changes.
#[derive(Debug)]
pub(crate) struct Reconciliation {
    /// One for each change, in their order.
    pub(crate) outcomes: Vec<ChangeOutcome>,
    /// Changes that are known to be delivered by their events, by their indices. Those with a delivery that has not
    /// ended are left out: it may fail, and its event may be hidden by then.
    pub(crate) confirmed: BTreeSet<usize>,
    /// Deliveries whose events were read and need not be read again, by their indices, with the keys of those events.
    pub(crate) examined: BTreeMap<usize, BTreeSet<String>>,
    /// Whether the bound on requests left doubts about pushes. They count as missed.
    pub(crate) has_doubts: bool,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// Finds out what became of each change of the input.
    ///
    /// # Errors
    ///
    /// An error that concerns every call.
    pub(crate) async fn reconcile(
        &self,
        input: &ReconciliationInput<'_>,
    ) -> Result<Reconciliation, RestError> {
        let (changes, rows) = (input.changes, input.rows);
        let mut pairing = Pairing::new(changes, rows, input.replayed);
        let is_known = |row: &usize| input.not_shown.contains(&DeliveryId::of(&rows[*row]));
        pairing.requested.extend((0..rows.len()).filter(is_known));
        pairing.pair_by_time();
        pairing.apply_earlier_findings(input.examined);
        let is_within = |at: Timestamp| input.from <= at && at <= input.until;
        let is_open = |change: &usize| is_within(changes[*change].at) && !input.handled.contains(change);
        let mut doubtful: VecDeque<usize> =
            (0..changes.len()).filter(|change| pairing.is_doubtful(*change) && is_open(change)).collect();
        let (mut checks_left, mut has_doubts, mut failures) = (CHECKS_MAX, false, Failures::default());
        let (mut undetermined, mut examined) = (BTreeSet::new(), BTreeMap::new());
        while let Some(change) = doubtful.pop_front().or_else(|| {
            let may_read = checks_left > 0 && (input.has_time)();
            (0..changes.len()).find(|change| may_read && is_open(change) && pairing.needs_search(*change))
        }) {
            for row in pairing.unread_rows_near(change) {
                if pairing.confirmed.contains(&change) {
                    break;
                }
                if pairing.requested.contains(&row) {
                    continue;
                }
                // At least one is read, or a pass that is short of time would get nowhere.
                let is_late = checks_left < CHECKS_MAX && !(input.has_time)();
                let Some(left) = checks_left.checked_sub(1).filter(|_| !is_late) else {
                    for change in pairing.unpair_around(change) {
                        // A push may come a second time: the reconstructed event has the same id.
                        if !is_late && changes[change].is_push() && pairing.row_of[change].is_none() {
                            has_doubts = true;
                        } else {
                            undetermined.insert(change);
                        }
                    }
                    break;
                };
                checks_left = left;
                let delivery = &rows[row];
                let kept =
                    self.organization.kept_event(&delivery.subscription_id, delivery.notification_id).await;
                match failures.note(kept)? {
                    Ok(LoggedEvent::Whole(body)) => {
                        let keys: BTreeSet<String> = keys_of(&self.delivered(input.kind, &body)).collect();
                        doubtful.extend(pairing.confirm(row, &keys));
                        if delivery.result != DeliveryResult::Pending {
                            examined.insert(row, keys);
                        }
                    }
                    Ok(LoggedEvent::Hidden) => doubtful.extend(pairing.hide(&delivery.subscription_id)),
                    Ok(LoggedEvent::WithoutContent(_) | LoggedEvent::NotKept) => {
                        doubtful.extend(pairing.note_not_shown(row));
                        examined.insert(row, BTreeSet::new());
                    }
                    Ok(LoggedEvent::Pending) => doubtful.extend(pairing.note_not_shown(row)),
                    Err(_) => {
                        doubtful.extend(pairing.note_not_shown(row));
                        pairing.unreadable.insert(row);
                    }
                }
            }
        }
        let outcomes = (0..changes.len()).map(|change| {
            let is_undetermined = undetermined.contains(&change) && !pairing.confirmed.contains(&change);
            if is_undetermined {
                ChangeOutcome::Undetermined
            } else {
                self.outcome(&mut pairing, change, input.is_partial)
            }
        });
        let outcomes = outcomes.collect();
        let mut confirmed = pairing.confirmed;
        let has_ended = |row: usize| rows[row].result != DeliveryResult::Pending;
        confirmed.retain(|change| pairing.row_of[*change].is_some_and(has_ended));
        Ok(Reconciliation { outcomes, confirmed, examined, has_doubts })
    }

    fn outcome(&self, pairing: &mut Pairing<'_>, change: usize, is_partial: bool) -> ChangeOutcome {
        let is_sure = || pairing.confirmed.contains(&change) || !pairing.is_doubtful(change);
        if pairing.row_of[change].is_some() && (!is_partial || is_sure()) {
            return ChangeOutcome::Delivered;
        }
        // A push need not wait: the reconstructed event has the same id as the delivered one.
        let may_wait = !pairing.changes[change].is_push();
        // Any of several changes near such a delivery may be the one.
        if may_wait && pairing.unpaired_rows_near(change).any(|row| self.may_show_later(pairing, row)) {
            return ChangeOutcome::Pending;
        }
        if let Some(row) = pairing.take_unpaired_row(change) {
            return ChangeOutcome::NotShown(row);
        }
        let is_recent = self.now.duration_since(pairing.changes[change].at) < NOTIFICATION_DELAY_MAX;
        if may_wait && is_recent { ChangeOutcome::Pending } else { ChangeOutcome::Missed }
    }

    /// Whether a later pass may find out which change the delivery is about.
    fn may_show_later(&self, pairing: &Pairing<'_>, row: usize) -> bool {
        let delivery = &pairing.rows[row];
        let may_be_read = pairing.unreadable.contains(&row) && self.age(delivery) < PROBATION_RETRIES_MAX;
        may_be_read || self.may_be_delivered(delivery)
    }

    /// Whether Azure DevOps may still deliver the delivery, or show its event.
    pub(crate) fn may_be_delivered(&self, delivery: &LoggedDelivery) -> bool {
        let is_foreign = self.foreign.contains(&delivery.subscription_id);
        let wait_max = if is_foreign { PENDING_MAX } else { PROBATION_RETRIES_MAX };
        delivery.result == DeliveryResult::Pending && self.age(delivery) < wait_max
    }

    /// Time since the notification was made.
    pub(crate) fn age(&self, delivery: &LoggedDelivery) -> SignedDuration {
        delivery.created.map_or(SignedDuration::ZERO, |created| self.now.duration_since(created))
    }
}
