//! The state that `watch` keeps from one pass to the next: a checkpoint for each integration.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::integration::name::IntegrationName;
use crate::watch::checkpoint::Checkpoint;

/// The persisted state of `watch`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchState {
    /// How often the state was stored. Of two states, the one with the higher revision is the newer one.
    revision: u64,
    /// The checkpoints, by integration.
    integrations: BTreeMap<String, Checkpoint>,
    /// When the first of the failed passes in a row ended, by integration.
    #[serde(default)]
    failing: BTreeMap<String, Timestamp>,
}

impl WatchState {
    /// When a pass last began to check the integration; `None` when never.
    pub(super) fn attempted_at(&self, name: &IntegrationName) -> Option<Timestamp> {
        self.integrations.get(name.as_str())?.attempted_at
    }

    /// The checkpoint of an integration. `log_start` is the time from which Azure DevOps still has its delivery log.
    ///
    /// A new integration begins at `log_start`, so that failed deliveries that are still in the log are not lost.
    /// Events that an operator has replayed already are queued a second time, with the same ids.
    pub(super) fn checkpoint(&self, name: &IntegrationName, log_start: Timestamp) -> Checkpoint {
        let stored = self.integrations.get(name.as_str()).cloned();
        let mut checkpoint = stored.unwrap_or_else(|| Checkpoint::since(log_start));
        checkpoint.forget_before(log_start);
        checkpoint
    }

    /// Replaces the checkpoint of an integration.
    pub(super) fn store(&mut self, name: &IntegrationName, checkpoint: Checkpoint) {
        self.integrations.insert(name.to_string(), checkpoint);
    }

    /// Records whether the pass failed for an integration. Returns how long passes have failed in a row: the time since
    /// the first of them, or zero after a pass that succeeded.
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

    /// Removes the integrations that are not in `names`: they were unlinked.
    pub(super) fn retain(&mut self, names: &[IntegrationName]) {
        let is_linked = |stored: &String| names.iter().any(|name| name.as_str() == stored);
        self.integrations.retain(|stored, _| is_linked(stored));
        self.failing.retain(|stored, _| is_linked(stored));
    }

    /// Increments the revision. Must be called before the state is stored, so that it is newer than the state it
    /// replaces.
    pub(super) fn revise(&mut self) {
        self.revision += 1;
    }

    /// The newer of two states. Two exist when a pass was interrupted after it stored the new one and before it deleted
    /// the old one.
    #[must_use]
    pub fn newer(self, other: Self) -> Self {
        if other.revision > self.revision { other } else { self }
    }

    /// Whether no pass has stored this state: it is a placeholder.
    pub fn is_empty(&self) -> bool {
        self.revision == 0
    }

    /// Serializes the state.
    ///
    /// # Errors
    ///
    /// When serialization fails. No state that causes this is known.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Parses a state that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// When the text is not such a state.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
