//! Tests that every fault is answered with 503, and that no event is reported as queued unless it is.

use hookpost_core::ports::SendFailure;
use serde_json::json;

use crate::fixture::{AFTER, BEFORE, Fixture, push, push_with, ref_update};

fn three_refs() -> serde_json::Value {
    let updates =
        ["a", "b", "c"].map(|name| ref_update(&format!("refs/heads/{name}"), Some(BEFORE), Some(AFTER)));
    push_with(&updates, &json!([]))
}

#[test]
fn a_failing_queue_is_answered_with_503() {
    let mut fixture = Fixture::default();
    fixture.events.down = true;
    let response = fixture.push(&push());
    assert_eq!((response.reply.status, response.json["code"].as_str()), (503, Some("queue_unavailable")));
    assert_eq!(response.reply.headers[0].0, "retry-after");
}

#[test]
fn a_failing_password_source_is_answered_with_503() {
    let mut fixture = Fixture::default();
    fixture.passwords.down = true;
    let response = fixture.push(&push());
    assert_eq!(
        (response.reply.status, response.json["code"].as_str()),
        (503, Some("password_store_unavailable"))
    );
}

#[test]
fn a_partly_queued_push_is_answered_with_503() {
    let fixture = Fixture::default();
    let down = SendFailure::Unavailable("InternalError".to_owned());
    fixture.events.failures.lock().expect("not poisoned").insert(1, down);
    let response = fixture.push(&three_refs());
    assert_eq!((response.reply.status, response.json["code"].as_str()), (503, Some("queue_unavailable")));
    assert_eq!(
        fixture.events().len(),
        2,
        "the others are queued; SQS drops them by their ids on the next delivery"
    );
}

#[test]
fn a_push_with_a_refused_message_is_quarantined() {
    let fixture = Fixture::default();
    let refused = SendFailure::Refused("InvalidMessageContents".to_owned());
    fixture.events.failures.lock().expect("not poisoned").insert(0, refused);
    let response = fixture.push(&three_refs());
    assert_eq!((response.reply.status, &response.json["status"]), (202, &json!("quarantined")));
    assert_eq!(response.json["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(fixture.quarantined().len(), 1);
}

#[test]
fn a_failing_quarantine_is_answered_with_503() {
    let mut fixture = Fixture::default();
    fixture.quarantine.down = true;
    let response = fixture.push(&json!({"eventType": "git.push"}));
    assert_eq!((response.reply.status, response.json["code"].as_str()), (503, Some("queue_unavailable")));
}
