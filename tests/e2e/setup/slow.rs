//! Slow is not down: late answers are waited for, and what a call without an answer did is found out.

use std::time::Duration;

use hookpost_harness::function::InvokeError;
use hookpost_harness::runtime_api::Invocation;
use hookpost_stand_in::rest::Fault;
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, with};
use crate::watched_deployment::WatchedDeployment;

const CREATE: &str = "POST hooks/subscriptions";
const LIST: &str = "GET hooks/subscriptions";

/// Longer than the client used to wait.
const LATE: Duration = Duration::from_millis(10_500);

#[tokio::test]
async fn a_late_answer_is_waited_for() {
    let deployment = Deployment::open("slow-answer").await;
    deployment.azure.fail_next(CREATE, Fault::Delayed(LATE));
    let report = deployment.connect().await;
    assert!(report["remains"].is_null(), "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    deployment.close().await;
}

#[tokio::test]
async fn what_was_created_without_an_answer_is_not_created_again() {
    let watched = WatchedDeployment::open("slow-create").await;
    let deployment = &watched.deployment;
    let delete_two = || {
        for hook in deployment.azure.subscriptions(ORGANIZATION).into_iter().take(2) {
            deployment.azure.delete_subscription(hook.id);
        }
    };
    delete_two();
    deployment.azure.fail_next(CREATE, Fault::StallAfter(Duration::from_millis(200)));
    let report = deployment.connect().await;
    assert!(report["remains"].is_null(), "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    delete_two();
    deployment.azure.fail_next(CREATE, Fault::StallAfter(Duration::from_millis(200)));
    let report = watched.run_pass().await;
    assert_eq!((&report["subscriptionsHealed"], &report["remains"]), (&json!(2), &json!([])), "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("once").await, [Some(202)]);
    watched.close().await;
}

#[tokio::test]
async fn a_call_longer_than_the_function_is_named_and_the_next_run_goes_on() {
    let deployment = Deployment::open("slow-end").await;
    deployment.azure.fail_next(CREATE, Fault::StallAfter(Duration::from_secs(60)));
    // The last 20 seconds of it are left to end the run, so it has time for one call.
    let hurried = Invocation { event: connect(), timeout: Duration::from_secs(25) };
    match deployment.setup.invoke_with(hurried).await {
        Err(InvokeError::Reported(error)) => {
            assert!(
                error.message.contains("7 are left: the time of the function is over"),
                "{}",
                error.message
            );
        }
        other => panic!("it answers in time: {other:?}"),
    }
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 1, "it had its effect");
    deployment.connect().await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("once").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn an_unfiltered_list_that_never_comes_is_a_warning_where_it_is_asked_for() {
    let watched = WatchedDeployment::open("slow-list").await;
    let deployment = &watched.deployment;
    deployment.azure.configure(|behavior| behavior.unfiltered_list_stalls = Some(Duration::ZERO));
    deployment.azure.forget_calls();
    watched.fail_push_delivery("missed").await;
    let report = watched.run_pass().await;
    assert_eq!((&report["subscriptionsHealed"], &report["remains"]), (&json!(1), &json!([])), "{report}");
    deployment.connect().await;
    deployment.run_setup(&with(action("replay"), "from", "2026-01-01T00:00:00Z")).await;
    let calls = deployment.azure.calls();
    let mut lists = calls.iter().filter(|call| call.operation == LIST).peekable();
    assert!(lists.peek().is_some());
    assert!(lists.all(|call| call.status == Some(200)), "{calls:?}");
    for request in [action("status"), action("unlink")] {
        let report = deployment.run_setup(&request).await;
        assert!(lines(&report["warnings"]).contains("other event types could not be listed"), "{report}");
    }
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    watched.close().await;
}
