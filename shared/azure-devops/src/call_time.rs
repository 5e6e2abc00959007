//! How long a call may take.
//!
//! Azure DevOps holds a throttled call for up to 30 s and then answers it: slow is not down. But a call must not outlast
//! the invocation that makes it, or nobody is told of what it did.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::invocation::InvocationDeadline;
use jiff::Timestamp;

/// Longest time for a request and its answer, connecting included.
const EXCHANGE_MAX: Duration = Duration::from_secs(45);

/// What is left to the invocation after a call, to store and report what came of it.
const RESERVE: Duration = Duration::from_secs(5);

/// A call is not begun when it has less than this: it would hardly be answered, and its outcome would be open.
const EXCHANGE_MIN: Duration = Duration::from_secs(1);

/// The time of calls, by the deadline of the invocation that makes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallTime(Option<Limit>);

#[derive(Clone, Debug)]
struct Limit {
    deadline: InvocationDeadline,
    now: fn() -> Timestamp,
}

impl CallTime {
    pub(crate) fn within(deadline: InvocationDeadline, now: fn() -> Timestamp) -> Self {
        Self(Some(Limit { deadline, now }))
    }

    /// The time for the next request and its answer.
    ///
    /// # Errors
    ///
    /// [`RestError::OutOfTime`] when there is too little of it.
    pub(crate) fn of_exchange(&self) -> Result<Duration, RestError> {
        let time = self.left().map_or(EXCHANGE_MAX, |left| left.min(EXCHANGE_MAX));
        if time < EXCHANGE_MIN { Err(RestError::OutOfTime) } else { Ok(time) }
    }

    /// The longest wait after which a call can still be made.
    pub(crate) fn of_wait(&self) -> Duration {
        self.left().map_or(Duration::MAX, |left| left.saturating_sub(EXCHANGE_MIN))
    }

    /// The time for calls; `None` without a deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        let limit = self.0.as_ref()?;
        Some(limit.deadline.time_left((limit.now)())?.saturating_sub(RESERVE))
    }
}
