//! Retries and probation as documented.
//!
//! Source: learn.microsoft.com, "Troubleshoot service hooks". Where it is not precise, the stand-in does what is worse
//! for the receiver: a delivery that is under way when another puts its subscription on probation is not retried.

use jiff::SignedDuration;

use super::Status;
use super::delivery_schedule::DueReason;
use crate::{Subscription, Timestamp};

/// The status of a subscription after a response, and the wait until the delivery is retried, as documented.
pub(super) fn consequence(
    hook: &mut Subscription,
    response: Option<u16>,
    posts: u32,
    reason: DueReason,
    now: Timestamp,
) -> (Status, Option<SignedDuration>) {
    match (response, hook.status) {
        (Some(200..=299), _) => (hook.succeed(now), None),
        (Some(410), _) => (Status::DisabledBySystem, None),
        (_, Status::Enabled) if transient_wait(response, posts).is_some() => {
            (Status::Enabled, transient_wait(response, posts))
        }
        (_, Status::Enabled) => {
            (Status::OnProbation, Some(SignedDuration::from_mins(PROBATION_RETRY_MINUTES[0])))
        }
        (_, Status::OnProbation) if reason == DueReason::Probation => {
            hook.fail_on_probation(now);
            let failed = usize::try_from(hook.probation_retries).unwrap_or(usize::MAX);
            let next = PROBATION_RETRY_MINUTES.get(failed).copied();
            let status = next.map_or(Status::DisabledBySystem, |_| Status::OnProbation);
            (status, next.map(SignedDuration::from_mins))
        }
        (_, status) => (status, None),
    }
}

/// The wait before the next retry of a transient failure; `None` after any other failure, or the last retry. Microsoft
/// does not say how no response counts: here, like 503.
pub(super) fn transient_wait(response: Option<u16>, posts: u32) -> Option<SignedDuration> {
    let nth = usize::try_from(posts).ok()?.checked_sub(1)?;
    matches!(response, None | Some(408 | 502..=504)).then(|| TRANSIENT_RETRY_DELAYS.get(nth).copied())?
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
pub(super) const PROBATION_RETRY_MINUTES: [i64; 7] = [20, 40, 80, 160, 320, 640, 900];
