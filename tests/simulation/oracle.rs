//! Compares the events that should be on the queue with those that are.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;
use serde_json::Value;

use crate::{event_key, order};

/// Every event that should be on the queue.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    expected: Vec<Expected>,
}

/// An event that should be on the queue.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The keys under which it may be there.
    pub(crate) keys: Vec<String>,
    /// Whether Azure DevOps raised a notification, which its log has.
    pub(crate) notified: bool,
    /// Whether a list or a thread shows afterwards that it happened.
    pub(crate) traceable: bool,
    /// When it happened.
    pub(crate) at: Timestamp,
}

impl Expected {
    fn name(&self) -> String {
        format!("{} at {}", self.keys[0], self.at)
    }

    fn change(&self) -> Option<&str> {
        self.keys.iter().find_map(|key| event_key::change_of(key))
    }

    /// Whether both are changes of one kind of one pull request, made within seconds of each other.
    fn is_indistinguishable_from(&self, other: &Self) -> bool {
        let change = self.change();
        let apart = self.at.duration_since(other.at).abs();
        change.is_some() && change == other.change() && apart <= order::SIMULTANEOUS
    }
}

/// A message on the queue.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) body: Value,
    pub(crate) group: String,
    pub(crate) at: Timestamp,
}

/// The result of the comparison.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judgment {
    /// Number of expected events.
    pub(crate) expected: u64,
    /// Expected events that are missing, although they left a trace.
    pub(crate) lost: Vec<String>,
    /// Missing events that neither the log nor a list nor a thread shows.
    pub(crate) untraceable: u64,
    /// Further messages of an event: those sent more than five minutes after the one before, and those with another id.
    pub(crate) repeated: u64,
    /// Events with messages of several ids, or with a repetition that SQS should have held back.
    pub(crate) doubled: Vec<String>,
    /// Events that came with the time of a change like them, which came twice: see
    /// [`Expected::is_indistinguishable_from`].
    pub(crate) mistimed: u64,
    /// Events whose first message is behind one of their group that happened later.
    pub(crate) late: u64,
    /// Messages of which `sequence` says that they came late and they did not, or that they did not and they did.
    pub(crate) misplaced: Vec<String>,
    /// Events with messages of one id and several values of `sequence`.
    pub(crate) resequenced: Vec<String>,
    /// Messages of events that did not happen.
    pub(crate) unexpected: Vec<String>,
    /// Arrival of the last event from before the end of the last fault.
    pub(crate) last: Option<Timestamp>,
}

impl Oracle {
    pub(crate) fn add(&mut self, expected: Expected) {
        self.expected.push(expected);
    }

    /// Marks the events that have a key with this prefix as without a trace.
    pub(crate) fn mark_untraceable(&mut self, prefix: &str) {
        let is_meant = |expected: &&mut Expected| expected.keys.iter().any(|key| key.starts_with(prefix));
        for expected in self.expected.iter_mut().filter(is_meant) {
            expected.traceable = false;
        }
    }

    /// Compares the queue with what is expected. `log_shows_events` is whether the log shows the events of its deliveries.
    pub(crate) fn judge(
        &self,
        queue: &[Arrived],
        last_fault_end: Timestamp,
        log_shows_events: bool,
    ) -> Judgment {
        let mut judgment = Judgment { expected: self.expected.len() as u64, ..Judgment::default() };
        let mut by_key: BTreeMap<String, Vec<&Arrived>> = BTreeMap::new();
        for arrived in queue {
            by_key.entry(event_key::of(&arrived.body)).or_default().push(arrived);
        }
        let (mut missing, mut twice): (Vec<&Expected>, Vec<&Expected>) = Default::default();
        for expected in &self.expected {
            let found: Vec<&Arrived> =
                expected.keys.iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
            let has_trace = expected.traceable || (expected.notified && log_shows_events);
            match (found.iter().map(|arrived| arrived.at).min(), has_trace) {
                (Some(first), _) if expected.at <= last_fault_end => {
                    judgment.last = judgment.last.max(Some(first));
                }
                (Some(_), _) => {}
                (None, true) => missing.push(expected),
                (None, false) => judgment.untraceable += 1,
            }
            let ids: BTreeSet<&str> =
                found.iter().filter_map(|arrived| arrived.body["id"].as_str()).collect();
            if ids.len() > 1 && !log_shows_events && is_delivered_after_reconstruction(&found) {
                judgment.repeated += 1;
            } else if ids.len() > 1 {
                twice.push(expected);
            }
            let ids_with_sequence: BTreeSet<_> =
                found.iter().map(|arrived| (arrived.body["id"].as_str(), arrived.sequence())).collect();
            if ids_with_sequence.len() > ids.len() {
                judgment.resequenced.push(expected.name());
            }
            for pair in found.windows(2).filter(|_| ids.len() == 1) {
                if pair[1].at.duration_since(pair[0].at) <= SignedDuration::from_mins(5) {
                    judgment.doubled.push(expected.name());
                } else {
                    judgment.repeated += 1;
                }
            }
        }
        // Nothing shows which of two like changes was delivered. So the other one may be reconstructed with its time.
        missing.retain(|missing| {
            let like = twice.iter().position(|twice| twice.is_indistinguishable_from(missing));
            judgment.mistimed += u64::from(like.is_some());
            like.map(|index| twice.swap_remove(index)).is_none()
        });
        judgment.lost.extend(missing.into_iter().map(Expected::name));
        judgment.doubled.extend(twice.into_iter().map(Expected::name));
        let known: BTreeSet<&String> = self.expected.iter().flat_map(|expected| &expected.keys).collect();
        judgment.unexpected.extend(by_key.into_keys().filter(|key| !known.contains(key)));
        let times =
            self.expected.iter().flat_map(|expected| expected.keys.iter().map(|key| (&**key, expected.at)));
        order::judge(&times.collect(), queue, &mut judgment);
        judgment
    }
}

/// Whether the delivery came after the event was reconstructed. `watch` does not wait for a delivery whose event is hidden.
fn is_delivered_after_reconstruction(found: &[&Arrived]) -> bool {
    let first = |reconstructed| {
        found
            .iter()
            .filter(|arrived| arrived.is_reconstructed() == reconstructed)
            .map(|arrived| arrived.at)
            .min()
    };
    first(true).is_some_and(|made| first(false).is_some_and(|delivered| made < delivered))
}

impl Arrived {
    pub(crate) fn is_reconstructed(&self) -> bool {
        self.body["data"]["azureDevOps"]["reconstructed"] == true
    }

    /// The `sequence`; `None` when the event has none, so that it is less than any.
    pub(crate) fn sequence(&self) -> Option<&str> {
        self.body["sequence"].as_str()
    }
}
