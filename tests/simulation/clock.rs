//! The virtual clock of a simulation.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_core::ports::{Clock, RandomUnavailable, SecureRandom};
use jiff::Timestamp;

/// A clock; clones share the time.
#[derive(Clone, Debug)]
pub(crate) struct VirtualClock(Arc<Mutex<Timestamp>>);

impl VirtualClock {
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

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.read()
    }

    async fn sleep(&self, _: Duration) {}
}

/// The same bytes each time, so that a schedule can be run again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedRandom;

impl SecureRandom for FixedRandom {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        Ok([7; 32])
    }
}
