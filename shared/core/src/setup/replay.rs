//! `replay`: what was missed, through the same normaliser to the same queue with the same ids.

use std::time::Duration;

use jiff::Timestamp;

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps as _;
use crate::integration::name::IntegrationName;
use crate::ports::MessageQueue;
use crate::quarantine::assemble::KeptDelivery;
use crate::quarantine::assemble::assemble;
use crate::quarantine::port::{BATCH_MESSAGES_MAX, Quarantine, QuarantineError, Receipt};
use crate::receiver::redelivery::{Again, Outcome};
use crate::secrets::store::Vault;
use crate::setup::error::{Code, SetupError};
use crate::setup::report::Report;
use crate::setup::request::{Missed, Replay};
use crate::setup::verify::refusal;
use crate::setup::{Directory, Setup, World};
use crate::subscriptions::webhook_url::{Whose, change_of};

/// For how long quarantined messages are kept from others while they are replayed.
const HIDDEN_FOR: Duration = Duration::from_secs(300);

/// Most messages of the quarantine that one run takes. Run again for more.
const QUARANTINE_MESSAGES_MAX: usize = 1000;

impl<D, V, Q, K, W> Setup<D, V, Q, K, W>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    K: Quarantine + Send + Sync,
    W: World + Send + Sync,
{
    pub(super) async fn replay(&self, request: Replay) -> Result<Report, SetupError> {
        let mut report = Report::of("replay");
        report.integration = Some(request.integration.to_string());
        let queued = match request.what {
            Missed::Failed { from, to } => {
                let to = to.unwrap_or_else(|| self.world.now());
                self.replay_failed(&request.integration, from, to, request.dry_run, &mut report).await?
            }
            Missed::Quarantine => {
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
        let linked = self.linked(name).await?;
        let existing = linked.subscriptions().await?;
        let mut queued = 0;
        for existing in existing.iter().filter(|existing| linked.urls.whose(&existing.url) == Whose::Ours) {
            let failed =
                linked.organization.deliveries(&[&existing.id], DeliveryState::Failed, from, to).await;
            let failed =
                failed.map_err(|error| refusal(&error, "the log of deliveries could not be read"))?;
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
        let received_at = delivery.created.unwrap_or_else(|| self.world.now());
        let again =
            Again { integration: name, body: body.as_bytes(), change, activity_id: None, received_at };
        match self.read_again(&again, dry_run).await? {
            Outcome::Queued(events) => Ok(events),
            Outcome::NothingToDo(_) => Ok(0),
            Outcome::NotUnderstood(reason) => {
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
            let more = self.quarantine.receive(BATCH_MESSAGES_MAX, HIDDEN_FOR).await.map_err(unavailable)?;
            if more.is_empty() {
                break;
            }
            messages.extend(more);
        }
        let assembled = assemble(messages);
        let mut leave: Vec<Receipt> = Vec::new();
        for incomplete in assembled.incomplete {
            report.remains.push(format!(
                "{}: only {} of {} parts are here",
                incomplete.id, incomplete.have, incomplete.parts
            ));
            leave.extend(incomplete.receipts);
        }
        for unreadable in assembled.unreadable {
            report.remains.push("a message in the quarantine is none of ours".to_owned());
            leave.extend(unreadable.receipts);
        }
        let mut queued = 0;
        for kept in assembled.whole {
            if kept.integration != *name {
                leave.extend(kept.receipts);
                continue;
            }
            let (events, done) = self.kept(&kept, dry_run, report).await?;
            queued += events;
            if done && !dry_run {
                self.quarantine.delete(&kept.receipts).await.map_err(unavailable)?;
            } else {
                leave.extend(kept.receipts);
            }
        }
        self.quarantine.hide(&leave, Duration::ZERO).await.map_err(unavailable)?;
        Ok(queued)
    }

    /// How many events a kept delivery gave, and whether it is done with.
    async fn kept(
        &self,
        kept: &KeptDelivery,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<(usize, bool), SetupError> {
        let received_at = kept.received_at.unwrap_or_else(|| self.world.now());
        let again = Again {
            integration: &kept.integration,
            body: &kept.raw,
            change: kept.change.as_deref(),
            activity_id: kept.activity_id.as_deref(),
            received_at,
        };
        Ok(match self.read_again(&again, dry_run).await? {
            Outcome::Queued(events) => (events, true),
            Outcome::NothingToDo(reason) => {
                report.checked.push(format!("{}: {reason}", kept.id));
                (0, true)
            }
            Outcome::NotUnderstood(reason) => {
                report.remains.push(format!("{}: {reason}", kept.id));
                (0, false)
            }
        })
    }
}

impl<D, V, Q: MessageQueue, K, W> Setup<D, V, Q, K, W> {
    async fn read_again(&self, again: &Again<'_>, dry_run: bool) -> Result<Outcome, SetupError> {
        let queue = (!dry_run).then_some(&self.events);
        again.read(queue).await.map_err(|detail| {
            let message = format!("the events queue did not take an event: {detail}; run this again");
            SetupError::new(Code::QueueUnavailable, message)
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn unavailable(error: QuarantineError) -> SetupError {
    SetupError::new(Code::QueueUnavailable, error.to_string())
}
