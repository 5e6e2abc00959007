//! The scenarios. Each gives its rows of the report.

pub mod healthy;
pub mod late;
pub mod operator;
pub mod outage;
pub mod receivers;

use std::sync::Arc;

use serde_json::Value;

use crate::environment::{Environment, connect};
use crate::lambda::{End, Lambda, Run};
use crate::meter::{Meter, Service};
use crate::row::Row;

/// An organization whose projects are shared out among integrations, which are connected: `team-0` has the first ones.
pub async fn teams(teams: usize, projects_each: usize, repositories_each: usize) -> Arc<Environment> {
    let environment = Environment::new(teams * projects_each, repositories_each).await;
    let mut setup = Lambda::new(&environment, "setup");
    for team in 0..teams {
        let projects = environment.names(team * projects_each..(team + 1) * projects_each);
        let connected =
            repeat(&environment, &mut setup, &connect(&format!("team-{team}"), &projects), 3).await;
        assert!(connected.is_done, "team-{team} is not connected: {:?}", connected.last.end);
    }
    environment.take_meter();
    environment
}

/// A request to `setup` that was run until it was done.
pub(crate) struct Repeated {
    /// Number of runs.
    pub(crate) runs: u64,
    /// Runs that were killed at their timeout.
    pub(crate) killed: u64,
    /// Seconds that the runs took, without those between them.
    pub(crate) seconds: u64,
    /// What was called in all.
    pub(crate) meter: Meter,
    /// The last run.
    pub(crate) last: Run,
    /// Whether it says that nothing is left to do.
    pub(crate) is_done: bool,
}

/// Runs a request until its answer says that it is done, but at most so often. After a refusal, an operator waits for five
/// minutes.
pub(crate) async fn repeat(
    environment: &Arc<Environment>,
    setup: &mut Lambda,
    request: &Value,
    most: u64,
) -> Repeated {
    environment.take_meter();
    let (mut killed, mut seconds) = (0, 0);
    for runs in 1.. {
        let last = setup.invoke(request.clone()).await;
        killed += u64::from(last.end == End::Killed);
        seconds += last.took.as_secs().unsigned_abs();
        let is_done = says_done(&last.end);
        if is_done || runs == most {
            return Repeated { runs, killed, seconds, meter: environment.take_meter(), last, is_done };
        }
        if matches!(last.end, End::Failed(_)) {
            environment.move_to(crate::clock::after(environment.now(), 300));
        }
    }
    unreachable!("the loop has no end")
}

fn says_done(end: &End) -> bool {
    let End::Answered(answer) = end else { return false };
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_lowercase();
    !text("summary").contains("incomplete") && !text("next").contains("run the same request again")
}

/// Adds what was called.
fn with_calls(row: Row, meter: &Meter) -> Row {
    let azure = meter.of(Service::AzureDevOps);
    row.with(CALLS, azure.calls)
        .with(BYTES, azure.received)
        .with(SECRET_CALLS, meter.of(Service::SecretsManager).calls)
        .with(QUEUE_CALLS, meter.of(Service::Sqs).calls)
}

/// Names of figures.
pub const CALLS: &str = "calls of Azure DevOps";
/// See [`CALLS`].
pub const BYTES: &str = "bytes from Azure DevOps";
/// See [`CALLS`].
pub const SECRET_CALLS: &str = "calls of Secrets Manager";
/// See [`CALLS`].
pub const QUEUE_CALLS: &str = "calls of SQS";
/// See [`CALLS`].
pub const SECONDS: &str = "seconds";
/// See [`CALLS`].
pub const PASSES: &str = "passes";
/// 1 when nothing was left to do at the end.
pub const IS_LEVEL: &str = "done at the end (1) or not (0)";
/// See [`CALLS`].
pub const KILLED: &str = "killed at 300 s";
/// See [`CALLS`].
pub const CHECKPOINT: &str = "bytes of the largest checkpoint";
/// See [`CALLS`].
pub const LOST: &str = "events lost";
/// See [`CALLS`].
pub const REPEATED: &str = "messages sent twice";
/// See [`CALLS`].
pub const RUNS: &str = "runs";
/// See [`CALLS`].
pub const SUBSCRIPTIONS: &str = "subscriptions";
/// See [`CALLS`].
pub const DOUBLED: &str = "subscriptions twice";
/// See [`CALLS`].
pub const ANSWER: &str = "bytes of the answer";
/// See [`CALLS`].
pub const LINE: &str = "bytes of the longest log line";
