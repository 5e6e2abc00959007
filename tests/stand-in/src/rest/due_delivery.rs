//! Deliveries: the request with the credentials of the subscription, and the effect of the response.
//!
//! Custom headers are kept and shown, and not sent.
//!
//! Source: learn.microsoft.com, "Webhooks with Azure DevOps" and "Troubleshoot service hooks".

use super::delivery_schedule::DueReason;
use super::{Account, LogEntry, Probation, ServiceState, SharedState, Status, probes, retries};
use crate::delivery::{Delivery, WebhookResponse, basic_authorization};
use crate::http::HttpError;
use crate::{CodeEvent, Notification, Subscription, Timestamp, Uuid};

/// A delivery that is due now.
#[derive(Debug)]
pub struct DueDelivery {
    /// The id of the organization.
    pub(super) organization: Uuid,
    pub(super) notification: Notification,
    pub(super) reason: DueReason,
    at: Timestamp,
    delivery: Delivery,
    is_first: bool,
}

impl DueDelivery {
    /// The request to post.
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The notification to post.
    pub fn notification(&self) -> &Notification {
        &self.notification
    }

    /// Whether the notification was never posted before.
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// When the delivery is due.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Posts once, without scheduling a retry.
    pub(super) async fn send(self, shared: &SharedState) -> Result<WebhookResponse, HttpError> {
        let response = self.delivery.send().await;
        shared.state().settle(&self, &response);
        response
    }
}

impl ServiceState {
    /// Queues a notification of a saved subscription. `None` when the subscription is gone.
    pub(super) fn queue(
        &mut self,
        notification: &Notification,
        at: Timestamp,
        reason: DueReason,
    ) -> Option<DueDelivery> {
        let account = self.account_of(notification.subscription_id)?;
        let hook = account.hook(notification.subscription_id)?.clone();
        account.log.record(LogEntry::new(notification, &hook, at));
        Some(account.due(notification, &hook, at, reason))
    }

    /// Queues a delivery that a test or the demo makes now.
    pub(super) fn queue_now(&mut self, notification: &Notification) -> Option<DueDelivery> {
        let now = self.now();
        let reason = self.account_of(notification.subscription_id)?.due_reason(notification);
        self.queue(notification, now, reason)
    }

    /// Logs a response and applies it to the subscription. Returns when to retry.
    pub(super) fn settle(
        &mut self,
        due: &DueDelivery,
        response: &Result<WebhookResponse, HttpError>,
    ) -> Option<Timestamp> {
        let now = self.now();
        let account = self.account_with(due.organization)?;
        let id = due.notification.subscription_id;
        let posts = account.log.find(id, due.notification.sequence)?.settle(&due.delivery, response, now);
        // That a test notification changes no status is assumed.
        if due.notification.code_event == CodeEvent::Tested {
            return None;
        }
        let status = response.as_ref().ok().map(|response| response.status);
        let probation = account.organization.behavior.probation;
        let hook = account.hook_mut(id)?;
        let (status, wait) = match probation {
            Probation::Documented => retries::consequence(hook, status, posts, due.reason, now),
            Probation::Reported => probes::consequence(hook, status, posts, due.notification.sequence, now),
        };
        if hook.status != status {
            hook.set_status(status);
        }
        wait.map(|wait| crate::time::later(now, wait))
    }
}

impl Account {
    /// The next attempt of a notification that is in the log. `hook` need not be saved.
    pub(super) fn due(
        &mut self,
        notification: &Notification,
        hook: &Subscription,
        at: Timestamp,
        reason: DueReason,
    ) -> DueDelivery {
        let posts = self.log.find(hook.id, notification.sequence).map_or(0, |entry| entry.posts);
        let mut delivery = Delivery::attempt(notification, "", posts + 1);
        if posts > 0 && !self.organization.behavior.retries_keep_event_id {
            delivery.body = with_other_id(&delivery.body, notification.event_id, posts);
        }
        delivery.headers.retain(|(name, _)| *name != "Authorization");
        delivery.headers.extend(authorization(hook).map(|value| ("Authorization", value)));
        DueDelivery {
            organization: self.organization.collection,
            notification: notification.clone(),
            reason,
            at,
            delivery,
            is_first: posts == 0,
        }
    }

    /// The reason of a delivery that is made now.
    pub(super) fn due_reason(&self, notification: &Notification) -> DueReason {
        match self.hook(notification.subscription_id).map(|hook| hook.status) {
            Some(Status::OnProbation) => DueReason::Probation,
            _ => DueReason::Notified,
        }
    }
}

/// A password without a user name is sent with an empty one.
fn authorization(hook: &Subscription) -> Option<String> {
    let (user, password) = (hook.inputs.consumer_input("basicAuthUsername"), hook.inputs.password());
    (user.is_some() || password.is_some())
        .then(|| basic_authorization(user.unwrap_or_default(), password.unwrap_or_default()))
}

/// The body of a retry with an event id of its own.
fn with_other_id(body: &[u8], id: Uuid, posts: u32) -> Vec<u8> {
    let other = Uuid::from_u128(id.as_u128() ^ u128::from(posts));
    String::from_utf8_lossy(body).replacen(&id.to_string(), &other.to_string(), 1).into_bytes()
}
