//! Tests the limits of SQS on size and characters, and that every input gets a response.

use hookpost_core::message::queue_message::MESSAGE_BYTES_MAX;
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_events::Event;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{AFTER, BEFORE, Fixture, pull_request, push, push_with, ref_update, request};

/// SQS: tab, line feed, carriage return, U+0020 to U+D7FF, U+E000 to U+FFFD, U+10000 to U+10FFFF.
fn sqs_accepts(text: &str) -> bool {
    text.chars()
        .all(|c| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}'))
}

#[track_caller]
fn check_messages(fixture: &Fixture) {
    let events = fixture.events.sent.lock().expect("not poisoned");
    let quarantine = fixture.quarantine.sent.lock().expect("not poisoned");
    for message in events.iter().chain(quarantine.iter()) {
        assert!(message.size() <= MESSAGE_BYTES_MAX, "{} bytes", message.size());
        assert!(sqs_accepts(&message.body));
        assert!(message.attributes.len() <= 10);
        assert!(message.attributes.iter().all(|(_, value)| !value.is_empty() && sqs_accepts(value)));
    }
    for message in events.iter() {
        serde_json::from_str::<Event>(&message.body).expect("every message is an event");
    }
}

fn commit(number: usize, message: &str) -> Value {
    let identity = json!({"name": "Ada", "email": "ada@contoso.example", "date": "2026-03-01T11:00:00Z"});
    json!({"commitId": format!("{number:040x}"), "author": identity, "committer": identity, "comment": message})
}

#[test]
fn the_oldest_of_thousands_of_commits_are_cut() {
    let commits: Vec<Value> = (0..6000).map(|number| commit(number, "work in progress")).collect();
    let fixture = Fixture::default();
    fixture.push(&push_with(&[ref_update("refs/heads/main", Some(BEFORE), Some(AFTER))], &json!(commits)));
    check_messages(&fixture);
    let data = &fixture.events()[0]["data"];
    assert_eq!(data["commitsComplete"], false);
    let kept = data["commits"].as_array().expect("a list");
    assert!(kept.len() > 500, "only {} kept", kept.len());
    assert_eq!(kept[0]["id"], format!("{:040x}", 0), "the newest commit comes first");
}

#[test]
fn a_commit_list_that_fits_has_no_incomplete_flag() {
    let fixture = Fixture::default();
    fixture.push(&push_with(
        &[ref_update("refs/heads/main", Some(BEFORE), Some(AFTER))],
        &json!([commit(1, "one")]),
    ));
    assert_eq!(fixture.events()[0]["data"].get("commitsComplete"), None);
}

#[test]
fn a_long_description_is_cut_and_flagged() {
    for filler in ["x", "\"", "\u{fffe}", "\0", "🌲", "é"] {
        let fixture = Fixture::default();
        let description = filler.repeat(600_000 / filler.len());
        fixture.pull_request(&pull_request("git.pullrequest.created", &json!({"description": description})));
        check_messages(&fixture);
        let data = &fixture.events()[0]["data"];
        assert_eq!(data["descriptionComplete"], false);
        let kept = data["description"].as_str().expect("text");
        assert!(description.starts_with(kept));
        assert!(kept.len() > MESSAGE_BYTES_MAX / 12, "{filler:?}: only {} bytes kept", kept.len());
    }
}

#[test]
fn a_long_comment_is_cut_and_flagged() {
    let fixture = Fixture::default();
    let pull_request = pull_request("git.pullrequest.created", &json!({}))["resource"].take();
    let mut body = push();
    body["eventType"] = json!("ms.vss-code.git-pullrequest-comment-event");
    body["resource"] = json!({"comment": {"id": 1, "content": "y".repeat(400_000), "publishedDate": "2026-03-01T11:00:00Z"}, "pullRequest": pull_request});
    fixture.pull_request(&body);
    check_messages(&fixture);
    assert_eq!(fixture.events()[0]["data"]["comment"]["textComplete"], false);
}

#[test]
fn texts_are_cut_in_the_documented_order() {
    let long = || json!("z".repeat(200_000));
    let data = |message: &Value, detailed: &Value, description: &Value| {
        let mut body = pull_request("git.pullrequest.created", &json!({"description": description}));
        body["message"]["text"] = message.clone();
        body["detailedMessage"]["text"] = detailed.clone();
        let fixture = Fixture::default();
        assert_eq!(fixture.pull_request(&body).json["status"], "queued");
        check_messages(&fixture);
        fixture.events()[0]["data"].take()
    };
    let flags = |data: &Value| {
        ["detailedMessageComplete", "descriptionComplete", "messageComplete"].map(|name| data[name].as_bool())
    };
    let cut = Some(false);
    assert_eq!(flags(&data(&json!("m"), &json!("d"), &json!("t"))), [None; 3]);
    assert_eq!(flags(&data(&json!("m"), &long(), &long())), [cut, None, None]);
    assert_eq!(flags(&data(&long(), &json!("d"), &long())), [cut, cut, None]);
    assert_eq!(flags(&data(&json!("z".repeat(300_000)), &long(), &long())), [cut; 3]);
    let data = data(&long(), &long(), &long());
    assert_eq!(flags(&data), [cut, cut, None], "the message goes last");
    assert_eq!(data["detailedMessage"], "");
    assert!(data["description"].as_str().is_some_and(|text| text.len() > 50_000));
}

