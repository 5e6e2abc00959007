//! Replays the deliveries that failed, or that have been pending too long, from Azure DevOps's log of deliveries.

mod logs;
mod replay;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryResult, DeliveryState, LoggedDelivery, LoggedEvent};
use crate::azure_devops::listing::{Listed, ReadLimits};
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, failed_call};
use crate::normalize::sample::is_sample_event;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::{Failures, NOTIFICATION_DELAY_MAX, PENDING_MAX, PROBATION_RETRIES_MAX};
use crate::subscriptions::plan::is_disabled_by_azure_devops;
use crate::watch::catch_up::logs::Logs;
use crate::watch::catch_up::replay::{display_name, note_failed, replay};
use crate::watch::checkpoint::{ExaminedDelivery, REPLAYED_MAX};
use crate::watch::context::{
    LOG_RETENTION, NotShownDelivery, VisitContext, VisitState, midpoint, out_of_time,
};
use crate::watch::gaps;
use crate::watch::gaps::SAFE_PASS_INTERVAL;

/// Length of the first window of the log that is read. The length doubles after each window with few deliveries.
const FIRST_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Length of the spans of the log that are read whole; its deliveries are held in memory.
const SPAN: SignedDuration = SignedDuration::from_hours(12);

/// Number of deliveries from which no further part of the log is read at once; they are held in memory.
const DELIVERIES_MAX: usize = 30_000;

/// Windows with fewer deliveries that failed or are pending make the next window twice as long.
const FEW_DELIVERIES: usize = 20;

/// Replays the deliveries since the checkpoint, oldest first. A log or a delivery that cannot be read is named and left to
/// the next pass.
///
/// # Errors
///
/// When no log can be read, a queue cannot be used, or the pass runs out of time. The deliveries before that point are
/// settled.
pub(super) async fn replay_missed<P: Ports>(
    context: &VisitContext<'_, P>,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    let (mut from, mut window) = (state.checkpoint.settled_until, FIRST_WINDOW);
    let mut logs = Logs::of(context);
    let log_start = context.now - LOG_RETENTION;
    let has_time = || !context.is_late();
    let limits = ReadLimits { has_time: &has_time, items_max: DELIVERIES_MAX };
    let all = (log_start, context.now);
    let pending = logs.read(context, DeliveryState::Pending, all, from, limits, state).await;
    let Listed { items: pending, until: end } = pending.inspect_err(|_| state.hold_back(from))?;
    collect_retrying(context, &pending, state);
    while from < end {
        if context.is_late() {
            state.hold_back(from);
            return Err(out_of_time("before it had read all of the log"));
        }
        let to = from.saturating_add(window).map_or(end, |to| to.min(end));
        let to = logs.end_of_window(from, to);
        let failed = logs.read(context, DeliveryState::Failed, (from, to), from, limits, state).await;
        let Listed { items: failed, until: to } = failed.inspect_err(|_| state.hold_back(from))?;
        let unsuccessful = merge_by_time(&failed, &pending, from, to);
        if unsuccessful.len() < FEW_DELIVERIES {
            window = window.saturating_mul(2);
        }
        for (delivery, delivery_state) in &unsuccessful {
            let at = delivery.created.unwrap_or(context.now);
            let outcome =
                replay_or_defer(context, delivery, *delivery_state, at, &mut logs.failures, state).await;
            outcome.inspect_err(|_| state.hold_back(at))?;
        }
        from = to;
    }
    if end < context.now {
        state.hold_back(end);
        return Err(out_of_time("before it had read all of the log"));
    }
    open_gaps_of_ended_probations(context, &mut logs, state).await
}

