//! Service hook subscriptions: who wants which events, where, and how much of them.
//!
//! Source: learn.microsoft.com, "Create a service hook subscription programmatically" and
//! "Webhooks with Azure DevOps".

use super::event_type::{EventType, NotificationType, ResourceVersion};
use super::ids::Guid;
use super::repository::{ProjectId, RepositoryId};

/// One subscription of the `tfs` publisher with the `webHooks` consumer.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Given by [`Organization::subscribe`](super::Organization::subscribe); zeros before.
    pub id: Guid,
    /// What it listens to.
    pub event_type: EventType,
    /// The filter of [`EventType::PullRequestUpdated`]; `None` lets every change through.
    pub notification_type: Option<NotificationType>,
    /// `None` for every project of the organization.
    pub project: Option<ProjectId>,
    /// `None` for every repository of the project or organization.
    pub repository: Option<RepositoryId>,
    /// `None` for every branch; of pull requests, the target branch counts.
    pub branch: Option<String>,
    /// Whether it is told what happens. One that is disabled or on probation is not, and nobody
    /// keeps for it what it misses.
    pub listening: bool,
    /// Where the body is posted, query included.
    pub url: String,
    /// The schema asked for.
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
    /// A subscription as Hookpost's documentation advises: all details, the text message, no
    /// detailed message, the best version.
    pub fn new(event_type: EventType, url: impl Into<String>) -> Self {
        Self {
            id: Guid::ZERO,
            event_type,
            notification_type: None,
            project: None,
            repository: None,
            branch: None,
            listening: true,
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

    /// Filters by project.
    #[must_use]
    pub fn in_project(mut self, project: ProjectId) -> Self {
        self.project = Some(project);
        self
    }

    /// Filters by branch, given in full or without `refs/heads/`: which of the two Azure DevOps
    /// wants is not documented, so both match.
    #[must_use]
    pub fn on_branch(mut self, branch: &str) -> Self {
        self.branch = Some(branch.to_owned());
        self
    }

    /// Filters by repository.
    #[must_use]
    pub fn in_repository(mut self, repository: RepositoryId) -> Self {
        self.repository = Some(repository);
        self
    }

    /// Asks for a schema; one the event type lacks gives null resources.
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

/// The two webhook URLs of one Hookpost integration, and the subscriptions they need.
#[derive(Clone, Debug)]
pub struct Webhook {
    base: String,
    integration: String,
}

impl Webhook {
    /// `base` is everything before `/{integration}/code-pushed`; a final slash is ignored.
    pub fn new(base: &str, integration: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), integration: integration.to_owned() }
    }

    /// The URL an event type is posted to.
    pub fn url(&self, event_type: EventType) -> String {
        let endpoint = match event_type {
            EventType::Push => "code-pushed",
            _ => "pull-request",
        };
        format!("{}/{}/{endpoint}", self.base, self.integration)
    }

    /// An unfiltered subscription with the advised settings.
    pub fn subscription(&self, event_type: EventType) -> Subscription {
        Subscription::new(event_type, self.url(event_type))
    }

    /// "Pull request updated", for one kind of change, which the URL names.
    pub fn updated(&self, change: NotificationType) -> Subscription {
        let url = self.url(EventType::PullRequestUpdated);
        Subscription::new(EventType::PullRequestUpdated, format!("{url}?change={}", change.change()))
            .only(change)
    }

    /// The eight subscriptions that cover everything without overlap.
    pub fn standard_set(&self) -> Vec<Subscription> {
        EventType::ALL
            .into_iter()
            .filter(|event_type| *event_type != EventType::PullRequestUpdated)
            .map(|event_type| self.subscription(event_type))
            .chain(NotificationType::ALL.into_iter().map(|change| self.updated(change)))
            .collect()
    }
}
