//! Replays the deliveries that failed, from Azure DevOps's delivery log.

use jiff::Timestamp;

use crate::azure_devops::deliveries::{DeliveryState, KeptEvent, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::normalize::sample::is_sample_event;
use crate::ports::{Clock as _, Organization, Ports};
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::Setup;
use crate::setup::error::{Context as _, PassedOver, SetupError};
use crate::setup::replay::not_shown::NotShown;
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::webhook_url::{Ownership, change_of};

/// A period, up to and including `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl<P: Ports> Setup<P> {
    /// Replays the deliveries that failed in a period. A subscription whose log cannot be read is passed over. Returns
    /// the number of events.
    pub(super) async fn replay_failed(
        &self,
        name: &IntegrationName,
        period: Period,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let integration = self.integrations.open(name).await?;
        let subscriptions = integration.subscriptions().await?;
        let is_ours =
            |existing: &&ExistingSubscription| integration.urls.ownership(&existing.url) == Ownership::Ours;
        let (mut queued, mut read, mut unread) = (0, 0, PassedOver::default());
        let mut not_shown = Vec::new();
        for subscription in subscriptions.iter().filter(is_ours) {
            let failed = integration
                .organization
                .deliveries(&[&subscription.id], DeliveryState::Failed, period.from, period.to)
                .await
                .context(format!(
                    "the delivery log of {} could not be read",
                    describe_existing(subscription)
                ));
            if let Some(failed) = unread.note(failed)? {
                read += 1;
                let (events, deliveries) =
                    self.replay_each(&integration, subscription, failed, dry_run, report).await?;
                queued += events;
                not_shown.push(NotShown { subscription, deliveries });
            }
        }
        if read == 0 {
            unread.into_result()?;
        } else {
            report.remains.extend(unread.messages());
        }
        Ok(queued + self.replay_not_shown(&integration, not_shown, dry_run, report).await?)
    }

    /// Replays the failed deliveries of a subscription. A delivery whose event cannot be read is passed over. Returns
    /// the number of events, and the deliveries whose events the log does not show.
    async fn replay_each(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        subscription: &ExistingSubscription,
        failed: Vec<LoggedDelivery>,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<(usize, Vec<(LoggedDelivery, KeptEvent)>), SetupError> {
        let (total, mut queued, mut replayed) = (failed.len(), 0, 0);
        let (mut unread, mut not_shown) = (PassedOver::default(), Vec::new());
        for delivery in failed {
            let number = delivery.notification_id;
            let kept = integration.organization.kept_event(&subscription.id, number).await;
            let operation = format!(
                "the event of delivery {number} of {} could not be read",
                describe_existing(subscription)
            );
            match unread.note(kept.context(operation))? {
                Some(KeptEvent::Whole(body)) => {
                    let events = self
                        .replay_body(integration, subscription, &delivery, &body, dry_run, report)
                        .await?;
                    queued += events.unwrap_or_default();
                    replayed += usize::from(events.is_some());
                }
                // A delivery of the Test button is in no list.
                Some(_) if delivery.event_id.as_deref().is_some_and(is_sample_event) => {}
                Some(kept) => not_shown.push((delivery, kept)),
                None => {}
            }
        }
        report.remains.extend(unread.messages());
        report.checked.push(format!(
            "{}: {total} failed deliveries, {replayed} of them replayed",
            describe_existing(subscription)
        ));
        Ok((queued, not_shown))
    }

    /// Replays a delivery with this body. Returns the number of events; `None` when it has none.
    pub(super) async fn replay_body(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        subscription: &ExistingSubscription,
        delivery: &LoggedDelivery,
        body: &str,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<Option<usize>, SetupError> {
        let change = change_of(&subscription.url);
        let redelivery = Redelivery {
            integration: integration.urls.integration(),
            body: body.as_bytes(),
            change: change.as_deref(),
            activity_id: None,
            received_at: delivery.created.unwrap_or_else(|| self.integrations.clock.now()),
        };
        Ok(match self.redeliver(&redelivery, dry_run).await? {
            RedeliveryOutcome::Queued(events) => Some(events),
            RedeliveryOutcome::Skipped(_) => None,
            RedeliveryOutcome::Unreadable(reason) => {
                let number = delivery.notification_id;
                report
                    .remains
                    .push(format!("delivery {number} of {}: {reason}", describe_existing(subscription)));
                None
            }
        })
    }
}
