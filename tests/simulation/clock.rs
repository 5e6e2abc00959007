//! The one clock of a simulation, and what else comes from outside.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_core::setup::World;
use hookpost_core::setup::failure::SetupError;
use jiff::Timestamp;

/// Virtual time; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<Mutex<Timestamp>>);

impl Clock {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub(crate) fn read(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for Clock {
    fn now(&self) -> Timestamp {
        self.read()
    }

    async fn sleep(&self, _: Duration) {}

    fn random(&self) -> Result<[u8; 32], SetupError> {
        Ok([7; 32])
    }
}
