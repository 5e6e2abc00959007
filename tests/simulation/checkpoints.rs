//! The checkpoint queue on virtual time: one message, which whoever received it has for some minutes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::setup::quarantine::Receipt;
use hookpost_core::watch::{Held, Memory, PassError, Passes};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::promise::Promise;

/// The visibility timeout of the queue.
const LEASE: SignedDuration = SignedDuration::from_mins(6);

#[derive(Debug)]
struct State {
    memory: Memory,
    leased_until: Option<Timestamp>,
    /// How many calls of a hundred fail.
    failing: u64,
    chance: Chance,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    state: Arc<Mutex<State>>,
    clock: Clock,
    promise: Promise,
}

impl Checkpoints {
    pub(crate) fn new(clock: Clock, promise: Promise, seed: u64) -> Self {
        let state =
            State { memory: Memory::default(), leased_until: None, failing: 0, chance: Chance::new(seed) };
        Self { state: Arc::new(Mutex::new(state)), clock, promise }
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
        if state.chance.percent(failing) {
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
        if state.chance.percent(failing) {
            return Err(failed());
        }
        let memory = match self.promise {
            Promise::CheckpointFirst => moved(&held.memory, now),
            _ => held.memory,
        };
        state.memory = memory.newer(state.memory.clone());
        // The new one is there; the answer may be lost before the old one is deleted.
        if state.chance.percent(failing) {
            return Err(failed());
        }
        state.leased_until = None;
        Ok(())
    }
}

/// As if all were settled.
fn moved(memory: &Memory, now: Timestamp) -> Memory {
    let mut json: Value = serde_json::from_str(&memory.to_json().expect("JSON")).expect("JSON");
    for (_, progress) in json["integrations"].as_object_mut().expect("integrations") {
        progress["checkpoint"] = now.to_string().into();
        progress["doubts"] = serde_json::json!({});
    }
    Memory::from_json(&json.to_string()).expect("a memory")
}
