//! The delivery log of Azure DevOps, which reaches back about a week.

use jiff::Timestamp;

/// The number of deliveries of a subscription, by result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// The id of the subscription.
    pub subscription_id: String,
    /// Deliveries that the receiver answered with success.
    pub succeeded: u64,
    /// Deliveries that finally failed. Deliveries that wait for a retry do not count.
    pub failed: u64,
}

/// A filter for deliveries by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// Deliveries that finally failed.
    Failed,
    /// Deliveries in progress: queued, without a response yet, or waiting for a retry.
    Pending,
    /// All deliveries, including those that succeeded.
    Any,
}

/// A delivery in the delivery log, without its event: see [`LoggedEvent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedDelivery {
    /// The id of the subscription.
    pub subscription_id: String,
    /// The number of the notification, which is unique within its subscription.
    pub notification_id: u64,
    /// The id of the event, as in the delivery's `id`; `None` when Azure DevOps does not return it.
    pub event_id: Option<String>,
    /// When Azure DevOps created the notification.
    pub created: Option<Timestamp>,
    /// When the delivery last changed: when it ended, if it has ended.
    pub modified: Option<Timestamp>,
    /// How the delivery ended.
    pub result: DeliveryResult,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryResult {
    /// The receiver answered with success.
    Succeeded,
    /// The delivery finally failed.
    Failed,
    /// The delivery is in progress, or waits for a retry.
    Pending,
    /// Azure DevOps filtered the event out, or says something that this version does not know.
    Other,
}

/// What the delivery log shows of the event of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoggedEvent {
    /// The event as JSON, as in a delivery, except that `subscriptionId` and `notificationId` may be missing, since
    /// they belong to the delivery and not to the event.
    Whole(String),
    /// The event as JSON, whose `resource` is a text: Azure DevOps does not keep the content of large events.
    WithoutContent(String),
    /// The log shows neither event, request nor response: it shows them to the creator of the subscription and to
    /// administrators only.
    Hidden,
    /// The delivery has not ended, and its event is not shown yet.
    Pending,
    /// Azure DevOps did not keep the event.
    NotKept,
}

/// The result of a test delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// Whether the receiver answered with success.
    pub delivered: bool,
    /// The HTTP status that the receiver answered with; `None` when Azure DevOps does not return it.
    pub status: Option<u16>,
    /// The message of Azure DevOps, truncated and sanitized; may be empty.
    pub detail: String,
}
