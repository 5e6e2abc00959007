//! Ends a request before its invocation ends, whatever happens: CloudFormation waits for an hour for an answer that does
//! not come.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::declared::{Declaration, Done};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::Context;

use crate::runtime::{catch_panic, deadline_at, internal_error};
use crate::setup::line::{ActionLine, log};
use crate::system;

/// The time that is left for the answer.
const TIME_TO_ANSWER: SignedDuration = SignedDuration::from_secs(15);

/// Brings about what a template declares, and writes the log line. A panic and the end of the time are errors like others.
pub(super) async fn declare<P: Ports>(
    setup: &Setup<P>,
    (caller, requested): (&'static str, &str),
    declaration: Result<Declaration, OperatorError>,
    context: &Context,
) -> Result<Done, OperatorError> {
    let started_at = Instant::now();
    let ends = deadline_at(context.deadline).map(|at| at.saturating_sub(TIME_TO_ANSWER).unwrap_or(at));
    let result = within(setup, ends, async { setup.declare(declaration?).await }.boxed()).await;
    let outcome = result.as_ref().map(|result| result.as_ref().map(|done| &done.report));
    log(&ActionLine { requested, caller: Some(caller), outcome, started_at });
    result
        .unwrap_or_else(|| Err(OperatorError::new(ErrorCode::InternalError, internal_error().error_message)))
}

/// Runs `work`, which knows that its time ends then, and ends it then if it does not end by itself. `None` after a panic.
///
/// The work is boxed, because the compiler gives up on types nested as deep as these and the runtime's together.
pub(super) async fn within<P: Ports, T>(
    setup: &Setup<P>,
    ends: Option<Timestamp>,
    work: BoxFuture<'_, Result<T, OperatorError>>,
) -> Option<Result<T, OperatorError>> {
    if let Some(ends) = ends {
        setup.integrations.deadline.set(ends);
    }
    bounded(work, time_until(ends)).await
}

/// Runs `work` for this long at most. `None` after a panic.
async fn bounded<T>(
    work: impl Future<Output = Result<T, OperatorError>>,
    time: Duration,
) -> Option<Result<T, OperatorError>> {
    tokio::time::timeout(time, catch_panic(work)).await.unwrap_or_else(|_| {
        let message =
            "the time of the function is over: run this again; `watch` completes what was begun meanwhile";
        Some(Err(OperatorError::new(ErrorCode::OutOfTime, message)))
    })
}

/// Longer than Lambda lets an invocation run, where it did not say when that ends.
const UNLIMITED: Duration = Duration::from_secs(3600);

fn time_until(ends: Option<Timestamp>) -> Duration {
    let left = ends.map(|ends| Duration::try_from(ends.duration_since(system::now())).unwrap_or_default());
    left.unwrap_or(UNLIMITED)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn work_that_hangs_or_panics_ends() {
        let ended = bounded(pending::<Result<(), _>>(), Duration::from_millis(1)).await;
        assert_eq!(ended.unwrap().unwrap_err().code(), ErrorCode::OutOfTime);
        assert_eq!(bounded::<()>(async { panic!("hunter2") }, SECOND).await, None);
        assert_eq!(bounded(async { Ok(1) }, SECOND).await, Some(Ok(1)));
    }

    #[test]
    fn a_time_that_is_over_is_no_time() {
        assert_eq!(time_until(Some(Timestamp::UNIX_EPOCH)), Duration::ZERO);
        assert_eq!(time_until(None), UNLIMITED);
    }
}
