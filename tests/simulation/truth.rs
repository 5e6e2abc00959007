//! What should be on the queue, against what is.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_stand_in::Timestamp;
use serde_json::Value;

/// Everything that happened, in order.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    expected: Vec<Expected>,
}

/// One event that should be on the queue.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// What it goes by there: any of these.
    pub(crate) keys: Vec<String>,
    /// Whether Azure DevOps made a notification of it.
    pub(crate) told: bool,
    /// Whether a list says afterwards that it happened.
    pub(crate) traceable: bool,
    /// When it happened.
    pub(crate) at: Timestamp,
}

/// A message as it came onto the queue.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) body: Value,
    pub(crate) group: String,
    pub(crate) at: Timestamp,
}

/// How it compares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// Events that should be there.
    pub(crate) raised: u64,
    /// Of them, those that are.
    pub(crate) arrived: u64,
    /// Those that are not, although they were told or left a trace; by name.
    pub(crate) lost: Vec<String>,
    /// Those that Azure DevOps told nobody of, and that no list shows.
    pub(crate) untraceable: u64,
    /// Messages of an event that was there already, with its id, more than five minutes later.
    pub(crate) repeated: u64,
    /// Messages that no consumer could know to be of one event, or that the queue should have held back.
    pub(crate) doubled: Vec<String>,
    /// Messages behind a later one of their group; each says so by its own time, or by being marked as reconstructed.
    pub(crate) late: u64,
    /// Those that do not.
    pub(crate) disordered: Vec<String>,
    /// When the last of the events came that happened before the last fault was over.
    pub(crate) last: Option<Timestamp>,
}

impl Truth {
    pub(crate) fn add(&mut self, expected: Expected) {
        self.expected.push(expected);
    }

    /// A pull request was opened again: that it was closed shows in no list any more.
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
    pub(crate) fn judge(&self, queue: &[Arrived], calm: Timestamp) -> Verdict {
        let mut verdict = Verdict { raised: self.expected.len() as u64, ..Verdict::default() };
        let mut by_key: BTreeMap<String, Vec<&Arrived>> = BTreeMap::new();
        for arrived in queue {
            by_key.entry(key(&arrived.body)).or_default().push(arrived);
        }
        for expected in &self.expected {
            let found: Vec<&Arrived> =
                expected.keys.iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
            let name = || format!("{} at {}", expected.keys[0], expected.at);
            match (found.iter().map(|one| one.at).min(), expected.told || expected.traceable) {
                (Some(first), _) => {
                    verdict.arrived += 1;
                    if expected.at <= calm {
                        verdict.last = verdict.last.max(Some(first));
                    }
                }
                (None, true) => verdict.lost.push(name()),
                (None, false) => verdict.untraceable += 1,
            }
            let ids: BTreeSet<&str> = found.iter().filter_map(|one| one.body["id"].as_str()).collect();
            if ids.len() > 1 {
                verdict.doubled.push(name());
            }
            for pair in found.windows(2).filter(|_| ids.len() == 1) {
                if pair[1].at.duration_since(pair[0].at).as_secs() <= 300 {
                    verdict.doubled.push(name());
                } else {
                    verdict.repeated += 1;
                }
            }
        }
        self.judge_order(queue, &mut verdict);
        verdict
    }

    /// Whether the time of each event says where in its group it belongs. The time of one that was made from a list is that
    /// of the happening, where a delivery has that of Azure DevOps's record of it, some seconds later; it is marked.
    fn judge_order(&self, queue: &[Arrived], verdict: &mut Verdict) {
        let keys = |(place, one): (usize, &Expected)| {
            one.keys.iter().cloned().map(move |key| (key, place)).collect::<Vec<_>>()
        };
        let places: BTreeMap<String, usize> = self.expected.iter().enumerate().flat_map(keys).collect();
        let mut latest: BTreeMap<&str, (usize, &Arrived)> = BTreeMap::new();
        for arrived in queue {
            let key = key(&arrived.body);
            let Some(place) = places.get(&key).copied() else { continue };
            match latest.get(arrived.group.as_str()).copied() {
                Some((before, later)) if before > place => {
                    verdict.late += 1;
                    let is_marked = arrived.is_reconstructed() || later.is_reconstructed();
                    if arrived.time() > later.time() && !is_marked {
                        verdict.disordered.push(key);
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

/// What an event goes by.
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
