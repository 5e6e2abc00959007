//! The data of a comment on a pull request.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;
use crate::{Actor, Common, PullRequestSource, PullRequestTarget, Reviewer};

/// A comment that was created, edited or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequestComment {
    /// Integration, repository and delivery. The actor is the author of the comment.
    #[serde(flatten)]
    pub common: Common,
    /// The pull request, in brief.
    pub pull_request: PullRequestBrief,
    /// The comment.
    pub comment: Comment,
}

/// The pull request of a comment. A delivery with resource version 1.0 has only its number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequestBrief {
    /// The number of the pull request, as in its URL.
    pub number: u64,
    /// `active`, `completed`, `abandoned`, or a value that Azure DevOps adds.
    pub status: Option<String>,
    /// Whether the pull request is a draft; `null` when not known.
    pub is_draft: Option<bool>,
    /// The title.
    pub title: Option<String>,
    /// The branch to merge from.
    pub source: PullRequestSource,
    /// The branch to merge into.
    pub target: PullRequestTarget,
    /// The state of the merge; see `mergeStatus` of a pull request.
    pub merge_status: Option<String>,
    /// The commit of the last merge, which may be a preview; `null` on a conflict and while merging.
    pub merge_commit: Option<String>,
    /// The reviewers and their votes.
    #[serde(default)]
    pub reviewers: Vec<Reviewer>,
    /// Who created the pull request.
    pub created_by: Option<Actor>,
    /// The URL for a browser, as it was sent. If it was not sent, `webUrl` of the repository and the number.
    pub url: Option<String>,
}

/// The comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// The number of the comment, unique within its thread.
    pub id: Option<u64>,
    /// The number of the thread.
    pub thread_id: Option<u64>,
    /// The comment that this one replies to; `null` for the first comment of a thread.
    pub parent_id: Option<u64>,
    /// Who wrote the comment.
    pub author: Option<Actor>,
    /// The text; `null` when the comment was deleted. Mentions are written `@<GUID>`.
    pub text: Option<String>,
    /// `false` when the text was cut to fit the message size; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_complete: Option<bool>,
    /// `text`, `system`, `codeChange`, or a value that Azure DevOps adds.
    pub kind: Option<String>,
    /// What happened to the comment.
    pub change: CommentChange,
    /// When the comment was created.
    pub published_at: Option<String>,
    /// When the comment was last updated, by a like too.
    pub updated_at: Option<String>,
    /// When the text was last updated; `null` on servers.
    pub content_updated_at: Option<String>,
}

open_enum! {
    /// What happened to a comment.
    CommentChange {
        /// The comment was created.
        Created = "created",
        /// The comment was edited.
        Edited = "edited",
        /// Something but the text changed, such as a like.
        Updated = "updated",
        /// The comment was deleted.
        Deleted = "deleted",
    }
}
