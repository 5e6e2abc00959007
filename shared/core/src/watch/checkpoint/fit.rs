//! The bound of a checkpoint. Whatever happens, it fits a message: what does not is forgotten, the least harmful first.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::watch::checkpoint::Checkpoint;
use crate::watch::checkpoint::gap::GapProgress;

/// Most bytes of a stored checkpoint. It fits 262,144 bytes with its envelope of a few hundred: a message that every queue
/// of SQS takes, also one made before the limit was raised to 1 MiB.
pub const CHECKPOINT_BYTES_MAX: usize = 240_000;

/// What can be forgotten, the least harmful first.
const MEASURES: [fn(&mut Checkpoint) -> &'static str; 7] =
    [examined, unread_repositories, positions, attempts, handled, times, kinds];

impl Checkpoint {
    /// Forgets as much as it has to, so that the checkpoint fits. Returns the consequences in words.
    pub(in crate::watch) fn fit(&mut self) -> Vec<String> {
        let mut consequences = Vec::new();
        for measure in MEASURES {
            if self.bytes() <= CHECKPOINT_BYTES_MAX {
                break;
            }
            consequences.push(format!("the checkpoint is too large: {}", measure(self)));
        }
        consequences
    }

    fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }
}

/// Events that were read have to be read again, which costs calls.
fn examined(checkpoint: &mut Checkpoint) -> &'static str {
    checkpoint.examined.clear();
    "events that were read are read again"
}

/// The whole gap is looked at again in place of single repositories.
fn unread_repositories(checkpoint: &mut Checkpoint) -> &'static str {
    for (key, parts) in std::mem::take(&mut checkpoint.unread_repositories) {
        for part in parts.into_values() {
            // From the beginning: the gap may have a position behind the repository.
            let gap = checkpoint.gaps.get(&key);
            let from = gap.map_or(part.from, |gap| gap.from.min(part.from));
            let evident_at =
                gap.and_then(|gap| gap.evident_at).max(part.with_threads.then_some(part.tried_at));
            checkpoint.gaps.insert(key.clone(), GapProgress::since(from, evident_at));
        }
    }
    "all repositories are looked at again for those that could not be read"
}

/// Gaps begin again where their window begins.
fn positions(checkpoint: &mut Checkpoint) -> &'static str {
    for gap in checkpoint.gaps.values_mut() {
        let from = gap.pending_since.map_or(gap.from, |since| since.min(gap.from));
        *gap = GapProgress::since(from, gap.evident_at);
    }
    "windows of gaps that were searched in part are searched again"
}

/// Subscriptions that do not answer get one more attempt, and superseded ones are known by their status alone.
fn attempts(checkpoint: &mut Checkpoint) -> &'static str {
    checkpoint.unanswered.clear();
    checkpoint.superseded.clear();
    "a superseded subscription that Azure DevOps enables again delivers events a second time"
}

/// The older half of the changes that were handled, as often as it takes.
fn handled(checkpoint: &mut Checkpoint) -> &'static str {
    while checkpoint.bytes() > CHECKPOINT_BYTES_MAX && !checkpoint.handled.is_empty() {
        let changes = checkpoint.handled.values().flat_map(BTreeMap::values);
        let mut times: Vec<Timestamp> = changes.flat_map(BTreeMap::values).copied().collect();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied();
        for repositories in checkpoint.handled.values_mut() {
            for changes in repositories.values_mut() {
                changes.retain(|_, at| Some(*at) > middle);
            }
            repositories.retain(|_, changes| !changes.is_empty());
        }
        checkpoint.handled.retain(|_, repositories| !repositories.is_empty());
    }
    "some reconstructed events may come a second time, with the same ids"
}

/// All gaps begin with the earliest.
fn times(checkpoint: &mut Checkpoint) -> &'static str {
    let beginnings = checkpoint.gaps.values().map(|gap| gap.from);
    let from = beginnings.min().unwrap_or(checkpoint.settled_until);
    let evident_at = checkpoint.gaps.values().filter_map(|gap| gap.evident_at).max();
    for gap in checkpoint.gaps.values_mut() {
        *gap = GapProgress::since(from, evident_at);
    }
    let unseen = checkpoint.unseen.values().map(|unseen| (unseen.gap_from, unseen.settled_until)).min();
    for project in checkpoint.unseen.values_mut() {
        (project.gap_from, project.settled_until) = unseen.unwrap_or((from, from));
    }
    "all gaps are searched from the beginning of the earliest"
}

/// Every project with a gap has a gap of each kind.
fn kinds(checkpoint: &mut Checkpoint) -> &'static str {
    let first = checkpoint.gaps.values().next().cloned();
    let progress = first.unwrap_or_else(|| GapProgress::since(checkpoint.settled_until, None));
    let split =
        |key: &String| key.rsplit_once('/').map(|(kind, project)| (kind.to_owned(), project.to_owned()));
    let (kinds, projects): (BTreeSet<String>, BTreeSet<String>) =
        checkpoint.gaps.keys().filter_map(split).unzip();
    for kind in &kinds {
        let keys = projects.iter().map(|project| format!("{kind}/{project}"));
        checkpoint.gaps.extend(keys.map(|key| (key, progress.clone())));
    }
    "in projects with a gap, events of every kind are looked for"
}
