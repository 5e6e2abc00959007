//! The data of a push: one ref that was created, updated or deleted.

use serde::{Deserialize, Serialize};

use crate::Common;
use crate::open_enum::open_enum;

/// One ref update. A push of several refs is several events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Push {
    /// Integration, repository, actor and delivery.
    #[serde(flatten)]
    pub common: Common,
    /// The full ref, such as `refs/heads/main`.
    pub r#ref: String,
    /// The kind of the ref.
    pub ref_kind: RefKind,
    /// The ref without `refs/heads/`, `refs/tags/` or, for other kinds, `refs/`. A branch and a tag may have the same one.
    pub short_name: String,
    /// What happened to the ref. Azure DevOps does not say whether a push was forced.
    pub change: RefChange,
    /// The commit (or tag object) before the push; `null` when the ref was created.
    pub before: Option<String>,
    /// The commit (or tag object) after the push; `null` when the ref was deleted.
    pub after: Option<String>,
    /// Whether the ref is the default branch; `null` when not known.
    pub is_default_branch: Option<bool>,
    /// The number of the push, unique within the repository.
    pub push_id: Option<u64>,
    /// Commits of the push, newest first. Azure DevOps sends only some of them, often none; use `before` and `after` for the
    /// whole range.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// `false` when commits were left out to fit the message size; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commits_complete: Option<bool>,
}

open_enum! {
    /// The kind of a ref.
    RefKind {
        /// `refs/heads/…`
        Branch = "branch",
        /// `refs/tags/…`
        Tag = "tag",
        /// Any other ref.
        Other = "other",
    }
}

open_enum! {
    /// What happened to a ref.
    RefChange {
        /// The ref was created.
        Created = "created",
        /// The ref was updated, forward or not.
        Updated = "updated",
        /// The ref was deleted.
        Deleted = "deleted",
    }
}

/// A Git commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Commit {
    /// The hash of the commit, 40 hex digits.
    pub id: Option<String>,
    /// The commit message, which Azure DevOps may have shortened.
    pub message: Option<String>,
    /// The author: a Git identity, unrelated to identities of Azure DevOps.
    pub author: Option<GitIdentity>,
    /// The committer.
    pub committer: Option<GitIdentity>,
    /// The URL for a browser.
    pub url: Option<String>,
}

/// The name, e-mail address and date in a Git commit.
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
