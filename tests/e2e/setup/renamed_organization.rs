//! A renamed organization is moved by `connect`, without a gap and without a second set; `unlink` finishes without it.

use std::collections::BTreeSet;

use hookpost_stand_in::Uuid;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, with};
use crate::watched_deployment::{WatchedDeployment, messages};

const NEW_NAME: &str = "contoso-group";

fn rename(deployment: &mut Deployment) {
    deployment.azure.rename_organization(ORGANIZATION, NEW_NAME);
    NEW_NAME.clone_into(&mut deployment.organization);
}

fn connect_renamed() -> Value {
    with(connect(), "organizationUrl", format!("https://dev.azure.com/{NEW_NAME}"))
}

fn subscription_ids(deployment: &Deployment) -> BTreeSet<Uuid> {
    deployment.azure.subscriptions(&deployment.organization).into_iter().map(|hook| hook.id).collect()
}

/// Renames the organization of a connected integration, and connects again with this request. Events before, during and
/// after must come once.
async fn check_move(name: &str, request: &Value, has_old_config: bool) {
    let mut watched = WatchedDeployment::open(name).await;
    let before = subscription_ids(&watched.deployment);
    if has_old_config {
        watched.deployment.store_old_config(&["Shop"], None).await;
    }
    assert_eq!(watched.deployment.push("before").await, [Some(202)]);
    rename(&mut watched.deployment);
    assert_eq!(watched.deployment.push("between").await, [Some(202)], "the subscriptions go on");
    watched.fail_deliveries(&watched.deployment.push_notifications("missed")).await;
    let report = watched.run_pass().await;
    assert!(
        report["failure"].to_string().contains("Run `connect` with its new URL, or `unlink`"),
        "{report}"
    );
    let error = watched.deployment.invoke_setup(&action("status")).await.expect_err("renamed");
    assert_eq!(error.error_type, "OrganizationUnknown", "{}", error.message);

    let deployment = &watched.deployment;
    let report = deployment.run_setup(request).await;
    assert_eq!(report["integration"], "contoso", "{report}");
    assert!(lines(&report["done"]).contains("move `contoso` from https://dev.azure.com/contoso"), "{report}");
    assert_eq!(subscription_ids(deployment), before, "the same subscriptions");
    assert_eq!(deployment.push("after").await, [Some(202)]);
    let report = watched.run_pass().await;
    assert_eq!(report["failure"], Value::Null, "{report}");
    let events = watched.events().await;
    let mut found = messages(&events);
    found.sort_unstable();
    assert_eq!(found, ["after", "before", "between", "missed"], "{report}");
    let status = deployment.run_setup(&json!({"action": "status"})).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    let again = deployment.run_setup(request).await;
    assert!(again["done"].is_null(), "{again}");
    watched.close().await;
}

#[tokio::test]
async fn a_renamed_organization_is_moved_by_connect() {
    check_move("moved", &with(connect_renamed(), "integration", "contoso"), false).await;
}

#[tokio::test]
async fn connect_without_a_name_finds_the_integration() {
    check_move("moved-unnamed", &connect_renamed(), false).await;
}

#[tokio::test]
async fn an_old_config_is_recognized_by_its_subscriptions() {
    check_move("moved-old", &connect_renamed(), true).await;
}

#[tokio::test]
async fn unlink_finishes_when_the_organization_is_gone() {
    let mut deployment = Deployment::open("unlink-gone").await;
    deployment.connect().await;
    rename(&mut deployment);
    let report = deployment.run_setup(&action("unlink")).await;
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    let remains = lines(&report["remains"]);
    assert!(remains.contains("delete the subscriptions whose URL begins with http"), "{remains}");
    deployment.close().await;
}

#[tokio::test]
async fn unlink_without_the_organization_has_to_be_asked_for() {
    let deployment = Deployment::open("unlink-without").await;
    deployment.connect().await;
    deployment.azure.leave(ORGANIZATION, &deployment.fixture.ada);
    let error = deployment.invoke_setup(&action("unlink")).await.expect_err("the token is refused");
    assert!(error.message.contains("pass `withoutOrganization`: true"), "{}", error.message);
    assert_eq!(deployment.secrets("contoso").await, [true, true], "nothing is deleted");
    let request = with(action("unlink"), "withoutOrganization", true);
    let report = deployment.run_setup(&request).await;
    assert_eq!(deployment.secrets("contoso").await, [false, false]);
    assert!(lines(&report["remains"]).contains("the subscriptions were not deleted"), "{report}");
    deployment.close().await;
}
