//! Tests every row of the HTTP contract.

use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, BODY_BYTES_MAX, WebhookRequest};
use serde_json::{Value, json};

use crate::fixture::{Fixture, REPOSITORY_ID, Response, pull_request, push, push_with, request};

/// The response to a changed push that must not be queued, and the number of password fetches.
fn rejected(change: impl FnOnce(&mut WebhookRequest)) -> (Response, usize) {
    let fixture = Fixture::default();
    let mut request = request(push().to_string());
    change(&mut request);
    let response = fixture.receive(Endpoint::CodePushed, request);
    assert!(
        fixture.events().is_empty() && fixture.quarantined().is_empty(),
        "a rejected request puts nothing in a queue"
    );
    let fetches = *fixture.passwords.fetches.lock().expect("not poisoned");
    (response, fetches)
}

#[test]
fn an_accepted_push_is_queued() {
    let fixture = Fixture::default();
    let response = fixture.push(&push());
    assert_eq!(response.reply.status, 202);
    let event = &fixture.events()[0];
    assert_eq!(
        response.json,
        json!({"status": "queued", "events": [{"id": event["id"], "messageId": "m-0"}]})
    );
}

#[track_caller]
fn check_rejected_without_fetch(change: impl FnOnce(&mut WebhookRequest), status: u16, code: &str) {
    let (response, fetches) = rejected(change);
    assert_eq!((response.reply.status, response.json["code"].as_str(), fetches), (status, Some(code), 0));
}

#[test]
fn other_requests_are_rejected_before_any_password_is_fetched() {
    check_rejected_without_fetch(|request| request.method = "GET".to_owned(), 405, "method_not_allowed");
    let text = Some("text/plain".to_owned());
    check_rejected_without_fetch(|request| request.content_type = text, 415, "unsupported_media_type");
    check_rejected_without_fetch(
        |request| request.body = vec![b' '; BODY_BYTES_MAX + 1],
        413,
        "body_too_large",
    );
}

#[test]
fn a_body_at_the_size_limit_is_accepted() {
    let mut body = push().to_string().into_bytes();
    body.resize(BODY_BYTES_MAX, b' ');
    let response = Fixture::default().receive(Endpoint::CodePushed, request(body));
    assert_eq!(response.json["status"], "queued");
}

#[test]
fn every_authentication_failure_gets_the_same_response() {
    let (missing, fetches_for_missing) = rejected(|request| request.authorization = None);
    let (malformed, fetches_for_malformed) =
        rejected(|request| request.authorization = Some(AuthorizationHeader::new(b"Basic ???")));
    let (wrong, fetches_for_wrong) =
        rejected(|request| request.authorization = Some(AuthorizationHeader::new(b"Basic Ondyb25n")));
    let (unknown, fetches_for_unknown) = rejected(|request| request.integration = Some("nobody".to_owned()));
    let (bad_name, _) = rejected(|request| request.integration = Some("No/Slug".to_owned()));
    for response in [&missing, &malformed, &wrong, &unknown, &bad_name] {
        assert_eq!(response.reply, wrong.reply);
        assert_eq!(response.reply.status, 401);
        assert_eq!(response.reply.headers[0].0, "www-authenticate");
    }
    assert_eq!(
        (fetches_for_missing, fetches_for_malformed),
        (0, 0),
        "without credentials, no password is fetched"
    );
    assert_eq!(fetches_for_wrong, fetches_for_unknown, "the same work");
    let known = [&wrong, &unknown, &bad_name].map(|response| response.record.is_known);
    assert_eq!(known, [Some(true), Some(false), Some(false)], "only the log tells them apart");
}

