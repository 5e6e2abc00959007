//! Whether the time of a refusal reveals a secret: `make timing` measures it.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a measuring program")]

mod experiments;
mod fixture;
mod measure;

use std::path::Path;
use std::process::ExitCode;

use experiments::{EXPERIMENTS, Expected};
use hookpost_perf::statistics::Difference;
use hookpost_perf::{machine, table};
use measure::Measured;

/// From here on |t| may be more than chance.
const SUSPICIOUS: f64 = 4.5;

/// From here on |t| is more than chance.
const LEAKY: f64 = 10.0;

fn main() -> ExitCode {
    let machine = machine::describe();
    let mut is_fine = true;
    let mut rows = vec![HEADINGS.map(str::to_owned).to_vec()];
    for (name, [first, second], expected, run) in EXPERIMENTS {
        println!("{name} …");
        let Measured { count, difference } = run();
        let (verdict, is_good) = judge(expected, difference);
        is_fine &= is_good;
        let Difference { t, means } = difference;
        let figures = [count.to_string(), format!("{t:.1}"), format!("{means:.1} ns")];
        let texts = [name, first, second].map(str::to_owned);
        rows.push(texts.into_iter().chain(figures).chain([verdict.to_owned()]).collect());
    }
    let table = table::markdown(&rows);
    println!("\n{table}");
    let report = format!(
        "# Timing of the credential check\n\nWritten by `make timing`; [README.md](../README.md#timing) says how it is \
         measured. Max abs(t) below {SUSPICIOUS}: no evidence of a difference. Above {LEAKY}: there is one.\n\n\
         {machine}.\n\n{table}"
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("timing/REPORT.md");
    std::fs::write(file, report).expect("the report can be written");
    if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The verdict, and whether it is as it should be.
fn judge(expected: Expected, Difference { t, means }: Difference) -> (&'static str, bool) {
    match expected {
        Expected::Nothing | Expected::OwnInput | Expected::Below(_) if t < SUSPICIOUS => {
            ("no evidence", true)
        }
        Expected::Nothing if t <= LEAKY => ("unclear: measure again, on a quiet machine", true),
        Expected::Below(limit) if means.abs() < limit => ("differs, within a known limit", true),
        Expected::Nothing | Expected::Below(_) => ("LEAK", false),
        Expected::OwnInput => ("differs, by what the sender sent", true),
        Expected::Leak if t > LEAKY => ("found, as it must be", true),
        Expected::Leak => ("NOT FOUND: this machine is too noisy for the test", false),
    }
}

const HEADINGS: [&str; 7] =
    ["experiment", "first class", "second class", "measurements", "max abs(t)", "apart", "verdict"];
