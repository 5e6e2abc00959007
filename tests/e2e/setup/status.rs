//! `status` finds each kind of fault and says how to fix it.

use hookpost_stand_in::rest::Status;
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, connect, expect_report, texts, with};

#[tokio::test]
async fn status_names_each_fault_and_connect_repairs_it() {
    let deployment = Deployment::open("status-faults").await;
    expect_report(deployment.invoke_setup(&with(connect(), "patExpiresOn", "2020-01-01")).await);
    let hooks: Vec<_> =
        deployment.azure.subscriptions(ORGANIZATION).into_iter().map(|hook| hook.id).collect();
    for (hook, status) in hooks.iter().zip([
        Status::OnProbation,
        Status::DisabledByUser,
        Status::DisabledBySystem,
        Status::DisabledByInactiveIdentity,
    ]) {
        deployment.azure.set_status(*hook, status);
    }
    deployment.azure.delete_subscription(hooks[4]);
    let report =
        expect_report(deployment.invoke_setup(&json!({"action": "status", "integration": "contoso"})).await);
    let remains = texts(&report["remains"]).join("\n");
    for expected in [
        "it is on probation, so events are being lost",
        "somebody disabled it",
        "Azure DevOps disabled it after too many failures",
        "its creator is no longer active",
        "is missing: run `connect` again",
    ] {
        assert!(remains.contains(expected), "{expected} is not in {remains}");
    }
    assert!(texts(&report["warnings"]).join("\n").contains("expire"), "{report}");
    deployment.connect().await;
    let report =
        expect_report(deployment.invoke_setup(&json!({"action": "status", "integration": "contoso"})).await);
    assert_eq!(report["summary"], "no problems found", "{report}");
    deployment.close().await;
}

#[tokio::test]
async fn status_names_settings_and_urls_changed_by_hand() {
    let deployment = Deployment::open("drift").await;
    deployment.connect().await;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    deployment.azure.edit_subscription(hooks[0].id, |inputs| {
        inputs.consumer_inputs.insert("resourceDetailsToSend".to_owned(), "minimal".to_owned());
    });
    deployment.azure.edit_subscription(hooks[1].id, |inputs| {
        inputs.consumer_inputs.insert(
            "url".to_owned(),
            "https://old.example.com/contoso/pull-request?version=01234567".to_owned(),
        );
    });
    let report =
        expect_report(deployment.invoke_setup(&json!({"action": "status", "integration": "contoso"})).await);
    let remains = texts(&report["remains"]).join("\n");
    for expected in [
        "its resource details to send should be `all` and is `minimal`",
        "it delivers to another address, https://old.example.com/",
        "git.pullrequest.created is missing",
    ] {
        assert!(remains.contains(expected), "{expected} is not in {remains}");
    }
    deployment.close().await;
}
