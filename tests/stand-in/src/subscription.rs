//! Service hook subscriptions: which events are sent where, and how much of each.
//!
//! Source: learn.microsoft.com, "Create a service hook subscription programmatically" and
//! "Webhooks with Azure DevOps".

use super::event_type::{EventType, NotificationType, ResourceVersion};
use super::repository::{ProjectId, RepositoryId};
use uuid::Uuid;

/// One subscription of the `tfs` publisher with the `webHooks` consumer.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Given by [`Organization::subscribe`](super::Organization::subscribe); zeros before.
    pub id: Uuid,
    /// The events it is for.
    pub event_type: EventType,
    /// The filter of [`EventType::PullRequestUpdated`]; `None` lets every change through.
    pub notification_type: Option<NotificationType>,
    /// `None` for every project of the organization.
    pub project: Option<ProjectId>,
    /// `None` for every repository of the project or organization.
    pub repository: Option<RepositoryId>,
    /// `None` for every branch. With or without `refs/heads/`: Microsoft does not say which, so both
    /// match. For pull requests, the target branch counts.
    pub branch: Option<String>,
    /// Whether it gets notifications. A disabled subscription, or one on probation, gets none, and
    /// events of that time are never delivered to it.
    pub enabled: bool,
    /// Where the body is posted, query included.
    pub url: String,
    /// The schema of the resource.
    pub resource_version: ResourceVersion,
    /// How much of the resource is sent.
    pub details: Details,
    /// Formats of the short message.
    pub messages: Messages,
    /// Formats of the long message.
    pub detailed_messages: Messages,
    /// How many notifications it has sent; each carries the next number, from 1.
    pub notifications: u32,
}

impl Subscription {
    /// All details, the text message, no detailed message, the best version, no filter.
    pub fn new(event_type: EventType, url: impl Into<String>) -> Self {
        Self {
            id: Uuid::nil(),
            event_type,
            notification_type: None,
            project: None,
            repository: None,
            branch: None,
            enabled: true,
            url: url.into(),
            resource_version: event_type.best_version(),
            details: Details::All,
            messages: Messages::Text,
            detailed_messages: Messages::None,
            notifications: 0,
        }
    }

    /// Filters by kind of change.
    #[must_use]
    pub fn only(mut self, notification_type: NotificationType) -> Self {
        self.notification_type = Some(notification_type);
        self
    }

    /// Sets the resource version. One that the event type lacks gives null resources.
    #[must_use]
    pub fn version(mut self, version: ResourceVersion) -> Self {
        self.resource_version = version;
        self
    }

    /// Sets how much of the resource is sent.
    #[must_use]
    pub fn details(mut self, details: Details) -> Self {
        self.details = details;
        self
    }

    /// Sets both message inputs.
    #[must_use]
    pub fn messages(mut self, message: Messages, detailed: Messages) -> Self {
        self.messages = message;
        self.detailed_messages = detailed;
        self
    }
}

/// The consumer input `resourceDetailsToSend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Details {
    /// Everything.
    All,
    /// Ids, names and URLs only. Microsoft does not list the members; this is an assumption.
    Minimal,
    /// `resource` and `resourceVersion` are null.
    None,
}

/// The consumer inputs `messagesToSend` and `detailedMessagesToSend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Messages {
    /// All three formats.
    All,
    /// Plain text only.
    Text,
    /// HTML only.
    Html,
    /// Markdown only.
    Markdown,
    /// The member is null.
    None,
}
