//! Replays the deliveries that failed, or that have not ended for too long, from Azure DevOps's log of deliveries.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryState, KeptEvent, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::ports::MessageQueue as _;
use crate::ports::Ports;
use crate::quarantine::pack as quarantine;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::is_disabled_by_azure_devops;
use crate::subscriptions::webhook_url::change_of;
use crate::watch::context::{
    LOG_RETENTION, PENDING_MAX, PassContext, PassState, out_of_time, queue_unavailable,
};
use crate::watch::gaps;

/// Most deliveries of one integration that a pass replays. The checkpoint lists each of them until it has advanced past
/// them, and has to fit one message. The next pass continues behind them.
const DELIVERIES_MAX: u64 = 1000;

/// Length of the first window of the log that is read. The length doubles after each window with few deliveries.
const FIRST_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Windows with fewer deliveries that failed or are pending make the next window twice as long.
const FEW_DELIVERIES: usize = 20;

/// Replays the deliveries since the checkpoint, oldest first.
///
/// # Errors
///
/// When the log cannot be read, a queue cannot be used, or the pass runs out of time. The deliveries before that point
/// are settled.
pub(super) async fn replay_missed<P: Ports>(
    context: &PassContext<'_, P>,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let (mut from, mut window) = (state.checkpoint.settled_until, FIRST_WINDOW);
    let log_start = context.now - LOG_RETENTION;
    let pending = deliveries(context, DeliveryState::Pending, log_start, context.now).await;
    let pending = pending.inspect_err(|_| state.hold_back(from))?;
    collect_retrying(context, &pending, state);
    while from < context.now {
        if context.is_late() {
            state.hold_back(from);
            return Err(out_of_time("before it had read all of the log"));
        }
        let to = from.saturating_add(window).map_or(context.now, |to| to.min(context.now));
        let failed = deliveries(context, DeliveryState::Failed, from, to).await;
        let failed = failed.inspect_err(|_| state.hold_back(from))?;
        let unsuccessful = in_order(&failed, &pending, from, to);
        if unsuccessful.len() < FEW_DELIVERIES {
            window = window.saturating_mul(2);
        }
        for (delivery, delivery_state) in &unsuccessful {
            let at = delivery.created.unwrap_or(context.now);
            let outcome = process(context, delivery, *delivery_state, at, state).await;
            outcome.inspect_err(|_| state.hold_back(at))?;
        }
        from = to;
    }
    Ok(())
}

/// The deliveries of the integration's subscriptions in this state.
async fn deliveries<P: Ports>(
    context: &PassContext<'_, P>,
    state: DeliveryState,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LoggedDelivery>, SetupError> {
    let ids: Vec<&str> = context.existing.iter().map(|existing| existing.id.as_str()).collect();
    let listed = context.integration.organization.deliveries(&ids, state, from, to).await;
    listed.context("the log of deliveries could not be read")
}

/// Fills [`PassState::retrying`]. Azure DevOps does not retry deliveries of a subscription that it has disabled.
fn collect_retrying<P: Ports>(
    context: &PassContext<'_, P>,
    pending: &[LoggedDelivery],
    state: &mut PassState<'_>,
) {
    let subscriptions = pending.iter().filter_map(|delivery| subscription_of(context, delivery));
    let retrying = subscriptions.filter(|existing| !is_disabled_by_azure_devops(&existing.status));
    state.retrying.extend(retrying.filter_map(gaps::key_if_backfillable));
}

/// The subscription of a delivery, if it is one of the integration's.
fn subscription_of<'a, P: Ports>(
    context: &PassContext<'a, P>,
    delivery: &LoggedDelivery,
) -> Option<&'a ExistingSubscription> {
    context.existing.iter().copied().find(|existing| existing.id == delivery.subscription_id)
}

/// The failed and the pending deliveries of one window, oldest first.
fn in_order<'a>(
    failed: &'a [LoggedDelivery],
    pending: &'a [LoggedDelivery],
    from: Timestamp,
    to: Timestamp,
) -> Vec<(&'a LoggedDelivery, DeliveryState)> {
    let is_within =
        |delivery: &&LoggedDelivery| delivery.created.is_none_or(|created| from <= created && created <= to);
    let failed = failed.iter().map(|delivery| (delivery, DeliveryState::Failed));
    let pending = pending.iter().filter(is_within).map(|delivery| (delivery, DeliveryState::Pending));
    let mut deliveries: Vec<_> = failed.chain(pending).collect();
    deliveries.sort_by_key(|(delivery, _)| (delivery.created, delivery.notification_id));
    deliveries
}

