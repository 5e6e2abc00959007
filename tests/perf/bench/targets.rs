//! The targets: what Hookpost must reach beside other contestants in the same run.

use std::collections::BTreeMap;

use crate::contestant::{HELLO_HTTP, HELLO_RUNTIME, HOOKPOST, LIMIT, NODE};
use crate::report::{COLD_CPU, FIRST_CALL, Figures, LARGE_CPU, LOG, PEAK, SMALL_CPU, ZIP};

/// Of the zip of a receiver, in bytes. Lambda fetches it at every cold start.
pub(crate) const ZIP_BYTES_MAX: u32 = 3_100_000;

/// A row for each target, below a head.
pub(crate) fn rows(figures: &BTreeMap<&str, Figures>) -> Vec<Vec<String>> {
    let ours = |column| figures[HOOKPOST][column];
    let times_ours = |column, other| figures[other][column] / ours(column);
    let ours_times = |column, other| ours(column) / figures[other][column];
    let (runtime, http) = (HELLO_RUNTIME, HELLO_HTTP);
    vec![
        ["", "measured", "target", ""].map(str::to_owned).to_vec(),
        at_least("cold CPU to the first 202: Node / Hookpost", times_ours(COLD_CPU, NODE), 40.0),
        at_least("warm CPU, 3 KB: Node / Hookpost (stretch 6.5)", times_ours(SMALL_CPU, NODE), 5.0),
        at_most(
            "first call, connections open: Hookpost / runtime hello",
            ours_times(FIRST_CALL, runtime),
            5.0,
        ),
        at_most("warm CPU, 3 KB: Hookpost / http hello", ours_times(SMALL_CPU, http), 3.6),
        at_most("warm CPU, 60 KB: Hookpost / limit", ours_times(LARGE_CPU, LIMIT), 2.0),
        at_most("zip, MB", ours(ZIP), f64::from(ZIP_BYTES_MAX) / 1e6),
        at_most("peak memory, MB", ours(PEAK), 10.0),
        at_most("log of a queued delivery, bytes", ours(LOG), 500.0),
    ]
}

fn at_least(what: &str, measured: f64, target: f64) -> Vec<String> {
    row(what, measured, &format!("≥ {target}"), measured >= target)
}

fn at_most(what: &str, measured: f64, target: f64) -> Vec<String> {
    row(what, measured, &format!("≤ {target}"), measured <= target)
}

fn row(what: &str, measured: f64, target: &str, is_met: bool) -> Vec<String> {
    let verdict = if is_met { "met" } else { "MISSED" };
    vec![what.to_owned(), format!("{measured:.2}"), target.to_owned(), verdict.to_owned()]
}
