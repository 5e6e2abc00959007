//! `replay`: what was missed, through the same normalizer to the same queue with the same ids.

use std::time::Duration;

use jiff::Timestamp;

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps as _;
use crate::integration::name::IntegrationName;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::quarantine::assemble::QuarantinedDelivery;
use crate::quarantine::assemble::assemble;
use crate::quarantine::port::{BATCH_MESSAGES_MAX, Quarantine, ReceiptHandle};
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::Setup;
use crate::setup::error::Context as _;
use crate::setup::error::{Code, SetupError};
use crate::setup::report::Report;
use crate::setup::request::{Replay, ReplaySource};
use crate::subscriptions::webhook_url::{Ownership, change_of};

/// For how long quarantined messages are kept from others while they are replayed.
const HIDDEN_FOR: Duration = Duration::from_secs(300);

/// Most messages of the quarantine that one run takes. Run again for more.
const QUARANTINE_MESSAGES_MAX: usize = 1000;

impl<P: Ports> Setup<P> {
    pub(super) async fn replay(&self, request: Replay) -> Result<Report, SetupError> {
        let mut report = Report::of("replay");
        report.integration = Some(request.integration.to_string());
        let queued = match request.what {
            ReplaySource::Failed { from, to } => {
                let to = to.unwrap_or_else(|| self.integrations.clock.now());
                self.replay_failed(&request.integration, from, to, request.dry_run, &mut report).await?
            }
            ReplaySource::Quarantine => {
                self.replay_quarantine(&request.integration, request.dry_run, &mut report).await?
            }
        };
        report.summary = if request.dry_run {
            format!("{queued} events would be queued")
        } else {
            format!("{queued} events were queued; those that were there before keep their ids")
        };
        report.next = match (request.dry_run, report.remains.is_empty()) {
            (true, _) => "run the same without `dryRun`".to_owned(),
            (false, true) => "nothing".to_owned(),
            (false, false) => "look at what `remains`".to_owned(),
        };
        Ok(report)
    }

    async fn replay_failed(
        &self,
        name: &IntegrationName,
        from: Timestamp,
        to: Timestamp,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let linked = self.integrations.open(name).await?;
        let existing = linked.subscriptions().await?;
        let mut queued = 0;
        for existing in
            existing.iter().filter(|existing| linked.urls.ownership(&existing.url) == Ownership::Ours)
        {
            let failed =
                linked.organization.deliveries(&[&existing.id], DeliveryState::Failed, from, to).await;
            let failed = failed.context("the log of deliveries could not be read")?;
            let change = change_of(&existing.url);
            for delivery in &failed {
                queued += self.again(name, delivery, change.as_deref(), dry_run, report).await?;
            }
            report.checked.push(format!(
                "subscription {} ({}): {} failed deliveries",
                existing.id,
                existing.event_type,
                failed.len()
            ));
        }
        Ok(queued)
    }

    async fn again(
        &self,
        name: &IntegrationName,
        delivery: &LoggedDelivery,
        change: Option<&str>,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let what =
            format!("delivery {} of subscription {}", delivery.notification_id, delivery.subscription_id);
        let Some(body) = &delivery.body else {
            report.remains.push(format!("{what}: Azure DevOps did not keep its event"));
            return Ok(0);
        };
        let received_at = delivery.created.unwrap_or_else(|| self.integrations.clock.now());
        let again =
            Redelivery { integration: name, body: body.as_bytes(), change, activity_id: None, received_at };
        match self.read_again(&again, dry_run).await? {
            RedeliveryOutcome::Queued(events) => Ok(events),
            RedeliveryOutcome::Skipped(_) => Ok(0),
            RedeliveryOutcome::Unreadable(reason) => {
                report.remains.push(format!("{what}: {reason}"));
                Ok(0)
            }
        }
    }

    async fn replay_quarantine(
        &self,
        name: &IntegrationName,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let mut messages = Vec::new();
        while messages.len() < QUARANTINE_MESSAGES_MAX {
            let more = self.quarantine.receive(BATCH_MESSAGES_MAX, HIDDEN_FOR).await?;
            if more.is_empty() {
                break;
            }
            messages.extend(more);
        }
        let assembled = assemble(messages);
        let mut leave: Vec<ReceiptHandle> = Vec::new();
        for incomplete in assembled.incomplete {
            report.remains.push(format!(
                "{}: only {} of {} parts are here",
                incomplete.id, incomplete.have, incomplete.parts
            ));
            leave.extend(incomplete.receipt_handles);
        }
        for unreadable in assembled.unreadable {
            report.remains.push("a message in the quarantine is none of ours".to_owned());
            leave.extend(unreadable.receipt_handles);
        }
        let mut queued = 0;
        for kept in assembled.whole {
            if kept.integration != *name {
                leave.extend(kept.receipt_handles);
                continue;
            }
            let (events, done) = self.kept(&kept, dry_run, report).await?;
            queued += events;
            if done && !dry_run {
                self.quarantine.delete(&kept.receipt_handles).await?;
            } else {
                leave.extend(kept.receipt_handles);
            }
        }
        self.quarantine.hide(&leave, Duration::ZERO).await?;
        Ok(queued)
    }

    /// How many events a kept delivery gave, and whether it is done with.
    async fn kept(
        &self,
        kept: &QuarantinedDelivery,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<(usize, bool), SetupError> {
        let received_at = kept.received_at.unwrap_or_else(|| self.integrations.clock.now());
        let again = Redelivery {
            integration: &kept.integration,
            body: &kept.raw,
            change: kept.change.as_deref(),
            activity_id: kept.activity_id.as_deref(),
            received_at,
        };
        Ok(match self.read_again(&again, dry_run).await? {
            RedeliveryOutcome::Queued(events) => (events, true),
            RedeliveryOutcome::Skipped(reason) => {
                report.checked.push(format!("{}: {reason}", kept.id));
                (0, true)
            }
            RedeliveryOutcome::Unreadable(reason) => {
                report.remains.push(format!("{}: {reason}", kept.id));
                (0, false)
            }
        })
    }
}

impl<P: Ports> Setup<P> {
    async fn read_again(
        &self,
        again: &Redelivery<'_>,
        dry_run: bool,
    ) -> Result<RedeliveryOutcome, SetupError> {
        let queue = (!dry_run).then_some(&self.events);
        again.read(queue).await.map_err(|detail| {
            let message = format!("the events queue did not take an event: {detail}; run this again");
            SetupError::new(Code::QueueUnavailable, message)
        })
    }
}
