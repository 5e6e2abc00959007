//! What is remembered from one pass to the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::missed::Settled;
use crate::integration::IntegrationName;

/// How far every integration is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    integrations: BTreeMap<String, Progress>,
}

/// How far one integration is.
///
/// Whatever happened before the checkpoint has reached the queue, or was brought to it. A delivery counts as made when
/// Azure DevOps made its notification, so one that is still under way holds the checkpoint back: it may fail yet. What is
/// behind the checkpoint and was brought in already is remembered by name, so that the next pass does not do it again.
/// The checkpoint moves only after the queue has everything; a pass that is cut off is done once more, with the same ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Nothing before this is left to do.
    pub checkpoint: Timestamp,
    /// When its subscriptions were last looked at; `None` when never.
    pub seen_at: Option<Timestamp>,
    /// Deliveries and events after the checkpoint that are done.
    pub done: BTreeSet<String>,
}

impl Memory {
    /// The progress of an integration; one that is new begins at `from`.
    ///
    /// That is as far as the log goes back: what failed in it and was never brought in would otherwise be lost. What was
    /// brought in by hand comes once more, with the same ids.
    pub(super) fn of(&mut self, name: &IntegrationName, from: Timestamp) -> &mut Progress {
        let progress = self.integrations.entry(name.to_string());
        let progress =
            progress.or_insert_with(|| Progress { checkpoint: from, seen_at: None, done: BTreeSet::new() });
        // Further back there is no log.
        progress.checkpoint = progress.checkpoint.max(from);
        progress
    }

    /// Forgets integrations that were unlinked.
    pub(super) fn keep_only(&mut self, names: &[IntegrationName]) {
        self.integrations.retain(|known, _| names.iter().any(|name| name.as_str() == known));
    }

    /// Takes over what another memory knows better. Two exist when a pass was cut off between writing the new one and
    /// deleting the old.
    pub fn merge(&mut self, other: Self) {
        for (name, theirs) in other.integrations {
            match self.integrations.get_mut(&name) {
                Some(ours) if ours.checkpoint > theirs.checkpoint => {}
                Some(ours) if ours.checkpoint == theirs.checkpoint => {
                    ours.done.extend(theirs.done);
                    ours.seen_at = ours.seen_at.max(theirs.seen_at);
                }
                _ => drop(self.integrations.insert(name, theirs)),
            }
        }
    }

    /// As it is stored.
    ///
    /// # Errors
    ///
    /// Never, as far as anybody knows.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads what was stored.
    ///
    /// # Errors
    ///
    /// When it is not what [`to_json`](Self::to_json) writes.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Progress {
    /// The end of a pass in which nothing failed.
    pub(super) fn move_on(&mut self, settled: Settled, now: Timestamp) {
        let checkpoint = settled.checkpoint().max(self.checkpoint);
        self.done = settled.after(checkpoint);
        self.checkpoint = checkpoint;
        self.seen_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn name() -> IntegrationName {
        IntegrationName::parse("contoso").expect("a name")
    }

    #[test]
    fn the_newest_of_two_memories_wins_and_equals_are_one() {
        let memory = |checkpoint, done: &[&str]| {
            let mut memory = Memory::default();
            let progress = memory.of(&name(), at(checkpoint));
            progress.done = done.iter().map(|&key| key.to_owned()).collect();
            memory
        };
        let mut merged = memory(10, &["a"]);
        merged.merge(memory(10, &["b"]));
        assert_eq!(merged, memory(10, &["a", "b"]));
        merged.merge(memory(20, &["c"]));
        assert_eq!(merged, memory(20, &["c"]));
        merged.merge(memory(15, &["d"]));
        assert_eq!(merged, memory(20, &["c"]));
    }

    #[test]
    fn a_delivery_under_way_holds_the_checkpoint_back_and_what_is_behind_it_is_remembered() {
        let mut progress = Progress { checkpoint: at(0), seen_at: None, done: BTreeSet::new() };
        let mut settled = Settled::new(at(400));
        settled.done(at(100), "early".to_owned());
        settled.left(at(200));
        settled.done(at(300), "late".to_owned());
        progress.move_on(settled, at(1000));
        assert!(progress.checkpoint < at(200), "the one under way may fail yet");
        assert!(progress.checkpoint >= at(100));
        assert_eq!(progress.done.iter().collect::<Vec<_>>(), ["late"]);
    }

    #[test]
    fn it_is_stored_as_it_is() {
        let mut memory = Memory::default();
        memory.of(&name(), at(7)).done.insert("x".to_owned());
        let stored = memory.to_json().expect("stored");
        assert_eq!(Memory::from_json(&stored).expect("read"), memory);
    }
}
