//! What the page in the dashboard asks for, beside the actions.

use hookpost_core::error::ErrorCode;
use hookpost_core::overview::ConnectedBy;
use serde_json::{Value, json};

use crate::fakes::organization::{LAB, SHOP, URL};
use crate::fakes::secrets::INTEGRATION;
use crate::fixture::{BASE, Fixture, TOKEN, at, connect, connect_by_app, lines, name, request, with};
use crate::interleaving::finish;

#[test]
fn the_projects_of_a_credential_are_listed_before_anything_is_connected() {
    let fixture = Fixture::new();
    let report = fixture.report(&json!({"action": "projects", "organizationUrl": URL, "pat": TOKEN}));
    let listed: Vec<&str> = report["projects"]
        .as_array()
        .expect("projects")
        .iter()
        .filter_map(|each| each["id"].as_str())
        .collect();
    assert!(listed.contains(&SHOP) && listed.contains(&LAB), "{report}");
    assert_eq!(fixture.azure.take_changes(), Vec::<String>::new());
    assert!(finish(fixture.setup.names()).expect("names").is_empty());
}

#[test]
fn each_problem_of_a_request_is_listed_with_its_field() {
    let error = Fixture::new().error(&json!({"action": "projects", "patSecretId": 7}));
    assert_eq!(error.code(), ErrorCode::BadRequest);
    let expected = [
        "`organizationUrl` is missing: such as https://dev.azure.com/contoso",
        "`patSecretId` must be a string",
    ];
    assert_eq!(error.problems(), expected);
}

#[test]
fn what_is_stored_is_shown_without_a_call_to_azure_devops() {
    let fixture = Fixture::connected();
    fixture.azure.lock().calls.clear();
    assert_eq!(finish(fixture.setup.names()).expect("names"), [name()]);
    let stored = finish(fixture.setup.stored(&name())).expect("stored");
    assert_eq!(fixture.azure.take_changes(), Vec::<String>::new());
    assert_eq!(
        stored.connected_by,
        ConnectedBy::Token { expires_on: Some("2099-01-01".parse().expect("a date")) }
    );
    assert_eq!(
        stored.webhook_urls,
        ["code-pushed", "pull-request"].map(|end| format!("{BASE}/{INTEGRATION}/{end}"))
    );
    assert_eq!(stored.projects.len(), 2);
    assert_eq!((stored.running_until, stored.unfinished, stored.owner), (None, None, None));
}

#[test]
fn a_run_that_was_cut_off_is_shown_while_it_may_be_at_work() {
    let fixture = Fixture::new();
    fixture.azure.lock().kills = Some("create".to_owned());
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fixture.run(&connect())));
    assert!(killed.is_err(), "the run was killed");
    fixture.azure.lock().kills = None;
    let stored = finish(fixture.setup.stored(&name())).expect("stored");
    assert!(stored.running_until.is_some_and(|until| until > at(0)), "{stored:?}");
}

#[test]
fn an_unlinked_integration_has_nothing_to_show() {
    let fixture = Fixture::connected();
    fixture.report(&request("unlink"));
    let error = finish(fixture.setup.stored(&name())).expect_err("nothing");
    assert_eq!(error.code(), ErrorCode::SecretScheduledForDeletion);
}

#[test]
fn a_plan_names_the_integration_and_what_of_it_would_change() {
    let fixture = Fixture::new();
    let plan = |request: Value| fixture.report(&with(request, "dryRun", true));
    let new = plan(connect());
    assert!(lines(&new["checked"]).contains("`northpeak` is a new integration"), "{new}");
    fixture.report(&connect());
    let same = plan(connect());
    assert!(lines(&same["checked"]).contains("what is stored of it stays"), "{same}");
    let other = with(with(connect(), "projects", json!([SHOP])), "patExpiresOn", Value::Null);
    let warned = lines(&plan(other)["warnings"]);
    assert!(warned.contains("`northpeak` is connected already, and this changes it"), "{warned}");
    assert!(warned.contains("the last day of the token, 2099-01-01 so far, is unknown"), "{warned}");
    assert!(warned.contains("in place of the projects "), "{warned}");
    let by_app = lines(&plan(connect_by_app())["warnings"]);
    assert!(by_app.contains("an app in place of the token") && !by_app.contains("last day"), "{by_app}");
}

#[test]
fn a_rotation_that_was_cut_off_is_shown() {
    let fixture = Fixture::connected();
    fixture.deadline.set(at(1));
    fixture.error(&request("rotate-password"));
    assert!(finish(fixture.setup.stored(&name())).expect("stored").is_rotating);
}

#[test]
fn two_credentials_are_one_problem_each() {
    let both = with(connect_by_app(), "patSecretId", "hookpost-pat");
    let error = Fixture::new().error(&both);
    assert_eq!(error.problems(), ["give `entra` or `patSecretId`, not both"]);
}
