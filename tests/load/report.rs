//! What came of it, for a terminal and for REPORT.md.

use std::time::Duration;

use crate::latency::Latencies;
use crate::machine::Machine;
use crate::pacing::Pace;
use crate::scenario::Outcome;

/// A row for each figure, and a column for each outcome.
pub(crate) fn table(outcomes: &[Outcome]) -> String {
    let row = |name: &str, figure: &dyn Fn(&Outcome) -> String| {
        let figures: Vec<String> = outcomes.iter().map(figure).collect();
        format!("| {name} | {} |", figures.join(" | "))
    };
    let percentiles = |of: fn(&Outcome) -> &Latencies| {
        let named = [("p50", 500), ("p90", 900), ("p99", 990), ("p99.9", 999)];
        let rows = named.map(|(name, share)| row(name, &|it| milliseconds(of(it).per_mille(share))));
        rows.into_iter().chain([row("longest", &|it| milliseconds(of(it).longest()))])
    };
    let empty = " |".repeat(outcomes.len());
    let mut lines = vec![
        row("", &|it| format!("**{}**", it.scenario.name)),
        format!("| --- |{}", " ---: |".repeat(outcomes.len())),
        row("SQS and Secrets Manager", &|it| {
            if it.scenario.emulated { "emulators" } else { "in the test's process" }.to_owned()
        }),
        row("pace", &|it| pace(it.scenario.pace)),
        row("most instances of each receiver", &|it| it.scenario.limit.to_string()),
        row("instances, each started cold", &|it| it.starts.count().to_string()),
        row("start of an instance, p50 in ms", &|it| milliseconds(it.starts.per_mille(500))),
        row("instances that failed", &|it| it.failed.to_string()),
        row("**deliveries**", &|it| it.scenario.deliveries.to_string()),
        row("requests, retries included", &|it| it.requests.to_string()),
        row("answered 503 by the gateway: no instance free", &|it| it.turned_away.to_string()),
        row("answered 503 by a receiver", &|it| it.put_off.to_string()),
        row("errors: any other answer, or none", &|it| it.errors.len().to_string()),
        row("given up after the eighth retry", &|it| it.given_up.to_string()),
        row("**events sent**", &|it| it.tally.sent.to_string()),
        row("on the queue", &|it| it.tally.queued.to_string()),
        row("**lost**", &|it| it.tally.lost.len().to_string()),
        row("doubled", &|it| it.tally.doubled.len().to_string()),
        row("never sent", &|it| it.tally.unknown.len().to_string()),
        row("seconds until all were queued", &|it| format!("{:.1}", it.took.as_secs_f64())),
        row("deliveries a second", &|it| format!("{:.0}", it.throughput())),
        format!("| **from due to queued, in ms** |{empty}"),
    ];
    lines.extend(percentiles(|it| &it.latencies));
    lines.push(format!("| **of that inside a receiver, in ms** |{empty}"));
    lines.extend(percentiles(|it| &it.inside));
    lines.join("\n")
}

/// The whole of REPORT.md.
pub(crate) fn markdown(machine: &Machine, outcomes: &[Outcome]) -> String {
    let Machine { cores, processor, memory, busy, date } = machine;
    let machine = format!(
        "Made by `make load` on {date}, on one machine that everything shares: {cores} cores ({processor}), {memory} of memory; \
         load average {busy} before it began, where 0 is a machine with nothing else to do."
    );
    [HEAD, &machine, &summary(outcomes), PICTURE, &table(outcomes), NOTES].join("\n\n")
}

/// Over all outcomes.
fn summary(outcomes: &[Outcome]) -> String {
    let sum = |figure: fn(&Outcome) -> usize| outcomes.iter().map(figure).sum::<usize>();
    let requests: u32 = outcomes.iter().map(|it| it.requests).sum();
    format!(
        "**{} deliveries in {requests} requests, {} errors. {} events sent, {} on the queue: {} lost, {} doubled.**",
        sum(|it| it.scenario.deliveries),
        sum(|it| it.errors.len()),
        sum(|it| it.tally.sent),
        sum(|it| it.tally.queued),
        sum(|it| it.tally.lost.len()),
        sum(|it| it.tally.doubled.len()),
    )
}

/// In words.
pub(crate) fn pace(pace: Pace) -> String {
    match pace {
        Pace::PerSecond(rate) => format!("{rate} a second"),
        Pace::AtOnce => "all at once".to_owned(),
    }
}

fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 100.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}

const HEAD: &str = "\
# Load

Deliveries over HTTP to a stand-in API Gateway, which starts the real receivers, built for release, as Lambda does: one \
invocation at a time for each instance, a new instance when none is idle, 503 above a limit. They put events on a FIFO \
queue. In the end every message on it is compared with what Azure DevOps's stand-in sent.";

const PICTURE: &str = "![Latency by percentile: sustained and burst, with the test's own queue and with emulators](latency.svg)";

const NOTES: &str = "\
## How to read it

- **Latency** counts from when a delivery was due, not from when it was sent, and until it is queued, retries and their \
pauses included. Nobody waits for an answer before sending the next, so what is slow once is not hidden.
- **503 from the gateway** is what Lambda's limit of concurrency comes to. Azure DevOps tries again after 1, 2, 4, 8, 16, \
32, 60 and 60 seconds, and so does this.
- **A burst begins cold**: no instance runs. They all start on the cores named above, beside the gateway, the sender and \
the queue. Lambda gives each instance a share of a core of its own, so there a burst is not one long queue for a core.
- **Without and with emulators**: the latencies to go by are those without, where SQS and Secrets Manager are in the \
test's process and take next to no time. The emulators, in Python, check far more and are the bottleneck: compare how long \
it took inside a receiver, which is mostly waiting for them. So are starts, which open connections ahead: while one \
start waits, what comes starts another.
- **Not in it**: TLS, networks, and API Gateway itself, whose limits in the template, 100 requests a second and 200 at \
once, are below what is sent here. It answers 503 above them, and would spread a burst like this over more retries.
- Of twelve deliveries six are pushes, one of them of two refs, and six tell of a pull request. Each is some kilobytes.
";
