//! An SQS FIFO queue on virtual time, with every fault that matters to a sender.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::{MessageQueue, SendFailure, SendResult, Sent};
use hookpost_core::queue_receiver::{QueueReceiver, ReceiptHandle, ReceiveError, ReceivedMessage};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::clock::VirtualClock;
use crate::mutants::Mutant;
use crate::oracle::Arrived;
use crate::rng::Rng;

/// How long SQS knows a deduplication id.
pub(crate) const DEDUPLICATION: SignedDuration = SignedDuration::from_mins(5);

/// A fault of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SqsFault {
    #[default]
    None,
    /// Refuses every message.
    Refuses,
    /// Refuses some calls.
    Throttles,
    /// Never answers, without the messages.
    Hangs,
    /// Accepts the messages and never answers.
    HangsAfter,
    /// Accepts some messages of a batch.
    Partial,
    /// Accepts the messages, and the response is lost.
    AnswerLost,
}

#[derive(Debug)]
struct State {
    fault: SqsFault,
    rng: Rng,
    known: BTreeMap<(String, String), Timestamp>,
    arrived: Vec<Arrived>,
    held_back: u64,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Sqs {
    state: Arc<Mutex<State>>,
    clock: VirtualClock,
    mutant: Mutant,
    /// Whether the SDK times out, as in `watch`; a receiver reaches its own deadline first.
    times_out: bool,
    /// Where messages go instead, which is a queue without fault.
    quarantine: Option<Quarantine>,
}

impl Sqs {
    pub(crate) fn new(clock: VirtualClock, mutant: Mutant, seed: u64) -> Self {
        let state = State {
            fault: SqsFault::None,
            rng: Rng::new(seed),
            known: BTreeMap::new(),
            arrived: Vec::new(),
            held_back: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), clock, mutant, times_out: false, quarantine: None }
    }

    /// As `watch` uses it.
    pub(crate) fn for_watch(&self) -> Self {
        Self { times_out: true, ..self.clone() }
    }

    /// The quarantine, in the same type.
    pub(crate) fn for_quarantine(&self, quarantine: &Quarantine) -> Self {
        Self { quarantine: Some(quarantine.clone()), ..self.clone() }
    }

    pub(crate) fn set_fault(&self, fault: SqsFault) {
        self.state().fault = fault;
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.state().arrived.clone()
    }

    /// What arrived behind so many messages.
    pub(crate) fn arrived_since(&self, count: usize) -> Vec<Arrived> {
        self.state().arrived[count..].to_vec()
    }

    /// How many messages SQS held back as duplicates.
    pub(crate) fn held_back(&self) -> u64 {
        self.state().held_back
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result of each message, and whether the sender gets a response.
    fn take(&self, messages: Vec<QueueMessage>) -> (Vec<SendResult>, bool) {
        let mut state = self.state();
        let (fault, now) = (state.fault, self.clock.read());
        let results = messages.into_iter().map(|message| {
            let half = state.rng.percent(50);
            let taken = match fault {
                SqsFault::None | SqsFault::HangsAfter | SqsFault::AnswerLost => true,
                SqsFault::Refuses | SqsFault::Hangs => false,
                SqsFault::Throttles | SqsFault::Partial => half,
            };
            if taken {
                state.keep(message, self.mutant, now);
            }
            let answered = taken && !(fault == SqsFault::AnswerLost && half);
            let gone = || SendFailure::Unavailable("RequestThrottled".to_owned());
            answered.then(|| Sent { message_id: format!("m-{}", state.arrived.len()) }).ok_or_else(gone)
        });
        let results = results.collect();
        (results, !matches!(fault, SqsFault::Hangs | SqsFault::HangsAfter))
    }
}

impl State {
    fn keep(&mut self, message: QueueMessage, mutant: Mutant, now: Timestamp) {
        let fifo = message.fifo.expect("a message for a FIFO queue");
        let id = match mutant {
            Mutant::RandomDeduplication => self.rng.next().to_string(),
            _ => fifo.deduplication_id,
        };
        let known = self.known.insert((fifo.group_id.clone(), id.clone()), now);
        if let Some(first) = known.filter(|first| now.duration_since(*first) <= DEDUPLICATION) {
            // The window is counted from the first.
            self.known.insert((fifo.group_id, id), first);
            self.held_back += 1;
            return;
        }
        let mut body: Value = serde_json::from_str(&message.body).expect("JSON");
        if mutant == Mutant::SequenceOfArrival {
            body["sequence"] = now.to_string().into();
        }
        self.arrived.push(Arrived { body, group: fifo.group_id, at: now });
    }
}

impl MessageQueue for Sqs {
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        if let Some(quarantine) = &self.quarantine {
            return quarantine.take(&messages);
        }
        let count = messages.len();
        let (results, answers) = self.take(messages);
        if self.mutant == Mutant::AcknowledgeFirst && !self.times_out {
            return (0..count).map(|place| Ok(Sent { message_id: format!("m-{place}") })).collect();
        }
        match (answers, self.times_out) {
            (true, _) => results,
            (false, true) => vec![Err(SendFailure::Unavailable("timed out".to_owned())); count],
            (false, false) => pending().await,
        }
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        Ok(())
    }
}

/// A standard queue for what nobody understands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quarantine(Arc<Mutex<u64>>);

impl Quarantine {
    pub(crate) fn count(&self) -> u64 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, messages: &[QueueMessage]) -> Vec<SendResult> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += messages.len() as u64;
        messages.iter().map(|_| Ok(Sent { message_id: "q".to_owned() })).collect()
    }
}

/// Nothing comes back: `watch` receives nothing from the quarantine, and finds no overview.
impl QueueReceiver for Quarantine {
    async fn receive(&self, _: usize, _: Duration) -> Result<Vec<ReceivedMessage>, ReceiveError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), ReceiveError> {
        unreachable!("nothing was received")
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), ReceiveError> {
        unreachable!("nothing was received")
    }
}
