//! The limits on how long a client waits.

use std::time::Duration;

/// How long a client may wait for Azure DevOps.
#[derive(Clone, Copy, Debug)]
pub struct WaitLimits {
    /// Total time to wait for rate limits (`Retry-After`), over the whole life of the client. A longer wait fails with
    /// [`RestError::RateLimited`](hookpost_core::azure_devops::error::RestError::RateLimited). A wait never goes beyond
    /// the time of the invocation, whatever this is.
    pub rate_limit: Duration,
    /// Time to wait for the outcome of one test delivery.
    pub test: Duration,
    /// Time between two requests for that outcome.
    pub poll: Duration,
}

impl Default for WaitLimits {
    fn default() -> Self {
        Self {
            rate_limit: Duration::from_secs(60),
            test: Duration::from_secs(30),
            poll: Duration::from_secs(1),
        }
    }
}
