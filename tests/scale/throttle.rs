//! Azure DevOps's limit: 200 throughput units (TSTU) within five minutes.
//!
//! Source: learn.microsoft.com, "Rate and usage limits". What a call costs is not documented; the costs here are those that
//! users report.

use std::collections::VecDeque;

use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;

/// Units within the window, times a thousand.
const LIMIT: u64 = 200_000;

const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// The calls of the last five minutes.
#[derive(Debug, Default)]
pub struct Throttle {
    spent: VecDeque<(Timestamp, u64)>,
    /// Calls that were refused.
    pub refused: u64,
}

impl Throttle {
    /// Seconds for `Retry-After`; `None` when the call may go on.
    pub fn admit(&mut self, operation: &str, now: Timestamp) -> Option<i64> {
        while self.spent.front().is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW) {
            self.spent.pop_front();
        }
        let cost = cost(operation);
        let sum: u64 = self.spent.iter().map(|(_, cost)| cost).sum();
        if sum + cost <= LIMIT {
            self.spent.push_back((now, cost));
            return None;
        }
        self.refused += 1;
        let (oldest, _) = self.spent.front()?;
        Some((WINDOW - now.duration_since(*oldest)).as_secs() + 1)
    }
}

fn cost(operation: &str) -> u64 {
    match operation.split_once(' ') {
        Some(("GET", path)) if path.starts_with("permissions") => 20,
        Some(("GET", _)) => 100,
        _ => 130,
    }
}