#[test]
fn the_messages_of_a_push_of_many_refs_are_cut() {
    let updates: Vec<Value> =
        (0..100).map(|number| ref_update(&format!("refs/tags/{number}"), None, Some(AFTER))).collect();
    let mut body = push_with(&updates, &json!([]));
    body["detailedMessage"]["text"] = json!("z".repeat(200_000));
    body["message"]["text"] = json!("Ada pushed");
    let fixture = Fixture::default();
    fixture.push(&body);
    let data = &fixture.events()[99]["data"];
    assert_eq!(data["detailedMessage"].as_str().map(str::len), Some(1024 * 1024 / 100));
    assert_eq!((&data["detailedMessageComplete"], &data["messageComplete"]), (&json!(false), &Value::Null));
}

#[test]
fn an_event_that_does_not_fit_even_when_cut_is_quarantined() {
    let fixture = Fixture::default();
    let body = pull_request("git.pullrequest.created", &json!({"title": "t".repeat(300_000)}));
    let response = fixture.pull_request(&body);
    assert_eq!(response.json["status"], "quarantined");
    check_messages(&fixture);
    assert_eq!(fixture.quarantined()[0].1, body.to_string().into_bytes());
}

#[test]
fn a_large_quarantined_body_is_split_into_messages() {
    let mut state = 1_u64;
    let incompressible: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(4 * 1024 * 1024)
    .collect();
    let fixture = Fixture::default();
    let response = fixture.receive(Endpoint::CodePushed, request(incompressible.clone()));
    assert_eq!(response.json["status"], "quarantined");
    check_messages(&fixture);
    assert!(fixture.quarantine.sent.lock().expect("not poisoned").len() > 10);
    assert_eq!(fixture.quarantined()[0].1, incompressible);
}

#[test]
fn unusual_characters_are_kept_or_replaced() {
    let name = "refs/heads/\u{fffe}\u{1f332}\u{0}x";
    let mut body = push_with(&[ref_update(name, Some(BEFORE), Some(AFTER))], &json!([])).to_string();
    body = body.replace("\"Ada\"", r#""A\ud800da \ud83c\udf32""#);
    let fixture = Fixture::default();
    assert_eq!(fixture.receive(Endpoint::CodePushed, request(body)).json["status"], "queued");
    check_messages(&fixture);
    let event = &fixture.events()[0];
    assert_eq!(event["data"]["ref"], name, "data keeps them");
    assert_eq!(event["subject"], "refs/heads/\u{fffd}\u{1f332}\u{fffd}x");
    assert_eq!(event["data"]["actor"]["displayName"], "A\u{fffd}da \u{1f332}");
}

/// Random JSON with field names and values of deliveries.
fn any_delivery() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("https://dev.azure.com/contoso/_apis/git/repositories/x/pullRequests/1")),
        Just(json!("refs/heads/main")),
    ];
    let names = prop::sample::select(vec![
        "refUpdates",
        "commits",
        "repository",
        "pullRequestId",
        "comment",
        "pullRequest",
        "name",
        "newObjectId",
        "id",
        "url",
        "remoteUrl",
        "project",
        "reviewers",
        "vote",
        "_links",
        "self",
        "href",
        "title",
        "description",
        "status",
    ]);
    let resource = leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names.clone(), inner, 0..8)
                .prop_map(|map| map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    });
    let types = prop::sample::select(vec![
        "git.push",
        "git.pullrequest.created",
        "git.pullrequest.updated",
        "git.pullrequest.merged",
        "ms.vss-code.git-pullrequest-comment-event",
        "workitem.created",
    ]);
    (types, resource)
        .prop_map(|(event_type, resource)| json!({"eventType": event_type, "resource": resource}))
}

/// Checks that a body gets a 2xx response, and the same events when it is delivered again.
#[track_caller]
fn check_handled(endpoint: Endpoint, body: &[u8]) {
    let [first, second] = [0, 1].map(|_| {
        let fixture = Fixture::default();
        let response = fixture.receive(endpoint, request(body));
        assert!(matches!(response.reply.status, 200 | 202), "{}", response.reply.body);
        check_messages(&fixture);
        (response.reply, fixture.events())
    });
    assert_eq!(first, second, "the same delivery gives the same events");
}

proptest! {
    #[test]
    fn any_bytes_are_handled(body in prop::collection::vec(any::<u8>(), 0..400)) {
        check_handled(Endpoint::CodePushed, &body);
    }

    #[test]
    fn any_json_is_handled(body in any_delivery()) {
        check_handled(Endpoint::CodePushed, body.to_string().as_bytes());
        check_handled(Endpoint::PullRequest, body.to_string().as_bytes());
    }

    #[test]
    fn any_damaged_delivery_is_handled(at in 0..4000_usize, byte in any::<u8>(), cut in 0..4000_usize) {
        let mut body = push_with(&[ref_update("refs/heads/main", None, Some(AFTER))], &json!([commit(1, "one")]))
            .to_string()
            .into_bytes();
        let length = body.len();
        body[at % length] = byte;
        check_handled(Endpoint::CodePushed, &body);
        body.truncate(cut % length);
        check_handled(Endpoint::CodePushed, &body);
    }

    #[test]
    fn only_the_password_is_admitted(password in "\\PC{0,40}") {
        use base64::Engine as _;
        prop_assume!(password != crate::fixture::PASSWORD);
        let mut request = request(push().to_string());
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!(":{password}"));
        request.authorization =
            Some(hookpost_core::receiver::request::AuthorizationHeader::new(format!("Basic {encoded}").as_bytes()));
        let fixture = Fixture::default();
        prop_assert_eq!(fixture.receive(Endpoint::CodePushed, request).reply.status, 401);
        prop_assert!(fixture.events().is_empty() && fixture.quarantined().is_empty());
    }
}
