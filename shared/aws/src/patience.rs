//! How long AWS is waited for, and how often it is asked.

use std::time::Duration;

use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;

/// Longest wait for a connection. Inside a Region one is open in a few milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// First try, and two more.
const ATTEMPTS: u32 = 3;

/// Pauses between tries are random, below this doubled with each try and below [`BACKOFF_MAX`].
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_millis(400);

/// Too little for a call; a limit of nothing would be taken for none.
const MOMENT: Duration = Duration::from_millis(1);

/// For one call with its repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) per_try: Duration,
    per_call: Duration,
    attempts: u32,
}

impl Patience {
    /// `deadline` is the time a whole delivery has. One call with its repeats gets three quarters of it and one
    /// try three eighths, so that a slow service is told apart from a slow function, and a try that hangs
    /// leaves time for another.
    pub(crate) fn within(deadline: Duration) -> Self {
        Self {
            connect: CONNECT_TIMEOUT.min(deadline / 4),
            per_try: deadline * 3 / 8,
            per_call: deadline * 3 / 4,
            attempts: ATTEMPTS,
        }
    }

    /// What is left behind one try and the pause after it.
    pub(crate) fn after_a_try(self, spent: Duration) -> Self {
        Self {
            per_call: self.per_call.saturating_sub(spent).max(MOMENT),
            attempts: self.attempts - 1,
            ..self
        }
    }

    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.per_try)
            .operation_timeout(self.per_call)
            .build()
    }

    pub(crate) fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(BACKOFF_FIRST)
            .with_max_backoff(BACKOFF_MAX)
    }
}

/// The pause behind a first try, as the SDK makes it: some part of [`BACKOFF_FIRST`].
pub(crate) fn pause() -> Duration {
    let mut chance = [0];
    // Without chance it is the whole.
    let share = getrandom::fill(&mut chance).map_or(u8::MAX, |()| chance[0]);
    BACKOFF_FIRST * u32::from(share) / u32::from(u8::MAX)
}
