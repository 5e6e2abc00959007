//! How long is waited: when Azure DevOps asks for it, and for a test delivery.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use tokio::time::Instant;

/// What is waited for after "too many calls" without a word on how long.
const UNSAID: Duration = Duration::from_secs(10);

/// Longest time that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The time a client may spend waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For `Retry-After`, over the whole life of the client. What would take longer is
    /// [`RestError::RateLimited`].
    pub rate_limit: Duration,
    /// For the outcome of one test delivery.
    pub test: Duration,
    /// Between two looks at that outcome.
    pub poll: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            rate_limit: Duration::from_secs(60),
            test: Duration::from_secs(30),
            poll: Duration::from_secs(1),
        }
    }
}

/// When the next call may be made.
#[derive(Debug)]
pub(crate) struct Pace {
    left: Duration,
    resume_at: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(budget: Duration) -> Self {
        Self { left: budget, resume_at: None }
    }

    /// Waits until the next call may be made. When the time left does not suffice, nothing is waited: a call made too
    /// early would be held up until it times out, and nobody could tell whether it had its effect.
    pub(crate) async fn wait(&mut self) -> Result<(), RestError> {
        let Some(resume_at) = self.resume_at else {
            return Ok(());
        };
        let pause = resume_at.saturating_duration_since(Instant::now());
        self.left = self.left.checked_sub(pause).ok_or_else(|| self.refusal())?;
        tokio::time::sleep_until(resume_at).await;
        self.resume_at = None;
        Ok(())
    }

    /// That the next call would come too soon.
    pub(crate) fn refusal(&self) -> RestError {
        let pause = self.resume_at.map(|resume_at| resume_at.saturating_duration_since(Instant::now()));
        RestError::RateLimited { retry_after: pause.unwrap_or_default() }
    }

    /// Keeps to what an answer asks for. It may be asked with a good answer too, one that was held up already.
    pub(crate) fn keep_to(&mut self, retry_after: Option<&str>, is_limited: bool) {
        let seconds = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let unsaid = is_limited.then_some(UNSAID);
        if let Some(pause) = seconds.or(unsaid) {
            self.resume_at = Some(Instant::now() + pause.min(LONGEST));
        }
    }
}
