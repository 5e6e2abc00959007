//! The whole path under load, with the binaries as they are deployed: `make load`.
#![expect(clippy::print_stdout, reason = "it prints a table")]

mod deliveries;
mod latency;
mod machine;
mod pacing;
mod path;
mod picture;
mod plot;
mod report;
mod scenario;
mod sending;
mod tally;

use std::path::Path;
use std::process::ExitCode;

use machine::Machine;
use pacing::Pace;
use scenario::{Outcome, Scenario};

const SUSTAINED: Scenario = Scenario {
    name: "sustained",
    slug: "load-sustained",
    emulated: false,
    deliveries: 12_000,
    pace: Pace::PerSecond(200),
    limit: 100,
};

const BURST: Scenario =
    Scenario { name: "burst", slug: "load-burst", deliveries: 1000, pace: Pace::AtOnce, ..SUSTAINED };

const SCENARIOS: [Scenario; 4] = [
    SUSTAINED,
    BURST,
    Scenario {
        name: "sustained, emulators",
        emulated: true,
        deliveries: 1500,
        pace: Pace::PerSecond(50),
        ..SUSTAINED
    },
    Scenario { name: "burst, emulators", emulated: true, ..BURST },
];

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    // Cargo adds arguments of its own.
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let machine = Machine::here();
    let mut outcomes = Vec::new();
    for scenario in SCENARIOS {
        if only.as_ref().is_none_or(|only| scenario.name == only) {
            println!("{} …", scenario.name);
            outcomes.push(scenario.run().await);
        }
    }
    println!("{}", report::table(&outcomes));
    if only.is_none() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("load");
        std::fs::write(folder.join("REPORT.md"), report::markdown(&machine, &outcomes))?;
        std::fs::write(folder.join("latency.svg"), plot::svg(&outcomes))?;
    }
    for wrong in outcomes.iter().filter(|outcome| !outcome.is_right()) {
        println!("{} is not right: {}", wrong.scenario.name, wrong.trouble());
    }
    Ok(if outcomes.iter().all(Outcome::is_right) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
