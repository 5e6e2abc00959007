//! Compares the events that should be on the queue with those that are.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_stand_in::Timestamp;
use serde_json::Value;

/// Every event that should be on the queue, in order.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    expected: Vec<Expected>,
}

/// An event that should be on the queue.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The keys under which it may be there.
    pub(crate) keys: Vec<String>,
    /// Whether Azure DevOps raised a notification.
    pub(crate) notified: bool,
    /// Whether a list shows afterwards that it happened.
    pub(crate) traceable: bool,
    /// When it happened.
    pub(crate) at: Timestamp,
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
    pub(crate) raised: u64,
    /// Expected events on the queue.
    pub(crate) arrived: u64,
    /// Expected events that are missing, although they were raised or left a trace.
    pub(crate) lost: Vec<String>,
    /// Missing events that Azure DevOps did not raise and that no list shows.
    pub(crate) untraceable: u64,
    /// Messages with the id of an event sent more than five minutes before.
    pub(crate) repeated: u64,
    /// Events with messages of several ids, or with a repetition that SQS should have held back.
    pub(crate) doubled: Vec<String>,
    /// Messages behind a later one of their group.
    pub(crate) late: u64,
    /// Late messages that neither their time nor the mark `reconstructed` shows to be late.
    pub(crate) disordered: Vec<String>,
    /// Arrival of the last event from before the end of the last fault.
    pub(crate) last: Option<Timestamp>,
}

impl Oracle {
    pub(crate) fn add(&mut self, expected: Expected) {
        self.expected.push(expected);
    }

    /// Records that a pull request was reactivated: no list shows the closing any more.
    pub(crate) fn forget_closing(&mut self, repository: &str, number: u32) {
        let (done, dropped) = (
            format!("made {repository} {number} completed"),
            format!("made {repository} {number} abandoned"),
        );
        for expected in &mut self.expected {
            if expected.keys.iter().any(|key| key.starts_with(&done) || key.starts_with(&dropped)) {
                expected.traceable = false;
            }
        }
    }

    /// `calm` is when the last fault was over.
    pub(crate) fn judge(&self, queue: &[Arrived], calm: Timestamp) -> Judgment {
        let mut judgment = Judgment { raised: self.expected.len() as u64, ..Judgment::default() };
        let mut by_key: BTreeMap<String, Vec<&Arrived>> = BTreeMap::new();
        for arrived in queue {
            by_key.entry(key(&arrived.body)).or_default().push(arrived);
        }
        for expected in &self.expected {
            let found: Vec<&Arrived> =
                expected.keys.iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
            let name = || format!("{} at {}", expected.keys[0], expected.at);
            match (found.iter().map(|arrived| arrived.at).min(), expected.notified || expected.traceable) {
                (Some(first), _) => {
                    judgment.arrived += 1;
                    if expected.at <= calm {
                        judgment.last = judgment.last.max(Some(first));
                    }
                }
                (None, true) => judgment.lost.push(name()),
                (None, false) => judgment.untraceable += 1,
            }
            let ids: BTreeSet<&str> =
                found.iter().filter_map(|arrived| arrived.body["id"].as_str()).collect();
            if ids.len() > 1 {
                judgment.doubled.push(name());
            }
            for pair in found.windows(2).filter(|_| ids.len() == 1) {
                if pair[1].at.duration_since(pair[0].at).as_secs() <= 300 {
                    judgment.doubled.push(name());
                } else {
                    judgment.repeated += 1;
                }
            }
        }
        self.judge_order(queue, &mut judgment);
        judgment
    }

    /// Checks that the time of each late event shows its place in the group. A reconstructed event is marked: its time is that of
    /// the activity, where a delivery has the time of Azure DevOps's record, some seconds later.
    fn judge_order(&self, queue: &[Arrived], judgment: &mut Judgment) {
        let keys = |(place, expected): (usize, &Expected)| {
            expected.keys.iter().cloned().map(move |key| (key, place)).collect::<Vec<_>>()
        };
        let places: BTreeMap<String, usize> = self.expected.iter().enumerate().flat_map(keys).collect();
        let mut latest: BTreeMap<&str, (usize, &Arrived)> = BTreeMap::new();
        for arrived in queue {
            let key = key(&arrived.body);
            let Some(place) = places.get(&key).copied() else { continue };
            match latest.get(arrived.group.as_str()).copied() {
                Some((before, later)) if before > place => {
                    judgment.late += 1;
                    let is_marked = arrived.is_reconstructed() || later.is_reconstructed();
                    if arrived.time() > later.time() && !is_marked {
                        judgment.disordered.push(key);
                    }
                }
                _ => drop(latest.insert(&arrived.group, (place, arrived))),
            }
        }
    }
}

impl Arrived {
    fn is_reconstructed(&self) -> bool {
        self.body["data"]["azureDevOps"]["reconstructed"] == true
    }

    fn time(&self) -> Option<Timestamp> {
        self.body["time"].as_str()?.parse().ok()
    }
}

/// The key of an event.
fn key(event: &Value) -> String {
    let data = &event["data"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let repository = text(&data["repository"]["id"]);
    if !data["pushId"].is_null() {
        return format!("push {repository} {} {}", data["pushId"], data["ref"].as_str().unwrap_or_default());
    }
    if data["azureDevOps"]["reconstructed"] == true {
        let closed = data["closedAt"].as_str().and_then(|date| date.get(..19)).unwrap_or_default();
        let action = text(&data["action"]);
        let closed = if action == "created" { String::new() } else { format!(" {closed}") };
        return format!("made {repository} {} {action}{closed}", data["number"]);
    }
    let event_type = match event["type"].as_str().unwrap_or_default() {
        "com.azure.dev.git.pullrequest.created" => "git.pullrequest.created",
        "com.azure.dev.git.pullrequest.merged" => "git.pullrequest.merged",
        "com.azure.dev.git.pullrequest.commented" => "ms.vss-code.git-pullrequest-comment-event",
        _ => "git.pullrequest.updated",
    };
    format!("event {event_type} {}", text(&data["azureDevOps"]["eventId"]))
}