/// Opens the gaps of the probations that began and ended since the log was last read, if that is longer ago than
/// [`SAFE_PASS_INTERVAL`]. The subscriptions do not show them, but the delivery that ended a probation succeeded long after
/// its notification was made.
async fn open_gaps_of_ended_probations<P: Ports>(
    context: &VisitContext<'_, P>,
    logs: &mut Logs<'_>,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    // The first pass reads the log since the first subscription was created.
    let first_created = context.existing.iter().filter_map(|existing| existing.created).min();
    let Some(unread_since) = context.log_read_until.or(first_created) else { return Ok(()) };
    if context.now.duration_since(unread_since) <= SAFE_PASS_INTERVAL {
        return Ok(());
    }
    // A delivery that had not ended when the log was last read holds the checkpoint back.
    let mut from = unread_since.min(state.checkpoint.settled_until).max(context.now - LOG_RETENTION);
    // The second half of the time is for filling the gaps that are known.
    let read_until = midpoint(context.clock.now(), context.deadline);
    while from < context.now {
        if context.clock.now() > read_until {
            state.report.remains.push(format!(
                "the log since {from} was not searched for probations that have ended: the pass ran out of time"
            ));
            return Ok(());
        }
        let to = from.saturating_add(SPAN).map_or(context.now, |to| to.min(context.now));
        let has_time = || context.clock.now() <= read_until;
        let limits = ReadLimits { has_time: &has_time, items_max: DELIVERIES_MAX };
        let listed = logs.read(context, DeliveryState::Any, (from, to), from, limits, state).await?;
        for delivery in listed.items {
            let ended = delivery.created.zip(delivery.modified);
            let is_late =
                ended.is_some_and(|(created, modified)| modified.duration_since(created) > PENDING_MAX);
            if is_late
                && delivery.result == DeliveryResult::Succeeded
                && let Some(subscription) = subscription_of(context, &delivery)
            {
                open_gap(context, subscription, delivery.created.unwrap_or(from), state);
            }
        }
        from = listed.until;
    }
    Ok(())
}

/// Fills [`VisitState::retrying`]. Azure DevOps does not retry deliveries of a subscription that it has disabled.
fn collect_retrying<P: Ports>(
    context: &VisitContext<'_, P>,
    pending: &[LoggedDelivery],
    state: &mut VisitState,
) {
    let subscriptions = pending.iter().filter_map(|delivery| subscription_of(context, delivery));
    let retrying = subscriptions.filter(|existing| !is_disabled_by_azure_devops(&existing.status));
    state.retrying.extend(retrying.filter_map(gaps::key_if_listed));
}

/// The subscription of a delivery, if it is one of the integration's.
fn subscription_of<'a, P: Ports>(
    context: &VisitContext<'a, P>,
    delivery: &LoggedDelivery,
) -> Option<&'a ExistingSubscription> {
    context.existing.iter().copied().find(|existing| existing.id == delivery.subscription_id)
}

/// Merges the failed and the pending deliveries of one window, oldest first.
fn merge_by_time<'a>(
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

/// Replays a delivery whose notification was made at `at`, or leaves it to a later pass or to the backfill. A delivery that
/// an earlier pass replayed is skipped.
async fn replay_or_defer<P: Ports>(
    context: &VisitContext<'_, P>,
    delivery: &LoggedDelivery,
    delivery_state: DeliveryState,
    at: Timestamp,
    failures: &mut Failures,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    let is_recent = context.now.duration_since(at) < PENDING_MAX;
    if delivery_state == DeliveryState::Pending && is_recent {
        leave_to_later_pass(context, delivery, at, state);
        return Ok(());
    }
    let key = DeliveryId::of(delivery).key();
    if state.checkpoint.replayed.contains_key(&key) {
        return Ok(());
    }
    // The checkpoint lists each replayed delivery until it has advanced past it.
    if state.checkpoint.replayed.len() >= REPLAYED_MAX || context.is_late() {
        return Err(out_of_time("before it had replayed every delivery"));
    }
    let subscription = subscription_of(context, delivery);
    let subscription = subscription.filter(|existing| !context.seen_again.is_handled(existing, at));
    let Some(subscription) = subscription else { return Ok(()) };
    let kept = context.integration.organization.kept_event(&subscription.id, delivery.notification_id).await;
    let operation = format!("the event of {} could not be read", display_name(delivery));
    let kept = match failures.note(kept).map_err(|error| failed_call(&error, &operation))? {
        Ok(kept) => kept,
        Err(_) if context.recovery.age(delivery) >= PROBATION_RETRIES_MAX => LoggedEvent::NotKept,
        Err(error) => {
            state.report.remains.push(failed_call(&error, &operation).message().to_owned());
            state.hold_back(at);
            state.unfinished_logs.insert(subscription.id.clone());
            return Ok(());
        }
    };
    let is_shown = matches!(kept, LoggedEvent::Whole(_) | LoggedEvent::WithoutContent(_));
    // Azure DevOps does not show the event of every pending delivery yet.
    if delivery_state == DeliveryState::Pending && !is_shown && context.recovery.may_be_delivered(delivery) {
        leave_to_later_pass(context, delivery, at, state);
        return Ok(());
    }
    let body = match &kept {
        LoggedEvent::Whole(body) => Some(body.clone()),
        LoggedEvent::WithoutContent(event) => complete(context, subscription, event, failures).await?,
        LoggedEvent::Hidden | LoggedEvent::Pending | LoggedEvent::NotKept => None,
    };
    match body {
        Some(body) => {
            // The failure may have put the subscription on probation. The gap begins at the notification: this event is
            // replayed, so only later ones may be missing.
            open_gap(context, subscription, at, state);
            replay(context, subscription, delivery, &body, at, state).await?;
            // The log does not show which change this was, and the backfill needs to know.
            if let (LoggedEvent::WithoutContent(_), Some(kind)) = (&kept, subscription.kind()) {
                let keys = context.recovery.keys(kind, &body);
                state.checkpoint.examined.insert(key.clone(), ExaminedDelivery { at, keys });
            }
        }
        // A delivery of the Test button is in no list.
        None if delivery.event_id.as_deref().is_some_and(is_sample_event) => {}
        None => leave_to_backfill(context, subscription, delivery, &kept, at, state),
    }
    state.checkpoint.replayed.insert(key, at);
    Ok(())
}

