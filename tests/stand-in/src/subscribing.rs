//! Making, changing and removing subscriptions.

use jiff::Timestamp;

use super::notification::Notification;
use super::organization::Organization;
use super::subscription::Subscription;
use super::test_notification::test_notification;
use uuid::Uuid;

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

    /// The subscription with this id.
    pub fn subscription(&self, id: Uuid) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id == id)
    }

    /// Replaces all but the id and the count of notifications. A subscription that is not there yet is
    /// added.
    pub(super) fn resubscribe(&mut self, id: Uuid, to: Subscription) {
        match self.subscription_mut(id) {
            Some(old) => *old = Subscription { id, notifications: old.notifications, ..to },
            None => self.subscriptions.push(Subscription { id, ..to }),
        }
    }

    /// Enables or disables a subscription; see [`Subscription::enabled`].
    pub(super) fn set_enabled(&mut self, id: Uuid, enabled: bool) {
        if let Some(subscription) = self.subscription_mut(id) {
            subscription.enabled = enabled;
        }
    }

    /// Removes a subscription.
    pub(super) fn unsubscribe(&mut self, id: Uuid) {
        self.subscriptions.retain(|subscription| subscription.id != id);
    }

    /// The test notification of a saved subscription. It takes the next number, as any notification
    /// does, and disabled subscriptions get it too.
    pub fn test(&mut self, id: Uuid, at: Timestamp) -> Option<Notification> {
        let subscription = self.subscription_mut(id)?;
        let notification = test_notification(subscription, at);
        subscription.notifications += 1;
        Some(notification)
    }

    fn subscription_mut(&mut self, id: Uuid) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|subscription| subscription.id == id)
    }
}
