//! A comment on a pull request.

use serde::{Deserialize, Serialize};

use crate::{Actor, Common, PullRequestSource, PullRequestTarget};

/// A comment that was made, edited or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequestComment {
    /// Where it comes from; the actor is the commenter.
    #[serde(flatten)]
    pub common: Common,
    /// The pull request, in brief.
    pub pull_request: PullRequestBrief,
    /// The comment.
    pub comment: Comment,
}

/// As much of a pull request as a comment needs. Of version 1.0 deliveries only the number is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PullRequestBrief {
    /// The number in its URL.
    pub number: u64,
    /// `active`, `completed`, `abandoned`, or what Azure DevOps adds.
    pub status: Option<String>,
    /// Whether it is a draft; `null` when not said.
    pub is_draft: Option<bool>,
    /// Its title.
    pub title: Option<String>,
    /// The branch to merge from.
    pub source: PullRequestSource,
    /// The branch to merge into.
    pub target: PullRequestTarget,
    /// Who opened it.
    pub created_by: Option<Actor>,
    /// Where a browser finds it.
    pub url: Option<String>,
}

/// The comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Unique within its thread.
    pub id: Option<u64>,
    /// The thread it is in.
    pub thread_id: Option<u64>,
    /// The comment it answers; `null` for the first of a thread.
    pub parent_id: Option<u64>,
    /// Who wrote it.
    pub author: Option<Actor>,
    /// What it says; `null` when deleted. Mentions are written `@<GUID>`.
    pub text: Option<String>,
    /// `false` when the text was cut to make the message fit; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_complete: Option<bool>,
    /// `text`, `system`, `codeChange`, or what Azure DevOps adds.
    pub kind: Option<String>,
    /// What happened to it.
    pub change: CommentChange,
    /// When it was made.
    pub published_at: Option<String>,
    /// When it was last touched.
    pub updated_at: Option<String>,
}

/// What happened to a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CommentChange {
    /// Made.
    Created,
    /// Changed.
    Edited,
    /// Deleted.
    Deleted,
}

impl CommentChange {
    /// The word in the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
        }
    }
}
