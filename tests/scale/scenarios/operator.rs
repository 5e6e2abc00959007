//! The actions of `setup` on many projects.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    ANSWER, DOUBLED, IS_LEVEL, KILLED, RUNS, Repeated, SECONDS, SUBSCRIPTIONS, repeat, teams, with_calls,
};
use crate::clock::after;
use crate::environment::{Environment, ORGANIZATION, connect};
use crate::lambda::Lambda;
use crate::row::Row;
use crate::throttle::Throttle;

/// The name of a figure: subscriptions that one run created although another run did, too, even if one of them was
/// deleted later.
pub const SUPERFLUOUS: &str = "subscriptions created twice";

/// The name of a scenario.
pub const BESIDE: &str = "connect, beside its own retries";

/// Most runs of one request.
const RUNS_MAX: u64 = 8;

/// The integration of all projects.
const ALL: &str = "all";

/// The life of one integration: connected, looked at, rotated, replayed, unlinked.
pub async fn life(projects: usize, latency: i64) -> Vec<Row> {
    let environment = Environment::new(projects, 10).await;
    environment.set_latency(latency);
    let mut setup = Lambda::new(&environment, "setup");
    let mut rows = Vec::new();
    let from = after(environment.now(), -3600).to_string();
    let requests = [
        ("connect", connect(ALL, &environment.names(0..projects))),
        ("status", json!({"action": "status", "integration": ALL})),
        ("repositories", json!({"action": "repositories", "integration": ALL})),
        ("rotate-password", json!({"action": "rotate-password", "integration": ALL})),
        ("replay", json!({"action": "replay", "integration": ALL, "from": from})),
        ("unlink", json!({"action": "unlink", "integration": ALL})),
    ];
    for (action, request) in requests {
        let repeated = repeat(&environment, &mut setup, &request, RUNS_MAX).await;
        rows.push(row(
            action,
            format!("{projects} projects, {latency} ms"),
            projects,
            &environment,
            &repeated,
        ));
        // The next day.
        environment.move_to(environment.now() + SignedDuration::from_hours(1));
    }
    rows
}

/// `connect` against Azure DevOps's limit.
pub async fn throttled(projects: usize, latency: i64) -> Row {
    let environment = Environment::new(projects, 10).await;
    environment.set_latency(latency);
    *environment.throttle() = Some(Throttle::default());
    let mut setup = Lambda::new(&environment, "setup");
    let repeated =
        repeat(&environment, &mut setup, &connect(ALL, &environment.names(0..projects)), RUNS_MAX).await;
    let size = format!("{projects} projects, {latency} ms");
    let refused = environment.throttle().as_ref().map_or(0, |throttle| throttle.refused);
    row("connect, throttled", size, projects, &environment, &repeated).with("calls refused with 429", refused)
}

/// `connect`, and the same request by the CLI's own retries after one and two minutes, as the first has not answered yet.
pub async fn beside_itself(projects: usize, latency: i64) -> Row {
    let environment = Environment::new(projects, 10).await;
    environment.set_latency(latency);
    let (request, began) = (connect(ALL, &environment.names(0..projects)), environment.now());
    let mut instances = [(); 3].map(|()| Lambda::new(&environment, "setup"));
    for (instance, seconds) in instances.iter_mut().zip([0, 60, 120]) {
        instance.prepare(after(began, seconds)).await;
    }
    let [first, second, third] = &mut instances;
    let (first, second, third) = tokio::join!(
        first.invoke_at(began, request.clone()),
        second.invoke_at(after(began, 60), request.clone()),
        third.invoke_at(after(began, 120), request.clone()),
    );
    for run in [&first, &second, &third] {
        environment.move_to(run.began + run.took);
    }
    let created = environment.take_meter().calls_of("POST hooks/subscriptions");
    // What the operator does who sees that it is not done.
    let mut repeated = repeat(&environment, &mut instances[0], &request, RUNS_MAX).await;
    repeated.runs += 3;
    let size = format!("{projects} projects, {latency} ms");
    row(BESIDE, size, projects, &environment, &repeated)
        .with(SUPERFLUOUS, created.saturating_sub(projects as u64 * 8))
}

/// `status` of all integrations of one organization.
pub async fn status_of_all(integrations: usize, projects_each: usize) -> Row {
    let environment = teams(integrations, projects_each, 10).await;
    let mut setup = Lambda::new(&environment, "setup");
    let repeated = repeat(&environment, &mut setup, &json!({"action": "status"}), 1).await;
    row(
        "status of all",
        format!("{integrations} integrations, {projects_each} projects each"),
        integrations,
        &environment,
        &repeated,
    )
}

fn row(
    action: &'static str,
    size: String,
    extent: usize,
    environment: &Arc<Environment>,
    repeated: &Repeated,
) -> Row {
    let answer = repeated.last.answer();
    let answer = if *answer == Value::Null { 0 } else { answer.to_string().len() as u64 };
    let (subscriptions, doubled) = subscriptions(environment);
    with_calls(Row::new(action, size, extent), &repeated.meter)
        .with(RUNS, repeated.runs)
        .with(KILLED, repeated.killed)
        .with(IS_LEVEL, repeated.is_done.into())
        .with(SECONDS, repeated.seconds)
        .with(ANSWER, answer)
        .with(SUBSCRIPTIONS, subscriptions)
        .with(DOUBLED, doubled)
        .with("KiB of memory", repeated.last.peak)
}

/// How many subscriptions there are, and how many of them do what another does.
fn subscriptions(environment: &Environment) -> (u64, u64) {
    let mut same: BTreeMap<String, u64> = BTreeMap::new();
    for hook in environment.azure.subscriptions(ORGANIZATION) {
        // The query has the version of the password, and what the inputs say.
        let url = hook.inputs.url().split('?').next().unwrap_or_default();
        let key = format!("{} {:?} {}", hook.inputs.event_type, hook.inputs.publisher_inputs, url);
        *same.entry(key).or_default() += 1;
    }
    let all = same.values().sum();
    (all, all - same.len() as u64)
}
