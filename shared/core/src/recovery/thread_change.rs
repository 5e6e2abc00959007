//! A change that a thread of a pull request shows.

use hookpost_events::{Action, CommentChange};
use serde_json::Value;

use crate::azure_devops::catalog::Identity;

/// A change in a thread of a pull request.
#[derive(Clone, Debug)]
pub(super) struct ThreadChange {
    /// The number of the thread.
    pub(super) thread: u64,
    pub(super) change_kind: ThreadChangeKind,
    /// Who made the change, where the thread names the identity.
    pub(super) actor: Option<Identity>,
}

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum ThreadChangeKind {
    /// The pull request was updated.
    Update(Action),
    /// A merge was attempted.
    MergeAttempt,
    /// A comment changed: its number, its change, and the comment as it is now.
    Comment(u64, CommentChange, Value),
}

impl ThreadChange {
    /// What changed, as part of a key.
    pub(super) fn what(&self) -> String {
        match &self.change_kind {
            ThreadChangeKind::Update(action) => update(action.as_str()).to_owned(),
            ThreadChangeKind::MergeAttempt => "merged".to_owned(),
            ThreadChangeKind::Comment(id, change, _) => comment(self.thread, *id, change.as_str()),
        }
    }

    /// Whether the pull request was completed or abandoned.
    pub(super) fn is_closing(&self) -> bool {
        matches!(self.change_kind, ThreadChangeKind::Update(Action::Completed | Action::Abandoned))
    }
}

/// What happened to a comment, as part of a key.
pub(super) fn comment(thread: u64, id: u64, change: &str) -> String {
    format!("comment {thread}/{id} {change}")
}

/// What an update changed, as part of a key. Deliveries do not always tell reactivated, published and drafted pull requests
/// apart.
pub(super) fn update(action: &str) -> &'static str {
    match action {
        "source_updated" => "source",
        "reviewers_changed" => "reviewers",
        "voted" => "vote",
        "completed" => "completed",
        "abandoned" => "abandoned",
        _ => "status",
    }
}
