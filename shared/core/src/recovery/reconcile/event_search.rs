//! Requests the events of deliveries near changes of which the times do not show whether they were delivered.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::recovery::change::keys_of;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::pairing::Pairing;
use crate::recovery::reconcile::input::ReconciliationInput;
use crate::recovery::{Failures, Recovery};

/// Most events that are requested for one set of changes.
pub(super) const EVENTS_MAX: usize = 50;

/// The search for the deliveries of a set of changes. See [`Reconciliation`](super::Reconciliation) for its results.
pub(super) struct EventSearch<'a> {
    input: &'a ReconciliationInput<'a>,
    pub(super) pairing: Pairing<'a>,
    /// Changes to look for next.
    ambiguous: VecDeque<usize>,
    /// How many more events may be requested.
    requests_left: usize,
    failures: Failures,
    /// Changes for which time or requests were used up.
    pub(super) undetermined: BTreeSet<usize>,
    pub(super) examined: BTreeMap<usize, BTreeSet<String>>,
    pub(super) has_unresolved_pushes: bool,
}

impl<'a> EventSearch<'a> {
    /// Pairs by times, and by the events that earlier passes have read.
    pub(super) fn begin(input: &'a ReconciliationInput<'a>) -> Self {
        let mut pairing = Pairing::new(input.changes, input.rows, input.replayed);
        let is_known = |row: &usize| input.not_shown.contains(&DeliveryId::of(&input.rows[*row]));
        pairing.requested.extend((0..input.rows.len()).filter(is_known));
        pairing.pair_by_time();
        pairing.apply_earlier_findings(input.examined);
        let mut search = Self {
            input,
            pairing,
            ambiguous: VecDeque::new(),
            requests_left: EVENTS_MAX,
            failures: Failures::default(),
            undetermined: BTreeSet::new(),
            examined: BTreeMap::new(),
            has_unresolved_pushes: false,
        };
        let is_ambiguous = |change: &usize| search.pairing.is_ambiguous(*change) && search.is_open(*change);
        search.ambiguous = (0..input.changes.len()).filter(is_ambiguous).collect();
        search
    }

    /// The next change to look for. When all that the times left open are done, one whose delivery turned out to be that of
    /// another change.
    pub(super) fn next_ambiguous(&mut self) -> Option<usize> {
        self.ambiguous.pop_front().or_else(|| {
            let may_request = self.requests_left > 0 && (self.input.has_time)();
            let needs_search = |change: &usize| self.is_open(*change) && self.pairing.needs_search(*change);
            (0..self.input.changes.len()).find(|change| may_request && needs_search(change))
        })
    }

    /// Whether it matters what became of the change.
    fn is_open(&self, change: usize) -> bool {
        let at = self.input.changes[change].at;
        self.input.from <= at && at <= self.input.until && !self.input.handled.contains(&change)
    }

    /// Whether no further event is requested for lack of time. At least one is, or a pass that is short of time would make
    /// no progress.
    fn is_out_of_time(&self) -> bool {
        self.requests_left < EVENTS_MAX && !(self.input.has_time)()
    }

    /// Ends the search for the change, and for those whose deliveries may be its own.
    fn give_up(&mut self, change: usize, is_out_of_time: bool) {
        for change in self.pairing.unpair_around(change) {
            // When the requests are used up, a push counts as missed. If it was delivered, the reconstructed event has the
            // same id.
            let is_push = self.input.changes[change].is_push();
            if !is_out_of_time && is_push && self.pairing.row_of[change].is_none() {
                self.has_unresolved_pushes = true;
            } else {
                self.undetermined.insert(change);
            }
        }
    }
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// Requests the events of the deliveries near the change, the nearest first, until one is that of the change.
    pub(super) async fn read_events_near(
        &self,
        change: usize,
        search: &mut EventSearch<'_>,
    ) -> Result<(), RestError> {
        for row in search.pairing.unread_rows_near(change) {
            if search.pairing.confirmed.contains(&change) {
                break;
            }
            // The log hides the events of its subscription, as an earlier one has shown.
            if search.pairing.requested.contains(&row) {
                continue;
            }
            let is_out_of_time = search.is_out_of_time();
            if is_out_of_time || search.requests_left == 0 {
                search.give_up(change, is_out_of_time);
                break;
            }
            search.requests_left -= 1;
            let delivery = &search.input.rows[row];
            let event =
                self.organization.kept_event(&delivery.subscription_id, delivery.notification_id).await;
            let event = search.failures.note(event)?;
            self.record(search, row, event);
        }
        Ok(())
    }

    /// Notes what the log showed of a delivery. Changes that lose their delivery by that are searched for again.
    fn record(&self, search: &mut EventSearch<'_>, row: usize, event: Result<LoggedEvent, RestError>) {
        let EventSearch { pairing, ambiguous, examined, input, .. } = search;
        let delivery = &input.rows[row];
        match event {
            Ok(LoggedEvent::Whole(body)) => {
                let keys: BTreeSet<String> = keys_of(&self.delivered(input.kind, &body)).collect();
                ambiguous.extend(pairing.record_event(row, &keys));
                if delivery.result != DeliveryResult::Pending {
                    examined.insert(row, keys);
                }
            }
            Ok(LoggedEvent::Hidden) => {
                ambiguous.extend(pairing.mark_events_hidden(&delivery.subscription_id));
            }
            Ok(LoggedEvent::WithoutContent(_) | LoggedEvent::NotKept) => {
                ambiguous.extend(pairing.mark_event_unavailable(row));
                examined.insert(row, BTreeSet::new());
            }
            Ok(LoggedEvent::Pending) => ambiguous.extend(pairing.mark_event_unavailable(row)),
            Err(_) => {
                ambiguous.extend(pairing.mark_event_unavailable(row));
                pairing.unreadable.insert(row);
            }
        }
    }
}
