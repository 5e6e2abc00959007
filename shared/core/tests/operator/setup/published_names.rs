//! The names of integrations that `setup` publishes to receivers, and that `watch` repairs.

use serde_json::{Value, json};

use crate::fixture::{Fixture, connect, lines, request, with};

/// The request that connects a second integration.
fn second() -> Value {
    with(connect(), "integration", "team-2")
}

/// The place of the first call that begins so, among the calls of the last runs.
fn place(fixture: &Fixture, start: &str) -> Option<usize> {
    fixture.azure.lock().calls.iter().position(|call| call.starts_with(start))
}

#[test]
fn a_name_is_published_before_the_first_subscription_exists() {
    let fixture = Fixture::connected();
    assert_eq!(fixture.secrets.published.names(), ["northpeak"]);
    fixture.azure.lock().calls.clear();
    fixture.report(&second());
    assert_eq!(fixture.secrets.published.names(), ["northpeak", "team-2"]);
    let waited = place(&fixture, "sleep 6").expect("receivers read the names every 5 s");
    assert!(waited < place(&fixture, "create").expect("a subscription"));
}

#[test]
fn a_run_that_publishes_nothing_reads_once_and_does_not_wait() {
    let fixture = Fixture::connected();
    fixture.secrets.published.lock().calls.clear();
    fixture.azure.lock().calls.clear();
    fixture.report(&connect());
    assert_eq!(fixture.secrets.published.lock().calls, ["read"]);
    assert_eq!(place(&fixture, "sleep"), None);
    fixture.report(&with(connect(), "dryRun", true));
    assert_eq!(fixture.secrets.published.lock().calls, ["read"], "a dry run publishes nothing");
}

#[test]
fn a_list_that_is_new_has_every_integration() {
    let fixture = Fixture::connected();
    fixture.secrets.published.lock().stored = None;
    fixture.report(&second());
    assert_eq!(fixture.secrets.published.names(), ["northpeak", "team-2"]);
}

#[test]
fn two_runs_at_once_publish_both_names() {
    let fixture = Fixture::connected();
    fixture.secrets.published.lock().of_another_run = vec!["team-9"];
    fixture.report(&second());
    assert_eq!(fixture.secrets.published.names(), ["northpeak", "team-2", "team-9"]);
}

#[test]
fn unlink_withdraws_the_name() {
    let fixture = Fixture::connected();
    fixture.report(&second());
    fixture.report(&with(request("unlink"), "dryRun", true));
    assert_eq!(fixture.secrets.published.names(), ["northpeak", "team-2"]);
    fixture.report(&request("unlink"));
    assert_eq!(fixture.secrets.published.names(), ["team-2"]);
}

#[test]
fn a_pass_repairs_the_list_and_makes_one_call_when_it_is_right() {
    let fixture = Fixture::connected();
    fixture.secrets.published.lock().calls.clear();
    fixture.watch();
    assert_eq!(fixture.secrets.published.lock().calls, ["read"]);
    for list in [&["gone"][..], &[], &["gone", "northpeak"]] {
        fixture.secrets.published.set(list);
        fixture.watch();
        assert_eq!(fixture.secrets.published.names(), ["northpeak"], "{list:?}");
    }
    fixture.secrets.published.lock().stored = None;
    fixture.watch();
    assert_eq!(fixture.secrets.published.names(), ["northpeak"], "a stack of an older version");
}

#[test]
fn a_list_that_others_keep_changing_ends_connect_without_subscriptions() {
    let fixture = Fixture::connected();
    fixture.azure.take_changes();
    fixture.secrets.published.lock().changes_always = true;
    let error = fixture.error(&second());
    assert!(error.to_string().contains("run this again"), "{error}");
    assert!(fixture.azure.take_changes().is_empty());
    let report = fixture.report(&request("unlink"));
    assert!(lines(&report["warnings"]).contains("list of integrations"), "{report}");
    assert_eq!(report["summary"], json!("`northpeak` is unlinked"));
}
