//! How far a gap was backfilled.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The time of a gap that is left to later passes in one repository, because that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadRepository {
    /// The beginning of that time.
    pub from: Timestamp,
    /// The end of that time.
    pub until: Timestamp,
    /// When the repository was last tried.
    pub tried_at: Timestamp,
    /// Whether threads are searched, too.
    pub with_threads: bool,
    /// The number of the last pull request whose threads were read; `None` when none were.
    pub below: Option<u64>,
}

/// How far the gap of one subscription was backfilled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GapProgress {
    /// The beginning of the gap. It advances with each window that is backfilled.
    pub from: Timestamp,
    /// The end of the gap: when a pass first worked on it after it was opened for the last time, and after it had tried to
    /// make the subscription deliver. `None` until then. Without an end, a backfill that takes many passes would never end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The end of the window being backfilled, and the [`repository_key`](super::repository_key) of the last repository
    /// that is done; `None` between windows. Repositories are done in order of their keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<(Timestamp, String)>,
    /// The repository after `position` that was done in part, by its id, and the time up to which its changes are done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_until: Option<(String, Timestamp)>,
    /// The time of the earliest event that Azure DevOps may still deliver. The backfill begins there again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_since: Option<Timestamp>,
    /// The latest pass that saw evidence that the subscription missed events: the threads of pull requests are
    /// searched, too. `None` when it may have missed some, but need not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evident_at: Option<Timestamp>,
    /// The repository after `position` whose threads were read in part, and the number of the last pull request that was
    /// read. Pull requests are read in descending order of their numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads_position: Option<(String, u64)>,
    /// When a pass last worked on the gap; `None` when none has. The gap that has waited longest comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Timestamp>,
}

impl GapProgress {
    /// A gap that begins at `from`, with nothing backfilled.
    pub(in crate::watch) fn since(from: Timestamp, evident_at: Option<Timestamp>) -> Self {
        Self {
            from,
            until: None,
            position: None,
            done_until: None,
            pending_since: None,
            evident_at,
            threads_position: None,
            tried_at: None,
        }
    }

    /// Moves the beginning of the gap to `log_start` if it is earlier. What was backfilled of it stays.
    pub(super) fn forget_before(&mut self, log_start: Timestamp) {
        self.from = self.from.max(log_start);
        self.pending_since = self.pending_since.map(|since| since.max(log_start));
        if self.position.as_ref().is_some_and(|(until, _)| *until <= log_start) {
            (self.position, self.done_until, self.threads_position) = (None, None, None);
        }
    }

    /// Whether a later pass lists a change of this time again, in the repository with this key.
    pub(super) fn lists_again(&self, repository_key: &str, at: Timestamp) -> bool {
        let is_done = self.position.as_ref().is_some_and(|(_, done)| repository_key <= done.as_str());
        let is_done_in_part = self
            .done_until
            .as_ref()
            .is_some_and(|(id, done_until)| repository_key.ends_with(id.as_str()) && at < *done_until);
        let is_restarted = self.pending_since.is_some_and(|since| since <= at);
        is_restarted || (self.from <= at && !is_done && !is_done_in_part)
    }
}
