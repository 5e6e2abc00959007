//! What is read: the proxy event, and the notification in its body.
//!
//! Text for people is kept as it stands there, with quotes and escapes. Ids, dates, URLs and names of refs must need no
//! escapes.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProxyEvent<'a> {
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
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Azure DevOps's names")]
pub(crate) struct Notification<'a> {
    pub(crate) subscription_id: &'a str,
    pub(crate) notification_id: u64,
    pub(crate) id: &'a str,
    pub(crate) event_type: &'a str,
    #[serde(borrow)]
    pub(crate) resource: Push<'a>,
    pub(crate) resource_version: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Push<'a> {
    #[serde(borrow, default)]
    pub(crate) commits: Vec<Commit<'a>>,
    #[serde(borrow)]
    pub(crate) ref_updates: Vec<RefUpdate<'a>>,
    #[serde(borrow)]
    pub(crate) repository: Repository<'a>,
    #[serde(borrow)]
    pub(crate) pushed_by: Actor<'a>,
    #[serde(rename = "pushId")]
    pub(crate) id: u64,
    pub(crate) date: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "Azure DevOps's names")]
pub(crate) struct Commit<'a> {
    pub(crate) commit_id: &'a str,
    #[serde(borrow)]
    pub(crate) comment: &'a RawValue,
    #[serde(borrow)]
    pub(crate) author: GitIdentity<'a>,
    #[serde(borrow)]
    pub(crate) committer: GitIdentity<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefUpdate<'a> {
    pub(crate) name: &'a str,
    pub(crate) old_object_id: &'a str,
    pub(crate) new_object_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repository<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) name: &'a RawValue,
    #[serde(borrow)]
    pub(crate) project: Project<'a>,
    pub(crate) default_branch: Option<&'a str>,
    pub(crate) remote_url: &'a str,
}

#[derive(Deserialize)]
pub(crate) struct Project<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) name: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Actor<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) display_name: &'a RawValue,
    #[serde(borrow)]
    pub(crate) unique_name: &'a RawValue,
}

#[derive(Deserialize)]
pub(crate) struct GitIdentity<'a> {
    #[serde(borrow)]
    pub(crate) name: &'a RawValue,
    #[serde(borrow)]
    pub(crate) email: &'a RawValue,
    pub(crate) date: &'a str,
}
