//! Nothing is lost: seeded schedules of faults on virtual time, in one process and against the real binaries.
//!
//! See README.md for what a schedule is and how to run more of them.
#![expect(clippy::expect_used, reason = "a simulation that cannot go on fails its test")]

mod binary_fault;
mod checkpoints;
mod clock;
mod deliveries_queue;
mod entra;
mod event_key;
mod fault_classes;
mod fault_injector;
mod lambda;
mod mutants;
mod oracle;
mod order;
mod parallel;
mod plan;
mod real_binaries;
mod real_relay;
mod relay;
mod report;
mod rng;
mod schedule_result;
mod secrets;
mod sender;
mod settings;
mod simulation;
mod sqs;
mod tools;
mod workload;

use jiff::SignedDuration;

use crate::binary_fault::BINARY_FAULTS;
use crate::fault_classes::{FAULT_CLASSES, FaultClass};
use crate::mutants::{MUTANTS, Mutant};
use crate::real_binaries::RealBinaries;
use crate::report::Sums;
use crate::schedule_result::{AllowedCost, ScheduleResult};
use crate::simulation::Simulation;

/// The item of a seed: seeds go through the items again and again.
fn of_seed<T>(items: &[T], seed: u64) -> &T {
    &items[usize::try_from(seed).unwrap_or_default() % items.len()]
}

fn class_named(name: &str) -> FaultClass {
    *FAULT_CLASSES.iter().find(|class| class.name == name).expect("a fault class")
}

