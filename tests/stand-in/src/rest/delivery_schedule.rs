//! The schedule of deliveries on the stand-in's own time.

use std::collections::BTreeMap;

use super::{Account, DueDelivery, LogEntry, StandIn, Status};
use crate::delivery::WebhookResponse;
use crate::http::HttpError;
use crate::{Notification, Timestamp};

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

impl Account {
    /// Schedules a notification, and logs it.
    pub(super) fn schedule_delivery(&mut self, at: Timestamp, notification: &Notification) {
        self.schedule.add(at, notification.clone(), DueReason::Notified);
        if let Some(hook) = self.hook(notification.subscription_id) {
            let entry = LogEntry::new(notification, hook, at);
            self.log.record(entry);
        }
    }
}

impl StandIn {
    /// Schedules a notification for delivery at a time, with the retries that its responses demand. [`Self::take_due`]
    /// or [`Self::run_until`] deliver it.
    pub fn schedule_delivery(&self, at: Timestamp, notification: &Notification) {
        self.with(notification.subscription_id, |account| account.schedule_delivery(at, notification));
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