#[test]
fn a_test_delivery_is_answered_and_not_queued() {
    let fixture = Fixture::default();
    let mut body = push();
    body["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let response = fixture.push(&body);
    assert_eq!((response.reply.status, &response.json["status"]), (200, &json!("test")));
    let response = fixture.pull_request(&body);
    assert!(
        response.json["message"]
            .as_str()
            .expect("a message")
            .contains("belongs to the `code-pushed` endpoint")
    );
    assert!(fixture.events().is_empty());
}

#[test]
fn a_sample_is_a_test_even_from_a_saved_subscription() {
    let status = |change: fn(&mut Value)| {
        let mut body = push();
        change(&mut body);
        Fixture::default().push(&body).json["status"].take()
    };
    let sample_repository = |body: &mut Value| {
        body["resource"]["repository"]["id"] = json!("278d5cd2-584d-4b63-824a-2ba458937249");
    };
    assert_eq!(status(sample_repository), "test");
    let sample_event_without_repository = |body: &mut Value| {
        body["id"] = json!("03c164c2-8912-4d5e-8009-3707d5f83734");
        body["resource"]["repository"] = Value::Null;
    };
    assert_eq!(status(sample_event_without_repository), "test");
    let sample_event_with_real_repository =
        |body: &mut Value| body["id"] = json!("03c164c2-8912-4d5e-8009-3707d5f83734");
    assert_eq!(
        status(sample_event_with_real_repository),
        "queued",
        "an event of a real repository is never dropped"
    );
    let sample_of_a_zero_event = |body: &mut Value| {
        body["id"] = json!("00000000-0000-0000-0000-000000000000");
        let url = "https://fabrikam-fiber-inc.visualstudio.com/DefaultCollection/_git/Fabrikam-Fiber-Git";
        body["resource"]["repository"] = json!({"id": "12345678-c903-45e2-872e-0462c7748079", "name": "Fabrikam-Fiber-Git", "remoteUrl": url});
    };
    assert_eq!(status(sample_of_a_zero_event), "test");
    let sample_repository_by_url = |body: &mut Value| {
        body["id"] = json!("00000000-0000-0000-0000-000000000000");
        let id = "4BC14D40-C903-45E2-872E-0462C7748079";
        let url = format!("https://fabrikam.visualstudio.com/_apis/git/repositories/{id}");
        body["resource"]["repository"] = json!({"url": url});
    };
    assert_eq!(status(sample_repository_by_url), "test");
    let zero_event_with_real_repository =
        |body: &mut Value| body["id"] = json!("00000000-0000-0000-0000-000000000000");
    assert_eq!(status(zero_event_with_real_repository), "queued");
    let quoted_repository = |body: &mut Value| {
        body["resource"]["pushedBy"]["displayName"] = json!("278d5cd2-584d-4b63-824a-2ba458937249");
    };
    assert_eq!(status(quoted_repository), "queued", "the id is only quoted");
}

#[test]
fn a_test_shows_that_the_queue_cannot_be_used() {
    let mut fixture = Fixture::default();
    fixture.events.down = true;
    let mut body = push();
    body["subscriptionId"] = json!("00000000-0000-0000-0000-000000000000");
    let response = fixture.push(&body);
    assert_eq!((response.reply.status, response.json["code"].as_str()), (503, Some("queue_unavailable")));
}

#[test]
fn events_that_are_not_forwarded_are_ignored() {
    let mut body = push();
    body["eventType"] = json!("workitem.updated");
    let response = Fixture::default().push(&body);
    assert_eq!(response.reply.status, 202);
    assert_eq!(
        response.json,
        json!({"status": "ignored", "reason": "event type `workitem.updated` is not forwarded"})
    );
    let response = Fixture::default().push(&push_with(&[], &json!([])));
    assert_eq!(response.json, json!({"status": "ignored", "reason": "the push updated no ref"}));
}

#[test]
fn a_delivery_that_cannot_be_converted_is_quarantined() {
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
        let fixture = Fixture::default();
        let response = fixture.receive(Endpoint::CodePushed, request(body.clone()));
        assert_eq!(
            (response.reply.status, &response.json["status"]),
            (202, &json!("quarantined")),
            "{reason}"
        );
        let [(quarantine_reason, quarantined_body)] = fixture.quarantined().try_into().expect("one delivery");
        assert!(quarantine_reason.contains(reason), "{quarantine_reason:?} should say {reason:?}");
        assert_eq!(response.json["reason"], json!(quarantine_reason));
        assert_eq!(quarantined_body, body);
    }
}

#[test]
fn a_minimal_pull_request_is_quarantined_with_the_fix() {
    let url = format!("https://dev.azure.com/contoso/_apis/git/repositories/{REPOSITORY_ID}/pullRequests/12");
    let pull_request = json!({"url": url, "pullRequestId": 12});
    let comment = json!({"comment": {"id": 3}, "pullRequest": pull_request});
    for (event_type, resource, field) in [
        ("git.pullrequest.created", &pull_request, "`resource.status`"),
        ("git.pullrequest.updated", &pull_request, "`resource.status`"),
        ("git.pullrequest.merged", &pull_request, "`resource.status`"),
        ("ms.vss-code.git-pullrequest-comment-event", &comment, "`resource.comment.publishedDate`"),
    ] {
        let fixture = Fixture::default();
        let response =
            fixture.pull_request(&json!({"id": "x", "eventType": event_type, "resource": resource}));
        assert_eq!(response.json["status"], "quarantined", "{event_type}");
        let reason = format!("{field} is missing: set the subscription's resource details to send to `All`");
        assert_eq!(response.json["reason"], reason, "{event_type}");
        assert!(fixture.events().is_empty());
    }
}

#[test]
fn a_delivery_to_the_wrong_endpoint_is_quarantined() {
    let fixture = Fixture::default();
    let response = fixture.push(&pull_request("git.pullrequest.created", &json!({})));
    assert_eq!(response.json["status"], "quarantined");
    assert!(response.json["reason"].as_str().expect("a reason").contains("`pull-request` endpoint"));
    assert!(fixture.events().is_empty());
}

#[test]
fn the_quarantine_id_is_the_same_for_a_repeated_delivery() {
    let fixture = Fixture::default();
    let [first, second] = [0, 1].map(|_| fixture.receive(Endpoint::CodePushed, request(b"{".to_vec())));
    let different = fixture.receive(Endpoint::CodePushed, request(b"[".to_vec()));
    assert_eq!(first.json["id"], second.json["id"]);
    assert_ne!(first.json["id"], different.json["id"]);
}
