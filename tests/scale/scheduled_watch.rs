//! Passes of `watch`, every five minutes.

use std::sync::Arc;
use std::time::Duration;

use hookpost_stand_in::Timestamp;
use hookpost_stand_in::delivery::WebhookResponse;
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::clock::after;
use crate::environment::{CHECKPOINTS, EVENTS, Environment};
use crate::lambda::{End, Lambda, Run};
use crate::meter::{Meter, Service};

/// Seconds from one pass to the next.
const EVERY: i64 = 300;

/// The function `watch` with its schedule.
#[derive(Debug)]
pub struct ScheduledWatch {
    environment: Arc<Environment>,
    watch: Lambda,
    next: Timestamp,
}

/// What some passes came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Number of passes.
    pub passes: u64,
    /// Passes that were killed at their timeout.
    pub killed: u64,
    /// Passes that ended with a function error.
    pub failed: u64,
    /// Calls of Azure DevOps.
    pub calls: u64,
    /// Calls of SQS.
    pub queue_calls: u64,
    /// The longest pass, in seconds.
    pub longest: u64,
    /// Bytes of the longest line in the log.
    pub longest_line: u64,
    /// The most memory, in KiB.
    pub peak: u64,
    /// Whether nothing was left to do after the last.
    pub is_level: bool,
}

impl ScheduledWatch {
    /// The first is due now.
    pub fn new(environment: &Arc<Environment>) -> Self {
        Self {
            environment: Arc::clone(environment),
            watch: Lambda::new(environment, "watch"),
            next: environment.now(),
        }
    }

    /// One pass, at the next time that it is due.
    pub async fn run(&mut self) -> (Run, Meter) {
        while self.next < self.environment.now() {
            self.next = after(self.next, EVERY);
        }
        self.environment.take_meter();
        self.environment.move_to(self.next);
        while let Some(due) = self.environment.azure.take_due(self.environment.now()) {
            self.environment.azure.record_response(due, &Ok(delivered()));
        }
        let run = self.watch.invoke(json!({})).await;
        self.next = after(self.next, EVERY);
        (run, self.environment.take_meter())
    }

    /// Passes until nothing is left to do twice in a row, or until there were so many.
    pub async fn until_level(&mut self, most: u64) -> Tally {
        let mut tally = Tally::default();
        let mut quiet = 0;
        while tally.passes < most && quiet < 2 {
            let (run, meter) = self.run().await;
            tally.passes += 1;
            tally.killed += u64::from(run.end == End::Killed);
            tally.failed += u64::from(matches!(run.end, End::Failed(_)));
            tally.calls += meter.of(Service::AzureDevOps).calls;
            tally.queue_calls += meter.of(Service::Sqs).calls;
            tally.longest = tally.longest.max(run.took.as_secs().unsigned_abs());
            tally.longest_line = tally.longest_line.max(run.longest_line());
            tally.peak = tally.peak.max(run.peak);
            quiet = if is_level(run.answer()) { quiet + 1 } else { 0 };
        }
        tally.is_level = quiet == 2;
        tally
    }

    /// Lets time pass without a pass.
    pub fn pause(&mut self, length: SignedDuration) {
        self.environment.move_to(self.environment.now() + length);
    }

    /// Messages that were sent to the events queue, the different events among them, and bytes of the largest checkpoint.
    pub fn queued(&self) -> (u64, u64, u64) {
        let mut sqs = self.environment.sqs();
        let events = sqs.queue(EVENTS);
        let (accepted, distinct) = (events.accepted, events.distinct.len() as u64);
        (accepted, distinct, sqs.queue(CHECKPOINTS).largest as u64)
    }
}

/// Whether the answer of a pass says that it has done everything.
fn is_level(answer: &Value) -> bool {
    let is_done = |integration: &Value| {
        let counts =
            ["subscriptionsFoundNotDelivering", "eventsReconstructed", "eventsPending", "gapsUnfinished"];
        let missed = integration["deliveriesMissed"].as_u64().unwrap_or_default();
        integration["failure"].is_null()
            && missed == 0
            && counts.iter().all(|count| integration[count].as_u64().unwrap_or_default() == 0)
    };
    let integrations = answer["integrations"].as_array();
    integrations.is_some_and(|integrations| !integrations.is_empty() && integrations.iter().all(is_done))
}

/// A delivery was accepted.
pub(crate) fn delivered() -> WebhookResponse {
    answered(202)
}

/// A delivery was answered so.
pub(crate) fn answered(status: u16) -> WebhookResponse {
    WebhookResponse { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO }
}
