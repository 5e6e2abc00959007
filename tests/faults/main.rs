//! Nothing is lost: seeded schedules of faults on virtual time, in one process and against the real binaries.
#![expect(clippy::expect_used, reason = "a simulation that cannot go on fails its test")]

mod chance;
mod checkpoints;
mod classes;
mod clock;
mod lambda;
mod promise;
mod rest;
mod simulation;
mod sqs;
mod story;
mod truth;
mod vault;

use jiff::SignedDuration;

use crate::classes::CLASSES;
use crate::promise::Promise;
use crate::simulation::Simulation;

#[tokio::test]
async fn try_it() {
    for class in CLASSES {
        let began = std::time::Instant::now();
        let mut it = Simulation::prepare(1, *class, Promise::AllKept).await;
        it.plan(SignedDuration::from_hours(3));
        let outcome = it.run().await;
        let verdict = &outcome.verdict;
        println!(
            "{:40} {:4} raised {:4} arrived {} lost {} untr {} rep {} dbl {} late {} disord | del {} retr {} prob {} repl {} recon {} heal {} pass {} held {} quar {} | {:?} {:?}",
            class.name,
            verdict.raised,
            verdict.arrived,
            verdict.lost.len(),
            verdict.untraceable,
            verdict.repeated,
            verdict.doubled.len(),
            verdict.late,
            verdict.disordered.len(),
            outcome.deliveries,
            outcome.retries,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            outcome.healed,
            outcome.passes,
            outcome.held_back,
            outcome.quarantined,
            outcome.recovery,
            began.elapsed()
        );
        for (what, lost) in verdict
            .lost
            .iter()
            .map(|x| ("lost", x))
            .take(4)
            .chain(verdict.doubled.iter().map(|x| ("dbl", x)).take(4))
            .chain(verdict.disordered.iter().map(|x| ("dis", x)).take(2))
        {
            println!("    {what} {lost}");
        }
    }
}
