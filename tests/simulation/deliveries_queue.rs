//! The queue that a relay reads, and to which it sends the messages of its targets, on virtual time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::fakes::fifo::{FifoMessages, ReceivedFifoMessage};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::{MessageQueue, SendFailure, SendResult, Sent};
use hookpost_core::relay::address::TARGET_ATTRIBUTE;
use hookpost_core::relay::port::QueuedDelivery;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::VirtualClock;
use crate::rng::Rng;
use crate::sqs::DEDUPLICATION;

/// Of a hundred messages of the relay, how many the queue does not take, and of how many the answer is lost.
const FAILING: u64 = 5;

#[derive(Debug)]
struct State {
    messages: FifoMessages,
    known: BTreeMap<(String, String), Timestamp>,
    rng: Rng,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct DeliveriesQueue {
    state: Arc<Mutex<State>>,
    clock: VirtualClock,
}

impl DeliveriesQueue {
    pub(crate) fn new(clock: VirtualClock, seed: u64) -> Self {
        let state = State { messages: FifoMessages::default(), known: BTreeMap::new(), rng: Rng::new(seed) };
        Self { state: Arc::new(Mutex::new(state)), clock }
    }

    /// Has a message, with the target that it is for.
    pub(crate) fn keep(&self, group: String, body: &str, target: Option<&str>) {
        self.state().keep(group, body, target);
    }

    pub(crate) fn with_messages<T>(&self, call: impl FnOnce(&mut FifoMessages) -> T) -> T {
        call(&mut self.state().messages)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, group: String, body: &str, target: Option<&str>) {
        self.messages.send(vec![(group, json!({"target": target, "body": body}).to_string())]);
    }
}

impl MessageQueue for DeliveriesQueue {
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        let (mut state, now) = (self.state(), self.clock.read());
        let failed = || Err(SendFailure::Unavailable("RequestThrottled".to_owned()));
        let results = messages.into_iter().map(|message| {
            if state.rng.percent(FAILING) {
                return failed();
            }
            let fifo = message.fifo.expect("a message for a FIFO queue");
            let key = (fifo.group_id.clone(), fifo.deduplication_id);
            let first = state.known.get(&key).filter(|first| now.duration_since(**first) <= DEDUPLICATION);
            if first.is_none() {
                state.known.insert(key, now);
                let target = message.attributes.iter().find(|(name, _)| *name == TARGET_ATTRIBUTE);
                state.keep(fifo.group_id, &message.body, target.map(|(_, value)| value.as_str()));
            }
            if state.rng.percent(FAILING) { failed() } else { Ok(Sent { message_id: "m".to_owned() }) }
        });
        results.collect()
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        Ok(())
    }
}

/// A message as a relay receives it.
pub(crate) fn queued(message: ReceivedFifoMessage) -> QueuedDelivery {
    let kept: Value = serde_json::from_str(&message.body).expect("JSON");
    QueuedDelivery {
        message_id: message.receipt_handle.0.clone(),
        group_id: message.group,
        target: kept["target"].as_str().map(str::to_owned),
        body: kept["body"].as_str().expect("a body").to_owned(),
        receipt_handle: message.receipt_handle,
        receive_count: message.receive_count,
    }
}
