//! Projects, repositories and organizations that are renamed, deleted or hidden.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::error::ErrorCode;
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP, URL, repository_id};
use crate::fakes::secrets::INTEGRATION;
use crate::fixture::{BASE, Fixture, TOKEN, connect, lines, request, with};

const NEW_URL: &str = "https://dev.azure.com/northpeak-group";

/// The id of another organization.
const OTHER: &str = "0c0a0000-0000-4000-8000-000000000002";

/// What the first version stored: names as the operator typed them.
fn old_config(fields: &str) -> String {
    format!(r#"{{"version":1,"organizationUrl":"{URL}","pat":"{TOKEN}","webhookBaseUrl":"{BASE}",{fields}}}"#)
}

fn status() -> Value {
    request("status")
}

fn rotate() -> Value {
    request("rotate-password")
}

/// The request that connects the project Shop.
fn connect_shop() -> Value {
    with(connect(), "projects", json!(["Shop"]))
}

/// The same, after the organization was renamed.
fn moving() -> Value {
    with(connect_shop(), "organizationUrl", NEW_URL)
}

/// The organization answers at its new URL only.
fn rename_organization(fixture: &Fixture) {
    let mut organization = fixture.azure.lock();
    let id = organization.urls.remove(URL).expect("it had the URL");
    organization.urls.insert(NEW_URL.to_owned(), id);
}

#[test]
fn a_renamed_project_goes_on_in_watch_status_and_rotation() {
    for is_old in [false, true] {
        let fixture = Fixture::new();
        fixture.connect(&json!(["shop"]));
        if is_old {
            fixture.secrets.overwrite(&old_config(r#""projects":["Shop"]"#));
        }
        fixture.azure.lock().rename_project(SHOP, "Store");
        let watched = fixture.watch();
        assert_eq!((watched.failure, watched.remains), (None, Vec::new()));
        let report = fixture.report(&with(status(), "verbose", true));
        assert_eq!(lines(&report["remains"]), "");
        assert!(lines(&report["warnings"]).contains("`Shop` is now `Store`"), "{report}");
        assert_eq!(report["integrations"]["northpeak"]["subscriptions"][0]["project"], "Store");
        let report = fixture.report(&rotate());
        assert_eq!(report["done"].as_array().map(Vec::len), Some(10), "{report}");
        // The rotation has stored the present name.
        let report = fixture.report(&status());
        assert_eq!(report["summary"], "no problems found");
        assert!(!lines(&report["warnings"]).contains("Store"), "{report}");
        assert_eq!(fixture.azure.subscriptions().len(), 8);
    }
}

#[test]
fn a_rotation_by_secrets_manager_follows_a_renamed_project() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    fixture.azure.lock().rename_project(SHOP, "Store");
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
        fixture.report(&json!({
            "Step": step, "SecretId": "hookpost/northpeak/webhook",
            "ClientRequestToken": "7e7e7e7e-0000-4000-8000-000000000007",
        }));
    }
    let urls = fixture.azure.subscriptions();
    assert!(urls.iter().all(|(_, url)| url.ends_with("version=7e7e7e7e")), "{urls:?}");
}

#[test]
fn a_deleted_project_is_named_and_the_others_are_looked_after() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop", "Lab"]));
    fixture.azure.lock().delete_project(LAB);
    // A subscription of the project that is left is lost.
    fixture.azure.lock().subscriptions.remove(0);
    let watched = fixture.watch();
    assert_eq!(watched.failure, None);
    assert_eq!(watched.healed, 1);
    assert!(watched.remains.iter().any(|problem| problem.contains("no project `Lab`")), "{watched:?}");
    let report = fixture.report(&status());
    assert!(lines(&report["remains"]).contains("no project `Lab`"), "{report}");
    assert_eq!(report["remains"].as_array().map(Vec::len), Some(1), "its subscriptions are no problem");
    fixture.report(&rotate());
    let report = fixture.connect(&json!(["Shop", "Lab"]));
    assert!(lines(&report["remains"]).contains("no project `Lab`"), "{report}");
    assert_eq!(fixture.azure.subscriptions().len(), 16, "nothing of it is deleted");
}

#[test]
fn a_project_that_the_token_cannot_ask_for_is_looked_after() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop", "Lab"]));
    // Without repositories and without the scope, nothing shows the project.
    fixture.azure.lock().may_read_projects = false;
    fixture.azure.lock().repositories.truncate(1);
    let report = fixture.report(&status());
    assert_eq!(report["summary"], "no problems found", "{report}");
}

#[test]
fn connect_with_the_former_name_keeps_the_project() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    fixture.azure.lock().rename_project(SHOP, "Store");
    let report = fixture.connect(&json!(["Shop"]));
    assert!(lines(&report["warnings"]).contains("`Shop` is now `Store`"), "{report}");
    assert_eq!(fixture.azure.subscriptions().len(), 8);
    let error = fixture.error(&with(connect(), "projects", json!(["Shop", "Shpo"])));
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("`Shpo`"), "{error}");
}

