//! Tests event ids and message groups: equal for every delivery of an event, and different for different events.

use std::collections::HashSet;

use hookpost_core::message::queue_message::{FifoProperties, QUEUE_ID_CHARS_MAX};
use hookpost_core::receiver::endpoint::Endpoint;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{
    AFTER, BEFORE, Fixture, REPOSITORY_ID, pull_request, push, push_with, ref_update, request,
};

fn fifo_of(endpoint: Endpoint, body: &Value) -> Vec<FifoProperties> {
    let fixture = Fixture::default();
    let response = fixture.receive(endpoint, request(body.to_string()));
    assert_eq!(response.reply.status, 202, "{}", response.reply.body);
    let sent = fixture.events.sent.lock().expect("not poisoned");
    sent.iter().map(|message| message.fifo.clone().expect("the events queue is FIFO")).collect()
}

#[test]
fn a_push_delivered_by_two_subscriptions_has_the_same_id() {
    let mut second = push();
    second["subscriptionId"] = json!("a3b1c2d4-0000-4000-8000-000000000002");
    second["notificationId"] = json!(99);
    second["id"] = json!("e0e0e0e0-9999-4222-8333-444444444444");
    assert_eq!(fifo_of(Endpoint::CodePushed, &push()), fifo_of(Endpoint::CodePushed, &second));
}

#[test]
fn two_updates_of_a_pull_request_have_two_ids_in_one_group() {
    let first = pull_request("git.pullrequest.updated", &json!({}));
    let mut second = first.clone();
    second["id"] = json!("e0e0e0e0-9999-4222-8333-444444444444");
    let [first, second] = [first, second].map(|body| fifo_of(Endpoint::PullRequest, &body).remove(0));
    assert_ne!(first.deduplication_id, second.deduplication_id);
    assert_eq!(first.group_id, second.group_id);
    assert_eq!(first.group_id, format!("{REPOSITORY_ID}:pullrequest/12"));
}

#[test]
fn an_exact_event_and_a_vague_one_do_not_swallow_each_other() {
    let id = |event_type: &str, change: Option<&str>| {
        let mut body = pull_request(event_type, &json!({}));
        body["message"]["text"] = json!("Ada hat Pull Request 12 zugestimmt");
        let mut request = request(body.to_string());
        request.change = change.map(str::to_owned);
        let fixture = Fixture::default();
        assert_eq!(fixture.receive(Endpoint::PullRequest, request).json["status"], "queued");
        fixture.events()[0]["id"].as_str().expect("text").to_owned()
    };
    let updated = "git.pullrequest.updated";
    let exact: HashSet<String> =
        ["source", "reviewers", "vote", "status"].map(|change| id(updated, Some(change))).into();
    assert_eq!(exact.len(), 1, "the filters exclude each other");
    let vague: HashSet<String> = [None, Some("any"), Some("colour")].map(|change| id(updated, change)).into();
    assert_eq!(vague.len(), 1);
    assert!(exact.is_disjoint(&vague));
    for event_type in ["git.pullrequest.created", "git.pullrequest.merged"] {
        assert_eq!(id(event_type, None), id(event_type, Some("vote")), "{event_type} has no filter");
    }
}

#[test]
fn a_zero_event_id_is_no_id() {
    let mut first = pull_request("git.pullrequest.updated", &json!({}));
    first["id"] = json!("00000000-0000-0000-0000-000000000000");
    let mut second = first.clone();
    second["notificationId"] = json!(8);
    assert_ne!(fifo_of(Endpoint::PullRequest, &first), fifo_of(Endpoint::PullRequest, &second));
    let fixture = Fixture::default();
    fixture.pull_request(&first);
    assert_eq!(fixture.events()[0]["data"]["azureDevOps"]["eventId"], Value::Null);
}

#[test]
fn a_delivery_without_ids_gets_its_event_id_from_the_resource() {
    let mut bare = pull_request("git.pullrequest.updated", &json!({}));
    for name in ["id", "subscriptionId", "notificationId"] {
        bare.as_object_mut().expect("an object").remove(name);
    }
    let mut retitled = bare.clone();
    retitled["resource"]["title"] = json!("Slower checkout");
    assert_eq!(fifo_of(Endpoint::PullRequest, &bare), fifo_of(Endpoint::PullRequest, &bare));
    assert_ne!(fifo_of(Endpoint::PullRequest, &bare), fifo_of(Endpoint::PullRequest, &retitled));
}

#[test]
fn an_event_names_its_integration_and_its_repository_in_lower_case() {
    let fixture = Fixture::default();
    let mut push = push();
    push["resource"]["repository"]["id"] = json!("ABCDEF00-7B0B-4B5C-9F0E-0D3F6A0C2B11");
    fixture.push(&push);
    let event = &fixture.events()[0];
    assert_eq!(event["integration"], "contoso");
    assert_eq!(
        event["data"]["repository"]["id"], "abcdef00-7b0b-4b5c-9f0e-0d3f6a0c2b11",
        "GUIDs in lower case"
    );
}

proptest! {
    #[test]
    fn every_ref_has_a_valid_group_and_a_unique_id(names in prop::collection::hash_set("\\PC{1,200}", 1..12)) {
        let names: Vec<String> = names.into_iter().map(|name| format!("refs/heads/{name}")).collect();
        let updates: Vec<Value> = names.iter().map(|name| ref_update(name, Some(BEFORE), Some(AFTER))).collect();
        let body = push_with(&updates, &json!([]));
        let fifos = fifo_of(Endpoint::CodePushed, &body);
        prop_assert_eq!(fifos.len(), names.len());
        let ids: HashSet<&str> = fifos.iter().map(|fifo| fifo.deduplication_id.as_str()).collect();
        prop_assert_eq!(ids.len(), names.len());
        for fifo in &fifos {
            for id in [&fifo.group_id, &fifo.deduplication_id] {
                prop_assert!(id.len() <= QUEUE_ID_CHARS_MAX && id.bytes().all(|c| c.is_ascii_graphic()), "{}", id);
            }
        }
        prop_assert_eq!(&fifos, &fifo_of(Endpoint::CodePushed, &body));
        for (update, fifo) in updates.into_iter().zip(&fifos) {
            prop_assert_eq!(&fifo_of(Endpoint::CodePushed, &push_with(&[update], &json!([])))[0], fifo);
        }
    }
}
