//! The data of a pull request that was created, updated, merged or closed.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;
use crate::{Actor, Common, RepositoryReference};

/// A pull request in its state when Azure DevOps created the delivery. That may be the state before the event, after it, or
/// after later events. Request the pull request with the REST API before relying on its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// Integration, repository, actor and delivery. The repository is the target repository.
    #[serde(flatten)]
    pub common: Common,
    /// The number of the pull request, as in its URL.
    pub number: u64,
    /// What was done to the pull request.
    pub action: Action,
    /// How `action` was determined.
    pub action_source: ActionSource,
    /// `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
    pub status: Option<String>,
    /// `succeeded`, `conflicts`, `queued`, `rejectedByPolicy`, `failure`, `notSet`, or a value that Azure
    /// DevOps adds.
    pub merge_status: Option<String>,
    /// Whether the pull request is completed: `completed` and `succeeded`. `false` after a successful preview merge.
    pub merged: bool,
    /// Whether the pull request is a draft; `null` when not known.
    pub is_draft: Option<bool>,
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// `false` when the description was cut to fit the message size; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_complete: Option<bool>,
    /// The branch to merge from.
    pub source: Source,
    /// The branch to merge into.
    pub target: Target,
    /// How the pull request is to be completed; `null` until somebody says so.
    pub completion_options: Option<CompletionOptions>,
    /// Who set the pull request to complete by itself once its policies allow it; `null` when nobody did.
    pub auto_complete_set_by: Option<Actor>,
    /// When the completion was queued.
    pub completion_queued_at: Option<String>,
    /// The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
    pub merge_commit: Option<String>,
    /// The reviewers.
    #[serde(default)]
    pub reviewers: Vec<Reviewer>,
    /// Who created the pull request.
    pub created_by: Option<Actor>,
    /// Who completed or abandoned the pull request.
    pub closed_by: Option<Actor>,
    /// When the pull request was created.
    pub created_at: Option<String>,
    /// When the pull request was completed or abandoned.
    pub closed_at: Option<String>,
    /// The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
    pub url: Option<String>,
}

open_enum! {
    /// What was done to a pull request.
    Action {
        /// The pull request was created.
        Created = "created",
        /// Commits were pushed to the source branch.
        SourceUpdated = "source_updated",
        /// Reviewers were added or removed.
        ReviewersChanged = "reviewers_changed",
        /// A reviewer voted, or reset the vote.
        Voted = "voted",
        /// The pull request was merged and closed.
        Completed = "completed",
        /// The pull request was closed without merging.
        Abandoned = "abandoned",
        /// The pull request was reopened.
        Reactivated = "reactivated",
        /// The draft was published.
        Published = "published",
        /// The pull request became a draft.
        Drafted = "drafted",
        /// A merge was attempted without completing the pull request.
        MergeAttempted = "merge_attempted",
        /// Another change, or an unknown one.
        Updated = "updated",
    }
}

open_enum! {
    /// How the action was determined. Azure DevOps's deliveries do not say what an update changed.
    ActionSource {
        /// From the event type: exact.
        Event = "event",
        /// From the filter of the subscription that matched: exact.
        Subscription = "subscription",
        /// From the English message text: likely.
        Message = "message",
        /// From the state of the pull request: correct unless several changes happened at once.
        State = "state",
        /// The action could not be determined.
        Undetermined = "unknown",
    }
}

/// How a pull request is to be completed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CompletionOptions {
    /// `noFastForward`, `squash`, `rebase`, `rebaseMerge`, or a value that Azure DevOps adds.
    pub merge_strategy: Option<String>,
    /// Whether the source branch is deleted afterwards; `null` when not said.
    pub delete_source_branch: Option<bool>,
}

/// The branch to merge from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The full ref. For a fork, it is the ref in the fork.
    pub r#ref: Option<String>,
    /// The head of the branch at the last merge attempt, which may be behind the latest push.
    pub commit: Option<String>,
    /// The fork; `null` when the branch is in the target repository.
    pub repository: Option<RepositoryReference>,
}

/// The branch to merge into.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// The full ref.
    pub r#ref: Option<String>,
    /// The head of the branch at the last merge attempt.
    pub commit: Option<String>,
}

/// A reviewer and the vote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reviewer {
    /// The reviewer's identity.
    #[serde(flatten)]
    pub actor: Actor,
    /// `approved`, `approved_with_suggestions`, `none`, `waiting_for_author`, `rejected`, or the number
    /// that Azure DevOps sent.
    pub vote: Option<String>,
    /// Whether the reviewer's approval is required.
    pub is_required: bool,
    /// Whether the reviewer is a group or team.
    pub is_group: bool,
    /// Whether the reviewer declined to review.
    pub has_declined: bool,
}
