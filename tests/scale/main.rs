//! `make scale`: every scenario at the sizes of the issue, with a report. Words after the command choose scenarios.
#![expect(clippy::print_stdout, reason = "it says what it does")]

use std::process::ExitCode;
use std::time::Instant;

use hookpost_scale::bounds::{BOUNDS, exceeded};
use hookpost_scale::report;
use hookpost_scale::row::Row;
use hookpost_scale::scenarios::late::Late;
use hookpost_scale::scenarios::receivers::Load;
use hookpost_scale::scenarios::{healthy, late, operator, outage, receivers};

/// The customer to build for, once behind.
const LATE: Late =
    Late { teams: 50, projects: 6, repositories: 10, minutes: 20, pushes: 280, latency: 200, most: 24 };

/// The groups of scenarios, in the order of the report.
const GROUPS: [&str; 8] =
    ["receivers", "healthy", "late", "outage", "creator", "operator", "beside", "status"];

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut rows = Vec::new();
    for group in GROUPS.iter().filter(|group| wanted.is_empty() || wanted.iter().any(|word| word == *group)) {
        let began = Instant::now();
        let found = run(group).await;
        println!("{group}: {} s", began.elapsed().as_secs());
        rows.extend(found);
    }
    let exceeded = exceeded(&rows, BOUNDS);
    for line in &exceeded {
        println!("out of bounds: {line}");
    }
    if wanted.is_empty() {
        report::write(&rows, &exceeded)?;
    }
    Ok(if exceeded.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(group: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    match group {
        "receivers" => {
            for (integrations, instances, rate, seconds) in
                [(50, 2, 20, 60), (200, 1, 20, 60), (200, 4, 200, 120)]
            {
                rows.push(shown(receivers::run(Load { integrations, instances, rate, seconds }).await));
            }
        }
        "healthy" => {
            for integrations in [1, 10, 50, 200] {
                rows.push(shown(healthy::run(integrations, 10).await));
            }
        }
        "late" => {
            for (minutes, pushes) in [(20, 280), (60, 830)] {
                rows.push(shown(late::run(Late { minutes, pushes, ..LATE }).await));
            }
        }
        "outage" => {
            for (failures, minutes) in [(1000, 120), (10_000, 60), (20_000, 24 * 60)] {
                rows.push(shown(outage::failures(failures, minutes, 200, 60).await));
            }
        }
        "creator" => {
            for projects in [30, 100, 300] {
                rows.push(shown(outage::creator_left(projects, 200, 24).await));
            }
        }
        "operator" => {
            for projects in [10, 100, 300] {
                rows.extend(operator::life(projects, 200).await.into_iter().map(shown));
            }
            rows.push(shown(operator::throttled(300, 50).await));
        }
        "beside" => rows.push(shown(operator::beside_itself(100, 200).await)),
        _ => {
            for integrations in [10, 50] {
                rows.push(shown(operator::status_of_all(integrations, 6).await));
            }
        }
    }
    rows
}

fn shown(row: Row) -> Row {
    println!("  {} ({}): {:?}", row.scenario, row.size, row.figures);
    row
}
