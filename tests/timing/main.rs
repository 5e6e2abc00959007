//! Does the time of a refusal tell a stranger anything? `make timing` measures it.
#![expect(clippy::print_stdout, reason = "it prints a table")]

mod experiments;
mod measure;
mod report;
mod scene;
mod statistics;

use std::process::ExitCode;

use experiments::{EXPERIMENTS, Expected};
use report::Row;
use statistics::{Finding, LEAKY, SUSPICIOUS};

fn main() -> ExitCode {
    // Cargo adds arguments of its own.
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!("{}", report::HEAD);
    let (mut fine, mut rows) = (true, Vec::new());
    for experiment in EXPERIMENTS {
        if only.as_ref().is_some_and(|only| !experiment.name.contains(only.as_str())) {
            continue;
        }
        let measured = (experiment.run)();
        let (verdict, good) = judge(experiment.expected, measured.finding);
        fine &= good;
        let row = Row { experiment, measured, verdict };
        println!("{row}");
        rows.push(row);
    }
    if only.is_none() {
        report::write(&rows);
    }
    println!("\nMax |t| below {SUSPICIOUS}: no evidence of a difference. Above {LEAKY}: there is one.");
    println!(
        "Right against wrong is not measured: the answers differ, and the comparison alone is not public."
    );
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What to say, and whether it is as it should be.
fn judge(expected: Expected, Finding { t, difference }: Finding) -> (&'static str, bool) {
    match expected {
        Expected::Nothing | Expected::OwnInput | Expected::Below(_) if t < SUSPICIOUS => {
            ("no evidence", true)
        }
        Expected::Nothing if t <= LEAKY => ("unclear: measure again, on a quiet machine", true),
        Expected::Below(limit) if difference.abs() < limit => ("differs, within a known limit", true),
        Expected::Nothing | Expected::Below(_) => ("LEAK", false),
        Expected::OwnInput => ("differs, by what the sender sent himself", true),
        Expected::Leak if t > LEAKY => ("found, as it must be", true),
        Expected::Leak => ("NOT FOUND: this machine is too noisy for the test", false),
    }
}
