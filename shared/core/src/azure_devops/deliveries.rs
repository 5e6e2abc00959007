//! What Azure DevOps remembers of its deliveries; about a week's worth.

use jiff::Timestamp;

/// How the deliveries of one subscription went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// The subscription.
    pub subscription_id: String,
    /// How many were answered with success.
    pub succeeded: u64,
    /// How many failed for good: those waiting to be tried again are not in here.
    pub failed: u64,
}

/// How far deliveries are that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// They failed for good.
    Failed,
    /// They have not ended: they wait for their turn, for an answer, or to be tried again.
    Pending,
    /// All there are, those that went well too.
    Any,
}

/// A delivery in Azure DevOps's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedDelivery {
    /// The subscription.
    pub subscription_id: String,
    /// The number of the notification within its subscription.
    pub notification_id: u64,
    /// The type of the event; empty when not told.
    pub event_type: String,
    /// When the notification was made.
    pub created: Option<Timestamp>,
    /// The event as JSON, in the form it is delivered in, except that `subscriptionId` and `notificationId` may be
    /// missing: they belong to the delivery, not to the event. `None` when Azure DevOps did not keep it, or does not
    /// show it yet.
    pub body: Option<String>,
}

/// What became of a test delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// Whether the receiver answered it with success.
    pub delivered: bool,
    /// The status it was answered with, when Azure DevOps tells.
    pub status: Option<u16>,
    /// What Azure DevOps says about it, cut and cleaned; empty when there is nothing to say.
    pub detail: String,
}
