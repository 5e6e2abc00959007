//! Tests the `sequence` of events, by which a consumer knows that one came late.

use hookpost_core::receiver::endpoint::Endpoint;
use serde_json::{Value, json};

use crate::fixture::{Fixture, pull_request, push, request};

/// The only event of a delivery.
fn event_of(body: &Value) -> Value {
    let fixture = Fixture::default();
    let endpoint = if body["eventType"] == "git.push" { Endpoint::CodePushed } else { Endpoint::PullRequest };
    assert_eq!(fixture.receive(endpoint, request(body.to_string())).json["status"], "queued");
    fixture.events().remove(0)
}

fn push_number(push_id: &Value) -> Value {
    let mut body = push();
    body["resource"]["pushId"] = push_id.clone();
    body
}

fn update_at(created: &str) -> Value {
    let mut body = pull_request("git.pullrequest.updated", &json!({}));
    body["createdDate"] = json!(created);
    body
}

fn comment_at(created: &str) -> Value {
    let mut body = update_at(created);
    body["eventType"] = json!("ms.vss-code.git-pullrequest-comment-event");
    let comment = json!({"id": 1, "content": "Why?", "publishedDate": "2026-03-01T11:00:00Z"});
    body["resource"] = json!({"comment": comment, "pullRequest": body["resource"]});
    body
}

/// Checks that the events have one message group, and that their sequences, as text, ascend.
#[track_caller]
fn check_ascending(bodies: &[Value]) {
    let events: Vec<Value> = bodies.iter().map(event_of).collect();
    for pair in events.windows(2) {
        assert_eq!(pair[0]["partitionkey"], pair[1]["partitionkey"]);
        let [first, second] = [&pair[0], &pair[1]].map(|event| event["sequence"].as_str().expect("text"));
        assert!(first < second, "{first} {second}");
    }
}

#[test]
fn the_older_of_two_pushes_has_the_lesser_sequence() {
    assert_eq!(event_of(&push())["sequence"], "00000000000000000041");
    check_ascending(
        &[0, 9, 10, 41, 100, u64::from(u32::MAX), i64::MAX.unsigned_abs()].map(|id| push_number(&json!(id))),
    );
}

#[test]
fn the_older_of_two_events_of_a_pull_request_has_the_lesser_sequence() {
    assert_eq!(event_of(&update_at("2026-03-01T11:59:58.82Z"))["sequence"], "2026-03-01T11:59:58.8200000Z");
    check_ascending(&[
        update_at("2026-03-01T11:59:58Z"),
        comment_at("2026-03-01T11:59:58.8199999Z"),
        update_at("2026-03-01T13:59:58.82+02:00"),
        comment_at("2026-03-01T11:59:58.8200001Z"),
        update_at("2026-03-01T11:59:59"),
    ]);
}

#[test]
fn every_delivery_of_an_event_has_the_same_sequence() {
    for body in [push(), update_at("2026-03-01T11:59:58.82Z")] {
        let mut again = body.clone();
        again["subscriptionId"] = json!("a3b1c2d4-0000-4000-8000-000000000002");
        again["notificationId"] = json!(99);
        let fixture = Fixture::default();
        let endpoint =
            if body["eventType"] == "git.push" { Endpoint::CodePushed } else { Endpoint::PullRequest };
        for (body, received) in [(&body, "2026-03-01T12:00:00Z"), (&again, "2026-03-08T12:00:00Z")] {
            let mut request = request(body.to_string());
            request.received_at = received.parse().expect("a timestamp");
            fixture.receive(endpoint, request);
        }
        let [first, second] = fixture.events().try_into().expect("two deliveries");
        assert_eq!((&first["id"], &first["sequence"]), (&second["id"], &second["sequence"]));
    }
}

#[test]
fn an_event_whose_place_azure_devops_does_not_say_has_no_sequence() {
    let mut undated = update_at("0001-01-01T00:00:00");
    let bodies = [push_number(&Value::Null), push_number(&json!("forty")), undated.clone(), {
        undated.as_object_mut().expect("an object").remove("createdDate");
        undated
    }];
    for body in bodies {
        let event = event_of(&body);
        assert_eq!(event.get("sequence"), None, "{event}");
    }
}

#[test]
fn a_retried_push_behind_a_newer_one_has_the_lesser_sequence() {
    let mut fixture = Fixture::default();
    fixture.events.down = true;
    assert_eq!(fixture.push(&push_number(&json!(2))).reply.status, 503);
    fixture.events.down = false;
    for push_id in [3, 2] {
        assert_eq!(fixture.push(&push_number(&json!(push_id))).reply.status, 202);
    }
    let [newer, late] = fixture.events().try_into().expect("two pushes");
    assert_eq!((&newer["data"]["pushId"], &late["data"]["pushId"]), (&json!(3), &json!(2)));
    assert_eq!(newer["partitionkey"], late["partitionkey"]);
    assert!(
        late["sequence"].as_str() < newer["sequence"].as_str(),
        "{} {}",
        late["sequence"],
        newer["sequence"]
    );
}
