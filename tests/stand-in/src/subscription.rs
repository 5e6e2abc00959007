//! Service hook subscriptions: which events are sent where, and how much of each.
//!
//! Sources: learn.microsoft.com, "Create a service hook subscription programmatically", "Webhooks with
//! Azure DevOps", and REST reference, Service Hooks, Subscriptions.

use serde::Serialize;

use crate::subscription_inputs::name_of;
use crate::{
    Details, EventType, Identity, Messages, NotificationType, Organization, ResourceVersion,
    SubscriptionInputs, Timestamp, Uuid,
};

/// A subscription and what has become of it.
#[derive(Clone, Debug, Default)]
pub struct Subscription {
    /// Given by [`Organization::subscribe`]; zeros before.
    pub id: Uuid,
    /// As its creator set it.
    pub inputs: SubscriptionInputs,
    /// Whether it gets notifications.
    pub status: Status,
    /// Who created it over REST. REST does not show a subscription without a creator.
    pub created_by: Option<Identity>,
    pub(crate) created: Timestamp,
    /// Who replaced it last.
    pub(crate) modified_by: Option<Identity>,
    pub(crate) modified: Timestamp,
    /// How many notifications it has sent; each carries the next number, from 1.
    pub(crate) notifications: u32,
    /// How many retries, or probes, have failed since it went on probation.
    pub(crate) probation_retries: u32,
    /// The time of the last, failed or not.
    pub(crate) last_probation_retry: Option<Timestamp>,
    pub(crate) probe: Probe,
    /// The last delivery that was accepted.
    pub(crate) last_success: Option<Timestamp>,
    /// Another id, which shows among the publisher inputs.
    pub(crate) inner_id: Uuid,
}

/// The event that ends a probation, where a new one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Probe {
    /// None is due.
    #[default]
    None,
    /// The first from then on.
    From(Timestamp),
    /// The notification with this number, until it is answered.
    Sent(u32),
}

/// The status of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Notifications are delivered.
    #[default]
    Enabled,
    /// A delivery has failed and is retried for a day and a half. Events of that time are never
    /// delivered.
    OnProbation,
    /// Disabled by a user.
    DisabledByUser,
    /// Too many failures, or one 410.
    DisabledBySystem,
    /// Its creator has left.
    DisabledByInactiveIdentity,
}

impl Subscription {
    /// All details, the text message, no detailed message, the best version, no filter.
    pub fn new(event_type: EventType, url: impl Into<String>) -> Self {
        let mut inputs = SubscriptionInputs {
            publisher_id: "tfs".to_owned(),
            event_type: event_type.id().to_owned(),
            consumer_id: "webHooks".to_owned(),
            consumer_action_id: "httpRequest".to_owned(),
            ..SubscriptionInputs::default()
        };
        inputs.consumer_inputs.insert("url".to_owned(), url.into());
        Self { inputs, ..Self::default() }
            .version(event_type.best_version())
            .details(Details::All)
            .messages(Messages::Text, Messages::None)
    }

    /// Filters "pull request updated" by kind of change.
    #[must_use]
    pub fn only(mut self, notification_type: NotificationType) -> Self {
        let value = name_of(notification_type);
        self.inputs.publisher_inputs.insert("notificationType".to_owned(), value);
        self
    }

    /// Sets the resource version. One that the event type lacks gives null resources.
    #[must_use]
    pub fn version(mut self, version: ResourceVersion) -> Self {
        self.inputs.resource_version = Some(name_of(version));
        self
    }

    /// Sets how much of the resource is sent.
    #[must_use]
    pub fn details(self, details: Details) -> Self {
        self.consumer_input("resourceDetailsToSend", details)
    }

    /// Sets both message inputs.
    #[must_use]
    pub fn messages(self, message: Messages, detailed: Messages) -> Self {
        self.consumer_input("messagesToSend", message).consumer_input("detailedMessagesToSend", detailed)
    }

    fn consumer_input(mut self, name: &str, value: impl Serialize) -> Self {
        self.inputs.consumer_inputs.insert(name.to_owned(), name_of(value));
        self
    }

    /// Sets the status. [`Status::Enabled`] resets the count of probation.
    pub(crate) fn set_status(&mut self, status: Status) {
        self.status = status;
        if status == Status::Enabled {
            (self.probation_retries, self.probe) = (0, Probe::None);
        }
    }

    /// A delivery was accepted. Gives the status that follows.
    pub(crate) fn succeed(&mut self, at: Timestamp) -> Status {
        self.last_success = Some(at);
        if self.status != Status::OnProbation {
            return self.status;
        }
        self.last_probation_retry = Some(at);
        Status::Enabled
    }

    /// A retry, or probe, has failed.
    pub(crate) fn fail_on_probation(&mut self, at: Timestamp) {
        self.probation_retries += 1;
        self.last_probation_retry = Some(at);
    }

    /// Whether an event of this time is delivered.
    pub(crate) fn takes_event(&self, at: Timestamp) -> bool {
        let is_probe = matches!(self.probe, Probe::From(from) if at >= from);
        self.status == Status::Enabled || (self.status == Status::OnProbation && is_probe)
    }
}

impl Organization {
    /// Saves a subscription and returns its id.
    pub fn subscribe(&mut self, subscription: Subscription) -> Uuid {
        let id = self.ids.uuid();
        self.subscriptions.push(Subscription { id, ..subscription });
        id
    }

    /// All subscriptions, in the order of subscribing.
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }
}
