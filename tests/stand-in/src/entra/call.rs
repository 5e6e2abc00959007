//! The calls of the token endpoint that the stand-in has received, and the faults of the next ones.

use std::time::Duration;

use super::{Fault, StandIn};

/// A call to `POST /{tenant}/oauth2/v2.0/token`.
#[derive(Clone, Debug)]
pub struct Call {
    /// As the path has it.
    pub tenant: String,
    /// As the form has it; empty without one.
    pub client_id: String,
    /// As the form has it; empty without one.
    pub scope: String,
    /// The assertion's subject, whether the assertion is valid or not; `None` when it cannot be read.
    pub subject: Option<String>,
    /// The response's status; `None` before, and when the connection was closed instead.
    pub status: Option<u16>,
    /// The number of the error, when the response has one.
    pub error_code: Option<u32>,
    pub(super) number: usize,
}

impl StandIn {
    /// The calls so far, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        self.shared.state().calls.clear();
    }

    /// Waits until a condition holds that calls bring about, such as a number of calls. False when
    /// `timeout` passes first.
    pub async fn wait_until(&self, timeout: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        self.shared.wait_until(timeout, || condition(self)).await
    }

    /// Applies a fault to the next call. Several such faults queue up.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.state().faults.once(fault);
    }

    /// Applies a fault to each call, from now on.
    pub fn fail_each(&self, fault: Fault) {
        self.shared.state().faults.each(fault);
    }

    /// Applies a fault to the next call, and then to every other.
    pub fn fail_by_turns(&self, fault: Fault) {
        self.shared.state().faults.by_turns(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// The next calls do not find a federated credential: it was made a moment ago.
    pub fn propagating(&self, calls: usize) {
        (0..calls).for_each(|_| self.fail_next(Fault::Refused(70_021)));
    }

    /// Every other call does not find a federated credential, the next one first.
    pub fn flapping(&self) {
        self.fail_by_turns(Fault::Refused(70_021));
    }

    /// The next calls do not find the key of the assertion: Entra has not read the issuer's keys yet.
    pub fn kid_unknown(&self, calls: usize) {
        (0..calls).for_each(|_| self.fail_next(Fault::Refused(7_000_272)));
    }
}
