//! What is remembered from one pass to the next.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::integration::name::IntegrationName;

/// How far every integration is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchState {
    /// Counts how often it was written.
    revision: u64,
    integrations: BTreeMap<String, Checkpoint>,
    /// Since when passes over an integration have not come to their end.
    #[serde(default)]
    failing: BTreeMap<String, Timestamp>,
}

/// How far one integration is.
///
/// Whatever Azure DevOps notified of before the checkpoint has reached the queue, or was brought to it. A delivery that is
/// still under way holds the checkpoint back: it may fail yet. What is behind the checkpoint and was brought in already is
/// remembered by name, so that the next pass does not do it again. What Azure DevOps did not notify of is in gap until
/// it was looked for. Both move only after the queue has everything; a pass that is cut off is done once more, with the
/// same ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Nothing before this is left to do.
    pub settled_until: Timestamp,
    /// When a pass last began to look at it.
    #[serde(default)]
    pub attempted_at: Option<Timestamp>,
    /// When its subscriptions were last looked at, and what was in gap by how they were is in here; `None` when never.
    pub subscriptions_checked_at: Option<Timestamp>,
    /// Up to when the log was read, and what was in gap by what failed is in here.
    #[serde(default)]
    pub log_read_until: Option<Timestamp>,
    /// Deliveries from the checkpoint on that are done, and when they were.
    pub replayed: BTreeMap<String, Timestamp>,
    /// Events that were made and may be come upon again while something is in gap, and when they happened.
    #[serde(default)]
    pub reconstructed: BTreeMap<String, Timestamp>,
    /// From when on a subscription may have told less than happened, by what it is called in [`gap`](crate::watch::gaps).
    pub gaps: BTreeMap<String, GapProgress>,
}

/// How far it was looked for what a subscription may not have told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapProgress {
    /// Before this nothing is left to look for.
    pub from: Timestamp,
    /// The end of the stretch that is being looked at, and the last repository that is done.
    pub position: Option<(Timestamp, String)>,
    /// The earliest happening that may be told yet, so that it has to be looked for again.
    pub pending_since: Option<Timestamp>,
}

impl GapProgress {
    /// One that nobody has looked at.
    pub(super) fn since(from: Timestamp) -> Self {
        Self { from, position: None, pending_since: None }
    }
}

impl WatchState {
    /// When a pass last began to look at an integration.
    pub(super) fn attempted_at(&self, name: &IntegrationName) -> Option<Timestamp> {
        self.integrations.get(name.as_str())?.attempted_at
    }

    /// The progress of an integration; one that is new begins at `from`.
    ///
    /// That is as far as the log goes back: what failed in it and was never brought in would otherwise be lost. What was
    /// brought in by hand comes once more, with the same ids.
    pub(super) fn checkpoint(&self, name: &IntegrationName, from: Timestamp) -> Checkpoint {
        let known = self.integrations.get(name.as_str()).cloned();
        let mut progress = known.unwrap_or_else(|| Checkpoint {
            settled_until: from,
            attempted_at: None,
            subscriptions_checked_at: None,
            log_read_until: None,
            replayed: BTreeMap::new(),
            reconstructed: BTreeMap::new(),
            gaps: BTreeMap::new(),
        });
        // Further back there is no log, and without it nobody could say what was told.
        progress.settled_until = progress.settled_until.max(from);
        for silence in progress.gaps.values_mut().filter(|silence| silence.from < from) {
            *silence = GapProgress::since(from);
        }
        progress
    }

    /// Remembers the progress of an integration.
    pub(super) fn store(&mut self, name: &IntegrationName, progress: Checkpoint) {
        self.integrations.insert(name.to_string(), progress);
    }

    /// Notes how a pass over an integration ended. Gives for how long none has come to its end.
    pub(super) fn record_outcome(
        &mut self,
        name: &IntegrationName,
        failed: bool,
        now: Timestamp,
    ) -> SignedDuration {
        if !failed {
            self.failing.remove(name.as_str());
            return SignedDuration::ZERO;
        }
        let since = *self.failing.entry(name.to_string()).or_insert(now);
        now.duration_since(since).max(SignedDuration::ZERO)
    }

