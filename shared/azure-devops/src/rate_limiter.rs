//! Waits when Azure DevOps limits the rate of calls.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use tokio::time::Instant;

/// Time to wait after a status 429 without `Retry-After`.
const DEFAULT_WAIT: Duration = Duration::from_secs(10);

/// Longest `Retry-After` that is honored.
const WAIT_MAX: Duration = Duration::from_secs(24 * 3600);

/// Decides when the next call may be made.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// Time that may still be spent waiting.
    budget: Duration,
    resume_at: Option<Instant>,
}

impl RateLimiter {
    pub(crate) fn new(budget: Duration) -> Self {
        Self { budget, resume_at: None }
    }

    /// Waits until the next call may be made, `wait_max` at most.
    ///
    /// # Errors
    ///
    /// [`RestError::RateLimited`] at once when that or the budget does not suffice. A call made too early would be delayed until
    /// it times out, and the caller could not know whether it had an effect.
    pub(crate) async fn wait(&mut self, wait_max: Duration) -> Result<(), RestError> {
        let Some(resume_at) = self.resume_at else {
            return Ok(());
        };
        let wait = resume_at.saturating_duration_since(Instant::now());
        if wait > wait_max {
            return Err(self.error());
        }
        self.budget = self.budget.checked_sub(wait).ok_or_else(|| self.error())?;
        tokio::time::sleep_until(resume_at).await;
        self.resume_at = None;
        Ok(())
    }

    /// The error for a call that may not be made yet.
    pub(crate) fn error(&self) -> RestError {
        let wait = self.resume_at.map(|resume_at| resume_at.saturating_duration_since(Instant::now()));
        RestError::RateLimited { retry_after: wait.unwrap_or_default() }
    }

    /// Applies the `Retry-After` of a response. Successful responses may have one too, when Azure DevOps delayed them.
    pub(crate) fn update(&mut self, retry_after: Option<&str>, is_rate_limited: bool) {
        let seconds = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        if let Some(wait) = seconds.or(is_rate_limited.then_some(DEFAULT_WAIT)) {
            self.resume_at = Some(Instant::now() + wait.min(WAIT_MAX));
        }
    }
}