/// Adds to an event the content that Azure DevOps does not keep with it; `None` when that cannot be read.
async fn complete<P: Ports>(
    context: &VisitContext<'_, P>,
    subscription: &ExistingSubscription,
    event: &str,
    failures: &mut Failures,
) -> Result<Option<String>, OperatorError> {
    let Some(kind) = subscription.kind() else { return Ok(None) };
    let completed = context.recovery.complete(kind, event).await;
    let completed = failures.note(completed);
    let completed = completed.map_err(|error| failed_call(&error, "a pull request could not be read"))?;
    // Otherwise the backfill looks for the event, and names what it cannot read.
    Ok(completed.ok().flatten())
}

/// Opens the gap of the subscription: it may have missed events since `from`.
fn open_gap<P: Ports>(
    context: &VisitContext<'_, P>,
    subscription: &ExistingSubscription,
    from: Timestamp,
    state: &mut VisitState,
) {
    if let Some(kind) = subscription.kind() {
        let key = gaps::key(kind, subscription.project_id.as_deref());
        state.checkpoint.open_gap(&key, from, Some(context.now));
    }
}

/// Leaves a failed delivery whose event the log does not show to the backfill, which makes the event from a list or a
/// thread.
fn leave_to_backfill<P: Ports>(
    context: &VisitContext<'_, P>,
    subscription: &ExistingSubscription,
    delivery: &LoggedDelivery,
    kept: &LoggedEvent,
    at: Timestamp,
    state: &mut VisitState,
) {
    let reason = match kept {
        LoggedEvent::Hidden => "Azure DevOps hides its event from the connected user or app",
        LoggedEvent::Pending if context.recovery.foreign.contains(&subscription.id) => {
            "it has not ended, and Azure DevOps hides its event from the connected user or app"
        }
        LoggedEvent::Pending => "it has not ended, and Azure DevOps does not show its event",
        LoggedEvent::WithoutContent(_) => "Azure DevOps keeps its event without the content",
        LoggedEvent::NotKept | LoggedEvent::Whole(_) => "Azure DevOps did not keep its event",
    };
    if matches!(kept, LoggedEvent::Hidden) {
        state.hidden_logs.insert(subscription.id.clone());
    }
    note_failed(context, subscription, delivery, at, reason, state);
    let description = format!("{}: {reason}", display_name(delivery));
    state.report.missed += 1;
    let Some(kind) = subscription.kind() else {
        state.report.remains.push(description);
        return;
    };
    // The gap includes this event, which happened up to that long before its notification.
    let from = at.saturating_sub(NOTIFICATION_DELAY_MAX).unwrap_or(at);
    open_gap(context, subscription, from, state);
    state.checkpoint.note_not_replayed(at, at);
    let gap_key = gaps::key(kind, subscription.project_id.as_deref());
    state.checkpoint.search_again(&gap_key, from);
    state.not_shown.insert(DeliveryId::of(delivery), NotShownDelivery { gap_key, description });
}

/// Holds the checkpoint back for a pending delivery.
fn leave_to_later_pass<P: Ports>(
    context: &VisitContext<'_, P>,
    delivery: &LoggedDelivery,
    at: Timestamp,
    state: &mut VisitState,
) {
    state.hold_back(at);
    state.unfinished_logs.insert(delivery.subscription_id.clone());
    // Its first attempts may have failed and have put the subscription on probation, until another delivery succeeded.
    if context.log_read_until.is_none_or(|read_until| at > read_until)
        && let Some(subscription) = subscription_of(context, delivery)
    {
        gaps::open_if_listed(subscription, at, &mut state.checkpoint);
    }
}
