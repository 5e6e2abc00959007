//! Compares the order of the queue with that of what happened, and with what `sequence` says of it.

use std::collections::{BTreeMap, BTreeSet};

use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;

use crate::event_key;
use crate::oracle::{Arrived, Judgment};

/// Changes of a pull request so near to each other are told apart neither by `sequence` nor by the times of deliveries.
pub(crate) const SIMULTANEOUS: SignedDuration = SignedDuration::from_secs(10);

/// Two messages of a message group, each with the time when it happened.
struct Group<'a> {
    /// The message of what happened last.
    newest: (Timestamp, &'a Arrived),
    /// The message with the highest `sequence`.
    highest: (Timestamp, &'a Arrived),
}

/// Counts the events that came late, and finds those of which a consumer that keeps the highest `sequence` of each group
/// does not know it. `times` are those at which the events happened, by key.
pub(crate) fn judge(times: &BTreeMap<&str, Timestamp>, queue: &[Arrived], judgment: &mut Judgment) {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for arrived in queue {
        let key = event_key::of(&arrived.body);
        let Some(at) = times.get(key.as_str()).copied() else { continue };
        let is_first = known.insert(arrived.body["id"].as_str().unwrap_or_default());
        let this = (at, arrived);
        let group = groups.entry(&arrived.group).or_insert(Group { newest: this, highest: this });
        let is_late = at < group.newest.0;
        judgment.late += u64::from(is_late && is_first);
        let is_skipped = arrived.sequence() < group.highest.1.sequence();
        if is_skipped != is_late && !is_near(this, group.newest) && !is_near(this, group.highest) {
            judgment.misplaced.push(key);
        }
        if !is_late {
            group.newest = this;
        }
        if !is_skipped {
            group.highest = this;
        }
    }
}

/// Whether `sequence` cannot tell which of two changes came first. That of a reconstructed event is the time of the change,
/// that of a delivered one the time of Azure DevOps's record, some seconds later.
fn is_near((at, arrived): (Timestamp, &Arrived), (other_at, other): (Timestamp, &Arrived)) -> bool {
    let apart = at.duration_since(other_at).abs();
    apart <= SIMULTANEOUS && arrived.is_reconstructed() != other.is_reconstructed()
}
