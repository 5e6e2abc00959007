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

/// A delivery in the delivery log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedDelivery {
    /// The id of the subscription.
    pub subscription_id: String,
    /// The number of the notification, which is unique within its subscription.
    pub notification_id: u64,
    /// The type of the event; empty when Azure DevOps does not return it.
    pub event_type: String,
    /// When Azure DevOps created the notification.
    pub created: Option<Timestamp>,
    /// The event as JSON, as in a delivery, except that `subscriptionId` and `notificationId` may be missing, since
    /// they belong to the delivery and not to the event. `None` when Azure DevOps did not keep the event, or does not
    /// return it yet.
    pub body: Option<String>,
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
