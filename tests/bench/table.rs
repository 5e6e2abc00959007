//! The table: as text for a terminal, and as Markdown.

use std::time::Duration;

use crate::cost;
use crate::measured::Figures;
use crate::workload::{HUGE_PUSH, LARGE_PUSH, PULL_REQUEST, SMALL_PUSH};

/// Rows of cells, the first of them the head.
pub(crate) type Rows = Vec<Vec<String>>;

const HEAD: [&str; 15] = [
    "",
    "INIT ms",
    "first call ms",
    "cold CPU ms",
    "CPU 3 KB µs",
    "CPU 5 KB PR µs",
    "CPU 60 KB µs",
    "CPU 1 MB ms",
    "p50 µs",
    "p99 µs",
    "peak MB",
    "zip MB",
    "instructions k",
    "allocations",
    "$ per million",
];

pub(crate) fn rows(figures: &[Figures]) -> Rows {
    let head = HEAD.map(str::to_owned).to_vec();
    std::iter::once(head).chain(figures.iter().map(row)).collect()
}

fn row(figures: &Figures) -> Vec<String> {
    let micros = |workload| figures.calls(workload).map(|calls| micros(calls.cpu));
    let or_dash = |cell: Option<String>| cell.unwrap_or_else(|| "–".to_owned());
    let small = figures.small_tls();
    let cost = figures.contestant.work.sends().then(|| cost::of(figures));
    vec![
        figures.contestant.name.to_owned(),
        millis(figures.cold.init),
        millis(figures.cold.first_call),
        millis(figures.cold.cpu),
        or_dash(micros(SMALL_PUSH)),
        or_dash(micros(PULL_REQUEST)),
        or_dash(micros(LARGE_PUSH)),
        or_dash(figures.calls(HUGE_PUSH).map(|calls| millis(calls.cpu))),
        or_dash(small.map(|calls| self::micros(calls.p50))),
        or_dash(small.map(|calls| self::micros(calls.p99))),
        megabytes(figures.peak_memory()),
        megabytes(figures.size.zip_bytes),
        or_dash(figures.counted.map(|counted| (counted.instructions / 1000).to_string())),
        or_dash(figures.counted.map(|counted| counted.allocations.to_string())),
        or_dash(cost.map(|cost| format!("{:.2}", cost.all))),
    ]
}

pub(crate) fn micros(duration: Duration) -> String {
    format!("{:.0}", duration.as_secs_f64() * 1e6)
}

/// With as many digits as say something.
pub(crate) fn millis(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1e3;
    let digits = if millis < 10.0 { 2 } else { usize::from(millis < 100.0) };
    format!("{millis:.digits$}")
}

#[expect(clippy::cast_precision_loss, reason = "nobody has petabytes")]
pub(crate) fn megabytes(bytes: u64) -> String {
    let megabytes = bytes as f64 / 1e6;
    let digits = if megabytes < 10.0 { 2 } else { 0 };
    format!("{megabytes:.digits$}")
}

/// Columns side by side, numbers to the right.
pub(crate) fn text(rows: &Rows) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

pub(crate) fn markdown(rows: &Rows) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let Some((head, rows)) = rows.split_first() else { return String::new() };
    let rule = format!("| --- |{}\n", " ---: |".repeat(head.len() - 1));
    line(head) + &rule + &rows.iter().map(line).collect::<String>()
}
