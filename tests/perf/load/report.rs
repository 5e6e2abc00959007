//! The outcomes, for a terminal and for REPORT.md.

use hookpost_perf::statistics::{median, quantile};
use hookpost_perf::table;

use crate::load::{INSTANCES_MAX, LoadResult};

/// A row for each figure, and a column for each outcome.
pub(crate) fn table(outcomes: &[LoadResult]) -> String {
    let row = |name: &str, figure: &dyn Fn(&LoadResult) -> String| {
        std::iter::once(name.to_owned()).chain(outcomes.iter().map(figure)).collect::<Vec<_>>()
    };
    let latency = |name: &str, share: f64| {
        row(name, &|outcome| milliseconds(quantile(outcome.sent.latencies.iter().copied(), share)))
    };
    table::markdown(&[
        row("", &|outcome| outcome.load.name.to_owned()),
        row("pace", &|outcome| {
            outcome.load.per_second.map_or("all at once".to_owned(), |rate| format!("{rate} a second"))
        }),
        row("instances, each started cold", &|outcome| outcome.starts.len().to_string()),
        row("start of an instance, p50 in ms", &|outcome| {
            milliseconds(median(outcome.starts.iter().copied()))
        }),
        row("instances that failed", &|outcome| outcome.failed.to_string()),
        row("**deliveries**", &|outcome| outcome.load.deliveries.to_string()),
        row("requests, retries included", &|outcome| outcome.sent.requests.to_string()),
        row("503 from the gateway: no instance free", &|outcome| outcome.sent.throttled.to_string()),
        row("503 from a receiver", &|outcome| outcome.sent.unavailable.to_string()),
        row("errors: any other response, or none", &|outcome| outcome.sent.errors.len().to_string()),
        row("**events sent**", &|outcome| outcome.tally.sent.to_string()),
        row("on the queue", &|outcome| outcome.tally.queued.to_string()),
        row("**lost**", &|outcome| outcome.tally.lost.len().to_string()),
        row("duplicated", &|outcome| outcome.tally.duplicated.len().to_string()),
        row("never sent", &|outcome| outcome.tally.unknown.len().to_string()),
        row("seconds until all were queued", &|outcome| format!("{:.1}", outcome.took.as_secs_f64())),
        latency("latency p50, ms", 0.5),
        latency("latency p90, ms", 0.9),
        latency("latency p99, ms", 0.99),
        latency("latency p99.9, ms", 0.999),
        latency("latency max, ms", 1.0),
    ])
}

/// The whole of REPORT.md.
pub(crate) fn markdown(machine: &str, outcomes: &[LoadResult]) -> String {
    format!(
        "# Load\n\nWritten by `make load`; [README.md](../README.md#load) says how to read it. At most {INSTANCES_MAX} \
         instances of each receiver.\n\n{machine}.\n\n{}",
        table(outcomes)
    )
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2}", seconds * 1e3)
}
