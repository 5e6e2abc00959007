//! Times in which a subscription told nothing.

use jiff::Timestamp;

use crate::setup::azure_devops::{ChangeKind, EventKind, Happened, WantedSubscription};

/// One subscription's silence, up to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// What it should have told of.
    pub(super) kind: EventKind,
    /// Of which project; `None` for all.
    pub(super) project_id: Option<String>,
    /// Whose log says what it did tell of; `None` when it is gone.
    pub(super) subscription_id: Option<String>,
    /// From when on.
    pub(super) from: Timestamp,
}

/// What can be found out afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Traces {
    /// The list of pushes.
    Pushes,
    /// The list of pull requests.
    PullRequests(Happened),
    /// Nothing says that it happened.
    None,
}

impl Gap {
    pub(super) fn of(wanted: &WantedSubscription, subscription_id: Option<String>, from: Timestamp) -> Self {
        Self { kind: wanted.kind, project_id: wanted.project_id.clone(), subscription_id, from }
    }

    pub(super) fn traces(&self) -> Traces {
        match self.kind {
            EventKind::Push => Traces::Pushes,
            EventKind::PullRequestCreated => Traces::PullRequests(Happened::Created),
            EventKind::PullRequestUpdated(ChangeKind::Status) => Traces::PullRequests(Happened::Closed),
            // What was pushed is seen as a push; who reviewed, voted or wrote, and which merges were tried, is not kept
            // with a time in any list.
            EventKind::PullRequestUpdated(_)
            | EventKind::PullRequestMerged
            | EventKind::PullRequestCommented => Traces::None,
        }
    }
}
