//! Replays the deliveries that failed, from Azure DevOps's delivery log, oldest first. A run that is out of time says from
//! where the next one goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::azure_devops::deliveries::{LoggedDelivery, LoggedEvent};
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, PassedOver, RestResultExt as _, is_late};
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::normalize::sample::is_sample_event;
use crate::ports::{Clock as _, Organization, Ports};
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::Setup;
use crate::setup::replay::not_shown::NotShown;
use crate::setup::replay::rows::{FailedRows, Period};
use crate::setup::report::{Report, shorten};
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::webhook_url::{Ownership, change_of};

/// The time that is kept for the deliveries whose events the log does not show, as soon as there is one.
const NOT_SHOWN_TIME: Duration = Duration::from_secs(100);

/// How a replay of failed deliveries ended.
#[derive(Debug, Default)]
pub(super) struct Replayed {
    /// Events that were queued.
    pub(super) queued: usize,
    /// Where the next run has to begin; `None` when this one came to the end.
    pub(super) continue_from: Option<Timestamp>,
}

/// The failed deliveries of one subscription.
#[derive(Debug, Default)]
struct OfSubscription {
    failed: usize,
    replayed: usize,
    not_shown: Vec<(LoggedDelivery, LoggedEvent)>,
}

impl<P: Ports> Setup<P> {
    /// Replays the deliveries that failed in a period. A subscription whose log cannot be read, and a delivery whose event
    /// cannot be read, is passed over.
    pub(super) async fn replay_failed(
        &self,
        name: &IntegrationName,
        period: Period,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<Replayed, OperatorError> {
        let integration = self.integrations.open(name).await?;
        let listed = integration.subscriptions().await?;
        let scope = integration.resolve().await?.scope;
        let is_ours = |existing: &&ExistingSubscription| {
            integration.urls.ownership(&existing.url) == Ownership::Ours && scope.covers(existing)
        };
        let ours: BTreeMap<&str, &ExistingSubscription> =
            listed.iter().filter(is_ours).map(|existing| (existing.id.as_str(), existing)).collect();
        let mut of: BTreeMap<&str, OfSubscription> = BTreeMap::new();
        let (mut replayed, mut unread) = (Replayed::default(), PassedOver::default());
        let mut rows = FailedRows::of(&ours, period, self.integrations.clock.now());
        while let Some(delivery) = rows.next(&integration.organization).await? {
            let Some((id, subscription)) = ours.get_key_value(delivery.subscription_id.as_str()) else {
                continue;
            };
            let has_not_shown = of.values().any(|of| !of.not_shown.is_empty());
            if is_time_over(&integration.organization, has_not_shown) {
                rows.stop_at(&delivery);
                break;
            }
            let number = delivery.notification_id;
            let kept = integration.organization.kept_event(id, number).await;
            let subject = describe_existing(subscription);
            let kept = kept.context(format!("the event of delivery {number} of {subject} could not be read"));
            if let Err(error) = &kept
                && error.ends_run()
            {
                report.warnings.push(error.to_string());
                rows.stop_at(&delivery);
                break;
            }
            let of = of.entry(id).or_default();
            of.failed += 1;
            match unread.note(kept)? {
                Some(LoggedEvent::Whole(body)) => {
                    let events = self
                        .replay_body(&integration, subscription, &delivery, &body, dry_run, report)
                        .await?;
                    replayed.queued += events.unwrap_or_default();
                    of.replayed += usize::from(events.is_some());
                }
                // A delivery of the Test button is in no list.
                Some(_) if delivery.event_id.as_deref().is_some_and(is_sample_event) => {}
                Some(kept) => of.not_shown.push((delivery, kept)),
                None => {}
            }
        }
        replayed.continue_from = rows.stopped_at();
        rows.report(report)?;
        report.remains.extend(shorten(unread.messages().collect()));
        report.checked.extend(describe(&ours, &of));
        let not_shown = of
            .into_iter()
            .filter_map(|(id, of)| Some(NotShown { subscription: ours.get(id)?, deliveries: of.not_shown }));
        replayed.queued += self.replay_not_shown(&integration, not_shown.collect(), dry_run, report).await?;
        Ok(replayed)
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
    ) -> Result<Option<usize>, OperatorError> {
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

/// Whether no further event is read. Some time is kept when there are deliveries whose events have to be looked for.
fn is_time_over(organization: &impl crate::azure_devops::port::AzureDevOps, has_not_shown: bool) -> bool {
    is_late(organization)
        || (has_not_shown && organization.time_left().is_some_and(|left| left < NOT_SHOWN_TIME))
}

/// How many deliveries of each subscription failed and were replayed, in words.
fn describe(
    ours: &BTreeMap<&str, &ExistingSubscription>,
    of: &BTreeMap<&str, OfSubscription>,
) -> Vec<String> {
    let with_failures: BTreeSet<&str> = of.keys().copied().collect();
    let line = |(id, of): (&&str, &OfSubscription)| {
        let subject = ours.get(id).map(|existing| describe_existing(existing)).unwrap_or_default();
        format!("{subject}: {} failed deliveries, {} of them replayed", of.failed, of.replayed)
    };
    let mut lines = shorten(of.iter().map(line).collect());
    let others = ours.len() - with_failures.len();
    if others > 0 {
        lines.push(format!("{others} other subscriptions: 0 failed deliveries"));
    }
    lines
}
