//! `status` finds each kind of fault and says how to fix it.

use std::time::Duration;

use hookpost_stand_in::rest::Status;
use serde_json::json;

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, with};

#[tokio::test]
async fn status_names_each_fault_and_connect_repairs_it() {
    let deployment = Deployment::open("status-faults").await;
    deployment.run_setup(&with(connect(), "patExpiresOn", "2020-01-01")).await;
    let hooks: Vec<_> =
        deployment.azure.subscriptions(ORGANIZATION).into_iter().map(|hook| hook.id).collect();
    let statuses = [
        Status::OnProbation,
        Status::DisabledByUser,
        Status::DisabledBySystem,
        Status::DisabledByInactiveIdentity,
    ];
    for (hook, status) in hooks.iter().zip(statuses) {
        deployment.azure.set_status(*hook, status);
    }
    deployment.azure.delete_subscription(hooks[4]);
    for (hook, name, value) in [
        (hooks[5], "resourceDetailsToSend", "minimal"),
        (hooks[6], "url", "https://old.example.com/contoso/pull-request?version=01234567"),
    ] {
        deployment.azure.edit_subscription(hook, |inputs| {
            inputs.consumer_inputs.insert(name.to_owned(), value.to_owned());
        });
    }
    let report = deployment.status().await;
    let remains = lines(&report["remains"]);
    for expected in [
        "it is on probation, so events are being lost",
        "somebody disabled it",
        "Azure DevOps disabled it after too many failures",
        "its creator is no longer active",
        "is missing: run `connect` again",
        "its resource details to send should be `all` and is `minimal`",
        "it delivers to another address, https://old.example.com/",
    ] {
        assert!(remains.contains(expected), "{expected} is not in {remains}");
    }
    assert_eq!(remains.matches(" is missing").count(), 2, "{remains}");
    assert!(lines(&report["warnings"]).contains("expire"), "{report}");
    deployment.azure.delete_subscription(hooks[6]);
    deployment.connect().await;
    let report = deployment.status().await;
    assert_eq!(report["summary"], "no problems found", "{report}");
    deployment.close().await;
}

#[tokio::test]
async fn subscriptions_to_other_events_are_named_and_go_with_unlink() {
    let deployment = Deployment::open("status-others").await;
    deployment.connect().await;
    let body = json!({
        "publisherId": "tfs", "eventType": "workitem.created", "resourceVersion": "1.0", "consumerId": "webHooks",
        "consumerActionId": "httpRequest", "publisherInputs": {"projectId": ""},
        "consumerInputs": {"url": format!("{}/contoso/code-pushed", deployment.gateway.address())},
    });
    let made = deployment.azure.create_subscription(ORGANIZATION, &deployment.fixture.ada, &body);
    let report = deployment.status().await;
    let remains = lines(&report["remains"]);
    assert!(remains.contains("workitem.created") && remains.contains("is not forwarded"), "{remains}");

    let stalls = Some(Duration::from_millis(10));
    deployment.azure.configure(|behavior| behavior.unfiltered_list_stalls = stalls);
    let report = deployment.status().await;
    assert!(report["remains"].is_null(), "{report}");
    assert!(lines(&report["warnings"]).contains("other event types could not be listed"), "{report}");

    deployment.azure.configure(|behavior| behavior.unfiltered_list_stalls = None);
    deployment.run_setup(&action("unlink")).await;
    assert!(deployment.azure.subscription(made).is_none());
    deployment.close().await;
}
