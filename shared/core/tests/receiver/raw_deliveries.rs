//! Tests what a receiver keeps on the raw deliveries queue: each admitted delivery as it came, or nothing.

use hookpost_core::fakes::RecordingQueue;
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::SendFailure;
use hookpost_core::raw_delivery::read::RawDelivery;
use hookpost_core::receiver::endpoint::Endpoint;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::fixture::{AFTER, BEFORE, Fixture, pull_request, push, push_with, ref_update, request};

/// A receiver that keeps deliveries.
fn keeping() -> Fixture {
    Fixture { deliveries: Some(RecordingQueue::default()), ..Fixture::default() }
}

fn kept(fixture: &Fixture) -> Vec<QueueMessage> {
    fixture.deliveries.as_ref().expect("a queue").sent.lock().expect("not poisoned").clone()
}

fn json_of(message: &QueueMessage) -> Value {
    serde_json::from_str(&message.body).expect("JSON")
}

fn group_of(message: &QueueMessage) -> &str {
    &message.fifo.as_ref().expect("a FIFO queue").group_id
}

/// The deduplication id of what is kept of this body.
fn id_of(body: &Value) -> String {
    let fixture = keeping();
    fixture.receive(Endpoint::PullRequest, request(body.to_string()));
    kept(&fixture).remove(0).fifo.expect("a FIFO queue").deduplication_id
}

#[test]
fn a_delivery_is_kept_as_it_came() {
    let fixture = keeping();
    // With spaces and an order of its own, which JSON written again would not have.
    let body = format!("  {{\"z\": \"\u{feff}\u{fffe}\\ud83d\", {} ", &push().to_string()[1..]);
    let mut delivery = request(body.clone());
    delivery.kept_headers = vec![("user-agent", "VSServices/20.264.1".to_owned())];
    delivery.trace_header = Some("Root=1".to_owned());
    delivery.change = Some("vote".to_owned());
    let response = fixture.receive(Endpoint::CodePushed, delivery);
    assert_eq!(response.json["status"], "queued");
    let messages = kept(&fixture);
    assert_eq!(messages.len(), 1);
    let events = fixture.events.sent.lock().expect("not poisoned");
    assert_eq!(group_of(&messages[0]), group_of(&events[0]));
    assert_eq!(messages[0].trace_header.as_deref(), Some("Root=1"));
    let json = json_of(&messages[0]);
    assert_eq!(messages[0].fifo.as_ref().expect("a FIFO queue").deduplication_id, json["id"]);
    assert_eq!(
        json,
        json!({
            "schema": "urn:hookpost:schema:delivery:1",
            "id": json["id"],
            "integration": "contoso",
            "receivedAt": "2026-03-01T12:00:00Z",
            "eventType": "git.push",
            "project": {"id": "0d1e2f30-4152-4637-8899-aabbccddeeff", "name": "Shop"},
            "repository": {"id": "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11", "name": "web"},
            "headers": {"user-agent": "VSServices/20.264.1"},
            "query": {"change": "vote"},
            "bytes": body.len(),
            "sha256": hex::encode(Sha256::digest(&body)),
            "encoding": "identity",
            "body": body,
        })
    );
    let read = RawDelivery::read(&messages[0].body).expect("our own message");
    assert_eq!(read.body, Some(body.into_bytes()));
}

#[test]
fn a_large_body_and_one_that_is_no_text_are_compressed() {
    let mut large = push();
    large["x"] = json!("x".repeat(3 * 1024 * 1024));
    let no_text = [b"{\"x\": \"\xFF\", ".as_slice(), &push().to_string().as_bytes()[1..]].concat();
    for body in [large.to_string().into_bytes(), no_text] {
        let fixture = keeping();
        assert_eq!(fixture.receive(Endpoint::CodePushed, request(body.clone())).json["status"], "queued");
        let message = &kept(&fixture)[0];
        assert_eq!(json_of(message)["encoding"], "gzip+base64");
        assert!(message.size() < 64 * 1024);
        assert_eq!(RawDelivery::read(&message.body).expect("our own message").body, Some(body));
    }
}

#[test]
fn a_body_that_fits_no_message_is_left_out() {
    let noise: String =
        (0_u32..50_000).map(|round| hex::encode(Sha256::digest(round.to_be_bytes()))).collect();
    let mut body = push();
    body["x"] = json!(noise);
    let fixture = keeping();
    assert_eq!(fixture.push(&body).json["status"], "queued");
    let message = &kept(&fixture)[0];
    assert_eq!((&json_of(message)["bodyOmitted"], json_of(message).get("body")), (&json!(true), None));
    assert_eq!(RawDelivery::read(&message.body).expect("our own message").body, None);
}

