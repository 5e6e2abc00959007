//! Looking at calls, and making them fail.

use std::time::Duration;

use super::call::{Call, Effect};
use super::fault::{Fault, Script};
use super::stand_in::StandIn;

impl StandIn {
    /// Every call so far, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.world().calls.clone()
    }

    /// The calls of one operation, such as `PUT hooks/subscriptions/{id}`.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// The calls that left something behind: a subscription made, changed or removed, a test sent.
    pub fn changes(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.effect != Effect::None);
        calls
    }

    /// Waits until something is so that calls bring about, such as a certain number of calls; whether
    /// that happened `within` the time.
    pub async fn until(&self, within: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let mut turns = self.shared.turns.subscribe();
        let wait = async {
            while !condition(self) {
                // The sender lives as long as we do.
                let _ = turns.changed().await;
            }
        };
        tokio::time::timeout(within, wait).await.is_ok()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.shared.world().calls.clear();
    }

    /// Applies a fault to the next call of an operation. Several such faults queue up.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        self.shared.world().script.next(operation, fault);
    }

    /// Applies a fault to each call of an operation, from now on.
    pub fn fail_each(&self, operation: &str, fault: Fault) {
        self.shared.world().script.standing(Some(operation), fault);
    }

    /// Applies a fault to each call, from now on.
    pub fn fail_all(&self, fault: Fault) {
        self.shared.world().script.standing(None, fault);
    }

    /// Behaves from now on.
    pub fn heal(&self) {
        self.shared.world().script = Script::default();
    }
}
