//! What became of deliveries. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::hook::Hook;
use super::quirks::Quirks;
use super::terms::Terms;
use crate::{Guid, Notification, time};

/// The deliveries of one organization, oldest first.
#[derive(Debug, Default)]
pub(super) struct History {
    attempts: Vec<Attempt>,
}

/// One notification and what became of it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Zeros for the test of a subscription that is not saved.
    pub subscription: Guid,
    /// The body's `notificationId`.
    pub number: u32,
    /// The body's `id`.
    pub event_id: Guid,
    /// The event as it happened, untrimmed.
    pub event: Value,
    /// When it was queued.
    pub created: Timestamp,
    /// When it last went further.
    pub modified: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// How often it was posted.
    pub posts: u32,
    /// How long the last post took.
    pub took: Duration,
    /// The last request and its answer, in words.
    pub(super) request: String,
    pub(super) response: String,
    terms: Terms,
    /// How many reads still find it in progress.
    pub(super) reads_until_settled: u32,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not yet.
    Pending,
    /// With an answer of 200 to 299.
    Succeeded,
    /// With any other answer, or none; in words.
    Failed(String),
}

impl Attempt {
    pub(super) fn new(notification: &Notification, terms: &Terms, request: String, now: Timestamp) -> Self {
        Self {
            subscription: notification.subscription_id,
            number: notification.sequence,
            event_id: notification.event_id,
            event: serde_json::from_slice(&notification.event).unwrap_or_default(),
            created: now,
            modified: now,
            outcome: Outcome::Pending,
            posts: 0,
            took: Duration::ZERO,
            request,
            response: String::new(),
            terms: terms.clone(),
            reads_until_settled: 0,
        }
    }

    /// `result` as REST says it.
    pub(super) fn result(&self) -> &'static str {
        match self.outcome {
            _ if self.reads_until_settled > 0 => "pending",
            Outcome::Pending => "pending",
            Outcome::Succeeded => "succeeded",
            Outcome::Failed(_) => "failed",
        }
    }

    /// `status` as REST says it.
    pub(super) fn status(&self) -> &'static str {
        match (self.result(), self.posts) {
            ("pending", 0) => "queued",
            // It waits for its next turn, unless it is a test, which has one only.
            ("pending", _) if self.reads_until_settled == 0 => "queuedForRetry",
            ("pending", _) => "requestInProgress",
            _ => "completed",
        }
    }

    /// Without details, as in lists. Whether lists have them is not documented; a client that asks
    /// for each is right either way.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.number,
            "subscriptionId": self.subscription,
            "subscriberId": Guid::ZERO,
            "eventId": self.event_id,
            "status": self.status(),
            "result": self.result(),
            "createdDate": time::render(self.created),
            "modifiedDate": time::render(self.modified),
        })
    }

    /// With all there is to know. While it is in progress the event may be missing, as users have
    /// seen.
    pub(super) fn to_detailed_json(&self, quirks: &Quirks) -> Value {
        let mut details = json!({
            "eventType": self.terms.event_type,
            "publisherId": self.terms.publisher_id,
            "consumerId": self.terms.consumer_id,
            "consumerActionId": self.terms.consumer_action_id,
            "consumerInputs": self.terms.masked_inputs(),
            "publisherInputs": self.terms.publisher_inputs,
            "queuedDate": time::render(self.created),
            "requestAttempts": self.posts.max(1),
        });
        if self.status() == "completed" || quirks.shows_pending_events {
            details["event"] = self.event.clone();
        }
        if self.status() == "completed" {
            details["request"] = self.request.clone().into();
            details["response"] = self.response.clone().into();
            details["requestDuration"] = self.took.as_secs_f64().into();
            for date in ["dequeuedDate", "processedDate", "completedDate"] {
                details[date] = time::render(self.modified).into();
            }
        }
        if let ("completed", Outcome::Failed(why)) = (self.status(), &self.outcome) {
            details["errorMessage"] = why.clone().into();
            details["errorDetail"] = why.clone().into();
        }
        let mut body = self.to_json();
        body["details"] = details;
        body
    }
}

impl History {
    /// A new notification, or a further attempt of one that is there.
    pub(super) fn record(&mut self, attempt: Attempt) {
        match self.find(attempt.subscription, attempt.number) {
            Some(old) => *old = Attempt { created: old.created, posts: old.posts, ..attempt },
            None => self.attempts.push(attempt),
        }
    }

    pub(super) fn find(&mut self, subscription: Guid, number: u32) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|one| one.subscription == subscription && one.number == number)
    }

    /// Newest first; a week is kept.
    pub(super) fn since_a_week(&self, now: Timestamp) -> impl Iterator<Item = &Attempt> {
        let oldest = time::later(now, SignedDuration::from_hours(-24 * 7));
        self.attempts.iter().rev().filter(move |one| one.created >= oldest)
    }

    pub(super) fn all(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The number of the next test of a subscription that is not saved.
    pub(super) fn next_unsaved(&self) -> u32 {
        let last = self.attempts.iter().filter(|one| one.subscription == Guid::ZERO).map(|one| one.number);
        last.max().unwrap_or_default() + 1
    }

    /// How many there are of each result, by subscription.
    pub(super) fn summary<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> Value {
        let mut counts: BTreeMap<Guid, BTreeMap<&str, u32>> = BTreeMap::new();
        for one in attempts {
            *counts.entry(one.subscription).or_default().entry(one.result()).or_default() += 1;
        }
        let results = |results: &BTreeMap<&str, u32>| -> Value {
            results
                .iter()
                .map(|(result, count)| json!({"result": result, "notificationCount": count}))
                .collect()
        };
        counts.iter().map(|(id, counts)| json!({"subscriptionId": id, "results": results(counts)})).collect()
    }
}

/// A request in the words of the delivery history; credentials are masked.
pub(super) fn request_in_words(hook: &Hook, notification: &Notification) -> String {
    let authorization = match hook.terms.password() {
        Some(_) => "\n  Authorization: Basic ********",
        None => "",
    };
    format!(
        "Method: POST\nURI: {}\nHTTP Version: 1.1\nHeaders:\n{{{authorization}\n  Content-Type: \
         application/json; charset=utf-8\n}}\nContent:\n{}\n",
        notification.url,
        String::from_utf8_lossy(&notification.body)
    )
}
