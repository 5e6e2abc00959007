//! `watch` after an outage, in which deliveries failed or the creator of the subscriptions left.

use hookpost_stand_in::rest::Status;

use super::{
    CALLS, CHECKPOINT, IS_LEVEL, KILLED, LINE, LOST, PASSES, QUEUE_CALLS, REPEATED, SECONDS, SUBSCRIPTIONS,
    repeat,
};
use crate::clock::after;
use crate::environment::{Environment, ORGANIZATION, connect};
use crate::lambda::Lambda;
use crate::row::Row;
use crate::scheduled_watch::{ScheduledWatch, Tally, answered};

/// The name of the scenario.
pub const FAILURES: &str = "outage";

/// The name of the scenario.
pub const CREATOR_LEFT: &str = "the creator leaves";

/// So many deliveries failed within so many minutes, spread evenly over the repositories and the time, in one integration of
/// all projects. Each failure puts its subscription on probation, which is ended at once, so that the next one raises a
/// notification, too.
pub async fn failures(failures: usize, minutes: i64, latency: i64, most: u64) -> Row {
    let environment = Environment::new(2, 10).await;
    let mut setup = Lambda::new(&environment, "setup");
    assert!(repeat(&environment, &mut setup, &connect("all", &[]), 1).await.is_done, "connected");
    let mut passes = ScheduledWatch::new(&environment);
    passes.until_level(20).await;
    let began = environment.now();
    for failure in 0..failures {
        let seconds = minutes * 60 * i64::try_from(failure).unwrap_or_default();
        let at = after(began, seconds / i64::try_from(failures).unwrap_or(1));
        for notification in environment.push(at, failure) {
            let id = notification.subscription_id;
            environment.azure.schedule_delivery(at, &notification);
            while let Some(due) = environment.azure.take_due(at) {
                environment.azure.record_response(due, &Ok(answered(500)));
            }
            environment.azure.set_status(id, Status::Enabled);
        }
    }
    environment.move_to(after(began, minutes * 60));
    environment.set_latency(latency);
    let tally = passes.until_level(most).await;
    let (accepted, distinct, _) = passes.queued();
    let row = Row::new(FAILURES, format!("{failures} failures in {minutes} min, {latency} ms"), failures);
    recovered(row, &passes, &tally)
        .with(LOST, (failures as u64).saturating_sub(distinct))
        .with(REPEATED, accepted - distinct)
}

/// All subscriptions of so many projects are disabled at once.
pub async fn creator_left(projects: usize, latency: i64, most: u64) -> Row {
    let environment = Environment::new(projects, 10).await;
    let mut setup = Lambda::new(&environment, "setup");
    let connected =
        repeat(&environment, &mut setup, &connect("all", &environment.names(0..projects)), 6).await;
    assert!(connected.is_done, "not connected: {:?}", connected.last.end);
    let mut passes = ScheduledWatch::new(&environment);
    passes.until_level(20).await;
    let all = environment.azure.subscriptions(ORGANIZATION);
    for hook in &all {
        environment.azure.set_status(hook.id, Status::DisabledByInactiveIdentity);
    }
    environment.set_latency(latency);
    let tally = passes.until_level(most).await;
    let enabled = environment.azure.subscriptions(ORGANIZATION);
    let enabled = enabled.iter().filter(|hook| hook.status == Status::Enabled).count();
    let row = Row::new(CREATOR_LEFT, format!("{projects} projects, {latency} ms"), all.len());
    recovered(row, &passes, &tally)
        .with(SUBSCRIPTIONS, all.len() as u64)
        .with("subscriptions enabled at the end", enabled as u64)
}

fn recovered(row: Row, passes: &ScheduledWatch, tally: &Tally) -> Row {
    let (_, _, largest) = passes.queued();
    row.with(PASSES, tally.passes)
        .with(IS_LEVEL, tally.is_level.into())
        .with(KILLED, tally.killed)
        .with(CALLS, tally.calls)
        .with(QUEUE_CALLS, tally.queue_calls)
        .with(SECONDS, tally.longest)
        .with(CHECKPOINT, largest)
        .with("passes that failed", tally.failed)
        .with(LINE, tally.longest_line)
        .with("KiB of memory", tally.peak)
}