#[test]
fn a_renamed_repository_filter_is_followed_and_a_deleted_one_not_widened() {
    for is_old in [false, true] {
        let fixture = Fixture::new();
        fixture.report(&with(connect_shop(), "repository", "web"));
        if is_old {
            let fields = r#""projects":["Shop"],"repository":"web""#;
            fixture.secrets.overwrite(&old_config(fields));
        }
        "frontend".clone_into(&mut fixture.azure.lock().repositories[0].name);
        let report = fixture.report(&status());
        assert_eq!(lines(&report["remains"]), "");
        assert!(lines(&report["warnings"]).contains("`web` is now `frontend`"), "{report}");
        fixture.azure.lock().repositories.remove(0);
        let watched = fixture.watch();
        assert!(watched.remains[0].contains("no repository `web`"), "{watched:?}");
        assert_eq!(watched.failure, None);
        let organization = fixture.azure.lock();
        assert_eq!(organization.subscriptions.len(), 8);
        let web = Some(repository_id("web"));
        assert!(organization.subscriptions.iter().all(|existing| existing.repository_id == web));
    }
}

#[test]
fn a_renamed_organization_is_moved_by_connect() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let before = fixture.azure.subscriptions();
    rename_organization(&fixture);
    let failure = fixture.watch().failure.expect("nothing answers at the old URL");
    assert_eq!(failure.code(), ErrorCode::OrganizationUnknown);
    assert!(failure.message().contains("Run `connect` with its new URL"), "{failure}");
    let moving = with(moving(), "integration", INTEGRATION);
    let planned = fixture.report(&with(moving.clone(), "dryRun", true));
    assert_eq!(planned["planned"].as_array().map(Vec::len), Some(1), "{planned}");
    let report = fixture.report(&moving);
    assert!(lines(&report["done"]).contains(&format!("from {URL} to {NEW_URL}")), "{report}");
    assert_eq!(fixture.azure.subscriptions(), before);
    assert_eq!(fixture.watch().failure, None);
}

#[test]
fn connect_without_a_name_finds_the_integration() {
    for is_old in [false, true] {
        let fixture = Fixture::new();
        fixture.connect(&json!(["Shop"]));
        if is_old {
            fixture.secrets.overwrite(&old_config(r#""projects":["Shop"]"#));
        }
        rename_organization(&fixture);
        let report = fixture.report(&moving());
        assert_eq!(report["integration"], "northpeak");
        assert_eq!(fixture.secrets.integrations(), ["northpeak"]);
        assert_eq!(fixture.azure.subscriptions().len(), 8);
    }
}

#[test]
fn of_two_integrations_the_one_with_the_organizations_name_is_moved() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    fixture.report(&with(connect_shop(), "integration", "trial"));
    rename_organization(&fixture);
    assert_eq!(fixture.report(&moving())["integration"], "northpeak");
    assert_eq!(fixture.report(&moving())["integration"], "trial", "it is left to be moved");
}

#[test]
fn another_organization_cannot_take_the_name() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    fixture.azure.lock().urls = [(NEW_URL.to_owned(), OTHER.to_owned())].into();
    let error = fixture.error(&with(moving(), "integration", INTEGRATION));
    assert_eq!(error.code(), ErrorCode::IntegrationTaken);
    assert!(fixture.secrets.stored().is_some_and(|stored| stored.contains(URL)));
}

#[test]
fn another_organization_at_the_url_is_not_touched() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    fixture.azure.lock().urls = [(URL.to_owned(), OTHER.to_owned())].into();
    fixture.azure.lock().subscriptions.clear();
    let failure = fixture.watch().failure.expect("it is another organization");
    assert!(failure.message().contains("another organization is now at"), "{failure}");
    assert!(fixture.azure.subscriptions().is_empty());
}

#[test]
fn unlink_finishes_without_the_organization() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    rename_organization(&fixture);
    let report = fixture.report(&request("unlink"));
    assert!(lines(&report["remains"]).contains(&format!("begins with {BASE}/northpeak/")), "{report}");
    assert!(fixture.secrets.integrations().is_empty());
}

#[test]
fn unlink_leaves_subscriptions_behind_on_request_only() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let refused = RestError::Unauthorized { message: String::new() };
    fixture.azure.refuse("connection", refused);
    let unlink = request("unlink");
    let error = fixture.error(&unlink);
    assert_eq!(error.code(), ErrorCode::TokenRefused);
    assert!(error.message().contains("`withoutOrganization`: true"), "{error}");
    assert_eq!(fixture.secrets.integrations(), ["northpeak"]);
    let report = fixture.report(&with(unlink, "withoutOrganization", true));
    assert!(lines(&report["remains"]).contains("were not deleted"), "{report}");
    assert!(fixture.secrets.integrations().is_empty());
}

#[test]
fn unlink_on_request_deletes_what_it_can() {
    let fixture = Fixture::new();
    fixture.connect(&json!(["Shop"]));
    let unlink = with(request("unlink"), "withoutOrganization", true);
    let report = fixture.report(&unlink);
    assert_eq!(fixture.azure.subscriptions(), []);
    assert!(!lines(&report["remains"]).contains("were not deleted"), "{report}");
}
