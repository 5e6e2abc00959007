//! Reads the body of a delivery as Azure DevOps sends it. Every field is optional, and scalars are read leniently.
//!
//! Sources: Microsoft's "Service hooks events", its published description of the service hooks and Git APIs, and recorded
//! deliveries, in which keys are null or missing, ids are not always GUIDs, and old servers leave out whole objects.

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

use crate::payload::lenient::scalar::{LenientText, Number};

/// The envelope of every delivery. `resource` stays unparsed until the event type is known.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "Azure DevOps names the fields")]
pub(crate) struct Notification<'a> {
    #[serde(borrow)]
    pub(crate) subscription_id: Option<LenientText<'a>>,
    pub(crate) notification_id: Option<Number>,
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) event_type: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) message: Option<Message<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) detailed_message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(crate) resource: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) resource_version: Option<LenientText<'a>>,
    #[serde(borrow, deserialize_with = "crate::payload::lenient::object::object")]
    pub(crate) resource_containers: Option<Containers<'a>>,
    #[serde(borrow)]
    pub(crate) created_date: Option<LenientText<'a>>,
}

/// A text for people, in the forms that the subscription asks for. It has been English in every recorded delivery.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) text: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) markdown: Option<LenientText<'a>>,
}

/// The organization and project of a delivery. Samples have ids without URLs.
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

/// An organization, a collection or a project.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Container<'a> {
    #[serde(borrow)]
    pub(crate) id: Option<LenientText<'a>>,
    #[serde(borrow)]
    pub(crate) base_url: Option<LenientText<'a>>,
}

/// The Azure DevOps event types that become events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventType {
    Push,
    PullRequestCreated,
    PullRequestUpdated,
    PullRequestMerged,
    PullRequestCommented,
}

impl EventType {
    /// Parses `eventType`; `None` when the type is not forwarded.
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
