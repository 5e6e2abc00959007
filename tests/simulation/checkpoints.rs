//! The checkpoint queue on virtual time: one message, leased for some minutes to the pass that received it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::setup::quarantine::Receipt;
use hookpost_core::watch::{Held, Memory, PassError, Passes};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clock::Clock;
use crate::mutants::Mutant;
use crate::rng::Rng;

/// The visibility timeout of the queue.
const LEASE: SignedDuration = SignedDuration::from_mins(6);

#[derive(Debug)]
struct State {
    memory: Memory,
    leased_until: Option<Timestamp>,
    /// Calls that fail, of a hundred.
    failing: u64,
    rng: Rng,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    state: Arc<Mutex<State>>,
    clock: Clock,
    mutant: Mutant,
}

impl Checkpoints {
    pub(crate) fn new(clock: Clock, mutant: Mutant, seed: u64) -> Self {
        let state = State { memory: Memory::default(), leased_until: None, failing: 0, rng: Rng::new(seed) };
        Self { state: Arc::new(Mutex::new(state)), clock, mutant }
    }

    pub(crate) fn fail(&self, percent: u64) {
        self.state().failing = percent;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed() -> PassError {
    PassError { detail: "timed out".to_owned() }
}

impl Passes for Checkpoints {
    async fn take(&self) -> Result<Option<Held>, PassError> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failing = state.failing;
        if state.rng.percent(failing) {
            return Err(failed());
        }
        if state.leased_until.is_some_and(|until| until > now) {
            return Ok(None);
        }
        state.leased_until = Some(now + LEASE);
        Ok(Some(Held { memory: state.memory.clone(), receipts: vec![Receipt("r".to_owned())] }))
    }

    async fn give_back(&self, held: Held) -> Result<(), PassError> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failing = state.failing;
        if state.rng.percent(failing) {
            return Err(failed());
        }
        let memory = match self.mutant {
            Mutant::CheckpointFirst => settled(&held.memory, now),
            _ => held.memory,
        };
        state.memory = memory.newer(state.memory.clone());
        // The new message is sent; the call may fail before the old one is deleted.
        if state.rng.percent(failing) {
            return Err(failed());
        }
        state.leased_until = None;
        Ok(())
    }
}

/// The checkpoint of a pass that had nothing left to do.
fn settled(memory: &Memory, now: Timestamp) -> Memory {
    let mut json: Value = serde_json::from_str(&memory.to_json().expect("JSON")).expect("JSON");
    for (_, progress) in json["integrations"].as_object_mut().expect("integrations") {
        progress["checkpoint"] = now.to_string().into();
        progress["doubts"] = serde_json::json!({});
    }
    Memory::from_json(&json.to_string()).expect("a memory")
}
