//! The schedule of deliveries on the stand-in's own time: first attempts, retries, probation.
//!
//! Source: learn.microsoft.com, "Troubleshoot service hooks". Where it is not precise, the stand-in does what is worse
//! for the receiver: a delivery that is under way when another puts its subscription on probation is not retried.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{DueDelivery, LogEntry, StandIn, Status};
use crate::delivery::WebhookResponse;
use crate::http::HttpError;
use crate::{Notification, Subscription, Timestamp};

/// Deliveries by the time they are due.
#[derive(Debug, Default)]
pub(super) struct DeliverySchedule {
    due: BTreeMap<(Timestamp, u64), (Notification, DueReason)>,
    count: u64,
}

/// Why a delivery is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DueReason {
    /// It is new, or is retried after a transient failure.
    Notified,
    /// It put its subscription on probation, and is retried.
    Probation,
}

impl DeliverySchedule {
    fn add(&mut self, at: Timestamp, notification: Notification, reason: DueReason) {
        self.count += 1;
        self.due.insert((at, self.count), (notification, reason));
    }

    fn next(&self) -> Option<Timestamp> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

impl StandIn {
    /// Schedules a notification for delivery at a time, with the retries that its responses demand. [`Self::take_due`]
    /// or [`Self::run_until`] deliver it.
    pub fn schedule_delivery(&self, at: Timestamp, notification: &Notification) {
        self.with(notification.subscription_id, |account| {
            account.schedule.add(at, notification.clone(), DueReason::Notified);
            if let Some(hook) = account.hook(notification.subscription_id) {
                let entry = LogEntry::new(notification, hook, at);
                account.log.record(entry);
            }
        });
    }

    /// When the next delivery is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.shared.state().accounts.iter().filter_map(|account| account.schedule.next()).min()
    }

    /// Takes the next delivery that is due at `until` or before, and sets the time to when it is due. Deliveries whose
    /// subscription is gone, and retries of a probation that has ended, are dropped.
    pub fn take_due(&self, until: Timestamp) -> Option<DueDelivery> {
        loop {
            let at = self.next_due().filter(|at| *at <= until)?;
            let mut state = self.shared.state();
            let now = state.time.map_or(at, |now| now.max(at));
            state.time = Some(now);
            let index = state.accounts.iter().position(|account| account.schedule.next() == Some(at))?;
            let account = &mut state.accounts[index];
            let (_, (notification, reason)) = account.schedule.due.pop_first()?;
            let id = notification.subscription_id;
            match (account.hook(id).map(|hook| hook.status), reason) {
                (None, _) => {}
                (Some(Status::OnProbation), _) | (Some(Status::Enabled), DueReason::Notified) => {
                    return state.queue(&notification, at, reason);
                }
                _ => account.log.give_up(id, notification.sequence, now),
            }
        }
    }

    /// Records the response to a delivery, and schedules its retry if one is due.
    pub fn record_response(&self, due: DueDelivery, response: &Result<WebhookResponse, HttpError>) {
        let mut state = self.shared.state();
        let Some(at) = state.settle(&due, response) else { return };
        let Some(account) = state.account_with(due.organization) else { return };
        let DueDelivery { notification, reason, .. } = due;
        account.log.retry_later(notification.subscription_id, notification.sequence);
        let reason = match account.due_reason(&notification) {
            DueReason::Probation => DueReason::Probation,
            DueReason::Notified => reason,
        };
        account.schedule.add(at, notification, reason);
    }

    /// Posts everything that is due at `until` or before, in order, and sets the time to `until`.
    pub async fn run_until(&self, until: Timestamp) {
        while let Some(due) = self.take_due(until) {
            let response = due.delivery().send().await;
            self.record_response(due, &response);
        }
        self.set_time(until);
    }
}

/// The status of a subscription after a response, and the wait until the delivery is retried. Microsoft does not say how
/// no response counts: here, like 503.
pub(super) fn consequence(
    hook: &mut Subscription,
    response: Option<u16>,
    posts: u32,
    reason: DueReason,
    now: Timestamp,
) -> (Status, Option<SignedDuration>) {
    let retries = usize::try_from(posts).unwrap_or(usize::MAX);
    match (response, hook.status) {
        (Some(200..=299), status) => {
            hook.last_success = Some(now);
            (if status == Status::OnProbation { Status::Enabled } else { status }, None)
        }
        (Some(410), _) => (Status::DisabledBySystem, None),
        (None | Some(408 | 502..=504), Status::Enabled) if retries <= TRANSIENT_RETRY_DELAYS.len() => {
            (Status::Enabled, Some(TRANSIENT_RETRY_DELAYS[retries - 1]))
        }
        (_, Status::Enabled) => {
            (Status::OnProbation, Some(SignedDuration::from_mins(PROBATION_RETRY_MINUTES[0])))
        }
        (_, Status::OnProbation) if reason == DueReason::Probation => {
            hook.probation_retries += 1;
            hook.last_probation_retry = Some(now);
            let failed = usize::try_from(hook.probation_retries).unwrap_or(usize::MAX);
            let next = PROBATION_RETRY_MINUTES.get(failed).copied();
            let status = next.map_or(Status::DisabledBySystem, |_| Status::OnProbation);
            (status, next.map(SignedDuration::from_mins))
        }
        (_, status) => (status, None),
    }
}

/// Waits before the retries of a delivery that was answered with 408, 502, 503 or 504: 1, 2, 4, 8, 16, 32, 60 and 60
/// seconds.
pub const TRANSIENT_RETRY_DELAYS: [SignedDuration; 8] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(2),
    SignedDuration::from_secs(4),
    SignedDuration::from_secs(8),
    SignedDuration::from_secs(16),
    SignedDuration::from_secs(32),
    SignedDuration::from_secs(60),
    SignedDuration::from_secs(60),
];

/// Minutes before the retries of probation: each twice the one before, a day and a half in all.
const PROBATION_RETRY_MINUTES: [i64; 7] = [20, 40, 80, 160, 320, 640, 900];
