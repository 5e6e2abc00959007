//! A project or a repository that is renamed goes on by itself, also where an older version stored its name only.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::deployment::{Deployment, ORGANIZATION, action, connect, lines, now, with};
use crate::watched_deployment::{WatchedDeployment, messages};

/// The form of the stored configuration.
#[derive(Clone, Copy, Debug)]
enum Form {
    Ids,
    /// As the first version stored it.
    Names,
}

const FORMS: [Form; 2] = [Form::Ids, Form::Names];

/// A project that was renamed after it was connected.
async fn with_renamed_project(name: &str, form: Form) -> WatchedDeployment {
    let watched = WatchedDeployment::open(&format!("{name}-{form:?}").to_lowercase()).await;
    let deployment = &watched.deployment;
    if let Form::Names = form {
        deployment.store_old_config(&["Shop"], None).await;
    }
    deployment.azure.rename_project(ORGANIZATION, deployment.fixture.shop, "Shop Reborn");
    watched
}

/// Checks that `status` finds no problem and says what was renamed.
async fn check_status(deployment: &Deployment, renamed: &str) {
    let status = deployment.status().await;
    assert_eq!(status["summary"], "no problems found", "{status}");
    assert!(lines(&status["warnings"]).contains(renamed), "{status}");
}

/// Checks that a pass brings in a push that failed, and finds nothing else to say.
async fn check_pass(watched: &WatchedDeployment) {
    watched.fail_push_delivery("missed").await;
    let report = watched.run_pass().await;
    assert_eq!((&report["failure"], &report["remains"]), (&Value::Null, &json!([])), "{report}");
    assert_eq!(messages(&watched.events().await), ["missed"]);
}

#[tokio::test]
async fn a_renamed_project_goes_on_in_watch_status_and_rotation() {
    join_all(FORMS.map(async |form| {
        let watched = with_renamed_project("renamed", form).await;
        let deployment = &watched.deployment;
        check_pass(&watched).await;
        check_status(deployment, "`Shop` is now `Shop Reborn`").await;
        deployment.run_setup(&action("rotate-password")).await;
        assert_eq!(deployment.push("rotated").await, [Some(202)], "{form:?}");
        let names = deployment.stored_config().await["names"].to_string();
        assert!(names.contains("Shop Reborn"), "{form:?}: the rotation stores the new name: {names}");
        let report = deployment.run_setup(&with(connect(), "projects", json!(["Shop Reborn"]))).await;
        assert!(!lines(&report["done"]).contains("git."), "{form:?}: no subscription changes: {report}");
        assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 8, "{form:?}");
        watched.close().await;
    }))
    .await;
}

#[tokio::test]
async fn secrets_manager_rotates_the_password_of_a_renamed_project() {
    join_all(FORMS.map(async |form| {
        let watched = with_renamed_project("renamed-own-rotation", form).await;
        let deployment = &watched.deployment;
        let secret = format!("{}/contoso/webhook", deployment.account.prefix);
        let token = "22222222-3333-4444-8555-666666666666";
        for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
            let request = json!({"Step": step, "SecretId": secret, "ClientRequestToken": token});
            deployment.run_setup(&request).await;
            assert_eq!(deployment.push(step).await, [Some(202)], "{form:?}: after {step}");
        }
        check_status(deployment, "`Shop` is now `Shop Reborn`").await;
        watched.close().await;
    }))
    .await;
}

#[tokio::test]
async fn a_renamed_repository_stays_the_filter() {
    join_all(FORMS.map(async |form| {
        let name = format!("renamed-filter-{form:?}").to_lowercase();
        let watched = WatchedDeployment::open_with(&name, now(), &with(connect(), "repository", "web")).await;
        let deployment = &watched.deployment;
        if let Form::Names = form {
            deployment.store_old_config(&["Shop"], Some("web")).await;
        }
        deployment.azure.rename_repository(ORGANIZATION, deployment.fixture.web, "storefront");
        check_pass(&watched).await;
        check_status(deployment, "`web` is now `storefront`").await;
        let report = deployment.run_setup(&with(connect(), "repository", "storefront")).await;
        assert!(!lines(&report["done"]).contains("git."), "{form:?}: no subscription changes: {report}");
        watched.close().await;
    }))
    .await;
}
