//! Probation as users report it: a failed delivery is not retried, and the first new event after a pause is the probe.
//!
//! Source: "Troubleshoot service hooks", frequently asked questions, which contradict the rest of that page; the length
//! of the first pause is from reports of users. That the pauses grow like the documented ones is assumed.

use jiff::SignedDuration;

use super::Status;
use super::retries::{PROBATION_RETRY_MINUTES, transient_wait};
use crate::subscription::Probe;
use crate::{Subscription, Timestamp, time};

/// The status of a subscription after the response to a notification, and the wait until the delivery is retried.
pub(super) fn consequence(
    hook: &mut Subscription,
    response: Option<u16>,
    posts: u32,
    notification: u32,
    now: Timestamp,
) -> (Status, Option<SignedDuration>) {
    match (response, hook.status) {
        (Some(200..=299), _) => (hook.succeed(now), None),
        (Some(410), _) => (Status::DisabledBySystem, None),
        (_, Status::Enabled) => match transient_wait(response, posts) {
            Some(wait) => (Status::Enabled, Some(wait)),
            None => (pause(hook, now), None),
        },
        (_, Status::OnProbation) if hook.probe == Probe::Sent(notification) => {
            hook.fail_on_probation(now);
            (pause(hook, now), None)
        }
        (_, status) => (status, None),
    }
}

/// Begins the next pause: the status in it, or after too many probes.
fn pause(hook: &mut Subscription, now: Timestamp) -> Status {
    let failed = usize::try_from(hook.probation_retries).unwrap_or(usize::MAX);
    let Some(minutes) = PROBATION_RETRY_MINUTES.get(failed) else { return Status::DisabledBySystem };
    // Nine to eleven tenths of the time, drawn by the id.
    let draw = (hook.id.as_u128() >> (8 * failed)) % 13;
    let seconds = minutes * 54 + minutes * i64::try_from(draw).unwrap_or_default();
    hook.probe = Probe::From(time::later(now, SignedDuration::from_secs(seconds)));
    Status::OnProbation
}
