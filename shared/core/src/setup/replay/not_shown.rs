//! Replays failed deliveries whose events the delivery log does not show: makes the events from lists of pushes and pull
//! requests, from threads, and from pull requests.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use hookpost_events::Event;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::{LoggedDelivery, LoggedEvent};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, PassedOver, RestResultExt as _, failed_call, is_late};
use crate::integration::open_integration::OpenIntegration;
use crate::message::encode::encode_event;
use crate::ports::{Clock as _, Organization, Ports};
use crate::receiver::publisher::send;
use crate::recovery::deliveries::RecoveredDeliveries;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::{NOTIFICATION_DELAY_MAX, Recovery, earlier, is_covered};
use crate::setup::Setup;
use crate::setup::replay::not_recovered::report_not_recovered;
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::kind::SubscriptionKind;

/// The failed deliveries of one subscription whose events the log does not show.
pub(super) struct NotShown<'a> {
    pub(super) subscription: &'a ExistingSubscription,
    pub(super) deliveries: Vec<(LoggedDelivery, LoggedEvent)>,
}

impl<P: Ports> Setup<P> {
    /// Makes the events of the deliveries and queues them. Names the deliveries that no list and no thread shows. Returns
    /// the number of events.
    pub(super) async fn replay_not_shown(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        not_shown: Vec<NotShown<'_>>,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, OperatorError> {
        if not_shown.iter().all(|of| of.deliveries.is_empty()) {
            return Ok(0);
        }
        let now = self.integrations.clock.now();
        let times = not_shown.iter().flat_map(|of| &of.deliveries).filter_map(|(row, _)| row.created);
        let first = times.min().unwrap_or(now);
        let repositories = integration.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let scope = integration.resolve().await?.scope;
        let recovery = Recovery {
            integration: integration.urls.integration(),
            organization: &integration.organization,
            organization_url: &integration.config.organization_url,
            scope: &scope,
            foreign: BTreeSet::new(),
            known: None,
            listed: OnceLock::new(),
            now,
        };
        let since = earlier(first, NOTIFICATION_DELAY_MAX);
        let mut search = DeliverySearch {
            recovery,
            repositories: &repositories,
            reader: PullRequestReader::new(since, now),
        };
        let (mut queued, mut failed) = (0, PassedOver::default());
        let mut left = Vec::new();
        for NotShown { subscription, deliveries } in not_shown {
            if is_late(&integration.organization) || !left.is_empty() {
                left.extend(deliveries.into_iter().map(|(delivery, _)| delivery));
                continue;
            }
            let mut recovered_ids = BTreeSet::new();
            if let Some(kind) = subscription.kind() {
                for (delivery, event) in deliveries.iter().filter_map(without_content) {
                    let completed = search.recovery.complete(kind, event).await;
                    let completed = completed.context("the pull request of a delivery could not be read");
                    let Some(body) = failed.note(completed)?.flatten() else { continue };
                    let events =
                        self.replay_body(integration, subscription, delivery, &body, dry_run, report).await?;
                    queued += events.unwrap_or_default();
                    recovered_ids.extend(events.map(|_| delivery.notification_id));
                }
                let is_left = |(delivery, kept): &&(LoggedDelivery, LoggedEvent)| {
                    *kept != LoggedEvent::Pending && !recovered_ids.contains(&delivery.notification_id)
                };
                let not_recovered =
                    deliveries.iter().filter(is_left).map(|(delivery, _)| delivery.clone()).collect();
                let recovered = search.deliveries(kind, subscription, not_recovered, report).await;
                if recovered.as_ref().is_err_and(OperatorError::ends_run) {
                    left.extend(deliveries.into_iter().map(|(delivery, _)| delivery));
                    continue;
                }
                if let Some(recovered) = failed.note(recovered)? {
                    recovered_ids.extend(recovered.found.iter().map(|delivery| delivery.notification_id));
                    queued += self.queue_events(recovered.events, dry_run, report).await?;
                }
            }
            if !recovered_ids.is_empty() {
                report.checked.push(format!(
                    "{}: events made from lists, threads and pull requests, since the log does not show them: {}",
                    describe_existing(subscription),
                    recovered_ids.len()
                ));
            }
            report.remains.extend(report_not_recovered(subscription, &deliveries, &recovered_ids));
        }
        report.remains.extend(failed.messages());
        report.remains.extend(describe_left(&left));
        report.warnings.extend(search.reader.describe_left_out());
        Ok(queued)
    }

