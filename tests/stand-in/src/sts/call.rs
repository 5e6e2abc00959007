//! The calls of `GetWebIdentityToken` that the stand-in has received, and the faults of the next ones.

use std::time::Duration;

use super::{Fault, StandIn};

/// A call to `POST /`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The access key id that the request is signed with; empty without a signature.
    pub access_key_id: String,
    /// The role of that key, when it is registered.
    pub role_arn: Option<String>,
    /// The form's members, as sent.
    pub parameters: Vec<(String, String)>,
    /// The response's status; `None` before, and when the connection was closed instead.
    pub status: Option<u16>,
    /// The code of the error, when the response is one.
    pub error: Option<String>,
    pub(super) number: usize,
}

impl Call {
    /// The value of a parameter, such as `Audience.member.1`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(sent, _)| sent == name).map(|(_, value)| &**value)
    }
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
}
