//! What is read: the proxy event, and in its body the delivery. Borrowed wherever nothing has to be unescaped.

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProxyEvent<'a> {
    pub(crate) path: &'a str,
    #[serde(borrow)]
    pub(crate) path_parameters: PathParameters<'a>,
    #[serde(borrow)]
    pub(crate) headers: Headers<'a>,
    #[serde(borrow)]
    pub(crate) body: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(crate) struct PathParameters<'a> {
    pub(crate) integration: &'a str,
}

#[derive(Deserialize)]
pub(crate) struct Headers<'a> {
    #[serde(rename = "Authorization", default)]
    pub(crate) authorization: &'a str,
    #[serde(rename = "X-VSS-ActivityId")]
    pub(crate) activity_id: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: Deserialize<'de>")]
#[expect(clippy::struct_field_names, reason = "the names are the sender's")]
pub(crate) struct Notification<'a, R> {
    pub(crate) subscription_id: &'a str,
    pub(crate) notification_id: u64,
    pub(crate) id: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) resource: R,
    pub(crate) resource_version: &'a str,
    pub(crate) created_date: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the sender's")]
pub(crate) struct Push<'a> {
    #[serde(borrow, default)]
    pub(crate) commits: Vec<Commit<'a>>,
    #[serde(borrow)]
    pub(crate) ref_updates: Vec<RefUpdate<'a>>,
    #[serde(borrow)]
    pub(crate) repository: Repository<'a>,
    #[serde(borrow)]
    pub(crate) pushed_by: Identity<'a>,
    pub(crate) push_id: u64,
    pub(crate) date: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the sender's")]
pub(crate) struct Commit<'a> {
    pub(crate) commit_id: &'a str,
    #[serde(borrow)]
    pub(crate) comment: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) author: Signature<'a>,
    #[serde(borrow)]
    pub(crate) committer: Signature<'a>,
}

#[derive(Deserialize)]
pub(crate) struct Signature<'a> {
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    pub(crate) email: &'a str,
    pub(crate) date: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefUpdate<'a> {
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    pub(crate) old_object_id: &'a str,
    pub(crate) new_object_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repository<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) project: Project<'a>,
    pub(crate) default_branch: Option<&'a str>,
    pub(crate) remote_url: Option<&'a str>,
    pub(crate) web_url: Option<&'a str>,
}

#[derive(Deserialize)]
pub(crate) struct Project<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) display_name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) unique_name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the sender's")]
pub(crate) struct PullRequest<'a> {
    #[serde(borrow)]
    pub(crate) repository: Repository<'a>,
    pub(crate) pull_request_id: u64,
    pub(crate) status: &'a str,
    #[serde(borrow)]
    pub(crate) created_by: Identity<'a>,
    #[serde(borrow)]
    pub(crate) closed_by: Option<Identity<'a>>,
    pub(crate) creation_date: &'a str,
    pub(crate) closed_date: Option<&'a str>,
    #[serde(borrow)]
    pub(crate) title: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) description: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) source_ref_name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) target_ref_name: Cow<'a, str>,
    pub(crate) merge_status: Option<&'a str>,
    pub(crate) is_draft: Option<bool>,
    pub(crate) last_merge_source_commit: Option<CommitReference<'a>>,
    pub(crate) last_merge_target_commit: Option<CommitReference<'a>>,
    pub(crate) last_merge_commit: Option<CommitReference<'a>>,
    #[serde(borrow, default)]
    pub(crate) reviewers: Vec<Reviewer<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommitReference<'a> {
    pub(crate) commit_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reviewer<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) display_name: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) unique_name: Cow<'a, str>,
    pub(crate) vote: i64,
    #[serde(default)]
    pub(crate) is_required: bool,
    #[serde(default)]
    pub(crate) is_container: bool,
    #[serde(default)]
    pub(crate) has_declined: bool,
}
