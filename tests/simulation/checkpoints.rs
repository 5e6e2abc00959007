//! The checkpoint queue on virtual time, which fails on command.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::fakes::fifo::FifoMessages;
use hookpost_core::queue_receiver::ReceiptHandle;
use hookpost_core::watch::lease::{CheckpointError, CheckpointMessage, CheckpointQueue};
use jiff::Timestamp;
use serde_json::Value;

use crate::clock::VirtualClock;
use crate::mutants::Mutant;
use crate::rng::Rng;

#[derive(Debug)]
struct State {
    messages: FifoMessages,
    /// Calls that fail, of a hundred.
    failing: u64,
    rng: Rng,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    state: Arc<Mutex<State>>,
    clock: VirtualClock,
    mutant: Mutant,
}

impl Checkpoints {
    pub(crate) fn new(clock: VirtualClock, mutant: Mutant, seed: u64) -> Self {
        let state = State { messages: FifoMessages::default(), failing: 0, rng: Rng::new(seed) };
        Self { state: Arc::new(Mutex::new(state)), clock, mutant }
    }

    pub(crate) fn fail(&self, percent: u64) {
        self.state().failing = percent;
    }

    /// Whether a repository is left that could not be read: `watch` tries it again later.
    pub(crate) fn has_unread_repositories(&self) -> bool {
        let state = self.state();
        state.messages.bodies().any(|body| {
            let message: Value = serde_json::from_str(body).expect("JSON");
            let parts = message["checkpoint"]["unread_repositories"].as_object();
            parts.into_iter().flatten().any(|(_, left)| left.as_object().is_some_and(|left| !left.is_empty()))
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a call, which may fail with or without its effect.
    fn call<T>(&self, effect: impl FnOnce(&mut FifoMessages, Timestamp) -> T) -> Result<T, CheckpointError> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failing = state.failing;
        if state.rng.percent(failing) {
            return Err(failed());
        }
        let result = effect(&mut state.messages, now);
        if state.rng.percent(failing) { Err(failed()) } else { Ok(result) }
    }
}

fn failed() -> CheckpointError {
    CheckpointError { detail: "timed out".to_owned() }
}

impl CheckpointQueue for Checkpoints {
    async fn receive(&self) -> Result<Vec<CheckpointMessage>, CheckpointError> {
        self.call(|messages, now| messages.receive(now).into_iter().map(Into::into).collect())
    }

    async fn send(&self, mut messages: Vec<(String, String)>) -> Result<(), CheckpointError> {
        if self.mutant == Mutant::CheckpointFirst {
            let now = self.clock.read();
            for (_, body) in &mut messages {
                *body = settled(body, now);
            }
        }
        self.call(|queue, _| queue.send(messages))
    }

    async fn delete(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.call(|messages, _| messages.delete(receipts))
    }

    async fn make_visible(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.call(|messages, _| messages.make_visible(receipts))
    }
}

/// The checkpoint of a pass that had nothing left to do.
fn settled(body: &str, now: Timestamp) -> String {
    let mut message: Value = serde_json::from_str(body).expect("JSON");
    if let Some(checkpoint) = message.get_mut("checkpoint") {
        checkpoint["settled_until"] = now.to_string().into();
        checkpoint["gaps"] = serde_json::json!([]);
    }
    message.to_string()
}
