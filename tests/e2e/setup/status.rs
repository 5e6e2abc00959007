//! `status` finds each kind of fault and says how to fix it.

use hookpost_stand_in::rest::Status;

use crate::deployment::{Deployment, ORGANIZATION, connect, lines, with};

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
