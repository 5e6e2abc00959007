//! The calls that the stand-in has received, and the faults of the next ones.

use std::time::Duration;

use super::fault::FaultPlan;
use super::{Fault, StandIn};

/// A call that the stand-in has received.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method and path after `_apis/`, with names for the variable segments:
    /// `PUT hooks/subscriptions/{id}`.
    pub operation: String,
    /// The response's status; `None` before, and when the connection was closed instead.
    pub status: Option<u16>,
    /// Whether the call created, changed or deleted a subscription, or sent a test notification.
    pub has_effect: bool,
    pub(super) number: usize,
}

impl StandIn {
    /// The calls so far, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// The calls that changed something: a subscription, or a test notification sent.
    pub fn changes(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.has_effect);
        calls
    }

    /// Waits until a condition holds that calls bring about, such as a number of calls. False when
    /// `timeout` passes first.
    pub async fn wait_until(&self, timeout: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let mut changes = self.shared.changes.subscribe();
        let wait = async {
            while !condition(self) {
                // Never an error: `self` holds the sender.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(timeout, wait).await.is_ok()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.shared.state().calls.clear();
    }

    /// Applies a fault to the next call of an operation. Several such faults queue up.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        self.shared.state().faults.add(Some(operation), fault, true);
    }

    /// Applies a fault to each call of an operation, from now on.
    pub fn fail_each(&self, operation: &str, fault: Fault) {
        self.shared.state().faults.add(Some(operation), fault, false);
    }

    /// Applies a fault to each call, from now on.
    pub fn fail_all(&self, fault: Fault) {
        self.shared.state().faults.add(None, fault, false);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.state().faults = FaultPlan::default();
    }
}
