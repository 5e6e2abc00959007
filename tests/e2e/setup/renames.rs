//! What an integration is connected to: by ids, once, and in every form that an operator may write.

use serde_json::json;

use crate::deployment::{Deployment, MAIN, ORGANIZATION, connect, texts, with};
use crate::watched_deployment::WatchedDeployment;

fn shop_id(deployment: &Deployment) -> String {
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    hooks[0].inputs.publisher_inputs["projectId"].clone()
}

#[tokio::test]
async fn the_same_project_by_name_and_id_is_one_set() {
    let deployment = Deployment::open("named-twice").await;
    deployment.connect().await;
    let id = shop_id(&deployment);
    let twice = with(connect(), "projects", json!(["Shop", "SHOP", id.to_uppercase()]));
    let report = deployment.run_setup(&twice).await;
    assert!(report["done"].is_null(), "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("once").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn widening_to_all_retires_the_projects_set() {
    let deployment = Deployment::open("widened").await;
    deployment.connect().await;
    let all = with(connect(), "projects", json!(["Shop", "all"]));
    let planned = deployment.run_setup(&with(all.clone(), "dryRun", true)).await;
    let planned = texts(&planned["planned"]);
    assert_eq!(planned.len(), 16);
    assert!(planned[0].starts_with("create: git.push of the whole organization"), "{planned:?}");
    assert!(planned[8].starts_with("delete: git.push of project"), "{planned:?}");
    deployment.run_setup(&all).await;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    assert_eq!(hooks.len(), 8);
    assert!(hooks.iter().all(|hook| !hook.inputs.publisher_inputs.contains_key("projectId")));
    assert_eq!(deployment.push("once").await, [Some(202)]);
    deployment.close().await;
}

#[tokio::test]
async fn a_set_with_a_failed_delivery_is_retired_by_watch() {
    let watched = WatchedDeployment::open("widened-late").await;
    watched.fail_push_delivery("missed by the project's set").await;
    let deployment = &watched.deployment;
    let all = with(connect(), "projects", "all");
    let report = deployment.run_setup(&all).await;
    let left = texts(&report["remains"]).join("\n");
    assert!(left.contains("`watch` does this when it has read its log"), "{left}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 9);
    watched.run_pass().await;
    assert_eq!(deployment.account.events().await.len(), 1, "the event is in the log of the retired one");
    while deployment.azure.subscriptions(ORGANIZATION).len() > 8 {
        watched.run_pass().await;
    }
    watched.close().await;
}

#[tokio::test]
async fn a_branch_is_a_filter_in_either_form() {
    let deployment = Deployment::open("branch-forms").await;
    for branch in ["main", MAIN] {
        deployment.run_setup(&with(connect(), "branch", branch)).await;
        let hooks = deployment.azure.subscriptions(ORGANIZATION);
        let branches: Vec<_> =
            hooks.iter().map(|hook| hook.inputs.publisher_inputs["branch"].as_str()).collect();
        assert_eq!(branches, ["main"; 8]);
    }
    // A full ref may match no branch, so a filter that somebody wrote so is corrected.
    let hook = deployment.azure.subscriptions(ORGANIZATION).remove(0);
    deployment.azure.edit_subscription(hook.id, |inputs| {
        inputs.publisher_inputs.insert("branch".to_owned(), MAIN.to_owned());
    });
    let report = deployment.run_setup(&with(connect(), "branch", "main")).await;
    assert_eq!(texts(&report["done"]).len(), 1, "{report}");
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    assert_eq!(deployment.push("on main").await, [Some(202)]);
    for wrong in ["release/*", "refs/tags/v1"] {
        let error = deployment.invoke_setup(&with(connect(), "branch", wrong)).await.expect_err("refused");
        assert_eq!(error.error_type, "BadRequest");
        assert!(error.message.contains("`branch` must be"), "{}", error.message);
    }
    deployment.close().await;
}

#[tokio::test]
async fn an_unfiltered_subscription_comes_and_goes_with_the_request() {
    let deployment = Deployment::open("unfiltered").await;
    deployment.run_setup(&with(connect(), "unfiltered", true)).await;
    let hooks = deployment.azure.subscriptions(ORGANIZATION);
    assert_eq!(hooks.len(), 9);
    let ninth = hooks.iter().find(|hook| hook.inputs.consumer_inputs["url"].contains("?change=any&"));
    let ninth = ninth.expect("the unfiltered one");
    assert_eq!(ninth.inputs.event_type, "git.pullrequest.updated");
    assert!(!ninth.inputs.publisher_inputs.contains_key("notificationType"));
    let status = deployment.run_setup(&json!({"action": "status"})).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    deployment.connect().await;
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    deployment.close().await;
}

#[tokio::test]
async fn a_config_with_names_is_read_and_gets_ids() {
    let watched = WatchedDeployment::open("names").await;
    let deployment = &watched.deployment;
    let id = shop_id(deployment);
    let with_ids = deployment.stored_config().await;
    assert_eq!(with_ids["projects"], json!([id]));
    assert_eq!(with_ids["names"], json!({id: "Shop"}));
    assert!(with_ids["organizationId"].is_string());
    deployment.store_old_config(&["shop"], None).await;
    let status = deployment.run_setup(&json!({"action": "status"})).await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    assert!(watched.run_pass().await["failure"].is_null());
    let rotate = json!({"action": "rotate-password", "integration": "contoso"});
    deployment.run_setup(&rotate).await;
    let renewed = deployment.stored_config().await;
    assert_eq!((&renewed["projects"], &renewed["names"]), (&with_ids["projects"], &with_ids["names"]));
    assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8);
    watched.close().await;
}
