//! What a caller may say of a subscription.
//!
//! Sources: learn.microsoft.com, REST reference, Service Hooks, Subscriptions and Consumers (the
//! input descriptors of `webHooks`).

use std::collections::BTreeMap;
use std::fmt;

use crate::event_type::ResourceVersion;
use crate::{Details, EventType, Guid, Messages, NotificationType, Organization, Subscription};

/// The part of a subscription that its maker decides.
#[derive(Clone, PartialEq, Eq)]
pub struct Terms {
    /// `tfs` for everything about code.
    pub publisher_id: String,
    /// Such as `git.push`.
    pub event_type: String,
    /// As given, whether there is such a version or not.
    pub resource_version: Option<String>,
    /// `webHooks`, or somebody else.
    pub consumer_id: String,
    /// `httpRequest`, or something else.
    pub consumer_action_id: String,
    /// The filters, as given.
    pub publisher_inputs: BTreeMap<String, String>,
    /// The receiver, its password in clear.
    pub consumer_inputs: BTreeMap<String, String>,
}

impl Terms {
    /// The project it is limited to.
    pub fn project(&self) -> Option<Guid> {
        self.filter("projectId").and_then(|id| id.parse().ok())
    }

    /// Where it posts to.
    pub fn url(&self) -> &str {
        self.consumer_inputs.get("url").map_or("", String::as_str)
    }

    /// The password it posts with.
    pub fn password(&self) -> Option<&str> {
        self.consumer_inputs.get("basicAuthPassword").map(String::as_str)
    }

    /// The consumer inputs as anybody but the service may see them.
    pub fn masked_inputs(&self) -> BTreeMap<String, String> {
        let mut inputs = self.consumer_inputs.clone();
        if let Some(password) = inputs.get_mut("basicAuthPassword") {
            MASK.clone_into(password);
        }
        inputs
    }

    /// An empty filter is none.
    pub(super) fn filter(&self, name: &str) -> Option<&str> {
        self.publisher_inputs.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What the organization is to tell, if it is anything that this stand-in makes happen. Filters
    /// by group or merge result are not understood and keep the subscription silent.
    pub(super) fn subscription(&self, organization: &Organization) -> Option<Subscription> {
        let foreign = ["pushedBy", "pullrequestCreatedBy", "pullrequestReviewersContains", "mergeResult"];
        if !self.is_webhook() || foreign.iter().any(|name| self.filter(name).is_some()) {
            return None;
        }
        let event_type = EventType::with_id(&self.event_type)?;
        let mut subscription = Subscription::new(event_type, self.url());
        if let Some(input) = self.filter("notificationType") {
            subscription = subscription.only(NotificationType::with_input(input)?);
        }
        let project = self.filter("projectId").and_then(|id| organization.find_project(id));
        let repository = self.filter("repository").and_then(|id| organization.find_repository(None, id));
        subscription.project = project;
        subscription.repository = repository;
        subscription.branch = self.filter("branch").map(str::to_owned);
        subscription.resource_version = ResourceVersion::wanted(self.resource_version.as_deref(), event_type);
        subscription.details = details(self.consumer_inputs.get("resourceDetailsToSend"));
        let messages = messages(self.consumer_inputs.get("messagesToSend"));
        Some(
            subscription
                .messages(messages, self::messages(self.consumer_inputs.get("detailedMessagesToSend"))),
        )
    }

    pub(super) fn is_webhook(&self) -> bool {
        self.publisher_id == "tfs"
            && self.consumer_id == "webHooks"
            && self.consumer_action_id == "httpRequest"
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inputs, target) = (&self.publisher_inputs, self.masked_inputs());
        write!(f, "Terms({} {:?} {inputs:?} {target:?})", self.event_type, self.resource_version)
    }
}

/// A value that is none of the three is stored, and gives null resources.
fn details(input: Option<&String>) -> Details {
    match input.map(String::as_str) {
        None | Some("all") => Details::All,
        Some("minimal") => Details::Minimal,
        Some(_) => Details::None,
    }
}

fn messages(input: Option<&String>) -> Messages {
    match input.map(String::as_str) {
        None | Some("all") => Messages::All,
        Some("text") => Messages::Text,
        Some("html") => Messages::Html,
        Some("markdown") => Messages::Markdown,
        Some(_) => Messages::None,
    }
}

pub(super) const MASK: &str = "********";
