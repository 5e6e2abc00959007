//! Lists the threads of a pull request.
//!
//! Source: learn.microsoft.com, REST reference, Git, Pull Request Threads - List. It documents the properties of a thread
//! as a free collection; what Azure DevOps puts there is an assumption wherever it is used.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::threads::Thread;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::calls::identity::WireIdentity;
use crate::calls::pages::parse_record;
use crate::error::unreadable_response;
use crate::lenient::{ListResponse, OptionalText};
use crate::transport::Transport;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireThread {
    id: OptionalText,
    published_date: OptionalText,
    last_updated_date: OptionalText,
    is_deleted: OptionalText,
    properties: Option<BTreeMap<String, Value>>,
    identities: Option<BTreeMap<String, Option<WireIdentity>>>,
    comments: Option<Vec<Option<Box<RawValue>>>>,
}

/// The field of a comment by which comments are sorted.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WireComment {
    id: OptionalText,
}

/// Lists the threads of a pull request. This list has no pages.
pub(crate) async fn list(
    transport: &Transport,
    repository_id: &str,
    number: u64,
) -> Result<Vec<Thread>, RestError> {
    let number = number.to_string();
    let path = ["_apis", "git", "repositories", repository_id, "pullRequests", &number, "threads"];
    let response = transport.call_for_json(Call::get(&path, &[])).await?;
    let records = response.decode::<ListResponse<Box<RawValue>>>()?.into_items();
    let records = records.ok_or_else(|| unreadable_response("it has no list of threads"))?;
    let mut threads = Vec::new();
    for record in records {
        threads.extend(parse_record::<WireThread>(&record)?.into_thread());
    }
    Ok(threads)
}

impl WireThread {
    /// Converts the thread; `None` when it has no number.
    fn into_thread(self) -> Option<Thread> {
        let properties: BTreeMap<String, String> = self
            .properties
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(name, value)| Some((name, property_text(value)?)))
            .collect();
        let identities = self.identities.unwrap_or_default().into_iter();
        Some(Thread {
            id: self.id.number()?,
            published: self.published_date.timestamp(),
            updated: self.last_updated_date.timestamp(),
            is_deleted: self.is_deleted.is("true"),
            kind: properties.get("CodeReviewThreadType").cloned(),
            identities: identities
                .filter_map(|(key, identity)| Some((key, identity?.into_identity()?)))
                .collect(),
            properties,
            comments: oldest_first(self.comments.unwrap_or_default()),
        })
    }
}

/// The comments that are not null, by their numbers, which count up from 1 within a thread.
fn oldest_first(comments: Vec<Option<Box<RawValue>>>) -> Vec<String> {
    let number = |comment: &RawValue| parse_record::<WireComment>(comment).ok()?.id.number::<u64>();
    let mut comments: Vec<Box<RawValue>> = comments.into_iter().flatten().collect();
    comments.sort_by_key(|comment| number(comment));
    comments.into_iter().map(|comment| comment.get().to_owned()).collect()
}

/// The text of a property: plain, or in the form `{"$type": …, "$value": …}`.
fn property_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(mut object) => property_text(object.remove("$value")?),
        Value::Null | Value::Array(_) => None,
    }
}
