//! `REPORT.md`.

use std::fmt::Write as _;
use std::process::Command;

use crate::bar::{self, Bar};
use crate::comparison::Rounds;
use crate::cost::{self, COLD_SHARE, GATEWAY, MEGABYTES, QUEUE, WAIT};
use crate::growth::Curve;
use crate::measured::Figures;
use crate::table::{self, Rows, megabytes, micros};
use crate::workload::Workload;

pub(crate) fn text(
    figures: &[Figures],
    bars: &[Bar],
    curves: &[Curve],
    workloads: &[Workload],
    rounds: Rounds,
) -> String {
    let mut report = String::from(
        "# What a delivery costs\n\nWritten by `make bench`; [README.md](README.md) says how it measures, and what it \
         cannot see.\n**Trust the ratios, not the absolutes**: all contestants took turns in one run on one machine.\n\n",
    );
    let _ = writeln!(report, "{}.\n", machine());
    let bodies =
        workloads.iter().map(|workload| format!("{}: {} bytes", workload.name, workload.event.body_bytes));
    let _ = writeln!(
        report,
        "{} cold starts and {} rounds of warm calls each; medians. Bodies: {}.\n",
        rounds.cold,
        rounds.warm,
        bodies.collect::<Vec<_>>().join("; ")
    );
    report += &table::markdown(&table::rows(figures));
    report += "\nCold figures and latencies are over TLS, the others over HTTP. CPU is user and system time of the process. \
               Peak memory is before the 1 MB push.\nINIT of `code-pushed` and `pull-request` opens a connection to each \
               service.\n\n## Against the bar\n\n`code-pushed`, with log, metrics, retries and every promise switched \
               on.\n\n";
    report += &table::markdown(&bar::rows(bars));
    report += "\n![CPU of a cold start, CPU of a warm delivery, and peak memory](comparison.svg)\n\n## Beside the table\n\n";
    report += &table::markdown(&further_rows(figures));
    let _ = writeln!(
        report,
        "\n## Dollars per million deliveries\n\nList prices of us-east-1, arm64, {MEGABYTES} MB. Worked out, not billed: \
         processor time as measured here, on the share of a processor that the memory gets; {} ms of waiting for SQS; one \
         start in {:.0} deliveries. A REST API is ${GATEWAY:.2} and SQS ${QUEUE:.2} for everybody.\n",
        WAIT.as_millis(),
        1.0 / COLD_SHARE
    );
    report += &table::markdown(&cost_rows(figures));
    report += "\n## Growth\n\nThe processor time of one delivery to `code-pushed`. 1 is linear; steeper is a defect.\n\n";
    report += &table::markdown(&growth_rows(curves));
    report + "\n![CPU by size of the text, by commits, by refs and by integrations](growth.svg)\n"
}

fn further_rows(figures: &[Figures]) -> Rows {
    let head = ["", "INIT alone ms", "CPU TLS µs", "p50 HTTP µs", "peak after 1 MB", "log bytes", "unzipped"];
    let row = |figures: &Figures| {
        let dash = || "–".to_owned();
        vec![
            figures.contestant.name.to_owned(),
            table::millis(figures.cold.init_alone),
            figures.small_tls().map_or_else(dash, |calls| micros(calls.cpu)),
            figures.small().map_or_else(dash, |calls| micros(calls.p50)),
            megabytes(figures.warm.peak_memory_large) + " MB",
            figures.warm.log_bytes.to_string(),
            megabytes(figures.size.bytes) + " MB",
        ]
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(figures.iter().map(row)).collect()
}

fn cost_rows(figures: &[Figures]) -> Rows {
    let head = ["", "Lambda", "log", "with gateway and queue"].map(str::to_owned).to_vec();
    let row = |figures: &Figures| {
        let cost = cost::of(figures);
        let name = figures.contestant.name.to_owned();
        std::iter::once(name)
            .chain([cost.lambda, cost.log, cost.all].map(|dollars| format!("{dollars:.2}")))
            .collect()
    };
    let sending = figures.iter().filter(|figures| figures.contestant.work.sends());
    std::iter::once(head).chain(sending.map(row)).collect()
}

pub(crate) fn growth_rows(curves: &[Curve]) -> Rows {
    let head = ["CPU by", "µs at each size", "steepness at the end", ""].map(str::to_owned).to_vec();
    let row = |curve: &Curve| {
        let points = curve.points.iter().map(|(size, cpu)| format!("{size}: {}", micros(*cpu)));
        let verdict = if curve.is_too_steep() { "TOO STEEP" } else { "fine" };
        let points = points.collect::<Vec<_>>().join(", ");
        vec![curve.name.to_owned(), points, format!("{:.2}", curve.steepness()), verdict.to_owned()]
    };
    std::iter::once(head).chain(curves.iter().map(row)).collect()
}

/// What it ran on, and with what.
fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu =
        cpus.lines().find_map(|line| line.strip_prefix("model name").and_then(|rest| rest.split_once(": ")));
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let version = |program: &str| {
        let said = Command::new(program).arg("--version").output();
        said.map_or_else(|_| String::new(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
    };
    let rust = version("rustc");
    let rust = rust.split(" (").next().unwrap_or_default();
    format!(
        "{}, {count} processors of which one was used, {}; {rust}, Node {}, {}",
        std::env::consts::ARCH,
        cpu.map_or("an unknown processor", |(_, name)| name),
        version("node"),
        version("python")
    )
}
