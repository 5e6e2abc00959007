//! Making, changing and removing subscriptions.

use jiff::Timestamp;

use super::canned::test_delivery;
use super::ids::Guid;
use super::notification::Notification;
use super::organization::Organization;
use super::subscription::Subscription;

impl Organization {
    /// Saves a subscription; its id is the return value.
    pub fn subscribe(&mut self, subscription: Subscription) -> Guid {
        let id = self.ids.guid();
        self.subscriptions.push(Subscription { id, ..subscription });
        id
    }

    /// All subscriptions, in the order of subscribing.
    pub fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    /// The subscription with this id.
    pub fn subscription(&self, id: Guid) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| subscription.id == id)
    }

    /// Changes everything but the id and the count of notifications; one that is not there yet is
    /// added.
    pub fn resubscribe(&mut self, id: Guid, to: Subscription) {
        match self.subscription_mut(id) {
            Some(old) => *old = Subscription { id, notifications: old.notifications, ..to },
            None => self.subscriptions.push(Subscription { id, ..to }),
        }
    }

    /// Switches a subscription off or on; see [`Subscription::listening`].
    pub fn listen(&mut self, id: Guid, listening: bool) {
        if let Some(subscription) = self.subscription_mut(id) {
            subscription.listening = listening;
        }
    }

    /// Removes a subscription. Whether there was one.
    pub fn unsubscribe(&mut self, id: Guid) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|subscription| subscription.id != id);
        self.subscriptions.len() < before
    }

    /// What the Test button sends for a saved subscription. It takes the next number, as any
    /// notification does, and is sent to subscriptions that are switched off too.
    pub fn test(&mut self, id: Guid, at: Timestamp) -> Option<Notification> {
        let subscription = self.subscription_mut(id)?;
        let notification = test_delivery(subscription, at);
        subscription.notifications += 1;
        Some(notification)
    }

    fn subscription_mut(&mut self, id: Guid) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|subscription| subscription.id == id)
    }
}
