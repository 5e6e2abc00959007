//! The time limit of an invocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// When the present invocation of a function has to end. Clones share the time, since one process handles many
/// invocations, one after the other.
#[derive(Clone, Debug)]
pub struct InvocationDeadline(Arc<AtomicI64>);

/// In milliseconds, as [`InvocationDeadline`] stores times.
const NONE: i64 = i64::MAX;

impl Default for InvocationDeadline {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(NONE)))
    }
}

impl InvocationDeadline {
    /// Sets the time of the invocation that begins.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_millisecond(), Ordering::Relaxed);
    }

    /// When the present invocation ends, which tells it from the next one; `None` without a deadline.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        let at = self.0.load(Ordering::Relaxed);
        (at != NONE).then(|| Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX))
    }

    /// The time that is left at `now`, to the millisecond: zero after the deadline, `None` without one.
    pub fn time_left(&self, now: Timestamp) -> Option<Duration> {
        let at = self.0.load(Ordering::Relaxed);
        let left = at.saturating_sub(now.as_millisecond()).max(0);
        (at != NONE).then(|| Duration::from_millis(left.unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn every_clone_knows_the_time_of_the_present_invocation() {
        let deadline = InvocationDeadline::default();
        let clone = deadline.clone();
        assert_eq!(clone.time_left(at(100)), None);
        deadline.set(at(300));
        assert_eq!(clone.time_left(at(100)), Some(Duration::from_secs(200)));
        deadline.set(at(600));
        assert_eq!(clone.time_left(at(100)), Some(Duration::from_secs(500)));
        assert_eq!(clone.time_left(at(601)), Some(Duration::ZERO));
    }
}
