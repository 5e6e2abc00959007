//! The operating system's clock, timer and random numbers.

use std::time::Duration;

use hookpost_core::setup::World;
use hookpost_core::setup::failure::{Code, SetupError};
use jiff::Timestamp;

/// The clock, timer and random numbers of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl World for System {
    fn now(&self) -> Timestamp {
        now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn random(&self) -> Result<[u8; 32], SetupError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map(|()| bytes).map_err(|error| {
            SetupError::new(Code::VaultUnavailable, format!("the system gives no random numbers: {error}"))
        })
    }
}

pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    Timestamp::now()
}
