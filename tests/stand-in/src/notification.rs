//! From an event to one body for each matching subscription.

use crate::behavior::BranchFilter;
use crate::message::Message;
use crate::subscription::{Probe, Status};
use crate::wire::envelope;
use crate::{
    Comment, CommentChange, EventType, NotificationType, Organization, PullRequest, PullRequestChange, Push,
    RefUpdate, RepositoryId, Subscription, Timestamp, Uuid, time,
};

/// A body ready to be posted, and the event behind it.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The subscription that matched.
    pub subscription_id: Uuid,
    /// The body's `notificationId`: counts per subscription, from 1.
    pub sequence: u32,
    /// The body's `id`.
    pub event_id: Uuid,
    /// The body's `eventType`.
    pub event_type: EventType,
    /// The subscription's filter; the body does not say it.
    pub filter: Option<NotificationType>,
    /// Where to post it, query included.
    pub url: String,
    /// Exactly the bytes to post.
    pub body: Vec<u8>,
    /// The event as the delivery log has it: all details and messages, whatever the subscription
    /// leaves out, and without the subscription.
    pub event: Vec<u8>,
    /// The event itself, for assertions. Receivers see the body only.
    pub code_event: CodeEvent,
}

/// A change in a repository, whatever the subscriptions leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeEvent {
    /// A push of one or several refs.
    Pushed {
        /// Counts per repository.
        push_id: u32,
        /// In the order pushed.
        refs: Vec<RefUpdate>,
    },
    /// A change of a pull request.
    PullRequest {
        /// The pull request's number.
        number: u32,
        /// The change.
        change: PullRequestChange,
    },
    /// A change of a comment.
    Commented {
        /// The pull request's number.
        number: u32,
        /// The change.
        change: CommentChange,
    },
    /// No change: a test notification.
    Tested,
}

/// An event before it is rendered for subscriptions.
pub(super) struct Record {
    pub(super) event_type: EventType,
    pub(super) created: Timestamp,
    pub(super) message: Message,
    pub(super) detailed: Message,
    pub(super) code_event: CodeEvent,
    pub(super) resource: Resource,
}

/// The snapshot a body's `resource` is rendered from.
pub(super) enum Resource {
    Push(Push),
    PullRequest(PullRequest),
    Comment(Comment, PullRequest),
}

impl Organization {
    /// One notification for each subscription that matches. `messages` are the short and the detailed one.
    pub(super) fn dispatch(
        &mut self,
        at: Timestamp,
        event_type: EventType,
        messages: (Message, Message),
        code_event: CodeEvent,
        resource: Resource,
    ) -> Vec<Notification> {
        let (message, detailed) = messages;
        let created = time::record_time(at);
        let record = Record { event_type, created, message, detailed, code_event, resource };
        let event_id = self.ids.uuid();
        let matching = |index: &usize| self.matches(&self.subscriptions[*index], &record);
        let matching: Vec<usize> = (0..self.subscriptions.len()).filter(matching).collect();
        let mut notifications = Vec::new();
        for (nth, index) in matching.into_iter().enumerate() {
            let is_own = nth > 0 && self.behavior.event_id_per_subscription;
            let event_id = if is_own { self.ids.uuid() } else { event_id };
            notifications.push(self.notification(index, &record, event_id));
        }
        notifications
    }

    fn notification(&mut self, index: usize, record: &Record, event_id: Uuid) -> Notification {
        let subscription = &mut self.subscriptions[index];
        subscription.notifications += 1;
        if subscription.status == Status::OnProbation {
            subscription.probe = Probe::Sent(subscription.notifications);
        }
        let subscription = &self.subscriptions[index];
        Notification {
            subscription_id: subscription.id,
            sequence: subscription.notifications,
            event_id,
            event_type: record.event_type,
            filter: subscription.inputs.notification_type(),
            url: subscription.inputs.url().to_owned(),
            body: envelope::render(self, subscription, record, event_id),
            event: envelope::event(self, record, event_id),
            code_event: record.code_event.clone(),
        }
    }

    fn matches(&self, subscription: &Subscription, record: &Record) -> bool {
        let inputs = &subscription.inputs;
        let repository = record.resource.repository();
        let project = self.repository(repository).project;
        let notification_type = match &record.code_event {
            CodeEvent::PullRequest { change, .. } => change.notification_type(),
            _ => None,
        };
        // The quickest answers come first, since an organization may have thousands of subscriptions.
        inputs.event_type == record.event_type.id()
            && inputs.filter("projectId").is_none_or(|id| self.find_project(id) == Some(project))
            && subscription.takes_event(record.created)
            && inputs.supported_type() == Some(record.event_type)
            && inputs.filter("repository").is_none_or(|id| self.find_repository(None, id) == Some(repository))
            && inputs
                .filter("branch")
                .is_none_or(|wanted| record.resource.is_on(wanted, self.behavior.branch_filter))
            && inputs.notification_type().is_none_or(|wanted| notification_type == Some(wanted))
    }
}

impl Resource {
    pub(super) fn repository(&self) -> RepositoryId {
        match self {
            Self::Push(push) => push.repository,
            Self::PullRequest(on) | Self::Comment(_, on) => on.proposal.repository,
        }
    }

    /// Whether the event is of this branch. For pull requests, the target branch counts.
    fn is_on(&self, branch: &str, form: BranchFilter) -> bool {
        let is_branch = |name: &str| {
            let is_full = form != BranchFilter::Short && name == branch;
            is_full || (form != BranchFilter::Full && name.strip_prefix("refs/heads/") == Some(branch))
        };
        match self {
            Self::Push(push) => push.updates.iter().any(|update| is_branch(&update.name)),
            Self::PullRequest(pull_request) | Self::Comment(_, pull_request) => {
                is_branch(&pull_request.proposal.target)
            }
        }
    }
}
