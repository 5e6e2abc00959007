//! One call that Azure DevOps refuses costs one item, in every loop of `setup` over several of them.

use hookpost_stand_in::rest::Fault;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, connect, texts};

fn request(action: &str) -> Value {
    json!({"action": action, "integration": "contoso"})
}

#[tokio::test]
async fn connect_passes_over_one_refused_step() {
    let deployment = Deployment::open("loop-connect").await;
    for (missing, fault) in
        [Fault::Status(403), Fault::Status(404), Fault::Status(500)].into_iter().enumerate()
    {
        deployment.azure.fail_next("POST hooks/subscriptions", fault.clone());
        if missing > 0 {
            let hook = deployment.azure.subscriptions(ORGANIZATION).remove(0);
            deployment.azure.delete_subscription(hook.id);
            let other = deployment.azure.subscriptions(ORGANIZATION).remove(0);
            deployment.azure.delete_subscription(other.id);
        }
        let report = deployment.connect().await;
        assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 7, "{fault:?}");
        assert!(report["summary"].as_str().is_some_and(|text| text.contains("incomplete")), "{report}");
        assert_eq!(texts(&report["remains"]).len(), 1, "{report}");
        let report = deployment.connect().await;
        assert!(report["remains"].is_null(), "{report}");
        assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    }
    assert_eq!(deployment.push("complete").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn a_rotation_waits_for_the_subscription_that_was_refused() {
    let deployment = Deployment::open("loop-rotate").await;
    deployment.connect().await;
    deployment.azure.fail_next("PUT hooks/subscriptions/{id}", Fault::Status(403));
    let error = deployment.invoke_setup(&request("rotate-password")).await.expect_err("one is left");
    assert_eq!(error.error_type, "PermissionMissing", "{}", error.message);
    assert!(error.message.contains("stays pending"), "{}", error.message);
    assert_eq!(deployment.push("in between").await, [Some(202)]);
    deployment.run_setup(&request("rotate-password")).await;
    assert_eq!(deployment.push("afterwards").await, [Some(202)]);
    let status = deployment.run_setup(&request("status")).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.close().await;
}

#[tokio::test]
async fn status_and_replay_pass_over_one_refused_log() {
    let deployment = Deployment::open("loop-logs").await;
    deployment.connect().await;
    let query = "POST hooks/notificationsquery";
    // The query for all subscriptions, and that for the first of them.
    deployment.azure.fail_next(query, Fault::Status(403));
    deployment.azure.fail_next(query, Fault::Status(403));
    let mut verbose = request("status");
    verbose["verbose"] = true.into();
    let report = deployment.run_setup(&verbose).await;
    let counted = |subscription: &&Value| !subscription["succeededLastDays"].is_null();
    let subscriptions = report["integrations"]["contoso"]["subscriptions"].as_array().expect("a list");
    // Two have had a test delivery, and one of these is refused.
    assert_eq!((subscriptions.len(), subscriptions.iter().filter(counted).count()), (8, 1), "{report}");
    assert_eq!(texts(&report["remains"]).len(), 1, "{report}");

    let mut replay = request("replay");
    replay["from"] = "2026-01-01T00:00:00Z".into();
    deployment.azure.fail_next(query, Fault::Status(403));
    deployment.azure.fail_next(query, Fault::Status(403));
    let report = deployment.run_setup(&replay).await;
    assert_eq!(texts(&report["remains"]).len(), 1, "{report}");
    deployment.close().await;
}

#[tokio::test]
async fn unlink_keeps_the_secrets_while_a_subscription_is_left() {
    let deployment = Deployment::open("loop-unlink").await;
    deployment.connect().await;
    deployment.azure.fail_next("DELETE hooks/subscriptions/{id}", Fault::Status(500));
    let report = deployment.run_setup(&request("unlink")).await;
    assert!(report["summary"].as_str().is_some_and(|text| text.contains("not unlinked yet")), "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 1);
    assert_eq!(deployment.secrets("contoso").await, [true, true]);
    deployment.run_setup(&request("unlink")).await;
    assert!(deployment.azure.subscriptions(ORGANIZATION).is_empty());
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    deployment.close().await;
}

#[tokio::test]
async fn a_test_delivery_that_cannot_be_sent_is_sent_through_another() {
    let deployment = Deployment::open("loop-tests").await;
    deployment.connect().await;
    // The one for pushes has no other subscription; that for pull requests has.
    deployment.azure.fail_next("POST hooks/testnotifications", Fault::Status(500));
    let report = deployment.run_setup(&connect()).await;
    let checked = texts(&report["checked"]).join("\n");
    assert!(checked.contains("to the `pull-request` endpoint came through"), "{checked}");
    assert_eq!(texts(&report["remains"]).len(), 1, "{report}");
    deployment.close().await;
}
