//! The clock, the random numbers and the checkpoints in memory.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use hookpost_core::fakes::RecordingQueue;
use hookpost_core::fakes::fifo::FifoMessages;
use hookpost_core::fakes::received::ReceivedMessages;
use hookpost_core::ports::{Clock, Ports, RandomUnavailable, SecureRandom};
use hookpost_core::queue_receiver::ReceiptHandle;
use hookpost_core::watch::lease::{CheckpointError, CheckpointMessage, CheckpointQueue};
use jiff::Timestamp;

use crate::fakes::azure::Azure;
use crate::fakes::entra::Entra;
use crate::fakes::secrets::Secrets;

#[derive(Debug)]
pub(crate) struct InMemory;

impl Ports for InMemory {
    type Organizations = Azure;
    type Identity = Entra;
    type Entra = Entra;
    type Secrets = Secrets;
    type Queue = Arc<RecordingQueue>;
    type QueueReceiver = ReceivedMessages;
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

/// The checkpoint queue, at the time of the calls to Azure DevOps.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    azure: Azure,
    /// Whether no checkpoint can be stored.
    pub(crate) refuses: AtomicBool,
    messages: Mutex<FifoMessages>,
}

impl Checkpoints {
    pub(crate) fn new(azure: Azure) -> Self {
        Self { azure, refuses: AtomicBool::new(false), messages: Mutex::default() }
    }

    pub(crate) fn messages(&self) -> MutexGuard<'_, FifoMessages> {
        self.messages.lock().expect("not poisoned")
    }
}

impl CheckpointQueue for Checkpoints {
    async fn receive(&self) -> Result<Vec<CheckpointMessage>, CheckpointError> {
        let now = self.azure.lock().now();
        Ok(self.messages().receive(now).into_iter().map(Into::into).collect())
    }

    async fn send(&self, messages: Vec<(String, String)>) -> Result<(), CheckpointError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(CheckpointError { detail: "RequestThrottled".to_owned() });
        }
        self.messages().send(messages);
        Ok(())
    }

    async fn delete(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.messages().delete(receipts);
        Ok(())
    }

    async fn make_visible(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.messages().make_visible(receipts);
        Ok(())
    }
}
