//! The resource of `git.push`.

use serde::Deserialize;

use crate::payload::git::WireRepository;
use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::{LenientText, Number};

/// A push. `refUpdates` is complete. `commits` may not be: it is missing for deletions, for branches created without new
/// commits, and for many merges.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PushResource<'a> {
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::objects")]
    pub(crate) commits: Option<Vec<WireCommit<'a>>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::objects")]
    pub(crate) ref_updates: Option<Vec<RefUpdate<'a>>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) repository: Option<WireRepository<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) pushed_by: Option<WireIdentity<'a>>,
    pub(crate) push_id: Number,
    #[serde(borrow)]
    pub(crate) date: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<LenientText<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RefUpdate<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) old_object_id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) new_object_id: Option<LenientText<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireCommit<'a> {
    #[serde(borrow)]
    pub(crate) commit_id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) comment: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) author: Option<WireGitIdentity<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) committer: Option<WireGitIdentity<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<LenientText<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireGitIdentity<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) email: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) date: Option<LenientText<'a>>,
}
