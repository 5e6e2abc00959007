//! What the receivers are held against: ratios to the yardsticks of the same run.

use std::time::Duration;

use crate::contestant::{CODE_PUSHED, HELLO_HTTP, HELLO_RUNTIME, LIMIT, NODE};
use crate::measured::{Figures, named};
use crate::statistics::ratio;
use crate::table::Rows;
use crate::workload::{LARGE_PUSH, SMALL_PUSH};

/// One line of the comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    what: &'static str,
    measured: f64,
    at: f64,
    stretch: f64,
    /// Whether more is better: how far ahead of somebody.
    more_is_better: bool,
    unit: &'static str,
}

impl Bar {
    fn verdict(&self) -> &'static str {
        let reaches =
            |bound: f64| if self.more_is_better { self.measured >= bound } else { self.measured <= bound };
        match (reaches(self.stretch), reaches(self.at)) {
            (true, _) => "stretch",
            (_, true) => "met",
            _ => "MISSED",
        }
    }

    fn row(&self) -> Vec<String> {
        let sign = if self.more_is_better { "≥" } else { "≤" };
        let bound = |bound: f64| format!("{sign} {bound} {}", self.unit).trim().to_owned();
        let measured = format!("{:.2} {}", self.measured, self.unit).trim().to_owned();
        vec![self.what.to_owned(), measured, bound(self.at), bound(self.stretch), self.verdict().to_owned()]
    }
}

pub(crate) fn rows(bars: &[Bar]) -> Rows {
    let head = ["", "measured", "bar", "stretch", ""].map(str::to_owned).to_vec();
    std::iter::once(head).chain(bars.iter().map(Bar::row)).collect()
}

/// Of the receiver for pushes; `None` when somebody was not measured.
pub(crate) fn all(figures: &[Figures]) -> Option<Vec<Bar>> {
    let [ours, floor, http, limit, node] =
        [CODE_PUSHED, HELLO_RUNTIME, HELLO_HTTP, LIMIT, NODE].map(|name| named(figures, name));
    let (ours, floor, http, limit, node) = (ours?, floor?, http?, limit?, node?);
    let cpu = |of: &Figures, workload| of.calls(workload).map_or(Duration::ZERO, |calls| calls.cpu);
    let at_most = |what, measured, [at, stretch]: [f64; 2], unit| Bar {
        what,
        measured,
        at,
        stretch,
        more_is_better: false,
        unit,
    };
    let at_least =
        |what, measured, bounds, unit| Bar { more_is_better: true, ..at_most(what, measured, bounds, unit) };
    let (small, large) = (SMALL_PUSH, LARGE_PUSH);
    let mut bars = vec![
        at_most(
            "INIT without prewarm / runtime hello",
            ratio(ours.cold.init_alone, floor.cold.init_alone),
            [1.5, 1.2],
            "",
        ),
        at_most("cold CPU to first 202, TLS / limit", ratio(ours.cold.cpu, limit.cold.cpu), [2.0, 1.4], ""),
        at_most(
            "first call with prewarm / runtime hello's",
            ratio(ours.cold.first_call, floor.cold.first_call),
            [3.0, 2.0],
            "",
        ),
        at_most("warm CPU 3 KB / http hello", ratio(cpu(ours, small), cpu(http, small)), [3.2, 1.8], ""),
        at_most("warm CPU 60 KB / limit", ratio(cpu(ours, large), cpu(limit, large)), [2.0, 1.2], ""),
    ];
    if let (Some(ours), Some(floor)) = (ours.counted, floor.counted) {
        let times = |one: u64, other: u64| ratio(Duration::from_nanos(one), Duration::from_nanos(other));
        let measured = times(ours.instructions, floor.instructions);
        bars.push(at_most("instructions per warm call / runtime hello", measured, [4.3, 2.9], ""));
    }
    bars.extend([
        at_least("ahead of Node: cold CPU", ratio(node.cold.cpu, ours.cold.cpu), [30.0, 45.0], "x"),
        at_least("ahead of Node: warm CPU 3 KB", ratio(cpu(node, small), cpu(ours, small)), [5.0, 10.0], "x"),
        at_most("zip", mega(ours.size.zip_bytes), [3.2, 1.5], "MB"),
        at_most("peak memory", mega(ours.peak_memory()), [10.0, 7.0], "MB"),
    ]);
    Some(bars)
}

#[expect(clippy::cast_precision_loss, reason = "nobody has petabytes")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
