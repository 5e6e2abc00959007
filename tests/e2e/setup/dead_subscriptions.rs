//! A subscription that Azure DevOps has disabled is replaced, whatever it answers to an attempt to enable it.

use futures_util::future::join_all;
use hookpost_stand_in::Uuid;
use hookpost_stand_in::rest::{ReEnable, Status};

use crate::deployment::{ORGANIZATION, now};
use crate::watched_deployment::{WatchedDeployment, messages};

const ANSWERS: [ReEnable; 6] = [
    ReEnable::Enabled,
    ReEnable::Ignored,
    ReEnable::Refused(400),
    ReEnable::Refused(403),
    ReEnable::Refused(404),
    ReEnable::Refused(500),
];

/// More passes than it takes until a subscription with a successor is deleted.
const PASSES_MAX: usize = 5;

/// The subscription to pushes is dead since a push that is in its log only, and another push was not raised.
async fn with_dead_subscription(name: &str, re_enable: ReEnable) -> (WatchedDeployment, Uuid) {
    let name = format!("{name}-{re_enable:?}").to_lowercase().replace(['(', ')'], "");
    let watched = WatchedDeployment::open(&name).await;
    let deployment = &watched.deployment;
    deployment.azure.configure(|behavior| behavior.re_enable = re_enable);
    watched.fail_push_delivery("failed").await;
    let dead = deployment.push_subscription().id;
    deployment.azure.set_status(dead, Status::DisabledBySystem);
    assert!(deployment.push_to(deployment.fixture.web, "not raised").is_empty());
    (watched, dead)
}

/// Checks that each event comes once, and that one subscription to pushes is left.
async fn check_replaced(watched: &WatchedDeployment, dead: Uuid, re_enable: ReEnable) {
    let deployment = &watched.deployment;
    deployment.azure.set_time(now());
    assert_eq!(deployment.push("afterwards").await.last(), Some(&Some(202)), "{re_enable:?}");
    for _ in 0..PASSES_MAX {
        let report = watched.run_pass().await;
        assert!(report["failure"].is_null(), "{re_enable:?}: {report}");
        if deployment.azure.subscriptions(ORGANIZATION).len() == 8 {
            break;
        }
    }
    let events = watched.events().await;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    assert_eq!(hooks.len(), 8, "{re_enable:?}");
    assert!(hooks.iter().all(|hook| hook.status == Status::Enabled), "{re_enable:?}");
    assert_eq!(
        deployment.azure.subscription(dead).is_some(),
        re_enable == ReEnable::Enabled,
        "{re_enable:?}"
    );
    let mut found = messages(&events);
    found.sort_unstable();
    assert_eq!((found.as_slice(), events.len()), (&["afterwards", "failed"][..], 3), "{re_enable:?}");
    let status = deployment.status().await;
    assert_eq!(status["summary"], "no problems found", "{re_enable:?}: {status}");
}

#[tokio::test]
async fn watch_replaces_a_dead_subscription_whatever_is_answered() {
    join_all(ANSWERS.map(async |re_enable| {
        let (watched, dead) = with_dead_subscription("re-enable-watch", re_enable).await;
        let report = watched.run_pass().await;
        assert_eq!(report["subscriptionsHealed"], 1, "{re_enable:?}: {report}");
        check_replaced(&watched, dead, re_enable).await;
        watched.close().await;
    }))
    .await;
}

#[tokio::test]
async fn connect_replaces_a_dead_subscription_whatever_is_answered() {
    join_all(ANSWERS.map(async |re_enable| {
        let (watched, dead) = with_dead_subscription("re-enable-connect", re_enable).await;
        watched.deployment.connect().await;
        check_replaced(&watched, dead, re_enable).await;
        watched.close().await;
    }))
    .await;
}
