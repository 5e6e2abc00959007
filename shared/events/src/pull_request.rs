//! A pull request that was opened, changed, merged or closed.

use serde::{Deserialize, Serialize};

use crate::{Actor, Common, RepositoryReference};

/// A pull request as Azure DevOps saw it when it made the delivery: neither surely the state before nor surely the
/// state right after the happening. Read it again by REST before a decision that matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// Where it comes from; the repository is the target's.
    #[serde(flatten)]
    pub common: Common,
    /// The number in its URL.
    pub number: u64,
    /// What was done to it.
    pub action: Action,
    /// How `action` is known.
    pub action_source: ActionSource,
    /// `active`, `completed`, `abandoned`, or what Azure DevOps adds.
    pub status: Option<String>,
    /// `succeeded`, `conflicts`, `queued`, `rejectedByPolicy`, `failure`, `notSet`, or what Azure DevOps adds.
    pub merge_status: Option<String>,
    /// Whether it is merged for good: `completed` and `succeeded`. A successful preview merge is not.
    pub merged: bool,
    /// Whether it is a draft; `null` when not said.
    pub is_draft: Option<bool>,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// `false` when the description was cut to make the message fit; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_complete: Option<bool>,
    /// The branch to merge from.
    pub source: Source,
    /// The branch to merge into.
    pub target: Target,
    /// The commit of the last merge, a preview or the real one; `null` on conflict and while merging.
    pub merge_commit: Option<String>,
    /// Its reviewers.
    #[serde(default)]
    pub reviewers: Vec<Reviewer>,
    /// Who opened it.
    pub created_by: Option<Actor>,
    /// Who completed or abandoned it.
    pub closed_by: Option<Actor>,
    /// When it was opened.
    pub created_at: Option<String>,
    /// When it was completed or abandoned.
    pub closed_at: Option<String>,
    /// Where a browser finds it.
    pub url: Option<String>,
}

/// What was done to a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opened.
    Created,
    /// New commits on the source branch.
    SourceUpdated,
    /// Reviewers were added or removed.
    ReviewersChanged,
    /// A reviewer voted, or took the vote back.
    Voted,
    /// Merged and closed.
    Completed,
    /// Closed without merging.
    Abandoned,
    /// Opened again.
    Reactivated,
    /// No longer a draft.
    Published,
    /// Made a draft again.
    Drafted,
    /// A merge was attempted without completing the pull request.
    MergeAttempted,
    /// Something else, or it is not known what.
    Updated,
}

impl Action {
    /// The word in the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::SourceUpdated => "source_updated",
            Self::ReviewersChanged => "reviewers_changed",
            Self::Voted => "voted",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
            Self::Reactivated => "reactivated",
            Self::Published => "published",
            Self::Drafted => "drafted",
            Self::MergeAttempted => "merge_attempted",
            Self::Updated => "updated",
        }
    }
}

/// How the action is known. Azure DevOps's deliveries don't say what an update changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActionSource {
    /// From the event type: exact.
    Event,
    /// From the filter of the subscription that matched: exact.
    Subscription,
    /// From the English message text: a good guess.
    Message,
    /// From the state of the pull request: right unless several things happened at once.
    State,
    /// Nothing told.
    Unknown,
}

/// The branch to merge from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The full ref; of a fork, the ref inside the fork.
    pub r#ref: Option<String>,
    /// Its head at the last merge attempt; may be behind a push made a moment ago.
    pub commit: Option<String>,
    /// The fork it is in; `null` when it is the target repository.
    pub repository: Option<RepositoryReference>,
}

/// The branch to merge into.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// The full ref.
    pub r#ref: Option<String>,
    /// Its head at the last merge attempt.
    pub commit: Option<String>,
}

/// Somebody asked to review, and the vote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reviewer {
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// `approved`, `approved_with_suggestions`, `none`, `waiting_for_author`, `rejected`, or the number sent.
    pub vote: Option<String>,
    /// Whether the approval is required.
    pub is_required: bool,
    /// Whether it is a group or team.
    pub is_group: bool,
    /// Whether the review was declined.
    pub has_declined: bool,
}
