//! Waits when Azure DevOps limits the rate of calls, and keeps a pace at which it need not.
//!
//! Azure DevOps allows a user 200 units of use (TSTU) within five minutes, then delays calls by up to 30 s, then refuses
//! them (Microsoft, "Rate and usage limits"). A write of a subscription was measured at 0.07 to 0.17 units. So a client
//! makes a thousand writes as fast as they are answered, and 1.67 a second besides: 1,500 in its first five minutes,
//! however near Azure DevOps is. Calls that read repositories were measured at none.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use tokio::time::Instant;

/// Time to wait after a status 429 without `Retry-After`.
const DEFAULT_WAIT: Duration = Duration::from_secs(10);

/// Longest `Retry-After` that is honored.
const WAIT_MAX: Duration = Duration::from_secs(24 * 3600);

/// Writes of a client that need no time between them.
const FREE_WRITES: u32 = 1000;

/// Time in which one more write is allowed.
const WRITE_INTERVAL: Duration = Duration::from_millis(600);

/// Time from one call to the next while Azure DevOps says that little of the limit is left.
const SLOW_INTERVAL: Duration = Duration::from_secs(1);

/// Part of the limit that is little: less than a fifth.
const LITTLE: f64 = 0.2;

/// Decides when the next call may be made.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// Time that may still be spent waiting.
    budget: Duration,
    resume_at: Option<Instant>,
    /// Writes so far, and when the first began.
    writes: u32,
    first_write: Option<Instant>,
    /// When the last call began.
    last_call: Option<Instant>,
    /// Whether the last response said that little of the limit is left, or that it was delayed.
    is_short: bool,
}

/// The headers of a response about the rate limit.
#[derive(Debug, Default)]
pub(crate) struct RateHeaders<'a> {
    /// `Retry-After`: seconds to wait before the next call. Successful responses may have it too, when Azure DevOps
    /// delayed them.
    pub(crate) retry_after: Option<&'a str>,
    /// `X-RateLimit-Delay`: for how many seconds the response was held.
    pub(crate) delay: Option<&'a str>,
    /// `X-RateLimit-Limit`: the units allowed.
    pub(crate) limit: Option<&'a str>,
    /// `X-RateLimit-Remaining`: the units left.
    pub(crate) remaining: Option<&'a str>,
}

impl RateHeaders<'_> {
    fn is_short(&self) -> bool {
        let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<f64>().ok());
        let is_delayed = number(self.delay).is_some_and(|seconds| seconds > 0.0);
        let remaining = number(self.remaining).zip(number(self.limit));
        is_delayed || remaining.is_some_and(|(remaining, limit)| remaining < limit * LITTLE)
    }
}

impl RateLimiter {
    pub(crate) fn new(budget: Duration) -> Self {
        Self { budget, resume_at: None, writes: 0, first_write: None, last_call: None, is_short: false }
    }

    /// Waits until the next call may be made, `wait_max` at most. `is_write` says whether it writes a subscription.
    ///
    /// # Errors
    ///
    /// [`RestError::RateLimited`] at once when that or the budget does not suffice. A call made too early would be
    /// delayed until it times out, and the caller could not know whether it had an effect.
    pub(crate) async fn wait(&mut self, is_write: bool, wait_max: Duration) -> Result<(), RestError> {
        if let Some(resume_at) = self.resume_at {
            let wait = resume_at.saturating_duration_since(Instant::now());
            if wait > wait_max {
                return Err(self.error());
            }
            self.budget = self.budget.checked_sub(wait).ok_or_else(|| self.error())?;
            tokio::time::sleep_until(resume_at).await;
            self.resume_at = None;
        }
        let now = Instant::now();
        let wait = self.earliest(is_write).map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        tokio::time::sleep(wait.min(wait_max)).await;
        self.last_call = Some(Instant::now());
        if is_write {
            self.first_write = self.first_write.or(self.last_call);
            self.writes = self.writes.saturating_add(1);
        }
        Ok(())
    }

    /// The time before which the next call may not be made.
    fn earliest(&self, is_write: bool) -> Option<Instant> {
        if self.is_short {
            return self.last_call.map(|last_call| last_call + SLOW_INTERVAL);
        }
        let paced = self.writes.checked_sub(FREE_WRITES).filter(|_| is_write)?;
        self.first_write.map(|first_write| first_write + WRITE_INTERVAL * (paced + 1))
    }

    /// The error for a call that may not be made yet.
    pub(crate) fn error(&self) -> RestError {
        let wait = self.resume_at.map(|resume_at| resume_at.saturating_duration_since(Instant::now()));
        RestError::RateLimited { retry_after: wait.unwrap_or_default() }
    }

    /// Applies the headers of a response.
    pub(crate) fn update(&mut self, headers: &RateHeaders<'_>, is_rate_limited: bool) {
        self.is_short = headers.is_short();
        let seconds = headers.retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        if let Some(wait) = seconds.or(is_rate_limited.then_some(DEFAULT_WAIT)) {
            self.resume_at = Some(Instant::now() + wait.min(WAIT_MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time that this many calls take which are answered at once.
    async fn time_of(limiter: &mut RateLimiter, calls: u32, is_write: bool) -> Duration {
        let begin = Instant::now();
        for _ in 0..calls {
            limiter.wait(is_write, Duration::MAX).await.expect("a call");
        }
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_writes_are_free_and_further_ones_keep_a_pace() {
        let mut limiter = RateLimiter::new(Duration::ZERO);
        assert_eq!(time_of(&mut limiter, 1000, true).await, Duration::ZERO);
        assert_eq!(time_of(&mut limiter, 10, false).await, Duration::ZERO, "reads keep none");
        let minute = time_of(&mut limiter, 100, true).await;
        assert!(minute >= Duration::from_secs(60) && minute < Duration::from_secs(61), "{minute:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_answer_is_pace_enough() {
        let mut limiter = RateLimiter::new(Duration::ZERO);
        time_of(&mut limiter, 1000, true).await;
        tokio::time::sleep(WRITE_INTERVAL).await;
        assert_eq!(time_of(&mut limiter, 1, true).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn every_call_slows_down_while_little_of_the_limit_is_left() {
        let mut limiter = RateLimiter::new(Duration::ZERO);
        time_of(&mut limiter, 1, false).await;
        let remaining = |remaining| RateHeaders {
            limit: Some("200"),
            remaining: Some(remaining),
            ..RateHeaders::default()
        };
        let delayed = RateHeaders { delay: Some("1.250"), ..RateHeaders::default() };
        for (headers, interval) in [
            (remaining("39"), SLOW_INTERVAL),
            (remaining("40"), Duration::ZERO),
            (delayed, SLOW_INTERVAL),
            (RateHeaders::default(), Duration::ZERO),
            (remaining("soon"), Duration::ZERO),
        ] {
            limiter.update(&headers, false);
            let waited = time_of(&mut limiter, 1, false).await;
            assert!(
                waited >= interval && waited <= interval + Duration::from_millis(1),
                "{headers:?}: {waited:?}"
            );
        }
    }
}
