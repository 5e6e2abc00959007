//! A thread of a pull request, as REST lists it.

use serde_json::{Value, json};

use super::identity::identity;
use super::json::{Object, link};
use super::{Schema, comment, pull_request};
use crate::note::Note;
use crate::{Organization, PullRequest, Thread, time};

pub(crate) fn thread(organization: &Organization, thread: &Thread, on: &PullRequest) -> Object {
    let urls = pull_request::Urls::of(organization, on, Schema::Current);
    let rest = format!("{}/threads/{}", urls.rest(), thread.id);
    let of_people = thread.note.is_none();
    let comments = thread.comments.iter();
    let comments: Vec<Object> =
        comments.map(|made| comment::alone(organization, made, on, Schema::Current)).collect();
    let identities = thread
        .note
        .as_ref()
        .and_then(|note| note.by.as_ref())
        .map(|(_, who)| Object::new().with(IDENTITY, identity(organization, who, Schema::Current)));
    Object::new()
        .with("pullRequestThreadContext", Value::Null)
        .with("id", thread.id)
        .with("publishedDate", thread.comments.iter().map(|made| made.published).min().map(time::render))
        .with("lastUpdatedDate", thread.comments.iter().map(|made| made.updated).max().map(time::render))
        .with("comments", comments)
        .maybe("status", of_people.then_some("active"))
        .with("threadContext", Value::Null)
        .with("properties", thread.note.as_ref().map_or_else(markdown, properties))
        .with("identities", identities)
        .with("isDeleted", thread.comments.iter().all(|made| made.content.is_none()))
        .with("_links", Object::new().with("self", link(rest)).with("repository", link(&urls.repository)))
}

fn markdown() -> Value {
    json!({"Microsoft.TeamFoundation.Discussion.SupportsMarkdown": typed(&json!(1))})
}

fn properties(note: &Note) -> Value {
    let kind = ("CodeReviewThreadType", typed(&json!(note.kind)));
    let by = note.by.as_ref().map(|(name, _)| (*name, typed(&json!(IDENTITY))));
    let rest = note.properties.iter().map(|(name, value)| (*name, typed(value)));
    [kind].into_iter().chain(by).chain(rest).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A property says which .NET type it has.
fn typed(value: &Value) -> Value {
    let name = if value.is_number() { "System.Int32" } else { "System.String" };
    json!({"$type": name, "$value": value})
}

/// Properties refer to identities by such keys.
const IDENTITY: &str = "1";
