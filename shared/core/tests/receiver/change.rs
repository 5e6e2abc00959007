//! The kind of a change, told by the subscription that matched.

use hookpost_core::receiver::endpoint::Endpoint;
use serde_json::json;

use crate::scene::{Scene, pull_request, request};

#[track_caller]
fn check(change: Option<&str>, resource: &serde_json::Value, action: &str, source: &str) {
    let scene = Scene::default();
    let mut request = request(pull_request("git.pullrequest.updated", resource).to_string());
    request.change = change.map(str::to_owned);
    scene.receive(Endpoint::PullRequest, request);
    let data = &scene.events()[0]["data"];
    assert_eq!(
        (data["action"].as_str(), data["actionSource"].as_str()),
        (Some(action), Some(source)),
        "{change:?}"
    );
}

#[test]
fn each_filtered_subscription_tells_its_kind() {
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
