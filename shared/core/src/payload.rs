//! A delivery's body as Azure DevOps sends it: everything optional, scalars read leniently.
//!
//! Source of the shapes: Microsoft's "Service hooks events" and its published description of the service hooks and Git
//! APIs, held against deliveries in the wild: null and missing keys are both common, ids are not always GUIDs, old
//! servers leave out whole objects.

pub(crate) mod comment;
pub(crate) mod git;
pub(crate) mod identity;
pub mod lenient;
pub(crate) mod parse;
pub(crate) mod pull_request;
pub(crate) mod push;
pub mod timestamp;

use serde::Deserialize;

use serde_json::value::RawValue;

use crate::payload::lenient::scalar::{Number, Text};

/// The envelope of every delivery. `resource` stays unread until the event type is known.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the names are the sender's")]
pub(crate) struct Notification<'a> {
    #[serde(borrow)]
    pub(crate) subscription_id: Option<Text<'a>>,
    pub(crate) notification_id: Option<Number>,
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) event_type: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(crate) resource: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) resource_version: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) resource_containers: Option<Containers<'a>>,
    #[serde(borrow)]
    pub(crate) created_date: Option<Text<'a>>,
}

/// The short text for people; English as far as anybody has seen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<Text<'a>>,
}

/// Which organization and project the delivery belongs to. Samples carry ids without URLs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Containers<'a> {
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) collection: Option<Container<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) account: Option<Container<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) project: Option<Container<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Container<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) base_url: Option<Text<'a>>,
}

/// The event types that are forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventType {
    Push,
    PullRequestCreated,
    PullRequestUpdated,
    PullRequestMerged,
    PullRequestCommented,
}

impl EventType {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "git.push" => Some(Self::Push),
            "git.pullrequest.created" => Some(Self::PullRequestCreated),
            "git.pullrequest.updated" => Some(Self::PullRequestUpdated),
            "git.pullrequest.merged" => Some(Self::PullRequestMerged),
            "ms.vss-code.git-pullrequest-comment-event" => Some(Self::PullRequestCommented),
            _ => None,
        }
    }
}
