//! The checkpoint queue on virtual time: one message, leased for some minutes to the pass that received it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::quarantine::port::ReceiptHandle;
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use hookpost_core::watch::state::WatchState;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clock::VirtualClock;
use crate::mutants::Mutant;
use crate::rng::Rng;

/// The visibility timeout of the queue.
const LEASE: SignedDuration = SignedDuration::from_mins(6);

#[derive(Debug)]
struct State {
    watch: WatchState,
    leased_until: Option<Timestamp>,
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
        let state =
            State { watch: WatchState::default(), leased_until: None, failing: 0, rng: Rng::new(seed) };
        Self { state: Arc::new(Mutex::new(state)), clock, mutant }
    }

    pub(crate) fn fail(&self, percent: u64) {
        self.state().failing = percent;
    }

    /// Whether a repository is left that could not be read: `watch` tries it again later.
    pub(crate) fn has_unread_repositories(&self) -> bool {
        let json: Value = serde_json::from_str(&self.state().watch.to_json().expect("JSON")).expect("JSON");
        let checkpoints =
            json["integrations"].as_object().into_iter().flat_map(|integrations| integrations.values());
        let mut parts =
            checkpoints.filter_map(|checkpoint| checkpoint["unread_repositories"].as_object()).flatten();
        parts.any(|(_, repositories)| repositories.as_object().is_some_and(|left| !left.is_empty()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed() -> CheckpointError {
    CheckpointError { detail: "timed out".to_owned() }
}

impl CheckpointStore for Checkpoints {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failing = state.failing;
        if state.rng.percent(failing) {
            return Err(failed());
        }
        if state.leased_until.is_some_and(|until| until > now) {
            return Ok(None);
        }
        state.leased_until = Some(now + LEASE);
        Ok(Some(Lease { state: state.watch.clone(), receipt_handles: vec![ReceiptHandle("r".to_owned())] }))
    }

    async fn commit(&self, lease: Lease) -> Result<(), CheckpointError> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failing = state.failing;
        if state.rng.percent(failing) {
            return Err(failed());
        }
        let watch_state = match self.mutant {
            Mutant::CheckpointFirst => settled(&lease.state, now),
            _ => lease.state,
        };
        state.watch = watch_state.newer(state.watch.clone());
        // The new message is sent; the call may fail before the old one is deleted.
        if state.rng.percent(failing) {
            return Err(failed());
        }
        state.leased_until = None;
        Ok(())
    }
}

/// The checkpoint of a pass that had nothing left to do.
fn settled(state: &WatchState, now: Timestamp) -> WatchState {
    let mut json: Value = serde_json::from_str(&state.to_json().expect("JSON")).expect("JSON");
    for (_, checkpoint) in json["integrations"].as_object_mut().expect("integrations") {
        checkpoint["settled_until"] = now.to_string().into();
        checkpoint["gaps"] = serde_json::json!({});
    }
    WatchState::from_json(&json.to_string()).expect("a state")
}
