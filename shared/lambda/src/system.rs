//! The operating system's clock, timer and random numbers.

use std::time::Duration;

use hookpost_core::ports::{Clock, RandomUnavailable, SecureRandom};
use jiff::Timestamp;

/// The clock, timer and random numbers of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl SecureRandom for System {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| RandomUnavailable { detail: error.to_string() })?;
        Ok(bytes)
    }
}

pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    Timestamp::now()
}
