//! The bars: what Hookpost must reach beside the yardsticks and Node in the same run.

use crate::comparison::Figures;
use crate::contestant::{HELLO_HTTP, HELLO_RUNTIME, HOOKPOST, LIMIT, NODE};

/// Of the zip of a receiver, in bytes. Lambda fetches it at every cold start.
pub(crate) const ZIP_BYTES_MAX: u64 = 3_100_000;

/// A row for each bar, below a head.
pub(crate) fn rows(figures: &[Figures]) -> Vec<Vec<String>> {
    let of = |name| figures.iter().find(|figures| figures.name == name).expect("everyone was measured");
    let (ours, runtime, http, limit, node) =
        (of(HOOKPOST), of(HELLO_RUNTIME), of(HELLO_HTTP), of(LIMIT), of(NODE));
    let zip = ours.zip_bytes.expect("Hookpost is compiled");
    let head = ["", "measured", "bar", ""].map(str::to_owned).to_vec();
    vec![
        head,
        at_least("cold CPU to the first 202: Node / Hookpost", node.cold.cpu / ours.cold.cpu, 40.0),
        at_least("warm CPU, 3 KB: Node / Hookpost (stretch 6.5)", node.small.cpu / ours.small.cpu, 5.0),
        at_most(
            "first call, connections open: Hookpost / runtime hello",
            ours.cold.first_call / runtime.cold.first_call,
            5.0,
        ),
        at_most("warm CPU, 3 KB: Hookpost / http hello", ours.small.cpu / http.small.cpu, 3.6),
        at_most("warm CPU, 60 KB: Hookpost / limit", ours.large.cpu / limit.large.cpu, 2.0),
        at_most("zip, MB", megabytes(zip), megabytes(ZIP_BYTES_MAX)),
        at_most("peak memory, MB", ours.peak_memory / 1e6, 10.0),
        at_most("log of a queued delivery, bytes", ours.small.log_bytes, 500.0),
    ]
}

fn at_least(what: &str, measured: f64, bar: f64) -> Vec<String> {
    row(what, measured, &format!("≥ {bar}"), measured >= bar)
}

fn at_most(what: &str, measured: f64, bar: f64) -> Vec<String> {
    row(what, measured, &format!("≤ {bar}"), measured <= bar)
}

fn row(what: &str, measured: f64, bar: &str, is_met: bool) -> Vec<String> {
    let verdict = if is_met { "met" } else { "MISSED" };
    vec![what.to_owned(), format!("{measured:.2}"), bar.to_owned(), verdict.to_owned()]
}

#[expect(clippy::cast_precision_loss, reason = "no zip has petabytes")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
