//! `replay`: queues the events of failed or quarantined deliveries, with the ids they had or would have had.

mod failed;
mod not_recovered;
mod not_shown;
mod rows;

use std::time::Duration;

use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::ports::{Clock as _, Ports};
use crate::quarantine::assemble::{QuarantinedDelivery, assemble};
use crate::queue_receiver::{BATCH_MESSAGES_MAX, QueueReceiver, ReceiptHandle};
use crate::receiver::redelivery::{Queues, Redelivery, RedeliveryOutcome};
use crate::setup::Setup;
use crate::setup::replay::failed::Replayed;
use crate::setup::replay::rows::Period;
use crate::setup::report::Report;
use crate::setup::request::{Replay, ReplaySource};

/// Visibility timeout of quarantined messages during a replay.
const VISIBILITY_TIMEOUT: Duration = Duration::from_secs(300);

/// Once a run has received this many messages of the quarantine, it receives no more. The next run replays the rest.
const QUARANTINE_MESSAGES_MAX: usize = 1000;

/// The same for their bytes, all of which are held in the memory of the function.
const QUARANTINE_BYTES_MAX: usize = 40 * 1024 * 1024;

impl<P: Ports> Setup<P> {
    pub(super) async fn replay(&self, request: Replay) -> Result<Report, OperatorError> {
        let mut report = Report::of("replay");
        report.integration = Some(request.integration.to_string());
        let Replayed { queued, continue_from } = match request.source {
            ReplaySource::Failed { from, to } => {
                let to = to.unwrap_or_else(|| self.integrations.clock.now());
                let period = Period { from, to };
                self.replay_failed(&request.integration, period, request.dry_run, &mut report).await?
            }
            ReplaySource::Quarantine => {
                let queued =
                    self.replay_quarantine(&request.integration, request.dry_run, &mut report).await?;
                Replayed { queued, ..Replayed::default() }
            }
        };
        report.detail("events", queued);
        report.summary = if request.dry_run {
            format!("{queued} events would be queued")
        } else {
            format!("{queued} events queued; events that were queued before have the same ids again")
        };
        report.next = match (request.dry_run, report.remains.is_empty()) {
            (true, _) => "run the same request without `dryRun`".to_owned(),
            (false, true) => "nothing".to_owned(),
            (false, false) => "see `remains`".to_owned(),
        };
        if let Some(from) = continue_from {
            report.summary =
                format!("incomplete, since the time of the function is over: {}", report.summary);
            report.next =
                format!("run the same request with `from`: {from}, before which everything is done");
            report.detail("continueFrom", from.to_string());
        }
        Ok(report)
    }

    /// Replays the quarantined deliveries of an integration. Returns the number of events.
    async fn replay_quarantine(
        &self,
        name: &IntegrationName,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, OperatorError> {
        let mut messages = Vec::new();
        let mut bytes = 0;
        while messages.len() < QUARANTINE_MESSAGES_MAX && bytes < QUARANTINE_BYTES_MAX {
            let received = self.quarantine.receive(BATCH_MESSAGES_MAX, VISIBILITY_TIMEOUT).await?;
            if received.is_empty() {
                break;
            }
            bytes += received.iter().map(|message| message.body.len()).sum::<usize>();
            messages.extend(received);
        }
        let assembled = assemble(messages);
        let mut unhide: Vec<ReceiptHandle> = Vec::new();
        for incomplete in assembled.incomplete {
            report.remains.push(format!(
                "{}: only {} of {} parts are in the quarantine",
                incomplete.id, incomplete.have, incomplete.parts
            ));
            unhide.extend(incomplete.receipt_handles);
        }
        for unreadable in assembled.unreadable {
            report.remains.push("the quarantine holds a message that Hookpost cannot read".to_owned());
            unhide.extend(unreadable.receipt_handles);
        }
        let mut queued = 0;
        for delivery in assembled.whole {
            if delivery.integration != *name {
                unhide.extend(delivery.receipt_handles);
                continue;
            }
            let (events, is_settled) = self.replay_quarantined(&delivery, dry_run, report).await?;
            queued += events;
            if is_settled && !dry_run {
                self.quarantine.delete(&delivery.receipt_handles).await?;
            } else {
                unhide.extend(delivery.receipt_handles);
            }
        }
        self.quarantine.hide(&unhide, Duration::ZERO).await?;
        Ok(queued)
    }

    /// Replays a quarantined delivery. Returns the number of events, and whether the delivery can leave the quarantine.
    async fn replay_quarantined(
        &self,
        delivery: &QuarantinedDelivery,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<(usize, bool), OperatorError> {
        let received_at = delivery.received_at.unwrap_or_else(|| self.integrations.clock.now());
        let redelivery = Redelivery {
            integration: &delivery.integration,
            body: &delivery.raw,
            change: delivery.change.as_deref(),
            activity_id: delivery.activity_id.as_deref(),
            received_at,
        };
        Ok(match self.redeliver(&redelivery, dry_run).await? {
            RedeliveryOutcome::Queued(events) => (events, true),
            RedeliveryOutcome::Skipped(reason) => {
                report.checked.push(format!("{}: {reason}", delivery.id));
                (0, true)
            }
            RedeliveryOutcome::Unreadable(reason) => {
                report.remains.push(format!("{}: {reason}", delivery.id));
                (0, false)
            }
        })
    }

    /// Queues the events of a delivery. A dry run only counts them.
    async fn redeliver(
        &self,
        redelivery: &Redelivery<'_>,
        dry_run: bool,
    ) -> Result<RedeliveryOutcome, OperatorError> {
        let queues = Queues { events: &self.events, deliveries: self.deliveries.as_ref() };
        redelivery.process((!dry_run).then_some(queues)).await.map_err(|detail| {
            let message = format!("a queue did not take an event: {detail}; run this again");
            OperatorError::new(ErrorCode::QueueUnavailable, message)
        })
    }
}
