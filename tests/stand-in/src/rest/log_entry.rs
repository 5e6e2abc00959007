//! One delivery in the log. Source: learn.microsoft.com, REST reference, Service Hooks, Notifications.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ServiceBehavior, log_texts};
use crate::delivery::{Delivery, WebhookResponse};
use crate::http::HttpError;
use crate::{Notification, Subscription, SubscriptionInputs, Timestamp, Uuid, time};

/// A notification and the state of its delivery.
#[derive(Clone, Debug)]
pub(super) struct LogEntry {
    /// Zeros for the test of a subscription that is not saved.
    pub(super) subscription: Uuid,
    /// The body's `notificationId`.
    pub(super) number: u32,
    pub(super) created: Timestamp,
    /// How often the notification was posted.
    pub(super) posts: u32,
    /// Further reads that still find the delivery in progress.
    pub(super) pending_reads: u32,
    event_id: Uuid,
    event: Value,
    modified: Timestamp,
    /// `None` while the delivery is pending; why it has failed.
    outcome: Option<Result<(), String>>,
    /// Of the last post.
    duration: Duration,
    /// The last request and its response, as text.
    request: String,
    response: String,
    inputs: SubscriptionInputs,
}

impl LogEntry {
    pub(super) fn new(notification: &Notification, hook: &Subscription, now: Timestamp) -> Self {
        Self {
            subscription: notification.subscription_id,
            number: notification.sequence,
            created: now,
            posts: 0,
            pending_reads: 0,
            event_id: notification.event_id,
            event: serde_json::from_slice(&notification.event).unwrap_or_default(),
            modified: now,
            outcome: None,
            duration: Duration::ZERO,
            request: log_texts::request(&hook.inputs, &notification.url, &notification.body),
            response: String::new(),
            inputs: hook.inputs.clone(),
        }
    }

    /// Records what was posted, and the response. Returns the number of posts.
    pub(super) fn settle(
        &mut self,
        posted: &Delivery,
        response: &Result<WebhookResponse, HttpError>,
        now: Timestamp,
    ) -> u32 {
        self.posts += 1;
        self.request = log_texts::request(&self.inputs, &posted.url, &posted.body);
        self.modified = now;
        self.duration = response.as_ref().map(|response| response.elapsed).unwrap_or_default();
        let (outcome, text) = log_texts::outcome(response);
        (self.outcome, self.response) = (Some(outcome), text);
        self.posts
    }

    /// The next attempt of the same delivery.
    pub(super) fn after(self, old: &Self) -> Self {
        Self { created: old.created, posts: old.posts, ..self }
    }

    /// The delivery is not retried any more.
    pub(super) fn give_up(&mut self, now: Timestamp) {
        self.outcome = Some(Err("The subscription was changed.".to_owned()));
        self.modified = now;
    }

    pub(super) fn retry_later(&mut self) {
        self.outcome = None;
    }

    /// The member `result`.
    pub(super) fn result(&self) -> &'static str {
        match self.outcome {
            Some(Ok(())) if self.pending_reads == 0 => "succeeded",
            Some(Err(_)) if self.pending_reads == 0 => "failed",
            _ => "pending",
        }
    }

    /// The member `status`.
    pub(super) fn status(&self) -> &'static str {
        match (self.result(), self.posts) {
            ("pending", 0) => "queued",
            ("pending", _) if self.pending_reads > 0 => "requestInProgress",
            ("pending", _) => "queuedForRetry",
            _ => "completed",
        }
    }

    /// As in lists and queries. Microsoft's page does not say whether those have details.
    pub(super) fn to_row(&self, behavior: &ServiceBehavior, shows_event: bool) -> Value {
        if behavior.rows_have_details { self.to_detailed_json(behavior, shows_event) } else { self.to_json() }
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.number,
            "subscriptionId": self.subscription,
            "subscriberId": Uuid::nil(),
            "eventId": self.event_id,
            "status": self.status(),
            "result": self.result(),
            "createdDate": time::render(self.created),
            "modifiedDate": time::render(self.modified),
        })
    }

    /// `shows_event` is whether the caller gets event, request and response.
    pub(super) fn to_detailed_json(&self, behavior: &ServiceBehavior, shows_event: bool) -> Value {
        let mut details = json!({
            "eventType": self.inputs.event_type,
            "publisherId": self.inputs.publisher_id,
            "consumerId": self.inputs.consumer_id,
            "consumerActionId": self.inputs.consumer_action_id,
            "consumerInputs": self.inputs.masked_inputs(),
            "publisherInputs": self.inputs.publisher_inputs,
            "queuedDate": time::render(self.created),
            "requestAttempts": self.posts.max(1),
        });
        let completed = self.status() == "completed";
        if shows_event && (completed || behavior.shows_pending_events) {
            details["event"] = self.kept_event(behavior.content_limit);
        }
        if shows_event && completed {
            details["request"] = self.request.clone().into();
            details["response"] = self.response.clone().into();
        }
        if completed {
            details["requestDuration"] = self.duration.as_secs_f64().into();
            for date in ["dequeuedDate", "processedDate", "completedDate"] {
                details[date] = time::render(self.modified).into();
            }
            if let Some(Err(reason)) = &self.outcome {
                details["errorMessage"] = reason.clone().into();
                details["errorDetail"] = reason.clone().into();
            }
        }
        let mut body = self.to_json();
        body["details"] = details;
        body
    }

    fn kept_event(&self, limit: Option<usize>) -> Value {
        let mut event = self.event.clone();
        if limit.is_some_and(|limit| event["resource"].to_string().chars().count() > limit) {
            event["resource"] = "Resource details not shown in history due to size limitation".into();
        }
        event
    }
}
