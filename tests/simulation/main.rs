//! Nothing is lost: seeded schedules of faults on virtual time, in one process and against the real binaries.
//!
//! `HOOKPOST_FAULTS_SCHEDULES` says how many schedules there are, and `HOOKPOST_FAULTS_SEED` which one alone;
//! `HOOKPOST_FAULTS_REPORT` names a file for the figures.
#![expect(clippy::expect_used, reason = "a simulation that cannot go on fails its test")]

mod chance;
mod checkpoints;
mod classes;
mod clock;
mod lambda;
mod promise;
mod real;
mod report;
mod rest;
mod settings;
mod simulation;
mod sqs;
mod story;
mod together;
mod truth;
mod vault;

use jiff::SignedDuration;

use crate::classes::{CLASSES, Class};
use crate::promise::Promise;
use crate::real::{Real, TROUBLES};
use crate::report::{Report, Table};
use crate::simulation::{Outcome, Simulation};

/// How long the organization works in one schedule.
const SPAN: SignedDuration = SignedDuration::from_hours(3);

async fn schedule(seed: u64, promise: Promise) -> Outcome {
    let mut it = Simulation::prepare(seed, class_of(seed), promise).await;
    it.plan(SPAN);
    it.run().await
}

fn class_of(seed: u64) -> Class {
    CLASSES[usize::try_from(seed).unwrap_or_default() % CLASSES.len()]
}

