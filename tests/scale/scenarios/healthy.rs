//! `watch` when all is well.

use super::{BYTES, LINE, SECONDS, teams, with_calls};
use crate::meter::Service;
use crate::row::Row;
use crate::scheduled_watch::ScheduledWatch;

/// The name of the scenario.
pub const SCENARIO: &str = "watch, all well";

/// The name of a figure: lists of repositories and of subscriptions.
pub const LISTINGS: &str = "calls that list";

/// One pass over so many integrations of one organization, each with one project of so many repositories, after some in
/// which nothing happened.
pub async fn run(integrations: usize, repositories: usize) -> Row {
    let environment = teams(integrations, 1, repositories).await;
    let mut passes = ScheduledWatch::new(&environment);
    passes.until_level(20).await;
    environment.set_latency(200);
    let (run, meter) = passes.run().await;
    let row = Row::new(SCENARIO, format!("{integrations} integrations"), integrations);
    with_calls(row, &meter)
        .with(LISTINGS, meter.calls_of("GET git/repositories") + meter.calls_of("GET hooks/subscriptions"))
        .with("bytes to SQS", meter.of(Service::Sqs).sent)
        .with(BYTES, meter.of(Service::AzureDevOps).received)
        .with(SECONDS, run.took.as_secs().unsigned_abs())
        .with(LINE, run.longest_line())
        .with("KiB of memory", run.peak)
}
