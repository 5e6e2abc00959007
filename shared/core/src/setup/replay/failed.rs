//! Replays the deliveries that failed, from Azure DevOps's delivery log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::deliveries::{DeliveryState, KeptEvent, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::{Clock as _, Organization, Ports};
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::Setup;
use crate::setup::error::{Context as _, PassedOver, SetupError};
use crate::setup::report::Report;
use crate::subscriptions::webhook_url::{Ownership, change_of};

/// Most deliveries without an event that the report lists by number, for each subscription and reason.
const NAMED_MAX: usize = 5;

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
        for subscription in subscriptions.iter().filter(is_ours) {
            let failed = integration
                .organization
                .deliveries(&[&subscription.id], DeliveryState::Failed, period.from, period.to)
                .await
                .context(format!("the delivery log of {} could not be read", describe(subscription)));
            if let Some(failed) = unread.note(failed)? {
                read += 1;
                queued += self.replay_each(&integration, subscription, &failed, dry_run, report).await?;
            }
        }
        if read == 0 {
            unread.into_result()?;
        } else {
            report.remains.extend(unread.messages());
        }
        Ok(queued)
    }

    /// Replays the failed deliveries of a subscription. A delivery whose event cannot be read is passed over. Returns
    /// the number of events.
    async fn replay_each(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        subscription: &ExistingSubscription,
        failed: &[LoggedDelivery],
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, SetupError> {
        let change = change_of(&subscription.url);
        let (mut queued, mut replayed, mut unread) = (0, 0, PassedOver::default());
        let mut without_event: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for delivery in failed {
            let number = delivery.notification_id;
            let described = format!("delivery {number} of {}", describe(subscription));
            let kept = integration.organization.kept_event(&subscription.id, number).await;
            let kept = unread.note(kept.context(format!("the event of {described} could not be read")))?;
            let body = match kept {
                Some(KeptEvent::Whole(body)) => body,
                Some(without) => {
                    without_event.entry(reason(&without)).or_default().push(number);
                    continue;
                }
                None => continue,
            };
            let redelivery = Redelivery {
                integration: integration.urls.integration(),
                body: body.as_bytes(),
                change: change.as_deref(),
                activity_id: None,
                received_at: delivery.created.unwrap_or_else(|| self.integrations.clock.now()),
            };
            match self.redeliver(&redelivery, dry_run).await? {
                RedeliveryOutcome::Queued(events) => {
                    replayed += 1;
                    queued += events;
                }
                RedeliveryOutcome::Skipped(_) => {}
                RedeliveryOutcome::Unreadable(reason) => {
                    report.remains.push(format!("{described}: {reason}"));
                }
            }
        }
        report.remains.extend(unread.messages());
        report.remains.extend(without_event.iter().map(|(reason, numbers)| {
            format!("{} of {}: {reason}", enumerate(numbers), describe(subscription))
        }));
        report.checked.push(format!(
            "{}: {} failed deliveries, {replayed} of them replayed",
            describe(subscription),
            failed.len()
        ));
        Ok(queued)
    }
}

fn describe(subscription: &ExistingSubscription) -> String {
    format!("subscription {} ({})", subscription.id, subscription.event_type)
}

/// Names a few deliveries by their numbers and counts the rest.
fn enumerate(numbers: &[u64]) -> String {
    let named: Vec<String> = numbers.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let named = named.join(", ");
    match numbers.len() {
        1 => format!("delivery {named}"),
        count if count <= NAMED_MAX => format!("deliveries {named}"),
        count => format!("deliveries {named} and {} more", count - NAMED_MAX),
    }
}

/// Why the log does not show an event, and what to do about it.
fn reason(kept: &KeptEvent) -> &'static str {
    match kept {
        KeptEvent::Whole(_) => "Azure DevOps shows the event",
        KeptEvent::WithoutContent(_) => {
            "Azure DevOps kept the event without its content, as it does with large events"
        }
        KeptEvent::Hidden => {
            "the event is hidden from this token: use a token of the subscription's creator, or of an administrator of \
             the project or project collection"
        }
        KeptEvent::Pending => {
            "the delivery has not ended, and its event is not shown yet: run this again later"
        }
        KeptEvent::NotKept => "Azure DevOps did not keep the event",
    }
}
