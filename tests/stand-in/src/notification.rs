//! From a happening to one body per matching subscription.

use jiff::Timestamp;

use super::comment::{Comment, CommentChange};
use super::event_type::{EventType, NotificationType};
use super::ids::Guid;
use super::message::Message;
use super::organization::{EventIds, Organization};
use super::pull_request::{PullRequest, PullRequestChange};
use super::push::{Push, RefUpdate};
use super::repository::RepositoryId;
use super::subscription::Subscription;
use super::wire;

/// A body ready to be posted, and what it is about.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The subscription that matched.
    pub subscription_id: Guid,
    /// The body's `notificationId`: counts per subscription, from 1.
    pub sequence: u32,
    /// The body's `id`.
    pub event_id: Guid,
    /// The body's `eventType`.
    pub event_type: EventType,
    /// The subscription's filter; the body does not say it.
    pub filter: Option<NotificationType>,
    /// Where to post it, query included.
    pub url: String,
    /// Exactly the bytes to post.
    pub body: Vec<u8>,
    /// The event as the service's own delivery history shows it: all details and messages,
    /// whatever the subscription trims, and no mention of the subscription.
    pub event: Vec<u8>,
    /// What truly happened, for assertions; the receiver sees only the body.
    pub happening: Happening,
}

/// What happened, independent of how it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A push of one or several refs.
    Pushed {
        /// Counts per repository.
        push_id: u32,
        /// In the order pushed.
        refs: Vec<RefUpdate>,
    },
    /// Something happened to a pull request.
    PullRequest {
        /// The pull request's number.
        number: u32,
        /// What.
        change: PullRequestChange,
    },
    /// Something happened to a comment.
    Commented {
        /// The pull request's number.
        number: u32,
        /// What.
        change: CommentChange,
    },
    /// Nothing: somebody pressed the Test button.
    Tested,
}

/// A happening on its way to the subscriptions.
pub(super) struct Record {
    pub(super) event_type: EventType,
    pub(super) notification_type: Option<NotificationType>,
    pub(super) repository: RepositoryId,
    pub(super) created: Timestamp,
    pub(super) message: Message,
    pub(super) detailed: Message,
    pub(super) happening: Happening,
    pub(super) resource: Resource,
}

/// The snapshot a body's `resource` is rendered from.
pub(super) enum Resource {
    Push(Push),
    PullRequest(PullRequest),
    Comment(Comment, PullRequest),
}

impl Organization {
    pub(super) fn dispatch(&mut self, record: &Record) -> Vec<Notification> {
        let mut event_id = self.ids.guid();
        let matching: Vec<usize> = (0..self.subscriptions.len())
            .filter(|&index| self.matches(&self.subscriptions[index], record))
            .collect();
        let mut notifications = Vec::with_capacity(matching.len());
        for (nth, index) in matching.into_iter().enumerate() {
            if nth > 0 && self.event_ids == EventIds::PerSubscription {
                event_id = self.ids.guid();
            }
            self.subscriptions[index].notifications += 1;
            let subscription = &self.subscriptions[index];
            notifications.push(Notification {
                subscription_id: subscription.id,
                sequence: subscription.notifications,
                event_id,
                event_type: record.event_type,
                filter: subscription.notification_type,
                url: subscription.url.clone(),
                body: wire::envelope::render(self, subscription, record, event_id),
                event: wire::envelope::event(self, record, event_id),
                happening: record.happening.clone(),
            });
        }
        notifications
    }

    fn matches(&self, subscription: &Subscription, record: &Record) -> bool {
        subscription.listening
            && subscription.event_type == record.event_type
            && subscription.project.is_none_or(|wanted| wanted == self.repository(record.repository).project)
            && subscription.repository.is_none_or(|wanted| wanted == record.repository)
            && subscription.branch.as_ref().is_none_or(|wanted| record.resource.is_on(wanted))
            && subscription.notification_type.is_none_or(|wanted| record.notification_type == Some(wanted))
    }
}

impl Resource {
    fn is_on(&self, branch: &str) -> bool {
        let is_it = |name: &str| name == branch || name.strip_prefix("refs/heads/") == Some(branch);
        match self {
            Self::Push(push) => push.updates.iter().any(|update| is_it(&update.name)),
            Self::PullRequest(it) | Self::Comment(_, it) => is_it(&it.proposal.target),
        }
    }
}