/// What no fault at all excuses.
fn broken_promises(outcome: &Outcome) -> Vec<String> {
    let verdict = &outcome.verdict;
    let listed =
        |what: &str, names: &[String]| names.first().map(|first| format!("{} {what}: {first}", names.len()));
    [
        listed("lost", &verdict.lost),
        listed("doubled", &verdict.doubled),
        listed("out of order without saying so", &verdict.disordered),
        (outcome.quarantined > 0).then(|| format!("{} in quarantine", outcome.quarantined)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with how a schedule ended; nothing, when every promise was kept.
fn complaints(seed: u64, outcome: &Outcome) -> Vec<String> {
    let (class, verdict) = (class_of(seed), &outcome.verdict);
    let count = |what: &str, number: u64| (number > 0).then(|| format!("{number} {what}"));
    let mut found = broken_promises(outcome);
    if class.ours {
        found.extend(count("probations for a fault of ours", outcome.probations));
        found.extend(count("nobody was told of", verdict.untraceable));
        found.extend(count("repeated", verdict.repeated));
    }
    found
}

#[test]
fn in_every_schedule_every_event_arrives_and_no_fault_of_ours_costs_a_subscription() {
    let seeds = settings::seeds();
    let outcomes = together::run(&seeds, |seed| schedule(seed, Promise::AllKept));
    let mut table = Table::default();
    let mut bad = Vec::new();
    for (seed, outcome) in seeds.iter().zip(&outcomes) {
        table.add(class_of(*seed).name, outcome);
        let complaints = complaints(*seed, outcome);
        if !complaints.is_empty() {
            bad.push(format!(
                "HOOKPOST_FAULTS_SEED={seed} ({}): {}",
                class_of(*seed).name,
                complaints.join("; ")
            ));
        }
    }
    Report::write("schedules", &table.to_markdown(CLASSES.iter().map(|class| class.name)));
    assert!(bad.is_empty(), "{} of {} schedules:\n{}", bad.len(), seeds.len(), bad.join("\n"));
}

/// Classes in which a broken promise shows soon.
const TELLING: [&str; 4] =
    ["queue refuses", "function killed", "queue out for up to an hour", "everything at once"];

#[test]
fn a_promise_that_is_broken_shows() {
    let mut lines = vec!["| broken on purpose | schedules | with complaints | lost | doubled | probations for faults of ours |".to_owned()];
    lines.push("| --- | ---: | ---: | ---: | ---: | ---: |".to_owned());
    let rounds = if settings::is_full() { 5 } else { 1 };
    let is_wanted = |seed: &u64| settings::is_full() || TELLING.contains(&class_of(*seed).name);
    let seeds: Vec<u64> = (0..CLASSES.len() as u64 * rounds).filter(is_wanted).collect();
    let count = seeds.len();
    for promise in Promise::BROKEN {
        let outcomes = together::run(&seeds, |seed| schedule(seed, promise));
        let of_seeds = || seeds.iter().zip(&outcomes);
        let complained = of_seeds().filter(|(seed, outcome)| !complaints(**seed, outcome).is_empty()).count();
        let lost: usize = outcomes.iter().map(|outcome| outcome.verdict.lost.len()).sum();
        let doubled: usize = outcomes.iter().map(|outcome| outcome.verdict.doubled.len()).sum();
        let probations: u64 =
            of_seeds().filter(|(seed, _)| class_of(**seed).ours).map(|(_, one)| one.probations).sum();
        lines.push(format!(
            "| {} | {count} | {complained} | {lost} | {doubled} | {probations} |",
            promise.name()
        ));
        let shows = match promise {
            Promise::AcknowledgeFirst | Promise::CheckpointFirst => lost > 0,
            Promise::RandomDeduplication => doubled > 0,
            Promise::FiveHundred => probations > 0,
            Promise::AllKept => complained == 0,
        };
        assert!(shows, "{}: nobody noticed", promise.name());
    }
    Report::write("broken", &lines.join("\n"));
}

#[test]
fn the_real_binaries_lose_nothing_either() {
    let seeds: Vec<u64> = settings::real_seeds();
    let trouble = |seed: u64| TROUBLES[usize::try_from(seed).unwrap_or_default() % TROUBLES.len()];
    let outcomes =
        together::run(&seeds, |seed| async move { Real::prepare(seed, trouble(seed)).await.run().await });
    let mut table = Table::default();
    let mut bad = Vec::new();
    for (seed, outcome) in seeds.iter().zip(&outcomes) {
        let trouble = trouble(*seed);
        table.add(trouble.name(), outcome);
        let mut found = broken_promises(outcome);
        if trouble.is_ours() && outcome.probations > 0 {
            found.push(format!("{} probations for a fault of ours", outcome.probations));
        }
        if !found.is_empty() {
            bad.push(format!("HOOKPOST_FAULTS_REAL_SEED={seed} ({}): {}", trouble.name(), found.join("; ")));
        }
    }
    Report::write("real", &table.to_markdown(TROUBLES.iter().map(|trouble| trouble.name())));
    assert!(bad.is_empty(), "{} of {} schedules:\n{}", bad.len(), seeds.len(), bad.join("\n"));
}

#[test]
fn a_catch_up_that_takes_many_passes_comes_to_its_end() {
    let class = CLASSES.iter().find(|one| one.name == "watch away for hours, too").expect("a class");
    let outcomes = together::run(&[1, 2, 3], |seed| async move {
        let mut it = Simulation::prepare(seed, *class, Promise::AllKept).await;
        it.slow_down(SignedDuration::from_secs(15));
        it.plan(SPAN);
        it.run().await
    });
    for outcome in &outcomes {
        assert_eq!(broken_promises(outcome), Vec::<String>::new());
        assert!(outcome.cut_short > 2, "only {} passes ran out of time", outcome.cut_short);
    }
}

/// Whatever is behind the gateway is out, or somebody else answers 500 in our place.
const OUTAGES: [(&str, &str); 2] =
    [("queue out", "queue out for up to an hour"), ("500 to everything", "500 for up to an hour")];

#[test]
fn after_an_outage_of_any_length_everything_is_there() {
    let all = [("3 minutes", 3), ("1 hour", 60), ("24 hours", 24 * 60), ("6 days", 6 * 24 * 60)];
    let lengths = if settings::is_full() { &all[..] } else { &all[..2] };
    let runs: Vec<u64> = (0..OUTAGES.len() * lengths.len()).map(|run| run as u64).collect();
    let parts = |run: u64| {
        let run = usize::try_from(run).unwrap_or_default();
        (OUTAGES[run / lengths.len()], lengths[run % lengths.len()])
    };
    let outcomes = together::run(&runs, |run| async move {
        let ((_, class), (_, minutes)) = parts(run);
        let class = CLASSES.iter().find(|one| one.name == class).expect("a class");
        let mut it = Simulation::prepare(run + 1, *class, Promise::AllKept).await;
        it.plan_outage(SignedDuration::from_mins(minutes));
        it.run().await
    });
    let mut lines = vec![
        "| outage | length | events | probations | replayed | reconstructed | repeated | not told, no trace | lost | recovered after |".to_owned(),
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    for (run, outcome) in runs.iter().zip(&outcomes) {
        let ((what, _), (length, _)) = parts(*run);
        let verdict = &outcome.verdict;
        assert_eq!(verdict.lost, Vec::<String>::new(), "{what} for {length}");
        assert_eq!(verdict.doubled, Vec::<String>::new(), "{what} for {length}");
        let recovery = outcome.recovery.expect("events").as_secs();
        lines.push(format!(
            "| {what} | {length} | {} | {} | {} | {} | {} | {} | {} | {} min {} s |",
            verdict.raised,
            outcome.probations,
            outcome.replayed,
            outcome.reconstructed,
            verdict.repeated,
            verdict.untraceable,
            verdict.lost.len(),
            recovery / 60,
            recovery % 60,
        ));
    }
    Report::write("outages", &lines.join("\n"));
}
