//! Projects, repositories and organizations that are renamed, deleted or hidden.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::setup::error::ErrorCode;
use serde_json::{Value, json};

use crate::deployment::{Deployment, LAB, SHOP, URL, WEB, connect, lines, with};

const NEW_URL: &str = "https://dev.azure.com/northpeak-group";

/// What the first version stored: names as the operator typed them.
fn old_config(fields: &str) -> String {
    format!(
        r#"{{"version":1,"organizationUrl":"{URL}","pat":"a0token","webhookBaseUrl":"https://hooks.example/v1",{fields}}}"#
    )
}

fn status() -> Value {
    json!({"action": "status", "integration": "northpeak"})
}

fn rotate() -> Value {
    json!({"action": "rotate-password", "integration": "northpeak"})
}

fn rename_organization(deployment: &Deployment) {
    NEW_URL.clone_into(&mut deployment.azure.state().url);
}

#[test]
fn a_renamed_project_goes_on_in_watch_status_and_rotation() {
    for is_old in [false, true] {
        let deployment = Deployment::new();
        deployment.connect(&json!(["shop"]));
        if is_old {
            deployment.secrets.overwrite("northpeak", &old_config(r#""projects":["Shop"]"#));
        }
        deployment.azure.rename_project(SHOP, "Store");
        let watched = deployment.watch();
        assert_eq!((watched.failure, watched.remains), (None, Vec::new()));
        let report = deployment.report(&status());
        assert_eq!(lines(&report["remains"]), "");
        assert!(lines(&report["warnings"]).contains("`Shop` is now `Store`"), "{report}");
        assert_eq!(report["integrations"]["northpeak"]["subscriptions"][0]["project"], "Store");
        let report = deployment.report(&rotate());
        assert_eq!(report["done"].as_array().map(Vec::len), Some(10), "{report}");
        // The rotation has stored the present name.
        let report = deployment.report(&status());
        assert_eq!(report["summary"], "no problems found");
        assert!(!lines(&report["warnings"]).contains("Store"), "{report}");
        assert_eq!(deployment.azure.subscriptions().len(), 8);
    }
}

#[test]
fn a_rotation_by_secrets_manager_follows_a_renamed_project() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    deployment.azure.rename_project(SHOP, "Store");
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
        deployment.report(&json!({
            "Step": step, "SecretId": "hookpost/northpeak/webhook",
            "ClientRequestToken": "7e7e7e7e-0000-4000-8000-000000000007",
        }));
    }
    let urls = deployment.azure.subscriptions();
    assert!(urls.iter().all(|(_, url)| url.ends_with("version=7e7e7e7e")), "{urls:?}");
}

#[test]
fn a_deleted_project_is_named_and_the_others_are_looked_after() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop", "Lab"]));
    deployment.azure.delete_project(LAB);
    // A subscription of the project that is left is lost.
    deployment.azure.state().subscriptions.remove(0);
    let watched = deployment.watch();
    assert_eq!(watched.failure, None);
    assert_eq!(watched.healed, 1);
    assert!(watched.remains.iter().any(|problem| problem.contains("no project `Lab`")), "{watched:?}");
    let report = deployment.report(&status());
    assert!(lines(&report["remains"]).contains("no project `Lab`"), "{report}");
    assert_eq!(report["remains"].as_array().map(Vec::len), Some(1), "its subscriptions are no problem");
    deployment.report(&rotate());
    let report = deployment.connect(&json!(["Shop", "Lab"]));
    assert!(lines(&report["remains"]).contains("no project `Lab`"), "{report}");
    assert_eq!(deployment.azure.subscriptions().len(), 16, "nothing of it is deleted");
}

#[test]
fn a_project_that_the_token_cannot_ask_for_is_looked_after() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop", "Lab"]));
    // Without repositories and without the scope, nothing shows the project.
    deployment.azure.state().may_read_projects = false;
    deployment.azure.state().repositories.truncate(1);
    let report = deployment.report(&status());
    assert_eq!(report["summary"], "no problems found", "{report}");
}

#[test]
fn connect_with_the_former_name_keeps_the_project() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    deployment.azure.rename_project(SHOP, "Store");
    let report = deployment.connect(&json!(["Shop"]));
    assert!(lines(&report["warnings"]).contains("`Shop` is now `Store`"), "{report}");
    assert_eq!(deployment.azure.subscriptions().len(), 8);
    let error = deployment.run(&connect(&json!(["Shop", "Shpo"]))).expect_err("mistyped");
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("`Shpo`"), "{error}");
}

#[test]
fn a_renamed_repository_filter_is_followed_and_a_deleted_one_not_widened() {
    for is_old in [false, true] {
        let deployment = Deployment::new();
        deployment.report(&with(connect(&json!(["Shop"])), "repository", "web"));
        if is_old {
            let fields = r#""projects":["Shop"],"repository":"web""#;
            deployment.secrets.overwrite("northpeak", &old_config(fields));
        }
        "frontend".clone_into(&mut deployment.azure.state().repositories[0][1]);
        let report = deployment.report(&status());
        assert_eq!(lines(&report["remains"]), "");
        assert!(lines(&report["warnings"]).contains("`web` is now `frontend`"), "{report}");
        deployment.azure.state().repositories.remove(0);
        let watched = deployment.watch();
        assert!(watched.remains[0].contains("no repository `web`"), "{watched:?}");
        assert_eq!(watched.failure, None);
        let state = deployment.azure.state();
        assert_eq!(state.subscriptions.len(), 8);
        assert!(state.subscriptions.iter().all(|existing| existing.repository_id.as_deref() == Some(WEB)));
    }
}

