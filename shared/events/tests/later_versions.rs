//! A consumer that is built today reads the events of later versions, and those of earlier ones that still wait.
#![expect(clippy::expect_used, reason = "a failing helper fails its test")]

use hookpost_events::{Action, ActionSource, CommentChange, Event, Payload, RefChange, RefKind};
use serde_json::{Value, json};

fn golden(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn push() -> Value {
    golden(include_str!("../golden/push_branch.json"))
}

/// Reads an event, and checks that writing it gives the same value.
#[track_caller]
fn read(event: &Value) -> Event {
    let typed: Event = serde_json::from_value(event.clone()).expect("an event");
    assert_eq!(serde_json::to_value(&typed).expect("JSON"), *event);
    typed
}

#[test]
fn tomorrows_words_are_read_and_kept() {
    let mut event = push();
    event["data"]["change"] = json!("renamed");
    event["data"]["refKind"] = json!("replacement");
    let Payload::Push(push) = read(&event).payload else { panic!("a push") };
    assert_eq!(push.change, RefChange::Unknown("renamed".to_owned()));
    assert_eq!(push.ref_kind, RefKind::Unknown("replacement".to_owned()));

    let mut event = golden(include_str!("../golden/pull_request_voted.json"));
    event["data"]["action"] = json!("retitled");
    event["data"]["actionSource"] = json!("thread");
    let Payload::PullRequestUpdated(updated) = read(&event).payload else { panic!("an update") };
    assert_eq!(updated.action, Action::Unknown("retitled".to_owned()));
    assert_eq!(updated.action_source, ActionSource::Unknown("thread".to_owned()));

    let mut event = golden(include_str!("../golden/comment_edited.json"));
    event["data"]["comment"]["change"] = json!("resolved");
    let Payload::PullRequestCommented(comment) = read(&event).payload else { panic!("a comment") };
    assert_eq!(comment.comment.change, CommentChange::Unknown("resolved".to_owned()));
}

#[test]
fn a_type_of_tomorrow_is_read_with_its_data() {
    let mut event = push();
    event["type"] = json!("com.azure.dev.git.repo.created");
    event["data"] = json!({"repository": {"name": "kettle"}});
    let payload = read(&event).payload;
    assert_eq!(payload.event_type(), "com.azure.dev.git.repo.created");
    assert_eq!(payload.data_schema(), None);
    let Payload::Unknown { data, .. } = payload else { panic!("an unknown type") };
    assert_eq!(data["repository"]["name"], "kettle");
}

#[test]
fn a_known_type_still_needs_its_data() {
    let mut event = push();
    event["data"] = json!({"ref": "refs/heads/main"});
    let error = serde_json::from_value::<Event>(event).expect_err("fields are missing").to_string();
    assert!(error.contains("`data`: missing field"), "{error}");
}

#[test]
fn an_event_of_an_earlier_version_has_no_sequence() {
    let mut event = push();
    assert_eq!(read(&event).sequence.as_deref(), Some("00000000000000000002"));
    event.as_object_mut().expect("an object").remove("sequence");
    assert_eq!(read(&event).sequence, None);
}
