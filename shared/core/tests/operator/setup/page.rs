//! What the page in the dashboard asks for, beside the actions.

use hookpost_core::overview::ConnectedBy;
use hookpost_core::setup::error::ErrorCode;
use serde_json::json;

use crate::fakes::organization::{LAB, SHOP, URL};
use crate::fakes::secrets::INTEGRATION;
use crate::fixture::{BASE, Fixture, TOKEN, at, connect, name, request};
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
