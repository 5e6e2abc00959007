//! The identity of a delivery in the log.

use crate::azure_devops::deliveries::LoggedDelivery;

/// Identifies a delivery.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeliveryId {
    subscription_id: String,
    notification_id: u64,
}

impl DeliveryId {
    /// The id of a delivery of the log.
    pub(crate) fn of(delivery: &LoggedDelivery) -> Self {
        Self { subscription_id: delivery.subscription_id.clone(), notification_id: delivery.notification_id }
    }

    /// The id as text.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.subscription_id, self.notification_id)
    }
}
