//! A push: one ref that was created, moved or deleted.

use serde::{Deserialize, Serialize};

use crate::Common;

/// One ref update. A push of several refs is several events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Push {
    /// Where it comes from.
    #[serde(flatten)]
    pub common: Common,
    /// The full ref, such as `refs/heads/main`.
    pub r#ref: String,
    /// What kind of ref it is.
    pub ref_kind: RefKind,
    /// The ref without `refs/heads/`, `refs/tags/` or, for others, `refs/`. A branch and a tag may share it.
    pub short_name: String,
    /// What happened to the ref. A forced push is not told apart: Azure DevOps does not say.
    pub change: RefChange,
    /// The commit (or tag object) before; `null` when created.
    pub before: Option<String>,
    /// The commit (or tag object) after; `null` when deleted.
    pub after: Option<String>,
    /// Whether the ref is the default branch; `null` when not known.
    pub is_default_branch: Option<bool>,
    /// The push's number, unique in the repository.
    pub push_id: Option<u64>,
    /// Commits of the push, newest first: a sample, often empty. Compute ranges from `before` and `after`.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// `false` when commits were cut to make the message fit; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commits_complete: Option<bool>,
}

/// What kind of ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RefKind {
    /// `refs/heads/…`
    Branch,
    /// `refs/tags/…`
    Tag,
    /// Anything else.
    Other,
}

/// What happened to a ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RefChange {
    /// It was not there before.
    Created,
    /// It moved, forward or not.
    Updated,
    /// It is gone.
    Deleted,
}

impl RefChange {
    /// The value of `change` in the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// A Git commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Commit {
    /// The commit's hash, 40 hex digits.
    pub id: Option<String>,
    /// Its message, which Azure DevOps may have shortened.
    pub message: Option<String>,
    /// Who wrote it: a Git identity, unrelated to Azure DevOps's.
    pub author: Option<GitIdentity>,
    /// Who committed it.
    pub committer: Option<GitIdentity>,
    /// Where a browser finds it.
    pub url: Option<String>,
}

/// A name, an address and a date as written in a Git commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GitIdentity {
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The date.
    pub date: Option<String>,
}
