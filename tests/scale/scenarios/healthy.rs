//! `watch` when all is well.

use jiff::SignedDuration;

use super::{BYTES, LINE, SECONDS, teams, with_calls};
use crate::meter::Service;
use crate::passes::Passes;
use crate::row::Row;

/// The name of the scenario.
pub const SCENARIO: &str = "watch, all well";

/// One pass over so many integrations of one organization, each with one project of ten repositories, after some in which
/// nothing happened.
pub async fn run(integrations: usize) -> Row {
    let world = teams(integrations, 1, 10).await;
    let mut passes = Passes::new(&world);
    // A gap of the first pass reaches back ten minutes more.
    passes.until_level(20).await;
    passes.pause(SignedDuration::ZERO);
    world.set_latency(200);
    let (run, meter) = passes.run().await;
    let row = Row::new(SCENARIO, format!("{integrations} integrations"), integrations);
    with_calls(row, &meter)
        .with("bytes to SQS", meter.of(Service::Sqs).sent)
        .with(BYTES, meter.of(Service::AzureDevOps).received)
        .with(SECONDS, run.took.as_secs().unsigned_abs())
        .with(LINE, run.longest_line())
        .with("KiB of memory", run.peak)
}
