//! The resource of `git.pullrequest.*`, and the pull request inside a version 2.0 comment.

use serde::Deserialize;

use crate::payload::git::{Href, WireRepository};
use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::{Flag, LenientText, Number};

/// A pull request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PullRequestResource<'a> {
    pub(crate) pull_request_id: Number,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) repository: Option<WireRepository<'a>>,
    #[serde(borrow)]
    pub(crate) status: Option<LenientText<'a>>,
    pub(crate) is_draft: Flag,
    #[serde(borrow)]
    pub(crate) title: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) description: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) source_ref_name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) target_ref_name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) merge_status: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) last_merge_source_commit: Option<CommitReference<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) last_merge_target_commit: Option<CommitReference<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) last_merge_commit: Option<CommitReference<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) created_by: Option<WireIdentity<'a>>,
    #[serde(borrow)]
    pub(crate) creation_date: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) closed_date: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) closed_by: Option<WireIdentity<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) completion_options: Option<WireCompletionOptions<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) auto_complete_set_by: Option<WireIdentity<'a>>,
    #[serde(borrow)]
    pub(crate) completion_queue_time: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::objects")]
    pub(crate) reviewers: Option<Vec<WireReviewer<'a>>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) fork_source: Option<ForkSource<'a>>,
    #[serde(borrow)]
    pub(crate) url: Option<LenientText<'a>>,
    #[serde(borrow, rename = "_links", deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) links: Option<PullRequestLinks<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CommitReference<'a> {
    #[serde(borrow)]
    pub(crate) commit_id: Option<LenientText<'a>>,
}

/// How a pull request is to be completed. Microsoft replaced `squashMerge` by `mergeStrategy`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireCompletionOptions<'a> {
    #[serde(borrow)]
    pub(crate) merge_strategy: Option<LenientText<'a>>,
    pub(crate) squash_merge: Flag,
    pub(crate) delete_source_branch: Flag,
}

/// The fork that a pull request comes from. No recorded delivery has one, so every part of it may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ForkSource<'a> {
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) repository: Option<WireRepository<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PullRequestLinks<'a> {
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) web: Option<Href<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireReviewer<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) display_name: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) unique_name: Option<LenientText<'a>>,
    pub(crate) vote: Number,
    pub(crate) is_required: Flag,
    pub(crate) is_container: Flag,
    pub(crate) has_declined: Flag,
}