    /// Queues events. A dry run only counts them. Returns their number.
    async fn queue_events(
        &self,
        events: Vec<Event>,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<usize, OperatorError> {
        let mut messages = Vec::new();
        for event in events {
            let id = event.id.clone();
            match encode_event(event, None) {
                Ok(message) => messages.push((id, message)),
                Err(_) => report.remains.push(format!("event {id} does not fit a message")),
            }
        }
        if dry_run {
            return Ok(messages.len());
        }
        let sent = send(&self.events, messages).await;
        if let Some(detail) = sent.unavailable {
            let message = format!("the events queue did not take an event: {detail}; run this again");
            return Err(OperatorError::new(ErrorCode::QueueUnavailable, message));
        }
        report.remains.extend(sent.refused);
        Ok(sent.queued.len())
    }
}

/// Searches the repositories of the integration.
struct DeliverySearch<'a, O> {
    recovery: Recovery<'a, O>,
    repositories: &'a [RepositoryInfo],
    reader: PullRequestReader,
}

impl<O: AzureDevOps> DeliverySearch<'_, O> {
    /// Makes the events of deliveries of a subscription. Names the repositories that cannot be searched.
    async fn deliveries(
        &mut self,
        kind: SubscriptionKind,
        subscription: &ExistingSubscription,
        deliveries: Vec<LoggedDelivery>,
        report: &mut Report,
    ) -> Result<RecoveredDeliveries, OperatorError> {
        if deliveries.is_empty() {
            return Ok(RecoveredDeliveries::default());
        }
        let (project, scope) = (subscription.project_id.as_deref(), self.recovery.scope);
        let covered: Vec<&RepositoryInfo> =
            self.repositories.iter().filter(|repository| is_covered(scope, repository, project)).collect();
        let recovered = self
            .recovery
            .recover_deliveries(kind, &subscription.id, &covered, deliveries, &mut self.reader)
            .await;
        let operation = format!("the changes of {} could not be searched", describe_existing(subscription));
        let recovered = recovered.context(operation)?;
        report.remains.extend(recovered.stopped_in.iter().map(|repository| {
            format!(
                "repository {repository}: not every pull request could be searched for the events of {}; replay a \
                 shorter time",
                describe_existing(subscription)
            )
        }));
        report.remains.extend(recovered.refused.iter().map(|(repository, error)| {
            failed_call(error, &format!("the changes of repository {repository} could not be searched"))
                .to_string()
        }));
        Ok(recovered)
    }
}

/// Names the deliveries whose events were not looked for, since the time was over, and how to go on.
fn describe_left(left: &[LoggedDelivery]) -> Option<String> {
    let first = left.iter().filter_map(|delivery| delivery.created).min()?;
    let last = left.iter().filter_map(|delivery| delivery.created).max()?;
    Some(format!(
        "{} deliveries whose events the log does not show were not looked for, since the time of the function is over: \
         run this again with `from`: {first} and `to`: {last}",
        left.len()
    ))
}

/// A delivery whose event the log keeps without its content, and that event.
fn without_content((delivery, kept): &(LoggedDelivery, LoggedEvent)) -> Option<(&LoggedDelivery, &str)> {
    match kept {
        LoggedEvent::WithoutContent(event) => Some((delivery, event)),
        LoggedEvent::Whole(_) | LoggedEvent::Hidden | LoggedEvent::Pending | LoggedEvent::NotKept => None,
    }
}
