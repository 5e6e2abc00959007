//! Delivering with the credentials a subscription was saved with, and what follows from the answer.
//!
//! Custom headers are kept and shown, and not sent.
//!
//! Source: learn.microsoft.com, "Webhooks with Azure DevOps" and "Troubleshoot service hooks".

use jiff::Timestamp;

use super::agenda::{self, Reason};
use super::history::{Attempt, Outcome, request_in_words};
use super::hook::{Hook, Status};
use super::quirks::LocalTargets;
use super::target;
use super::world::{Shared, World};
use crate::delivery::{Answer, Delivery, basic_authorization};
use crate::http::HttpError;
use crate::{Happening, Notification};

/// A delivery that is due.
#[derive(Debug)]
pub(super) struct Sending {
    organization: String,
    notification: Notification,
    delivery: Delivery,
    is_first: bool,
}

/// A delivery that was made.
#[derive(Debug)]
pub struct Sent {
    /// What was delivered.
    pub notification: Notification,
    /// What came back.
    pub answer: Result<Answer, HttpError>,
}

impl Sent {
    /// Whether the answer was 200 to 299.
    pub fn accepted(&self) -> bool {
        self.status().is_some_and(|status| (200..300).contains(&status))
    }

    /// The answer's status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }
}

impl World {
    /// Queues a notification of a saved subscription. `None` when there is none such any more, or
    /// when its target is off limits, which disables it.
    pub(super) fn queue(&mut self, notification: &Notification) -> Option<Sending> {
        let (now, targets) = (self.now(), self.quirks.local_targets);
        let account = self.account_of(notification.subscription_id)?;
        let hook = account.hook(notification.subscription_id)?.clone();
        let host = target::host(&notification.url).unwrap_or_default();
        if targets == LocalTargets::Disabled && target::is_local(&host) {
            account.set_status(hook.id, Status::DisabledBySystem);
            return None;
        }
        Some(account.queue(notification, &hook, now, 0))
    }

    /// Remembers an answer, with what follows from it.
    pub(super) fn answered(&mut self, sending: Sending, answer: &Result<Answer, HttpError>, reason: Reason) {
        let now = self.now();
        let Some(account) = self.accounts.iter_mut().find(|one| one.name() == sending.organization) else {
            return;
        };
        if let Some(next) = account.settle(&sending.notification, answer, reason, now) {
            account.postpone(sending.notification, next, reason);
        }
    }
}

impl super::account::Account {
    /// Queues a notification for `hook`, which may be one that is not saved.
    pub(super) fn queue(
        &mut self,
        notification: &Notification,
        hook: &Hook,
        now: Timestamp,
        reads_until_settled: u32,
    ) -> Sending {
        let words = request_in_words(hook, notification);
        let mut attempt = Attempt::new(notification, &hook.terms, words, now);
        attempt.reads_until_settled = reads_until_settled;
        self.history.record(attempt);
        let posts = self.history.find(hook.id, notification.sequence).map_or(0, |one| one.posts);
        let mut delivery = Delivery::attempt(notification, "", posts + 1);
        delivery.headers.retain(|(name, _)| *name != "Authorization");
        delivery.headers.extend(authorization(hook).map(|value| ("Authorization", value)));
        Sending {
            organization: self.name().to_owned(),
            notification: notification.clone(),
            delivery,
            is_first: posts == 0,
        }
    }

    /// Puts a notification into the log, before it is delivered.
    pub(super) fn note(&mut self, notification: &Notification, now: Timestamp) {
        let Some(hook) = self.hook(notification.subscription_id) else { return };
        let words = request_in_words(hook, notification);
        let attempt = Attempt::new(notification, &hook.terms, words, now);
        self.history.record(attempt);
    }

    /// It is not tried any more.
    pub(super) fn give_up(&mut self, notification: &Notification, now: Timestamp) {
        if let Some(attempt) = self.history.find(notification.subscription_id, notification.sequence) {
            attempt.outcome = Outcome::Failed("The subscription was changed.".to_owned());
            attempt.modified = now;
        }
    }

    fn postpone(&mut self, notification: Notification, until: Timestamp, reason: Reason) {
        let on_probation =
            self.hook(notification.subscription_id).map(|hook| hook.status == Status::OnProbation);
        if let Some(attempt) = self.history.find(notification.subscription_id, notification.sequence) {
            attempt.outcome = Outcome::Pending;
        }
        let reason = if on_probation == Some(true) { Reason::Probation } else { reason };
        self.agenda.add(until, notification, reason);
    }

    /// Gives when it is due again.
    fn settle(
        &mut self,
        notification: &Notification,
        answer: &Result<Answer, HttpError>,
        reason: Reason,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let id = notification.subscription_id;
        let attempt = self.history.find(id, notification.sequence)?;
        attempt.posts += 1;
        attempt.modified = now;
        (attempt.outcome, attempt.response) = outcome(answer);
        attempt.took = answer.as_ref().map(|answer| answer.elapsed).unwrap_or_default();
        let posts = attempt.posts;
        // That the Test button changes no status is assumed.
        if notification.happening == Happening::Tested {
            return None;
        }
        let hook = self.hook_mut(id)?;
        let status = answer.as_ref().ok().map(|answer| answer.status);
        let (status, next) = agenda::consequence(hook, status, posts, reason, now);
        if hook.status != status {
            self.set_status(id, status);
        }
        next.map(|wait| agenda::later(now, wait))
    }
}

impl Sending {
    pub(super) fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    pub(super) fn is_first(&self) -> bool {
        self.is_first
    }

    pub(super) fn notification(&self) -> &Notification {
        &self.notification
    }

    /// Once: whoever posts it like this sees to its retries.
    pub(super) async fn send(self, shared: &Shared) -> Sent {
        let answer = self.delivery.send().await;
        let mut world = shared.world();
        let now = world.now();
        if let Some(account) = world.accounts.iter_mut().find(|one| one.name() == self.organization) {
            let reason = match account.hook(self.notification.subscription_id).map(|hook| hook.status) {
                Some(Status::OnProbation) => Reason::Probation,
                _ => Reason::Notified,
            };
            account.settle(&self.notification, &answer, reason, now);
        }
        Sent { notification: self.notification, answer }
    }
}

/// Only what is set is sent: a password alone goes with an empty user name.
fn authorization(hook: &Hook) -> Option<String> {
    let input = |name: &str| hook.terms.consumer_inputs.get(name).map(String::as_str);
    let (user, password) = (input("basicAuthUsername"), input("basicAuthPassword"));
    (user.is_some() || password.is_some())
        .then(|| basic_authorization(user.unwrap_or_default(), password.unwrap_or_default()))
}

fn outcome(answer: &Result<Answer, HttpError>) -> (Outcome, String) {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return (Outcome::Failed(error.to_string()), String::new()),
    };
    let reason = hyper::StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or("Unknown");
    let body = String::from_utf8_lossy(&answer.body);
    let status = answer.status;
    let words =
        format!("Status Code: {status}\nReason Phrase: {reason}\nHTTP Version: 1.1\nContent:\n{body}\n");
    match status {
        200..=299 => (Outcome::Succeeded, words),
        _ => (Outcome::Failed(format!("{reason} ({status})")), words),
    }
}