/// Writes the figures of schedules, and fails the test when one has violations. `names` are those of the faults, with
/// what they may cost.
fn check(
    report: &str,
    variable: &str,
    seeds: &[u64],
    outcomes: &[ScheduleResult],
    names: &[(&'static str, AllowedCost)],
) {
    let mut sums = Sums::default();
    let mut bad = Vec::new();
    for (seed, outcome) in seeds.iter().zip(outcomes) {
        let (name, allowed) = *of_seed(names, *seed);
        sums.add(name, outcome);
        let found = outcome.violations(allowed);
        if !found.is_empty() {
            bad.push(format!("{variable}={seed} ({name}): {}", found.join("; ")));
        }
    }
    sums.write(report, names.iter().map(|(name, _)| *name));
    sums.write_relays(&format!("{report}_relay"), names.iter().map(|(name, _)| *name));
    assert!(bad.is_empty(), "{} of {} schedules:\n{}", bad.len(), seeds.len(), bad.join("\n"));
}

#[test]
fn every_event_arrives_and_no_fault_of_ours_costs_a_subscription() {
    let seeds = settings::seeds();
    let outcomes = parallel::run(&seeds, async |seed| schedule(seed, Mutant::None).await);
    let names: Vec<_> = FAULT_CLASSES.iter().map(|class| (class.name, class.allowed)).collect();
    check("schedules", "HOOKPOST_FAULTS_SEED", &seeds, &outcomes, &names);
}

async fn schedule(seed: u64, mutant: Mutant) -> ScheduleResult {
    Simulation::prepare(seed, *of_seed(FAULT_CLASSES, seed), mutant).await.run().await
}

#[test]
fn the_real_binaries_lose_nothing() {
    let seeds = settings::binary_seeds();
    let outcomes = parallel::run(&seeds, async |seed| {
        let (fault, _) = *of_seed(&BINARY_FAULTS, seed);
        RealBinaries::prepare(seed, fault).await.run().await
    });
    let names = BINARY_FAULTS.map(|(fault, name)| (name, fault.allowed()));
    check("real_binaries", "HOOKPOST_FAULTS_REAL_SEED", &seeds, &outcomes, &names);
}

#[test]
fn every_mutant_is_caught() {
    let rounds = if settings::is_full() { 5 } else { 1 };
    let mut rows = Vec::new();
    for (mutant, name, telling) in MUTANTS {
        let is_wanted = |seed: &u64| settings::is_full() || of_seed(FAULT_CLASSES, *seed).name == telling;
        let seeds: Vec<u64> = (0..FAULT_CLASSES.len() as u64 * rounds).filter(is_wanted).collect();
        let (mut violated, mut lost, mut behind_relay) = (0, 0, 0);
        let (mut doubled, mut misplaced, mut probations) = (0, 0, 0);
        for (seed, outcome) in
            seeds.iter().zip(parallel::run(&seeds, async |seed| schedule(seed, mutant).await))
        {
            let class = *of_seed(FAULT_CLASSES, *seed);
            violated += usize::from(!outcome.violations(class.allowed).is_empty());
            lost += outcome.judgment.lost.len();
            behind_relay += outcome.relay.lost.len();
            doubled += outcome.judgment.doubled.len();
            misplaced += outcome.judgment.misplaced.len();
            probations += if class.allowed.probations { 0 } else { outcome.probations };
        }
        let is_caught = match mutant {
            Mutant::None => false,
            Mutant::AcknowledgeFirst
            | Mutant::CheckpointFirst
            | Mutant::ThreadsIgnored
            | Mutant::HiddenDelivered
            | Mutant::AnyDelivery => lost > 0,
            Mutant::GivenBackDeleted => behind_relay > 0,
            Mutant::RandomDeduplication => doubled > 0,
            Mutant::SequenceOfArrival => misplaced > 0,
            Mutant::FiveHundred => probations > 0,
        };
        assert!(is_caught, "{name} is not noticed");
        rows.push(format!(
            "{name} | {} | {violated} | {lost} | {behind_relay} | {doubled} | {misplaced} | {probations}",
            seeds.len()
        ));
    }
    let columns = "mutant | schedules | with violations | lost | lost behind the relay | doubled | misplaced | probations for faults of ours";
    report::write("mutants", columns, &rows);
}

#[test]
fn a_catch_up_that_takes_many_passes_completes() {
    let outcomes = parallel::run(&[1, 2, 3], async |seed| {
        let class = class_named("watch away for hours, too");
        let simulation = Simulation::prepare(seed, class, Mutant::None).await;
        simulation.slow_down(SignedDuration::from_secs(12));
        simulation.run().await
    });
    for outcome in &outcomes {
        assert_eq!(outcome.violations(AllowedCost::ALL), Vec::<String>::new());
        assert!(outcome.cut_short > 2, "only {} passes ran out of time", outcome.cut_short);
    }
}

/// What is out, and the fault class that puts it out.
const OUTAGES: [(&str, &str); 2] =
    [("queue out", "queue out for up to an hour"), ("500 to everything", "500 for up to an hour")];

/// Lengths of an outage, in minutes; `make test` tries the first two.
const LENGTHS: [(&str, i64); 4] =
    [("3 minutes", 3), ("1 hour", 60), ("24 hours", 24 * 60), ("6 days", 6 * 24 * 60)];

#[test]
fn after_an_outage_of_any_length_every_event_arrives() {
    let lengths = if settings::is_full() { &LENGTHS[..] } else { &LENGTHS[..2] };
    let runs: Vec<u64> = (0..(OUTAGES.len() * lengths.len()) as u64).collect();
    let parts = |run: u64| (of_seed(&OUTAGES, run / lengths.len() as u64), of_seed(lengths, run));
    let outcomes = parallel::run(&runs, async |run| {
        let ((_, class), (_, minutes)) = parts(run);
        let simulation = Simulation::prepare(run + 1, class_named(class), Mutant::None).await;
        simulation.run_outage(SignedDuration::from_mins(*minutes)).await
    });
    let mut rows = Vec::new();
    for (run, outcome) in runs.iter().zip(&outcomes) {
        let ((what, _), (length, _)) = parts(*run);
        let judgment = &outcome.judgment;
        assert_eq!(judgment.lost, Vec::<String>::new(), "{what} for {length}");
        assert_eq!(judgment.doubled, Vec::<String>::new(), "{what} for {length}");
        assert_eq!(judgment.misplaced, Vec::<String>::new(), "{what} for {length}");
        let recovery = outcome.recovery.expect("events").as_secs();
        rows.push(format!(
            "{what} | {length} | {} | {} | {} | {} | {} | {} | {} | {} | {} min {} s",
            judgment.expected,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            judgment.late,
            judgment.repeated,
            judgment.untraceable,
            judgment.lost.len(),
            recovery / 60,
            recovery % 60,
        ));
    }
    let columns = "outage | length | events | probations | replayed | reconstructed | late | repeated | not raised, no trace | \
                   lost | recovered after";
    report::write("outages", columns, &rows);
}
