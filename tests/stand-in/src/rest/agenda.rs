//! Deliveries that are due, on the stand-in's own time: first tries, retries, and the retries of probation.
//!
//! Source: learn.microsoft.com, "Troubleshoot service hooks". Where it leaves room, the stand-in takes what is worse for
//! the receiver: what is under way when another delivery puts its subscription on probation is not tried again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::hook::{Hook, Status};
use super::sending::Sending;
use super::stand_in::StandIn;
use crate::delivery::{Answer, Delivery};
use crate::http::HttpError;
use crate::{Notification, time};

/// Deliveries by when they are due.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    due: BTreeMap<(Timestamp, u64), (Notification, Reason)>,
    count: u64,
}

/// Why a delivery is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It happened, or a passing fault may be over.
    Notified,
    /// Its subscription is on probation because of it.
    Probation,
}

/// A delivery that is due now.
#[derive(Debug)]
pub struct Due {
    sending: Sending,
    reason: Reason,
    at: Timestamp,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Timestamp, notification: Notification, reason: Reason) {
        self.count += 1;
        self.due.insert((at, self.count), (notification, reason));
    }

    fn next(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

impl Due {
    /// What is to be posted.
    pub fn delivery(&self) -> &Delivery {
        self.sending.delivery()
    }

    /// What it tells of.
    pub fn notification(&self) -> &Notification {
        self.sending.notification()
    }

    /// Whether it was never posted before.
    pub fn is_first(&self) -> bool {
        self.sending.is_first()
    }

    /// When it is due.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

impl StandIn {
    /// Has a notification delivered at a time, and again as the answers demand, whenever [`Self::take_due`] or
    /// [`Self::run_until`] come to it.
    pub fn notify_at(&self, at: Timestamp, notification: &Notification) {
        self.with(notification.subscription_id, |account| {
            account.agenda.add(at, notification.clone(), Reason::Notified);
            account.note(notification, at);
        });
    }

    /// When the next delivery is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.shared.world().accounts.iter().filter_map(|account| account.agenda.next()).min()
    }

    /// The next delivery that is due up to a time, which it then is. What has lost its subscription, or was to be
    /// tried again for a probation that is over, is passed over.
    pub fn take_due(&self, until: Timestamp) -> Option<Due> {
        loop {
            let at = self.next_due().filter(|at| *at <= until)?;
            let mut world = self.shared.world();
            let now = world.time.map_or(at, |now| now.max(at));
            world.time = Some(now);
            let index = world.accounts.iter().position(|account| account.agenda.next() == Some(at))?;
            let (_, (notification, reason)) = world.accounts[index].agenda.due.pop_first()?;
            let id = notification.subscription_id;
            let status = world.accounts[index].hook(id).map(|hook| hook.status);
            match (status, reason) {
                (None, _) => {}
                (Some(Status::OnProbation), _) | (Some(Status::Enabled), Reason::Notified) => {
                    if let Some(sending) = world.queue(&notification) {
                        return Some(Due { sending, reason, at });
                    }
                }
                _ => world.accounts[index].give_up(&notification, now),
            }
        }
    }

    /// Says how a delivery was answered, and puts it on the agenda again where that is due.
    pub fn answered(&self, due: Due, answer: &Result<Answer, HttpError>) {
        self.shared.world().answered(due.sending, answer, due.reason);
    }

    /// Posts everything that is due up to a time, each at its own; then it is that time.
    pub async fn run_until(&self, until: Timestamp) {
        while let Some(due) = self.take_due(until) {
            let answer = due.delivery().send().await;
            self.answered(due, &answer);
        }
        self.set_time(until);
    }
}

/// What an answer does to a subscription, and after how long the delivery is tried again. How no answer at all counts is
/// not documented: here it is like a 503.
pub(super) fn consequence(
    hook: &mut Hook,
    answer: Option<u16>,
    posts: u32,
    reason: Reason,
    now: Timestamp,
) -> (Status, Option<SignedDuration>) {
    let retries = usize::try_from(posts).unwrap_or(usize::MAX);
    match (answer, hook.status) {
        (Some(200..=299), status) => {
            hook.last_success = Some(now);
            (if status == Status::OnProbation { Status::Enabled } else { status }, None)
        }
        (Some(410), _) => (Status::DisabledBySystem, None),
        (None | Some(408 | 502..=504), Status::Enabled) if retries <= TRANSIENT.len() => {
            (Status::Enabled, Some(TRANSIENT[retries - 1]))
        }
        (_, Status::Enabled) => (Status::OnProbation, Some(PROBATION[0])),
        (_, Status::OnProbation) if reason == Reason::Probation => {
            hook.probation_retries += 1;
            hook.last_probation_retry = Some(now);
            let next = PROBATION.get(usize::try_from(hook.probation_retries).unwrap_or(usize::MAX));
            (next.map_or(Status::DisabledBySystem, |_| Status::OnProbation), next.copied())
        }
        (_, status) => (status, None),
    }
}

pub(super) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    time::later(now, by)
}

/// How long after an answer such as 503 a delivery is tried again: 1, 2, 4, 8, 16, 32, 60 and 60 seconds.
pub const TRANSIENT: [SignedDuration; 8] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(2),
    SignedDuration::from_secs(4),
    SignedDuration::from_secs(8),
    SignedDuration::from_secs(16),
    SignedDuration::from_secs(32),
    SignedDuration::from_secs(60),
    SignedDuration::from_secs(60),
];

/// Each twice the one before, for about a day and a half in all.
const PROBATION: [SignedDuration; 7] = [
    SignedDuration::from_mins(20),
    SignedDuration::from_mins(40),
    SignedDuration::from_mins(80),
    SignedDuration::from_mins(160),
    SignedDuration::from_mins(320),
    SignedDuration::from_mins(640),
    SignedDuration::from_hours(15),
];
