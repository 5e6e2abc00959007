//! The whole path under load, with the receivers as they are deployed: `make load`.
#![expect(clippy::print_stdout, reason = "it prints a table")]

mod load;
mod notifications;
mod report;
mod sending;
mod tally;

use std::path::Path;
use std::process::ExitCode;

use hookpost_perf::machine;
use load::Load;

const LOADS: [Load; 2] = [
    Load { name: "sustained", deliveries: 12_000, per_second: Some(200) },
    Load { name: "burst", deliveries: 1000, per_second: None },
];

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    // Before the load is put on it.
    let machine = machine::describe();
    let mut outcomes = Vec::new();
    for load in LOADS {
        println!("{} …", load.name);
        outcomes.push(load.run().await);
    }
    println!("{}", report::table(&outcomes));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("load/REPORT.md");
    std::fs::write(file, report::markdown(&machine, &outcomes))?;
    let mut code = ExitCode::SUCCESS;
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_right()) {
        println!("{} went wrong: {:?} {:?}", outcome.load.name, outcome.sent.errors, outcome.tally);
        code = ExitCode::FAILURE;
    }
    Ok(code)
}
