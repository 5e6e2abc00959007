//! Reconciles changes with the delivery log: finds out which were delivered. Where their times are ambiguous, the events of
//! deliveries are requested.
//!
//! The log lists deliveries without their events, and each event takes one more call: it is requested only near a change
//! without a delivery, and for deliveries that came late. A change is delivered when its delivery succeeded, or when `watch`
//! has replayed it since.

mod event_search;
pub(crate) mod input;

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::azure_devops::deliveries::{DeliveryResult, LoggedDelivery};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::pairing::Pairing;
use crate::recovery::reconcile::event_search::EventSearch;
use crate::recovery::reconcile::input::ReconciliationInput;
use crate::recovery::{NOTIFICATION_DELAY_MAX, PENDING_MAX, PROBATION_RETRIES_MAX, Recovery};

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
    /// The time was over, or [`event_search::EVENTS_MAX`] events were requested, before the deliveries near it were read.
    Undetermined,
}

/// What became of a set of changes.
#[derive(Debug)]
pub(crate) struct Reconciliation {
    /// One for each change, in their order.
    pub(crate) outcomes: Vec<ChangeOutcome>,
    /// Changes whose delivered events were read, by their indices. Those with a delivery that has not ended are left out:
    /// it may fail, and its event may be hidden by then.
    pub(crate) confirmed: BTreeSet<usize>,
    /// Deliveries whose events were read and need not be read again, by their indices, with the keys of those events.
    pub(crate) examined: BTreeMap<usize, BTreeSet<String>>,
    /// Whether there were more pushes to look for than events may be requested. They count as missed.
    pub(crate) has_unresolved_pushes: bool,
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
        let mut search = EventSearch::begin(input);
        while let Some(change) = search.next_ambiguous() {
            self.read_events_near(change, &mut search).await?;
        }
        let EventSearch { mut pairing, undetermined, examined, has_unresolved_pushes, .. } = search;
        let outcomes = (0..input.changes.len()).map(|change| {
            let is_undetermined = undetermined.contains(&change) && !pairing.confirmed.contains(&change);
            if is_undetermined {
                ChangeOutcome::Undetermined
            } else {
                self.outcome(&mut pairing, change, input.is_partial)
            }
        });
        let outcomes = outcomes.collect();
        let mut confirmed = pairing.confirmed;
        let has_ended = |row: usize| input.rows[row].result != DeliveryResult::Pending;
        confirmed.retain(|change| pairing.row_of[*change].is_some_and(has_ended));
        Ok(Reconciliation { outcomes, confirmed, examined, has_unresolved_pushes })
    }

    fn outcome(&self, pairing: &mut Pairing<'_>, change: usize, is_partial: bool) -> ChangeOutcome {
        let is_unambiguous = || pairing.confirmed.contains(&change) || !pairing.is_ambiguous(change);
        if pairing.row_of[change].is_some() && (!is_partial || is_unambiguous()) {
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
