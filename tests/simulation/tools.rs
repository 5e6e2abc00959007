//! Two tools behind a relay, which are down by turns, for up to a day, each in its own way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::relay::answer::Answer;
use hookpost_core::relay::port::{ToolClient, ToolCredentialSource, ToolCredentials, ToolRequest};
use jiff::Timestamp;
use serde_json::Value;

use crate::clock::VirtualClock;
use crate::event_key;
use crate::rng::Rng;

/// What a tool does for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Up,
    Answers(u16),
    Silent,
}

/// What a tool does that is down.
const OUTAGES: [Condition; 7] = [
    Condition::Silent,
    Condition::Answers(302),
    Condition::Answers(401),
    Condition::Answers(403),
    Condition::Answers(429),
    Condition::Answers(500),
    Condition::Answers(503),
];

/// How long a tool is down, in seconds: most often for minutes, at times for a day.
const DOWN: [(u64, u64); 4] = [(60, 600), (60, 600), (600, 7200), (7200, 86_400)];

/// How long it is up in between, in seconds.
const UP: (u64, u64) = (300, 7200);

/// Of a hundred deliveries, how many a tool refuses for good.
const REFUSED: u64 = 3;

/// A delivery that a tool took or refused.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub(crate) target: usize,
    pub(crate) key: Vec<String>,
    /// How many relays were killed before.
    pub(crate) life: u32,
    pub(crate) accepted: bool,
}

#[derive(Debug)]
struct State {
    rng: Rng,
    /// The condition of each tool, and until when.
    conditions: [(Condition, Timestamp); 2],
    healed: bool,
    settled: Vec<Settled>,
    life: u32,
}

/// The tools; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    state: Arc<Mutex<State>>,
    clock: VirtualClock,
}

impl Tools {
    pub(crate) fn new(clock: VirtualClock, seed: u64) -> Self {
        let conditions = [(Condition::Silent, clock.read()); 2];
        let state = State { rng: Rng::new(seed), conditions, healed: false, settled: Vec::new(), life: 0 };
        Self { state: Arc::new(Mutex::new(state)), clock }
    }

    /// Both are up, and stay so.
    pub(crate) fn heal(&self) {
        self.state().healed = true;
    }

    pub(crate) fn relay_was_killed(&self) {
        self.state().life += 1;
    }

    pub(crate) fn settled(&self) -> Vec<Settled> {
        self.state().settled.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn condition(&mut self, target: usize, now: Timestamp) -> Condition {
        let (mut condition, mut until) = self.conditions[target];
        while until <= now {
            let (shortest, longest);
            (condition, (shortest, longest)) = match condition {
                Condition::Up => (*self.rng.pick(&OUTAGES), *self.rng.pick(&DOWN)),
                _ => (Condition::Up, UP),
            };
            until += self.rng.seconds(shortest, longest);
        }
        self.conditions[target] = (condition, until);
        if self.healed { Condition::Up } else { condition }
    }
}

impl ToolClient for Tools {
    async fn post(&self, target: usize, request: ToolRequest<'_>) -> Result<Answer, String> {
        let mut state = self.state();
        let answer = |status| Ok(Answer { status, text: String::new() });
        match state.condition(target, self.clock.read()) {
            Condition::Up => {}
            Condition::Answers(status) => return answer(status),
            Condition::Silent => return Err("no connection".to_owned()),
        }
        let accepted = !state.rng.percent(REFUSED);
        let key = keys(&serde_json::from_slice(request.body).expect("JSON"));
        let life = state.life;
        state.settled.push(Settled { target, key, life, accepted });
        answer(if accepted { 200 } else { 400 })
    }
}

/// The keys of the events in the body of a delivery.
pub(crate) fn keys(body: &Value) -> Vec<String> {
    let event_type = body["eventType"].as_str().unwrap_or_default();
    let resource = &body["resource"];
    let Some(refs) = resource["refUpdates"].as_array() else {
        return vec![event_key::delivered(
            event_type,
            &body["id"].as_str().unwrap_or_default().to_lowercase(),
        )];
    };
    let repository = resource["repository"]["id"].as_str().unwrap_or_default().to_lowercase();
    let name = |update: &Value| update["name"].as_str().unwrap_or_default().to_owned();
    refs.iter().map(|update| event_key::pushed(&repository, &resource["pushId"], &name(update))).collect()
}

/// The password of both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Password;

impl ToolCredentialSource for Password {
    async fn fetch(&self, _: &str) -> Result<ToolCredentials, String> {
        Ok(ToolCredentials { user: "azure".to_owned().into(), password: "hunter2".to_owned().into() })
    }
}
