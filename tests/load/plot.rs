//! Latencies as a picture: how long, against how many take less, both so that the slow end is seen.

use std::time::Duration;

use crate::picture::Picture;
use crate::report;
use crate::scenario::{Outcome, Scenario};

/// A line for each of up to four outcomes.
pub(crate) fn svg(outcomes: &[Outcome]) -> String {
    let mut picture = Picture::of(WIDTH, HEIGHT, "Latency of deliveries by percentile");
    let axes = Axes::around(outcomes);
    axes.draw(&mut picture);
    for (class, (place, outcome)) in ["a", "b", "c", "d"].into_iter().zip(outcomes.iter().enumerate()) {
        let class = format!("line {class}");
        let curve = outcome.latencies.curve();
        picture.through(&class, curve.into_iter().map(|(one_in, took)| (across(one_in), axes.down(took))));
        let (x, y) = ([LEFT, MIDDLE][place % 2], [24.0, 46.0][place / 2]);
        picture.across(&class, x, x + 34.0, y);
        let Scenario { name, deliveries, pace, .. } = outcome.scenario;
        let words = format!("{name}: {deliveries}, {}", report::pace(pace));
        picture.words("name", "start", (x + 42.0, y + 4.0), &words);
    }
    picture.finish()
}

/// Which powers of ten of a millisecond are shown.
struct Axes {
    lowest: i32,
    highest: i32,
}

impl Axes {
    fn around(outcomes: &[Outcome]) -> Self {
        let shortest = outcomes.iter().map(|outcome| outcome.latencies.per_mille(0)).min();
        let longest = outcomes.iter().map(|outcome| outcome.latencies.longest()).max();
        let exponent = |took: Option<Duration>| exponent(took.unwrap_or_default());
        Self { lowest: whole(exponent(shortest).floor()), highest: whole(exponent(longest).ceil()) }
    }

    fn down(&self, took: Duration) -> f64 {
        let span = f64::from((self.highest - self.lowest).max(1));
        BOTTOM - (exponent(took) - f64::from(self.lowest)) / span * (BOTTOM - TOP)
    }

    fn draw(&self, picture: &mut Picture) {
        for decade in self.lowest..self.highest {
            for part in [2.0, 5.0] {
                picture.across("fine", LEFT, RIGHT, self.down(power(part, decade)));
            }
        }
        for decade in self.lowest..=self.highest {
            let y = self.down(power(1.0, decade));
            picture.across("grid", LEFT, RIGHT, y);
            picture.words("tick", "end", (LEFT - 8.0, y + 4.0), &name(decade));
        }
        for (one_in, percentile) in PERCENTILES {
            picture.down("grid", across(one_in), TOP, BOTTOM);
            picture.words("tick", "middle", (across(one_in), BOTTOM + 18.0), percentile);
        }
        picture.words("name", "middle", (MIDDLE, BOTTOM + 42.0), "this share of the deliveries is quicker");
        let middle = f64::midpoint(TOP, BOTTOM);
        picture.upwards("name", (22.0, middle), "from due to queued, retries included");
    }
}

/// Where one in so many is as slow: each nine of a percentile is as wide.
fn across(one_in: f64) -> f64 {
    LEFT + one_in.log10() / NINES * (RIGHT - LEFT)
}

/// Of a duration in milliseconds.
fn exponent(took: Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).max(0.001).log10()
}

fn power(part: f64, decade: i32) -> Duration {
    Duration::from_secs_f64(part * 10_f64.powi(decade - 3))
}

#[expect(clippy::cast_possible_truncation, reason = "the exponent of a duration has one digit")]
fn whole(value: f64) -> i32 {
    value as i32
}

fn name(decade: i32) -> String {
    match decade {
        ..0 => format!("{} µs", 10_f64.powi(decade + 3)),
        0..3 => format!("{} ms", 10_f64.powi(decade)),
        3.. => format!("{} s", 10_f64.powi(decade - 3)),
    }
}

const PERCENTILES: [(f64, &str); 6] =
    [(1.0, "0 %"), (2.0, "50 %"), (10.0, "90 %"), (100.0, "99 %"), (1000.0, "99.9 %"), (10000.0, "99.99 %")];
const NINES: f64 = 4.1;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 836.0;
const MIDDLE: f64 = f64::midpoint(LEFT, RIGHT);
const TOP: f64 = 70.0;
const BOTTOM: f64 = 420.0;
