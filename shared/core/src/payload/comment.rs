//! The resource of `ms.vss-code.git-pullrequest-comment-event`: version 1.0 is the comment itself, version 2.0 holds
//! the comment and its pull request.

use serde::Deserialize;

use crate::payload::git::Href;
use crate::payload::identity::WireIdentity;
use crate::payload::lenient::scalar::{Flag, LenientText, Number};
use crate::payload::pull_request::PullRequestResource;

/// The resource in both versions: `comment` is present in version 2.0 only.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CommentResource<'a> {
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) comment: Option<WireComment<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) pull_request: Option<PullRequestResource<'a>>,
}

/// A comment: all of a version 1.0 resource.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WireComment<'a> {
    pub(crate) id: Number,
    pub(crate) parent_comment_id: Number,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) author: Option<WireIdentity<'a>>,
    #[serde(borrow)]
    pub(crate) content: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) published_date: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) last_updated_date: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) last_content_updated_date: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) comment_type: Option<LenientText<'a>>,
    pub(crate) is_deleted: Flag,
    #[serde(borrow, rename = "_links", deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) links: Option<CommentLinks<'a>>,
}

/// The `_links` of a comment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CommentLinks<'a> {
    #[serde(borrow, rename = "self", deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) this: Option<Href<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) repository: Option<Href<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) threads: Option<Href<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) pull_requests: Option<Href<'a>>,
}
