//! `watch` after a time in which it did not run, while everything was delivered.

use jiff::SignedDuration;

use super::{CALLS, CHECKPOINT, IS_LEVEL, KILLED, LINE, PASSES, REPEATED, SECONDS, teams};
use crate::clock::after;
use crate::row::Row;
use crate::scheduled_watch::{ScheduledWatch, delivered};

/// The name of the scenario.
pub const SCENARIO: &str = "watch, once behind";

/// How large the organization is, and how far behind `watch` is.
#[derive(Clone, Copy, Debug)]
pub struct Late {
    /// Integrations.
    pub teams: usize,
    /// Projects of each.
    pub projects: usize,
    /// Repositories of each project.
    pub repositories: usize,
    /// Minutes without a pass.
    pub minutes: i64,
    /// Pushes meanwhile, all delivered.
    pub pushes: usize,
    /// Milliseconds that a call of Azure DevOps takes.
    pub latency: i64,
    /// Most passes.
    pub most: u64,
}

/// Passes until nothing is left to do.
pub async fn run(late: Late) -> Row {
    let environment = teams(late.teams, late.projects, late.repositories).await;
    let mut passes = ScheduledWatch::new(&environment);
    passes.until_level(20).await;
    let began = environment.now();
    for push in 0..late.pushes {
        let seconds = late.minutes * 60 * i64::try_from(push).unwrap_or_default();
        let at = after(began, seconds / i64::try_from(late.pushes).unwrap_or(1));
        for notification in environment.push(at, push) {
            environment.azure.schedule_delivery(at, &notification);
        }
        while let Some(due) = environment.azure.take_due(at) {
            environment.azure.record_response(due, &Ok(delivered()));
        }
    }
    passes.pause(SignedDuration::from_mins(late.minutes));
    environment.set_latency(late.latency);
    let tally = passes.until_level(late.most).await;
    let (accepted, distinct, largest) = passes.queued();
    let repositories = late.teams * late.projects * late.repositories;
    let size = format!(
        "{} min, {} integrations, {repositories} repositories, {} ms",
        late.minutes, late.teams, late.latency
    );
    Row::new(SCENARIO, size, usize::try_from(late.minutes).unwrap_or_default())
        .with(PASSES, tally.passes)
        .with(IS_LEVEL, tally.is_level.into())
        .with(KILLED, tally.killed)
        .with(CALLS, tally.calls)
        .with(SECONDS, tally.longest)
        .with(CHECKPOINT, largest)
        .with(REPEATED, accepted - distinct)
        .with(LINE, tally.longest_line)
}
