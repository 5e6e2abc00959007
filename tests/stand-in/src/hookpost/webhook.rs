//! Webhook URLs and subscriptions of a Hookpost integration.

use crate::{EventType, NotificationType, Subscription};

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
        let endpoint = if event_type == EventType::Push { "code-pushed" } else { "pull-request" };
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

    /// The eight subscriptions that cover every event without overlap.
    pub fn standard_set(&self) -> Vec<Subscription> {
        EventType::ALL
            .into_iter()
            .filter(|event_type| *event_type != EventType::PullRequestUpdated)
            .map(|event_type| self.subscription(event_type))
            .chain(NotificationType::ALL.into_iter().map(|change| self.updated(change)))
            .collect()
    }
}
