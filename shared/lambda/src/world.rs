//! Time and chance for `setup` and `watch`.

use std::time::Duration;

use hookpost_core::setup::World;
use hookpost_core::setup::failure::{Code, SetupError};
use jiff::Timestamp;

use crate::clock;

/// The real ones: the system's clock and the operating system's random numbers.
#[derive(Clone, Copy, Debug)]
pub struct SystemWorld;

impl World for SystemWorld {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn random(&self) -> Result<[u8; 32], SetupError> {
        let mut bytes = [0; 32];
        let told = |error| {
            SetupError::new(Code::VaultUnavailable, format!("the system gives no random numbers: {error}"))
        };
        getrandom::fill(&mut bytes).map_err(told)?;
        Ok(bytes)
    }
}
