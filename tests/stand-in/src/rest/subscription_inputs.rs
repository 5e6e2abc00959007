//! The inputs of a subscription.
//!
//! Sources: learn.microsoft.com, REST reference, Service Hooks, Subscriptions and Consumers (the
//! input descriptors of `webHooks`).

use std::collections::BTreeMap;
use std::fmt;

use url::Url;

use crate::event_type::ResourceVersion;
use crate::{Details, EventType, Messages, NotificationType, Organization, Subscription, Uuid};

/// The part of a subscription that its creator sets.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionInputs {
    /// `tfs` for everything about code.
    pub publisher_id: String,
    /// Such as `git.push`.
    pub event_type: String,
    /// As given, whether there is such a version or not.
    pub resource_version: Option<String>,
    /// `webHooks`, or another consumer.
    pub consumer_id: String,
    /// `httpRequest`, or another action.
    pub consumer_action_id: String,
    /// The filters, as given.
    pub publisher_inputs: BTreeMap<String, String>,
    /// The webhook, with its password in clear text.
    pub consumer_inputs: BTreeMap<String, String>,
}

impl SubscriptionInputs {
    /// The project that it is limited to.
    pub fn project(&self) -> Option<Uuid> {
        self.filter("projectId").and_then(|id| id.parse().ok())
    }

    /// The webhook's URL.
    pub fn url(&self) -> &str {
        self.consumer_inputs.get("url").map_or("", String::as_str)
    }

    /// The host of an absolute HTTP or HTTPS URL.
    pub(super) fn host(&self) -> Option<String> {
        let url = Url::parse(self.url()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        url.host_str().map(str::to_owned)
    }

    /// The webhook's password.
    pub fn password(&self) -> Option<&str> {
        self.consumer_inputs.get("basicAuthPassword").map(String::as_str)
    }

    /// The consumer inputs with a mask in the place of the password.
    pub(super) fn masked_inputs(&self) -> BTreeMap<String, String> {
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

    /// The subscription of the organization. `None` for event types that the stand-in does not have, and
    /// for filters by group or merge result, which it does not apply.
    pub(super) fn subscription(&self, organization: &Organization) -> Option<Subscription> {
        let unsupported = ["pushedBy", "pullrequestCreatedBy", "pullrequestReviewersContains", "mergeResult"];
        if !self.is_webhook() || unsupported.iter().any(|name| self.filter(name).is_some()) {
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
        subscription.resource_version = ResourceVersion::parse(self.resource_version.as_deref(), event_type);
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

impl fmt::Debug for SubscriptionInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inputs, target) = (&self.publisher_inputs, self.masked_inputs());
        write!(f, "SubscriptionInputs({} {:?} {inputs:?} {target:?})", self.event_type, self.resource_version)
    }
}

/// Any other value is stored, and gives null resources.
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
