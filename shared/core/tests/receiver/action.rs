//! Tests the action of pull request updates, by the filter of the subscription.

use hookpost_core::receiver::endpoint::Endpoint;
use serde_json::json;

use crate::fixture::{Fixture, pull_request, request};

#[track_caller]
fn check(change: Option<&str>, resource: &serde_json::Value, action: &str, source: &str) {
    let fixture = Fixture::default();
    let mut request = request(pull_request("git.pullrequest.updated", resource).to_string());
    request.change = change.map(str::to_owned);
    fixture.receive(Endpoint::PullRequest, request);
    let data = &fixture.events()[0]["data"];
    assert_eq!(
        (data["action"].as_str(), data["actionSource"].as_str()),
        (Some(action), Some(source)),
        "{change:?}"
    );
}

#[test]
fn a_filtered_subscription_determines_the_action() {
    let completed = json!({"status": "completed"});
    check(Some("source"), &json!({}), "source_updated", "subscription");
    check(Some("reviewers"), &json!({}), "reviewers_changed", "subscription");
    check(Some("vote"), &completed, "voted", "subscription");
    check(Some("status"), &completed, "completed", "state");
    check(Some("status"), &json!({"status": "abandoned"}), "abandoned", "state");
    check(Some("status"), &json!({}), "updated", "subscription");
    check(Some("unheard-of"), &json!({}), "updated", "unknown");
    check(None, &completed, "completed", "state");
}

#[test]
fn a_closed_pull_request_is_not_closed_a_second_time() {
    // The event is of 11:59:58.
    for (closed, action, source) in [
        ("2026-03-01T11:59:40Z", "completed", "state"),
        ("2026-03-01T11:59:59Z", "completed", "state"),
        ("2026-03-01T11:40:00Z", "updated", "unknown"),
    ] {
        check(None, &json!({"status": "completed", "closedDate": closed}), action, source);
    }
    let completed = json!({"status": "completed", "closedDate": "2026-03-01T11:40:00Z"});
    check(Some("status"), &completed, "completed", "state");
}