#[test]
fn one_event_over_several_subscriptions_is_kept_under_one_id() {
    let update = pull_request("git.pullrequest.updated", &json!({}));
    let mut over_another = update.clone();
    over_another["subscriptionId"] = json!("a3b1c2d4-0000-4000-8000-000000000002");
    over_another["notificationId"] = json!(9);
    assert_eq!(id_of(&update), id_of(&over_another));
    let mut another = update.clone();
    another["id"] = json!("e0e0e0e0-1111-4222-8333-555555555555");
    assert_ne!(id_of(&update), id_of(&another));
    let mut merged = update.clone();
    merged["eventType"] = json!("git.pullrequest.merged");
    assert_ne!(id_of(&update), id_of(&merged), "another happening, whatever its id");
}

#[test]
fn a_push_of_several_refs_is_one_delivery_in_the_group_of_the_first() {
    let updates = ["a", "b"].map(|name| ref_update(&format!("refs/heads/{name}"), Some(BEFORE), Some(AFTER)));
    let fixture = keeping();
    fixture.push(&push_with(&updates, &json!([])));
    assert_eq!((fixture.events().len(), kept(&fixture).len()), (2, 1));
    assert!(group_of(&kept(&fixture)[0]).ends_with("refs/heads/a"));
}

#[test]
fn an_event_type_that_is_not_forwarded_is_kept() {
    let mut body = push();
    body["eventType"] = json!("build.complete");
    let fixture = keeping();
    assert_eq!(fixture.push(&body).json["status"], "ignored");
    assert_eq!(group_of(&kept(&fixture)[0]), "contoso:build.complete");
    assert_eq!(json_of(&kept(&fixture)[0])["eventType"], "build.complete");
}

#[test]
fn a_delivery_that_a_filtered_subscription_repeats_is_kept_once() {
    let mut body = pull_request("git.pullrequest.updated", &json!({}));
    body["message"]["text"] = json!("Ada approved pull request 12 (Faster) in web");
    for (change, copies) in [("any", 0), ("vote", 1)] {
        let fixture = keeping();
        let mut delivery = request(body.to_string());
        delivery.change = Some(change.to_owned());
        assert!(fixture.receive(Endpoint::PullRequest, delivery).reply.status < 300);
        assert_eq!(kept(&fixture).len(), copies, "{change}");
    }
}

#[test]
fn unauthenticateds_tests_and_what_cannot_be_read_are_not_kept() {
    let mut test = push();
    test["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let mut unreadable = push();
    unreadable["resource"] = Value::Null;
    for body in [test, unreadable] {
        let fixture = keeping();
        fixture.push(&body);
        assert_eq!(kept(&fixture), []);
    }
    let fixture = keeping();
    let mut unauthenticated = request(push().to_string());
    unauthenticated.authorization = None;
    assert_eq!(fixture.receive(Endpoint::CodePushed, unauthenticated).reply.status, 401);
    assert_eq!(kept(&fixture), []);
}

#[test]
fn a_delivery_that_either_queue_does_not_take_is_answered_503() {
    let mut ignored = push();
    ignored["eventType"] = json!("build.complete");
    for (body, events_down) in [(push(), true), (push(), false), (ignored, false)] {
        let mut fixture = keeping();
        fixture.events.down = events_down;
        fixture.deliveries.as_mut().expect("a queue").down = !events_down;
        let response = fixture.push(&body);
        assert_eq!((response.reply.status, response.json["code"].as_str()), (503, Some("queue_unavailable")));
    }
}

#[test]
fn a_retry_has_the_same_ids_on_both_queues() {
    let mut fixture = keeping();
    fixture.events.down = true;
    fixture.push(&push());
    fixture.events.down = false;
    assert_eq!(fixture.push(&push()).reply.status, 202);
    let messages = kept(&fixture);
    assert_eq!((messages.len(), messages[0].fifo == messages[1].fifo), (2, true));
}

#[test]
fn a_delivery_that_the_deliveries_queue_refuses_is_quarantined() {
    let fixture = keeping();
    let refused = SendFailure::Refused("InvalidMessageContents".to_owned());
    fixture.deliveries.as_ref().expect("a queue").failures.lock().expect("not poisoned").insert(0, refused);
    let response = fixture.push(&push());
    assert_eq!((response.reply.status, &response.json["status"]), (202, &json!("quarantined")));
    assert!(fixture.quarantined()[0].0.contains("the deliveries queue refuses the delivery"));
    assert_eq!(fixture.events().len(), 1);
}

#[test]
fn the_test_button_proves_both_queues() {
    let mut test = push();
    test["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let mut fixture = keeping();
    assert_eq!(fixture.push(&test).reply.status, 200);
    fixture.deliveries.as_mut().expect("a queue").down = true;
    assert_eq!(fixture.push(&test).reply.status, 503);
}
