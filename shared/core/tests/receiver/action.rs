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
fn every_update_gives_only_what_no_filter_tells() {
    for (message, status, expected) in [
        ("Ada updated pull request 12 (Faster) in web", "active", Ok(("updated", "message"))),
        ("Ada retitled pull request 12 (Faster) in web", "active", Ok(("updated", "unknown"))),
        ("Ada hat Pull Request 12 abgeschlossen", "completed", Ok(("updated", "unknown"))),
        ("", "completed", Ok(("updated", "unknown"))),
        ("Ada approved pull request 12 (Faster) in web", "active", Err("ignored")),
        ("Ada completed pull request 12 (Faster) in web", "completed", Err("ignored")),
        ("Ada updated the source branch of pull request 12 (Faster)", "active", Err("ignored")),
        ("Ada changed the reviewer list for pull request 12 (Faster)", "active", Err("ignored")),
    ] {
        let fixture = Fixture::default();
        let mut body = pull_request("git.pullrequest.updated", &json!({"status": status}));
        body["message"]["text"] = json!(message);
        let mut request = request(body.to_string());
        request.change = Some("any".to_owned());
        let response = fixture.receive(Endpoint::PullRequest, request);
        let (action, source) = match expected {
            Err(answer) => {
                assert_eq!(response.json["status"], answer, "{message}");
                assert_eq!(
                    response.json["reason"],
                    "another subscription, which is filtered by this kind of change, delivers this update"
                );
                assert!(fixture.events().is_empty() && fixture.quarantined().is_empty());
                continue;
            }
            Ok(pair) => pair,
        };
        let data = &fixture.events()[0]["data"];
        assert_eq!((data["action"].as_str(), data["actionSource"].as_str()), (Some(action), Some(source)));
    }
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