/// Replays a delivery of the time `at`, unless an earlier pass has done so or it is left to a later pass.
async fn process<P: Ports>(
    context: &PassContext<'_, P>,
    delivery: &LoggedDelivery,
    delivery_state: DeliveryState,
    at: Timestamp,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let is_recent = context.now.duration_since(at) < PENDING_MAX;
    if delivery_state == DeliveryState::Pending && is_recent {
        leave_to_later_pass(context, delivery, at, state);
        return Ok(());
    }
    let key = replay_key(delivery);
    if state.checkpoint.replayed.contains_key(&key) {
        return Ok(());
    }
    if state.report.missed >= DELIVERIES_MAX || context.is_late() {
        return Err(out_of_time("before it had replayed every delivery"));
    }
    let Some(subscription) = subscription_of(context, delivery) else { return Ok(()) };
    let kept = context.integration.organization.kept_event(&subscription.id, delivery.notification_id).await;
    let kept = kept.context("the event of a delivery could not be read")?;
    // Azure DevOps does not show the event of every pending delivery yet.
    if delivery_state == DeliveryState::Pending && !matches!(kept, KeptEvent::Whole(_)) {
        leave_to_later_pass(context, delivery, at, state);
        return Ok(());
    }
    // The failure may have put the subscription on probation.
    if let Some(kind) = subscription.kind() {
        state.checkpoint.open_gap(&gaps::key(kind, subscription.project_id.as_deref()), at);
    }
    replay(context, subscription, delivery, kept, at, state).await?;
    state.checkpoint.replayed.insert(key, at);
    Ok(())
}

/// The key of a delivery in [`Checkpoint::replayed`](crate::watch::checkpoint::Checkpoint::replayed).
fn replay_key(delivery: &LoggedDelivery) -> String {
    format!("{}/{}", delivery.subscription_id, delivery.notification_id)
}

/// Holds the checkpoint back for a pending delivery.
fn leave_to_later_pass<P: Ports>(
    context: &PassContext<'_, P>,
    delivery: &LoggedDelivery,
    at: Timestamp,
    state: &mut PassState<'_>,
) {
    state.hold_back(at);
    state.unfinished_logs.insert(delivery.subscription_id.clone());
    // Its first attempts may have failed and have put the subscription on probation, until another delivery succeeded.
    if context.log_read_until.is_none_or(|read_until| at > read_until)
        && let Some(subscription) = subscription_of(context, delivery)
    {
        gaps::open_if_backfillable(subscription, at, &mut state.checkpoint);
    }
}

/// Queues the events of a delivery, or quarantines it when it cannot be parsed.
async fn replay<P: Ports>(
    context: &PassContext<'_, P>,
    subscription: &ExistingSubscription,
    delivery: &LoggedDelivery,
    kept: KeptEvent,
    at: Timestamp,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let name = format!("delivery {} of subscription {}", delivery.notification_id, subscription.id);
    let change = change_of(&subscription.url);
    let KeptEvent::Whole(body) = kept else {
        state.report.missed += 1;
        state.report.remains.push(format!("{name}: Azure DevOps did not keep its event"));
        return Ok(());
    };
    let redelivery = Redelivery {
        integration: context.name,
        body: body.as_bytes(),
        change: change.as_deref(),
        activity_id: None,
        received_at: at,
    };
    let outcome = redelivery.process(Some(context.events)).await;
    match outcome.map_err(|detail| queue_unavailable("events", &detail))? {
        // A test delivery, or an event type that is not forwarded.
        RedeliveryOutcome::Skipped(_) => return Ok(()),
        RedeliveryOutcome::Queued(_) => state.report.replayed += 1,
        RedeliveryOutcome::Unreadable(reason) => {
            quarantine_delivery(context, &redelivery, &reason, subscription).await?;
            state.report.remains.push(format!("{name}: {reason}; it is in quarantine"));
        }
    }
    state.report.missed += 1;
    Ok(())
}

/// Quarantines a delivery that cannot be parsed, in the same form as a receiver.
async fn quarantine_delivery<P: Ports>(
    context: &PassContext<'_, P>,
    redelivery: &Redelivery<'_>,
    reason: &str,
    subscription: &ExistingSubscription,
) -> Result<(), SetupError> {
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
