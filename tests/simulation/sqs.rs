//! An SQS FIFO queue on virtual time, which can be out of order in every way that matters to a sender.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookpost_core::message::QueueMessage;
use hookpost_core::port::{MessageQueue, SendFailure, SendResult, Sent};
use jiff::{SignedDuration, Timestamp};

use crate::chance::Chance;
use crate::clock::Clock;
use crate::promise::Promise;
use crate::truth::Arrived;

/// For how long SQS knows a deduplication id.
const DEDUPLICATION: SignedDuration = SignedDuration::from_mins(5);

/// How the queue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// It takes nothing.
    Refuses,
    /// It takes some.
    Throttles,
    /// It never answers, and has nothing.
    Hangs,
    /// It has it, and never answers.
    HangsAfter,
    /// It takes some messages of a batch.
    Partial,
    /// It has it, and the answer gets lost.
    AnswerLost,
}

#[derive(Debug)]
struct State {
    trouble: Trouble,
    chance: Chance,
    known: BTreeMap<(String, String), Timestamp>,
    arrived: Vec<Arrived>,
    held_back: u64,
}

/// The queue; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Sqs {
    state: Arc<Mutex<State>>,
    clock: Clock,
    promise: Promise,
    /// An SDK that gives up after a while, where a receiver is given up itself.
    patient: bool,
    /// Where messages go instead, which is a queue without trouble.
    quarantine: Option<Quarantine>,
}

impl Sqs {
    pub(crate) fn new(clock: Clock, promise: Promise, seed: u64) -> Self {
        let state = State {
            trouble: Trouble::None,
            chance: Chance::new(seed),
            known: BTreeMap::new(),
            arrived: Vec::new(),
            held_back: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), clock, promise, patient: false, quarantine: None }
    }

    /// As `watch` uses it.
    pub(crate) fn patient(&self) -> Self {
        Self { patient: true, ..self.clone() }
    }

    /// The quarantine, in the same type.
    pub(crate) fn for_quarantine(&self, quarantine: &Quarantine) -> Self {
        Self { quarantine: Some(quarantine.clone()), ..self.clone() }
    }

    pub(crate) fn be(&self, trouble: Trouble) {
        self.state().trouble = trouble;
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.state().arrived.clone()
    }

    /// How many messages SQS knew already.
    pub(crate) fn held_back(&self) -> u64 {
        self.state().held_back
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What becomes of the messages, and whether anybody is told.
    fn take(&self, messages: Vec<QueueMessage>) -> (Vec<SendResult>, bool) {
        let mut state = self.state();
        let (trouble, now) = (state.trouble, self.clock.read());
        let results = messages.into_iter().map(|message| {
            let half = state.chance.percent(50);
            let taken = match trouble {
                Trouble::None | Trouble::HangsAfter | Trouble::AnswerLost => true,
                Trouble::Refuses | Trouble::Hangs => false,
                Trouble::Throttles | Trouble::Partial => half,
            };
            if taken {
                state.keep(message, self.promise, now);
            }
            let told = taken && !(trouble == Trouble::AnswerLost && half);
            let gone = || SendFailure::Unavailable("RequestThrottled".to_owned());
            told.then(|| Sent { message_id: format!("m-{}", state.arrived.len()) }).ok_or_else(gone)
        });
        let results = results.collect();
        (results, !matches!(trouble, Trouble::Hangs | Trouble::HangsAfter))
    }
}

impl State {
    fn keep(&mut self, message: QueueMessage, promise: Promise, now: Timestamp) {
        let fifo = message.fifo.expect("a message for a FIFO queue");
        let id = match promise {
            Promise::RandomDeduplication => self.chance.next().to_string(),
            _ => fifo.deduplication_id,
        };
        let known = self.known.insert((fifo.group_id.clone(), id.clone()), now);
        if let Some(first) = known.filter(|first| now.duration_since(*first) <= DEDUPLICATION) {
            // The window is counted from the first.
            self.known.insert((fifo.group_id, id), first);
            self.held_back += 1;
            return;
        }
        let body = serde_json::from_str(&message.body).expect("JSON");
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
        if self.promise == Promise::AcknowledgeFirst && !self.patient {
            return (0..count).map(|place| Ok(Sent { message_id: format!("m-{place}") })).collect();
        }
        match (answers, self.patient) {
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
