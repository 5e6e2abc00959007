//! Deliveries as Azure DevOps makes them: each when it is due, and again after a 503.
//!
//! No delivery waits for the response to another. A slow response delays nothing else, and what is late counts from when
//! it was due.

use std::time::{Duration, Instant};

use hookpost_stand_in::Notification;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::hookpost::expected_events;
use hookpost_stand_in::rest::TRANSIENT_RETRY_DELAYS;
use tokio::runtime::Handle;

/// What became of some deliveries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// Seconds from when each queued delivery was due to the response, retries included.
    pub(crate) latencies: Vec<f64>,
    /// Retries included.
    pub(crate) requests: usize,
    /// 503 of the gateway, because no instance was free.
    pub(crate) throttled: usize,
    /// 503 of a receiver, which could not queue the event.
    pub(crate) unavailable: usize,
    /// Any other response, none, or only 503 up to the last retry.
    pub(crate) errors: Vec<String>,
}

/// Sends them all; returns once nothing is left to do.
pub(crate) async fn send_all(notifications: Vec<Notification>, per_second: Option<u32>) -> Sent {
    let handle = Handle::current();
    // With a head start, so that the first delivery is no later than the others.
    let begin = Instant::now() + Duration::from_millis(50);
    // A thread sleeps until a microsecond, tokio's timer until a millisecond.
    let spawning = tokio::task::spawn_blocking(move || {
        let tasks = (0..).zip(notifications).map(|(number, notification)| {
            let due =
                begin + per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) * number / rate);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            handle.spawn(send(notification, due))
        });
        tasks.collect::<Vec<_>>()
    });
    let mut all = Sent::default();
    for task in spawning.await.unwrap_or_default() {
        match task.await {
            Ok(sent) => all.add(sent),
            Err(error) => all.errors.push(error.to_string()),
        }
    }
    all
}

async fn send(notification: Notification, due: Instant) -> Sent {
    let mut sent = Sent::default();
    for (attempt, pause) in (1..).zip(TRANSIENT_RETRY_DELAYS.into_iter().map(Some).chain([None])) {
        sent.requests += 1;
        let response = Delivery::attempt(&notification, canary::PASSWORD, attempt).send().await;
        let Ok(response) = response.map_err(|error| sent.errors.push(error.to_string())) else { return sent };
        let body = response.json();
        let events = body["events"].as_array().map_or(0, Vec::len);
        match (response.status, body["code"].as_str()) {
            (202, _) if events == expected_events::of(&notification).len() => {
                sent.latencies.push(due.elapsed().as_secs_f64());
                return sent;
            }
            (503, Some("gateway_error")) => sent.throttled += 1,
            (503, _) => sent.unavailable += 1,
            // Azure DevOps would put the subscription on probation.
            (status, _) => {
                sent.errors.push(format!("{status} {body}"));
                return sent;
            }
        }
        if let Some(pause) = pause {
            tokio::time::sleep(pause.unsigned_abs()).await;
        }
    }
    sent.errors.push("given up after the last retry".to_owned());
    sent
}

impl Sent {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.requests += other.requests;
        self.throttled += other.throttled;
        self.unavailable += other.unavailable;
        self.errors.extend(other.errors);
    }
}
