//! One run: deliveries at a pace over the whole path, and what came of it.

use std::time::Duration;

use serde_json::Value;

use crate::deliveries::{Key, deliveries};
use crate::latency::{Latencies, number};
use crate::pacing::{self, Pace};
use crate::path::{Cloud, Path};
use crate::tally::Tally;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Of what is made for it in the emulators.
    pub(crate) slug: &'static str,
    /// Whether SQS and Secrets Manager are the emulators, not this process.
    pub(crate) emulated: bool,
    pub(crate) deliveries: usize,
    pub(crate) pace: Pace,
    /// Most instances of each receiver.
    pub(crate) limit: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) scenario: Scenario,
    pub(crate) requests: u32,
    pub(crate) turned_away: u32,
    pub(crate) put_off: u32,
    pub(crate) errors: Vec<String>,
    /// Deliveries that Azure DevOps would have given up.
    pub(crate) given_up: usize,
    /// Instances that did not start, or did not answer.
    pub(crate) failed: usize,
    /// Of the start of each instance, until it asks for work.
    pub(crate) starts: Latencies,
    /// Of whole deliveries, from when each was due.
    pub(crate) latencies: Latencies,
    /// Of answers, as receivers write them in their logs: without gateway, runtime and start.
    pub(crate) inside: Latencies,
    pub(crate) took: Duration,
    pub(crate) tally: Tally,
}

impl Scenario {
    pub(crate) async fn run(self) -> Outcome {
        let cloud = if self.emulated { Cloud::emulated(self.slug).await } else { Cloud::local().await };
        let path = Path::open(cloud, self.limit).await;
        let notifications = deliveries(&path.address(), self.deliveries);
        let (sent, took) = pacing::run(notifications.clone(), self.pace).await;
        let remains = path.close().await;
        Outcome {
            scenario: self,
            requests: sent.iter().map(|one| one.requests).sum(),
            turned_away: sent.iter().map(|one| one.turned_away).sum(),
            put_off: sent.iter().map(|one| one.put_off).sum(),
            errors: sent.iter().flat_map(|one| one.errors.clone()).collect(),
            given_up: sent.iter().filter(|one| one.took.is_none()).count(),
            failed: remains.failed,
            starts: Latencies::of(remains.starts),
            latencies: Latencies::of(sent.iter().filter_map(|one| one.took)),
            inside: Latencies::of(remains.log.iter().filter_map(|line| inside(line))),
            took,
            tally: Tally::of(&notifications, &remains.queued),
        }
    }
}

impl Outcome {
    /// Everything that was sent is queued, once, nothing but 202 and 503 was answered, and no instance failed.
    pub(crate) fn is_right(&self) -> bool {
        self.tally.is_right() && self.errors.is_empty() && self.given_up == 0 && self.failed == 0
    }

    /// Some of what is not right, in words.
    pub(crate) fn trouble(&self) -> String {
        let Tally { lost, doubled, unknown, .. } = &self.tally;
        let some = |keys: &[Key]| format!("{:?}", keys.iter().take(3).collect::<Vec<_>>());
        let errors = self.errors.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
        let (lost, doubled, unknown) = (some(lost), some(doubled), some(unknown));
        format!("errors {errors}\nlost {lost}\ndoubled {doubled}\nnever sent {unknown}")
    }

    /// Deliveries a second.
    pub(crate) fn throughput(&self) -> f64 {
        number(self.scenario.deliveries) / self.took.as_secs_f64()
    }
}

/// How long a receiver took, as it says itself.
fn inside(line: &str) -> Option<Duration> {
    let line: Value = serde_json::from_str(line).ok()?;
    let milliseconds = line["durationMs"].as_f64().filter(|_| line["event"] == "delivery")?;
    Duration::try_from_secs_f64(milliseconds / 1000.0).ok()
}
