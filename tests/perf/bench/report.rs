//! The tables of `make bench`, for a terminal and for REPORT.md.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use hookpost_perf::{machine, table};

use crate::contestant::{Contestant, folder};
use crate::targets;

/// The figures of one contestant by column, in the unit of the column.
pub(crate) type Figures = BTreeMap<&'static str, f64>;

pub(crate) const INIT: &str = "INIT ms";
pub(crate) const FIRST_CALL: &str = "first call ms";
pub(crate) const COLD_CPU: &str = "cold CPU ms";
pub(crate) const SMALL_CPU: &str = "CPU 3 KB µs";
pub(crate) const LARGE_CPU: &str = "CPU 60 KB µs";
pub(crate) const P50: &str = "p50 3 KB µs";
pub(crate) const P99: &str = "p99 3 KB µs";
pub(crate) const PEAK: &str = "peak MB";
pub(crate) const ZIP: &str = "zip MB";
pub(crate) const LOG: &str = "log bytes";

/// Each column of the report, with its decimals.
const COLUMNS: [(&str, usize); 10] = [
    (INIT, 2),
    (FIRST_CALL, 2),
    (COLD_CPU, 2),
    (SMALL_CPU, 0),
    (LARGE_CPU, 0),
    (P50, 0),
    (P99, 0),
    (PEAK, 1),
    (ZIP, 2),
    (LOG, 0),
];

/// The figures of everyone, then the targets.
pub(crate) fn tables(contestants: &[Contestant], figures: &BTreeMap<&str, Figures>) -> String {
    let (all, targets) = (rows(contestants, figures), targets::rows(figures));
    format!("{}\n{}", table::markdown(&all), table::markdown(&targets))
}

/// Writes REPORT.md.
pub(crate) fn write(rounds: &str, tables: &str) {
    let report = format!("{HEAD}{}; {}; {rounds}.\n\n{tables}", machine::describe(), versions());
    fs::write(folder().join("REPORT.md"), report).expect("the report can be written");
}

/// A row for each contestant, below a head.
fn rows(contestants: &[Contestant], figures: &BTreeMap<&str, Figures>) -> Vec<Vec<String>> {
    let row = |contestant: &Contestant| {
        let cell = |(column, decimals): (&str, usize)| {
            let figure = figures[contestant.name].get(column);
            figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.decimals$}"))
        };
        std::iter::once(contestant.name.to_owned()).chain(COLUMNS.map(cell)).collect()
    };
    let head = std::iter::once("").chain(COLUMNS.map(|(column, _)| column)).map(str::to_owned).collect();
    std::iter::once(head).chain(contestants.iter().map(row)).collect()
}

/// Of the compiler and the interpreters.
fn versions() -> String {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().expect("it is installed");
        String::from_utf8_lossy(&output.stdout).split(" (").next().unwrap_or_default().trim().to_owned()
    };
    format!("{}, Node {}, {}", version("rustc"), version("node"), version("python3"))
}

const HEAD: &str = "\
# What a delivery costs

Written by `make bench`; [README.md](../README.md) says how it is measured and what it cannot see.
**Trust the ratios, not the absolutes**: all contestants took turns in one run on one machine.

";
