//! Deliveries of many integrations to cold instances.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use hookpost_harness::api_gateway::{ApiRequest, ApiResponse};
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::rest::TRANSIENT_RETRY_DELAYS;
use hookpost_stand_in::{Notification, Timestamp};
use jiff::SignedDuration;

use super::{SECRET_CALLS, teams};
use crate::environment::ORGANIZATION;
use crate::lambda::{End, Lambda};
use crate::meter::Service;
use crate::row::Row;

/// The name of the scenario.
pub const SCENARIO: &str = "deliveries to cold receivers";

/// The load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Integrations, which take turns.
    pub integrations: usize,
    /// Instances, all cold. The next delivery goes to the one that is free first.
    pub instances: usize,
    /// Deliveries in a second.
    pub rate: u32,
    /// How long, in seconds.
    pub seconds: u32,
}

/// Deliveries at a rate. What is answered with 503 is retried as Azure DevOps does.
pub async fn run(load: Load) -> Row {
    let environment = teams(load.integrations, 1, 1).await;
    let began = environment.now() + SignedDuration::from_hours(1);
    let notifications: Vec<Notification> =
        (0..load.integrations).flat_map(|nth| environment.push(began, nth)).collect();
    assert_eq!(notifications.len(), load.integrations, "one subscription matches each push");
    let passwords: BTreeMap<_, _> = environment
        .azure
        .subscriptions(ORGANIZATION)
        .into_iter()
        .filter_map(|hook| Some((hook.id, hook.inputs.password()?.to_owned())))
        .collect();
    let mut instances: Vec<(Timestamp, Lambda)> =
        (0..load.instances).map(|_| (began, Lambda::new(&environment, "code-pushed"))).collect();
    let mut due: BinaryHeap<Reverse<(Timestamp, usize, u32)>> = BinaryHeap::new();
    let all = (load.rate * load.seconds) as usize;
    for nth in 0..all {
        let wait = SignedDuration::from_secs(1) * i32::try_from(nth).unwrap_or(i32::MAX)
            / i32::try_from(load.rate).unwrap_or(1);
        due.push(Reverse((began + wait, nth, 1)));
    }
    environment.take_meter();
    let (mut busy, mut given_up, mut waits) = (0, 0, Vec::new());
    while let Some(Reverse((at, nth, attempt))) = due.pop() {
        let notification = &notifications[nth % notifications.len()];
        let password = &passwords[&notification.subscription_id];
        let event = ApiRequest::of(&Delivery::attempt(notification, password, attempt)).event();
        let (free, instance) = instances.iter_mut().min_by_key(|(free, _)| *free).expect("an instance");
        let run = instance.invoke_at(at.max(*free), event).await;
        *free = run.began + run.took;
        let status = match &run.end {
            End::Answered(answer) => ApiResponse::of(answer).status,
            End::Failed(_) | End::Killed => 503,
        };
        if status == 202 {
            let first = began
                + SignedDuration::from_secs(1) * i32::try_from(nth).unwrap_or(i32::MAX)
                    / i32::try_from(load.rate).unwrap_or(1);
            waits.push((run.began + run.took).duration_since(first).as_millis());
            continue;
        }
        busy += 1;
        let delay = usize::try_from(attempt).ok().and_then(|nth| TRANSIENT_RETRY_DELAYS.get(nth - 1));
        match delay.filter(|_| status == 503) {
            Some(delay) => due.push(Reverse((run.began + run.took + *delay, nth, attempt + 1))),
            None => given_up += 1,
        }
    }
    waits.sort_unstable();
    let percentile = |hundredths: usize| {
        let wait = waits.get(waits.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
        u64::try_from(wait).unwrap_or_default()
    };
    let size = format!(
        "{} integrations, {} instances, {}/s for {} s",
        load.integrations, load.instances, load.rate, load.seconds
    );
    Row::new(SCENARIO, size, load.integrations)
        .with("deliveries", all as u64)
        .with(REFUSED, busy)
        .with(GIVEN_UP, given_up)
        .with("p50 in ms", percentile(50))
        .with("p99 in ms", percentile(99))
        .with(SECRET_CALLS, environment.take_meter().of(Service::SecretsManager).calls)
}

/// Names of figures.
pub const REFUSED: &str = "answers other than 202";
/// See [`REFUSED`].
pub const GIVEN_UP: &str = "deliveries given up";