#[test]
fn a_renamed_organization_is_moved_by_connect() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    let before = deployment.azure.subscriptions();
    rename_organization(&deployment);
    let failure = deployment.watch().failure.expect("nothing answers at the old URL");
    assert_eq!(failure.code(), ErrorCode::OrganizationUnknown);
    assert!(failure.message().contains("Run `connect` with its new URL"), "{failure}");
    let moving = with(connect(&json!(["Shop"])), "organizationUrl", NEW_URL);
    let planned = deployment.report(&with(moving.clone(), "dryRun", true));
    assert_eq!(planned["planned"].as_array().map(Vec::len), Some(1), "{planned}");
    let report = deployment.report(&moving);
    assert!(lines(&report["done"]).contains(&format!("from {URL} to {NEW_URL}")), "{report}");
    assert_eq!(deployment.azure.subscriptions(), before);
    assert_eq!(deployment.watch().failure, None);
}

#[test]
fn connect_without_a_name_finds_the_integration() {
    for is_old in [false, true] {
        let deployment = Deployment::new();
        deployment.connect(&json!(["Shop"]));
        if is_old {
            deployment.secrets.overwrite("northpeak", &old_config(r#""projects":["Shop"]"#));
        }
        rename_organization(&deployment);
        let mut moving = with(connect(&json!(["Shop"])), "organizationUrl", NEW_URL);
        moving.as_object_mut().expect("an object").remove("integration");
        let report = deployment.report(&moving);
        assert_eq!(report["integration"], "northpeak");
        assert_eq!(deployment.secrets.integrations(), ["northpeak"]);
        assert_eq!(deployment.azure.subscriptions().len(), 8);
    }
}

#[test]
fn of_two_integrations_the_one_with_the_organizations_name_is_moved() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    deployment.report(&with(connect(&json!(["Shop"])), "integration", "trial"));
    rename_organization(&deployment);
    let mut moving = with(connect(&json!(["Shop"])), "organizationUrl", NEW_URL);
    moving.as_object_mut().expect("an object").remove("integration");
    assert_eq!(deployment.report(&moving)["integration"], "northpeak");
    assert_eq!(deployment.report(&moving)["integration"], "trial", "it is left to be moved");
}

#[test]
fn another_organization_cannot_take_the_name() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    rename_organization(&deployment);
    "0c0a0000-0000-4000-8000-000000000002".clone_into(&mut deployment.azure.state().id);
    let taking = with(connect(&json!(["Shop"])), "organizationUrl", NEW_URL);
    let error = deployment.run(&taking).expect_err("the name is taken");
    assert_eq!(error.code(), ErrorCode::IntegrationTaken);
    assert!(deployment.secrets.stored("northpeak").contains(URL));
}

#[test]
fn another_organization_at_the_url_is_not_touched() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    "0c0a0000-0000-4000-8000-000000000002".clone_into(&mut deployment.azure.state().id);
    deployment.azure.state().subscriptions.clear();
    let failure = deployment.watch().failure.expect("it is another organization");
    assert!(failure.message().contains("another organization is now at"), "{failure}");
    assert!(deployment.azure.subscriptions().is_empty());
}

#[test]
fn unlink_finishes_without_the_organization() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    rename_organization(&deployment);
    let report = deployment.report(&json!({"action": "unlink", "integration": "northpeak"}));
    assert!(
        lines(&report["remains"]).contains("begins with https://hooks.example/v1/northpeak/"),
        "{report}"
    );
    assert!(deployment.secrets.integrations().is_empty());
}

#[test]
fn unlink_leaves_subscriptions_behind_on_request_only() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    let refused = RestError::Unauthorized { message: String::new() };
    deployment.azure.state().failures.insert("connection".to_owned(), refused);
    let unlink = json!({"action": "unlink", "integration": "northpeak"});
    let error = deployment.run(&unlink).expect_err("the token is refused");
    assert_eq!(error.code(), ErrorCode::TokenRefused);
    assert!(error.message().contains("`withoutOrganization`: true"), "{error}");
    assert_eq!(deployment.secrets.integrations(), ["northpeak"]);
    let report = deployment.report(&with(unlink, "withoutOrganization", true));
    assert!(lines(&report["remains"]).contains("were not deleted"), "{report}");
    assert!(deployment.secrets.integrations().is_empty());
}

#[test]
fn unlink_on_request_deletes_what_it_can() {
    let deployment = Deployment::new();
    deployment.connect(&json!(["Shop"]));
    let unlink = json!({"action": "unlink", "integration": "northpeak", "withoutOrganization": true});
    let report = deployment.report(&unlink);
    assert_eq!(deployment.azure.subscriptions(), []);
    assert!(!lines(&report["remains"]).contains("were not deleted"), "{report}");
}
