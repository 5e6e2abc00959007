//! Queues the events of a logged delivery, or quarantines it.

use jiff::Timestamp;

use crate::azure_devops::deliveries::LoggedDelivery;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::OperatorError;
use crate::ports::MessageQueue as _;
use crate::ports::Ports;
use crate::quarantine::pack as quarantine;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;
use crate::receiver::redelivery::{Queues, Redelivery, RedeliveryOutcome};
use crate::subscriptions::describe::describe_events;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::webhook_url::change_of;
use crate::watch::context::{VisitContext, VisitState, queue_unavailable};

/// Queues the events of a delivery, or quarantines it when it cannot be parsed.
pub(super) async fn replay<P: Ports>(
    context: &VisitContext<'_, P>,
    subscription: &ExistingSubscription,
    delivery: &LoggedDelivery,
    body: &str,
    at: Timestamp,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    let name = display_name(delivery);
    let change = change_of(&subscription.url);
    let redelivery = Redelivery {
        integration: context.name,
        body: body.as_bytes(),
        change: change.as_deref(),
        activity_id: None,
        received_at: at,
    };
    let outcome =
        redelivery.process(Some(Queues { events: context.events, deliveries: context.deliveries })).await;
    match outcome.map_err(|detail| queue_unavailable("events", &detail))? {
        // A test delivery, or an event type that is not forwarded.
        RedeliveryOutcome::Skipped(_) => return Ok(()),
        RedeliveryOutcome::Queued(_) => {
            state.report.replayed += 1;
            note_failed(context, subscription, delivery, at, "its event was queued", state);
        }
        RedeliveryOutcome::Unreadable(reason) => {
            quarantine_delivery(context, &redelivery, &reason, subscription).await?;
            let outcome = format!("{reason}; it is in quarantine");
            note_failed(context, subscription, delivery, at, &outcome, state);
            state.report.remains.push(format!("{name}: {outcome}"));
        }
    }
    state.report.missed += 1;
    Ok(())
}

/// Quarantines a delivery that cannot be parsed, in the same form as a receiver.
async fn quarantine_delivery<P: Ports>(
    context: &VisitContext<'_, P>,
    redelivery: &Redelivery<'_>,
    reason: &str,
    subscription: &ExistingSubscription,
) -> Result<(), OperatorError> {
    let endpoint = subscription.kind().map_or(Endpoint::PullRequest, SubscriptionKind::endpoint);
    let record = DeliveryRecord {
        integration: Some(redelivery.integration.to_string()),
        change: redelivery.change.map(str::to_owned),
        received_at: Some(redelivery.received_at),
        event_type: Some(subscription.event_type.clone()),
        subscription_id: Some(subscription.id.clone()),
        ..DeliveryRecord::default()
    };
    let packed = quarantine::pack(endpoint, &record, reason, redelivery.body);
    let sent = packed.messages.len();
    let results = context.quarantine.send(packed.messages).await;
    if results.len() < sent {
        return Err(queue_unavailable("quarantine", "SQS did not answer for every message"));
    }
    match results.into_iter().find_map(Result::err) {
        Some(failure) => Err(queue_unavailable("quarantine", &failure.to_string())),
        None => Ok(()),
    }
}

/// Notes a delivery that no receiver accepted, and what became of it.
pub(super) fn note_failed<P: Ports>(
    context: &VisitContext<'_, P>,
    subscription: &ExistingSubscription,
    delivery: &LoggedDelivery,
    at: Timestamp,
    outcome: &str,
    state: &mut VisitState,
) {
    let events = match subscription.kind() {
        Some(kind) => describe_events(kind, subscription.project_id.as_deref(), context.scope),
        None => subscription.event_type.clone(),
    };
    let description = format!("{events}, {}: {outcome}", display_name(delivery));
    state.report.observed.failed_delivery(at, description);
}

pub(super) fn display_name(delivery: &LoggedDelivery) -> String {
    format!("delivery {} of subscription {}", delivery.notification_id, delivery.subscription_id)
}