    /// Forgets integrations that were unlinked.
    pub(super) fn retain(&mut self, names: &[IntegrationName]) {
        let is_kept = |known: &String| names.iter().any(|name| name.as_str() == known);
        self.integrations.retain(|known, _| is_kept(known));
        self.failing.retain(|known, _| is_kept(known));
    }

    /// To be called before it is written, so that it counts as newer than what it was made from.
    pub(super) fn revise(&mut self) {
        self.revision += 1;
    }

    /// The newer of two. Two exist when a pass was cut off between writing the new one and deleting the old.
    #[must_use]
    pub fn newer(self, other: Self) -> Self {
        if other.revision > self.revision { other } else { self }
    }

    /// Whether it was never written by a pass.
    pub fn is_empty(&self) -> bool {
        self.revision == 0
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

impl Checkpoint {
    /// Says that a subscription may have told less than happened from this moment on.
    pub(super) fn open_gap(&mut self, key: &str, from: Timestamp) {
        let known = self.gaps.entry(key.to_owned()).or_insert_with(|| GapProgress::since(from));
        if from < known.from {
            *known = GapProgress::since(from);
        }
    }

    /// The end of a pass, which leaves nothing of before `until` undone.
    pub(super) fn move_on(&mut self, until: Timestamp) {
        let checkpoint = until.saturating_sub(SignedDuration::from_millis(1)).unwrap_or(until);
        self.settled_until = checkpoint.max(self.settled_until);
        // What is looked for again must not be made again.
        let open = self.gaps.values().map(|silence| silence.from);
        let oldest = open.fold(self.settled_until, Timestamp::min);
        self.reconstructed.retain(|_, at| *at >= oldest);
        // The log is read from the checkpoint on. There may be thousands, and all of it has to fit one message.
        let checkpoint = self.settled_until;
        self.replayed.retain(|_, at| *at >= checkpoint);
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

    fn state(checkpoint: i64) -> WatchState {
        let mut state = WatchState::default();
        state.store(&name(), state.checkpoint(&name(), at(checkpoint)));
        state.revise();
        state
    }

    #[test]
    fn the_newer_of_two_memories_wins() {
        let (old, mut new) = (state(10), state(20));
        new.revise();
        assert_eq!(old.clone().newer(new.clone()), new);
        assert_eq!(new.clone().newer(old), new);
    }

    #[test]
    fn a_delivery_under_way_holds_the_checkpoint_back_and_what_is_behind_it_is_remembered() {
        let mut progress = WatchState::default().checkpoint(&name(), at(0));
        progress.replayed.insert("early".to_owned(), at(100));
        progress.replayed.insert("late".to_owned(), at(300));
        progress.move_on(at(200));
        assert!(progress.settled_until < at(200), "the one under way may fail yet");
        assert!(progress.settled_until >= at(100));
        assert_eq!(progress.replayed.keys().collect::<Vec<_>>(), ["late"]);
    }

    #[test]
    fn a_doubt_begins_where_it_began_first() {
        let mut progress = WatchState::default().checkpoint(&name(), at(0));
        for second in [20, 10, 30] {
            progress.open_gap("pushes", at(second));
        }
        assert_eq!(progress.gaps["pushes"], GapProgress::since(at(10)));
    }

    #[test]
    fn how_long_it_has_failed_counts_from_the_first_failure_after_a_success() {
        let mut state = state(0);
        let ended = [(false, 10), (true, 20), (true, 50), (false, 60), (true, 70), (true, 75)];
        let lasted =
            ended.map(|(failed, second)| state.record_outcome(&name(), failed, at(second)).as_secs());
        assert_eq!(lasted, [0, 0, 30, 0, 0, 5]);
    }

    #[test]
    fn it_is_stored_as_it_is() {
        let mut state = state(7);
        state.record_outcome(&name(), true, at(8));
        let stored = state.to_json().expect("stored");
        assert_eq!(WatchState::from_json(&stored).expect("read"), state);
    }
}
