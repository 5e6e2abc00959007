//! Faults of ours are 503, and nothing is said to be queued that is not.

use hookpost_core::ports::SendFailure;
use serde_json::json;

use crate::scene::{AFTER, BEFORE, Scene, moved, push, push_of};

fn three_refs() -> serde_json::Value {
    let updates = ["a", "b", "c"].map(|name| moved(&format!("refs/heads/{name}"), Some(BEFORE), Some(AFTER)));
    push_of(&updates, &json!([]))
}

#[test]
fn a_queue_that_is_down_is_a_retryable_answer() {
    let mut scene = Scene::default();
    scene.events.down = true;
    let came = scene.push(&push());
    assert_eq!((came.reply.status, came.answer["code"].as_str()), (503, Some("queue_unavailable")));
    assert_eq!(came.reply.headers[0].0, "retry-after");
}

#[test]
fn a_password_store_that_is_down_is_a_retryable_answer() {
    let mut scene = Scene::default();
    scene.passwords.down = true;
    let came = scene.push(&push());
    assert_eq!((came.reply.status, came.answer["code"].as_str()), (503, Some("password_store_unavailable")));
}

#[test]
fn a_part_of_a_push_on_the_queue_is_never_called_queued() {
    let scene = Scene::default();
    let down = SendFailure::Unavailable("InternalError".to_owned());
    scene.events.failures.lock().expect("not poisoned").insert(1, down);
    let came = scene.push(&three_refs());
    assert_eq!((came.reply.status, came.answer["code"].as_str()), (503, Some("queue_unavailable")));
    assert_eq!(scene.events().len(), 2, "the others went; the retry finds them by their ids");
}

#[test]
fn a_message_the_queue_will_never_take_goes_to_the_quarantine() {
    let scene = Scene::default();
    let never = SendFailure::Refused("InvalidMessageContents".to_owned());
    scene.events.failures.lock().expect("not poisoned").insert(0, never);
    let came = scene.push(&three_refs());
    assert_eq!((came.reply.status, &came.answer["status"]), (202, &json!("quarantined")));
    assert_eq!(came.answer["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(scene.quarantined().len(), 1);
}

#[test]
fn a_quarantine_that_is_down_is_a_retryable_answer() {
    let mut scene = Scene::default();
    scene.quarantine.down = true;
    let came = scene.push(&json!({"eventType": "git.push"}));
    assert_eq!((came.reply.status, came.answer["code"].as_str()), (503, Some("queue_unavailable")));
}
