//! Reads the failed deliveries of all subscriptions from the delivery log, part of the period by part, oldest first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, PassedOver, failed_call};
use crate::setup::batches::Batches;
use crate::setup::report::{Report, shorten};
use crate::subscriptions::describe::describe_existing;

/// How far back the log reaches. What is before is read as one part.
const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The length of the other parts. The deliveries of one are held in memory.
const PART: SignedDuration = SignedDuration::from_hours(48);

/// A period, up to and including `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// The failed deliveries of a period.
pub(super) struct FailedRows<'a> {
    ours: &'a BTreeMap<&'a str, &'a ExistingSubscription>,
    parts: VecDeque<Period>,
    /// The deliveries of the part that was read last.
    rows: VecDeque<LoggedDelivery>,
    /// The ids of the subscriptions whose log is refused.
    refused: BTreeSet<String>,
    unread: PassedOver,
    /// The start of the present part.
    at: Timestamp,
    stopped_at: Option<Timestamp>,
    /// Why the run stopped before it had read the whole log.
    reason: Option<OperatorError>,
}

impl<'a> FailedRows<'a> {
    pub(super) fn of(
        ours: &'a BTreeMap<&'a str, &'a ExistingSubscription>,
        period: Period,
        now: Timestamp,
    ) -> Self {
        Self {
            ours,
            parts: parts(period, now),
            rows: VecDeque::new(),
            refused: BTreeSet::new(),
            unread: PassedOver::default(),
            at: period.from,
            stopped_at: None,
            reason: None,
        }
    }

    /// The next delivery; `None` after the last one, and when the time to read the log is over.
    ///
    /// # Errors
    ///
    /// A failure that concerns every call. One that ends the run is an error only before the first part was read.
    pub(super) async fn next(
        &mut self,
        organization: &impl AzureDevOps,
    ) -> Result<Option<LoggedDelivery>, OperatorError> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Ok(Some(row));
            }
            let Some(part) = self.parts.pop_front() else { return Ok(None) };
            let is_first = part.from == self.at;
            self.at = part.from;
            match self.read(organization, part).await {
                Ok(rows) => self.rows = rows.into(),
                Err(error) if error.ends_run() && !is_first => {
                    (self.stopped_at, self.reason) = (Some(part.from), Some(error));
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends the run before this delivery.
    pub(super) fn stop_at(&mut self, delivery: &LoggedDelivery) {
        self.stopped_at = Some(delivery.created.unwrap_or(self.at));
    }

    /// Where the next run has to begin; `None` when this one came to the end.
    pub(super) fn stopped_at(&self) -> Option<Timestamp> {
        self.stopped_at
    }

    /// Names the subscriptions whose log is refused.
    ///
    /// # Errors
    ///
    /// When it is that of all of them.
    pub(super) fn report(self, report: &mut Report) -> Result<(), OperatorError> {
        report.warnings.extend(self.reason.map(|error| error.to_string()));
        if self.refused.len() == self.ours.len() {
            return self.unread.into_result();
        }
        report.remains.extend(shorten(self.unread.messages().collect()));
        Ok(())
    }

    /// The failed deliveries of a part, oldest first, with one query for all subscriptions if none is refused.
    async fn read(
        &mut self,
        organization: &impl AzureDevOps,
        part: Period,
    ) -> Result<Vec<LoggedDelivery>, OperatorError> {
        let ids: Vec<&str> = self.ours.keys().copied().filter(|id| !self.refused.contains(*id)).collect();
        let (mut batches, mut rows) = (Batches::of(&ids), Vec::new());
        while let Some(ids) = batches.next() {
            let failed = organization.deliveries(ids, DeliveryState::Failed, part.from, part.to).await;
            match failed {
                Ok(failed) => {
                    rows.extend(failed);
                    self.unread.note(Ok(()))?;
                }
                Err(error) if error.concerns() == Concerns::OneItem && ids.len() > 1 => {
                    batches.split(ids, &error);
                }
                Err(error) => {
                    let failure = self.failed_call(ids, &error);
                    self.unread.note::<()>(Err(failure))?;
                    self.refused.extend(ids.iter().map(|id| (*id).to_owned()));
                }
            }
        }
        // Azure DevOps is asked for whole seconds, and one second may be of two parts.
        rows.retain(|row| row.created.is_none_or(|created| part.from <= created && created <= part.to));
        rows.sort_by_key(|row| (row.created, row.notification_id));
        Ok(rows)
    }

    fn failed_call(&self, ids: &[&str], error: &RestError) -> OperatorError {
        let subject = ids.first().and_then(|id| self.ours.get(id)).filter(|_| ids.len() == 1);
        let subject =
            subject.map_or_else(|| "the subscriptions".to_owned(), |existing| describe_existing(existing));
        failed_call(error, &format!("the delivery log of {subject} could not be read"))
    }
}

/// The parts of a period, in order.
fn parts(period: Period, now: Timestamp) -> VecDeque<Period> {
    let mut parts = VecDeque::new();
    let retained = now.saturating_sub(LOG_RETENTION).unwrap_or(now);
    let (mut from, mut until) = (period.from, period.from.max(retained));
    loop {
        until = until.saturating_add(PART).unwrap_or(period.to).min(period.to);
        parts.push_back(Period { from, to: until });
        if until >= period.to {
            return parts;
        }
        // The end of a part belongs to it.
        from = until.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(until);
    }
}
