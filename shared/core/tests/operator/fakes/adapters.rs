//! The clock, the random numbers, the quarantine and the checkpoints in memory.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use hookpost_core::fakes::RecordingQueue;
use hookpost_core::ports::{Clock, Ports, RandomUnavailable, SecureRandom};
use hookpost_core::quarantine::port::{Quarantine, QuarantineError, QuarantineMessage, ReceiptHandle};
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use hookpost_core::watch::state::WatchState;
use jiff::Timestamp;

use crate::fakes::azure::Azure;
use crate::fakes::secrets::Secrets;

#[derive(Debug)]
pub(crate) struct InMemory;

impl Ports for InMemory {
    type Organizations = Azure;
    type Secrets = Secrets;
    type Queue = RecordingQueue;
    type Quarantine = EmptyQuarantine;
    type Checkpoints = Checkpoints;
    type Clock = CallClock;
    type Random = Counter;
}

/// A clock that moves on with each call to Azure DevOps.
#[derive(Debug)]
pub(crate) struct CallClock(pub(crate) Azure);

impl Clock for CallClock {
    fn now(&self) -> Timestamp {
        self.0.lock().now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.lock().calls.push(format!("sleep {}", duration.as_secs()));
        self.0.wait(duration).await;
    }
}

/// Counts in place of random numbers, so that each version of a secret has an id of its own.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU8);

impl SecureRandom for Counter {
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable> {
        Ok([self.0.fetch_add(1, Ordering::Relaxed); 32])
    }
}

#[derive(Debug)]
pub(crate) struct EmptyQuarantine;

impl Quarantine for EmptyQuarantine {
    async fn receive(&self, _: usize, _: Duration) -> Result<Vec<QuarantineMessage>, QuarantineError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), QuarantineError> {
        Ok(())
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), QuarantineError> {
        Ok(())
    }
}

/// Stores the state as JSON, as the queue does. The lease is always free.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints(Mutex<String>);

impl CheckpointStore for Checkpoints {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        let stored = self.0.lock().expect("not poisoned").clone();
        let state = WatchState::from_json(&stored).unwrap_or_default();
        Ok(Some(Lease { state, receipt_handles: Vec::new() }))
    }

    async fn commit(&self, lease: Lease) -> Result<(), CheckpointError> {
        *self.0.lock().expect("not poisoned") = lease.state.to_json().expect("JSON");
        Ok(())
    }
}
