//! Every row of the HTTP contract, from the inside.

use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, BODY_BYTES_MAX, WebhookRequest};
use serde_json::{Value, json};

use crate::scene::{Came, Scene, pull_request, push, push_of, request};

fn refused(change: impl FnOnce(&mut WebhookRequest)) -> (Came, usize) {
    let scene = Scene::default();
    let mut request = request(push().to_string());
    change(&mut request);
    let came = scene.receive(Endpoint::CodePushed, request);
    assert!(scene.events().is_empty() && scene.quarantined().is_empty(), "strangers put nothing on a queue");
    let asked = *scene.passwords.asked.lock().expect("not poisoned");
    (came, asked)
}

#[test]
fn an_accepted_push_is_queued() {
    let scene = Scene::default();
    let came = scene.push(&push());
    assert_eq!(came.reply.status, 202);
    let event = &scene.events()[0];
    assert_eq!(came.answer, json!({"status": "queued", "events": [{"id": event["id"], "messageId": "m-0"}]}));
}

#[track_caller]
fn check_refused_unread(change: impl FnOnce(&mut WebhookRequest), status: u16, code: &str) {
    let (came, asked) = refused(change);
    assert_eq!((came.reply.status, came.answer["code"].as_str(), asked), (status, Some(code), 0));
}

#[test]
fn what_is_not_a_delivery_is_refused_before_any_password_is_read() {
    check_refused_unread(|request| request.method = "GET".to_owned(), 405, "method_not_allowed");
    let text = Some("text/plain".to_owned());
    check_refused_unread(|request| request.content_type = text, 415, "unsupported_media_type");
    check_refused_unread(|request| request.body = vec![b' '; BODY_BYTES_MAX + 1], 413, "body_too_large");
}

#[test]
fn a_body_at_the_limit_is_taken() {
    let mut body = push().to_string().into_bytes();
    body.resize(BODY_BYTES_MAX, b' ');
    let came = Scene::default().receive(Endpoint::CodePushed, request(body));
    assert_eq!(came.answer["status"], "queued");
}

#[test]
fn strangers_get_one_answer_whatever_is_wrong() {
    let (missing, asked_for_missing) = refused(|request| request.authorization = None);
    let (malformed, asked_for_malformed) =
        refused(|request| request.authorization = Some(AuthorizationHeader::new(b"Basic ???")));
    let (wrong, asked_for_wrong) =
        refused(|request| request.authorization = Some(AuthorizationHeader::new(b"Basic Ondyb25n")));
    let (unknown, asked_for_unknown) = refused(|request| request.integration = Some("nobody".to_owned()));
    let (no_slug, _) = refused(|request| request.integration = Some("No/Slug".to_owned()));
    for came in [&missing, &malformed, &wrong, &unknown, &no_slug] {
        assert_eq!(came.reply, wrong.reply);
        assert_eq!(came.reply.status, 401);
        assert_eq!(came.reply.headers[0].0, "www-authenticate");
    }
    assert_eq!((asked_for_missing, asked_for_malformed), (0, 0), "no header, no secret fetched");
    assert_eq!(asked_for_wrong, asked_for_unknown, "the same work");
}

#[test]
fn a_test_delivery_proves_and_queues_nothing() {
    let scene = Scene::default();
    let mut body = push();
    body["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let came = scene.push(&body);
    assert_eq!((came.reply.status, &came.answer["status"]), (200, &json!("test")));
    let came = scene.pull_request(&body);
    assert!(
        came.answer["message"].as_str().expect("a message").contains("belongs to the `code-pushed` endpoint")
    );
    assert!(scene.events().is_empty());
}

#[test]
fn a_canned_sample_is_a_test_even_from_a_saved_subscription() {
    let status = |change: fn(&mut Value)| {
        let mut body = push();
        change(&mut body);
        Scene::default().push(&body).answer["status"].take()
    };
    let repository = |body: &mut Value| {
        body["resource"]["repository"]["id"] = json!("278d5cd2-584d-4b63-824a-2ba458937249");
    };
    assert_eq!(status(repository), "test");
    let bare_event = |body: &mut Value| {
        body["id"] = json!("03c164c2-8912-4d5e-8009-3707d5f83734");
        body["resource"]["repository"] = Value::Null;
    };
    assert_eq!(status(bare_event), "test");
    let own_repository = |body: &mut Value| body["id"] = json!("03c164c2-8912-4d5e-8009-3707d5f83734");
    assert_eq!(
        status(own_repository),
        "queued",
        "an event about a repository of one's own is never given up"
    );
    let quoting = |body: &mut Value| {
        body["resource"]["pushedBy"]["displayName"] = json!("278d5cd2-584d-4b63-824a-2ba458937249");
    };
    assert_eq!(status(quoting), "queued", "only quoted");
}

#[test]
fn a_test_shows_when_the_queue_may_not_be_used() {
    let mut scene = Scene::default();
    scene.events.down = true;
    let mut body = push();
    body["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let came = scene.push(&body);
    assert_eq!((came.reply.status, came.answer["code"].as_str()), (503, Some("queue_unavailable")));
}

#[test]
fn what_is_not_forwarded_is_ignored() {
    let mut body = push();
    body["eventType"] = json!("workitem.updated");
    let came = Scene::default().push(&body);
    assert_eq!(came.reply.status, 202);
    assert_eq!(
        came.answer,
        json!({"status": "ignored", "reason": "event type `workitem.updated` is not forwarded"})
    );
    let came = Scene::default().push(&push_of(&[], &json!([])));
    assert_eq!(came.answer, json!({"status": "ignored", "reason": "the push updated no ref"}));
}

#[test]
fn what_cannot_be_understood_is_kept_raw_with_a_reason() {
    let bodies: [(Vec<u8>, &str); 9] = [
        (
            json!({"eventType": "git.push", "resource": [[{"name": "x"}]]}).to_string().into(),
            "`resource` is not a JSON object",
        ),
        (b"{".to_vec(), "the body ends too early"),
        (b"".to_vec(), "the body ends too early"),
        (b"{\"eventType\":\"git.push\",\"id\":\"\xff\"}".to_vec(), "`id` is not valid JSON"),
        (b"[]".to_vec(), "the body is not a JSON object"),
        (json!({"resource": {}}).to_string().into(), "`eventType` is missing"),
        (json!({"eventType": "git.push", "resource": null}).to_string().into(), "`resource` is empty"),
        (
            json!({"eventType": "git.push", "resource": {}}).to_string().into(),
            "`resource.refUpdates` is missing",
        ),
        (
            json!({"eventType": "git.push", "resource": {"refUpdates": {"name": "x"}}}).to_string().into(),
            "`resource.refUpdates` is missing",
        ),
    ];
    for (body, reason) in bodies {
        let scene = Scene::default();
        let came = scene.receive(Endpoint::CodePushed, request(body.clone()));
        assert_eq!((came.reply.status, &came.answer["status"]), (202, &json!("quarantined")), "{reason}");
        let [(kept_reason, kept_body)] = scene.quarantined().try_into().expect("one");
        assert!(kept_reason.contains(reason), "{kept_reason:?} should say {reason:?}");
        assert_eq!(came.answer["reason"], json!(kept_reason));
        assert_eq!(kept_body, body);
    }
}

#[test]
fn a_supported_event_at_the_wrong_endpoint_is_kept() {
    let scene = Scene::default();
    let came = scene.push(&pull_request("git.pullrequest.created", &json!({})));
    assert_eq!(came.answer["status"], "quarantined");
    assert!(came.answer["reason"].as_str().expect("a reason").contains("`pull-request` endpoint"));
    assert!(scene.events().is_empty());
}

#[test]
fn the_quarantine_id_is_the_same_for_a_repeated_delivery() {
    let scene = Scene::default();
    let [one, two] = [0, 1].map(|_| scene.receive(Endpoint::CodePushed, request(b"{".to_vec())));
    let other = scene.receive(Endpoint::CodePushed, request(b"[".to_vec()));
    assert_eq!(one.answer["id"], two.answer["id"]);
    assert_ne!(one.answer["id"], other.answer["id"]);
}
