//! What SQS takes: size and characters. And totality: no bytes do anything but end in an answer.

use hookpost_core::message::queue_message::MESSAGE_BYTES_MAX;
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_events::Event;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scene::{AFTER, BEFORE, Scene, moved, pull_request, push, push_of, request};

/// SQS: tab, line feed, carriage return, U+0020 to U+D7FF, U+E000 to U+FFFD, U+10000 to U+10FFFF.
fn sqs_takes(text: &str) -> bool {
    text.chars()
        .all(|c| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}'))
}

#[track_caller]
fn check_messages(scene: &Scene) {
    let events = scene.events.sent.lock().expect("not poisoned");
    let quarantine = scene.quarantine.sent.lock().expect("not poisoned");
    for message in events.iter().chain(quarantine.iter()) {
        assert!(message.size() <= MESSAGE_BYTES_MAX, "{} bytes", message.size());
        assert!(sqs_takes(&message.body));
        assert!(message.attributes.len() <= 10);
        assert!(message.attributes.iter().all(|(_, value)| !value.is_empty() && sqs_takes(value)));
    }
    for message in events.iter() {
        serde_json::from_str::<Event>(&message.body).expect("an event is what consumers parse");
    }
}

fn commit(number: usize, message: &str) -> Value {
    let who = json!({"name": "Ada", "email": "ada@contoso.example", "date": "2026-03-01T11:00:00Z"});
    json!({"commitId": format!("{number:040x}"), "author": who, "committer": who, "comment": message})
}

#[test]
fn thousands_of_commits_are_cut_from_the_old_end() {
    let commits: Vec<Value> = (0..6000).map(|number| commit(number, "work in progress")).collect();
    let scene = Scene::default();
    scene.push(&push_of(&[moved("refs/heads/main", Some(BEFORE), Some(AFTER))], &json!(commits)));
    check_messages(&scene);
    let data = &scene.events()[0]["data"];
    assert_eq!(data["commitsComplete"], false);
    let kept = data["commits"].as_array().expect("a list");
    assert!(kept.len() > 500, "only {} kept", kept.len());
    assert_eq!(kept[0]["id"], format!("{:040x}", 0), "newest first, as sent");
}

#[test]
fn a_commit_list_that_fits_is_not_called_incomplete() {
    let scene = Scene::default();
    scene.push(&push_of(&[moved("refs/heads/main", Some(BEFORE), Some(AFTER))], &json!([commit(1, "one")])));
    assert_eq!(scene.events()[0]["data"].get("commitsComplete"), None);
}

#[test]
fn a_long_description_is_cut_and_said_to_be_cut() {
    for filler in ["x", "\"", "\u{fffe}", "\0", "🌲", "é"] {
        let scene = Scene::default();
        let description = filler.repeat(600_000 / filler.len());
        scene.pull_request(&pull_request("git.pullrequest.created", &json!({"description": description})));
        check_messages(&scene);
        let data = &scene.events()[0]["data"];
        assert_eq!(data["descriptionComplete"], false);
        let kept = data["description"].as_str().expect("text");
        assert!(description.starts_with(kept));
        assert!(kept.len() > MESSAGE_BYTES_MAX / 12, "{filler:?}: only {} bytes kept", kept.len());
    }
}

#[test]
fn a_long_comment_is_cut_and_said_to_be_cut() {
    let scene = Scene::default();
    let pull_request = pull_request("git.pullrequest.created", &json!({}))["resource"].take();
    let mut body = push();
    body["eventType"] = json!("ms.vss-code.git-pullrequest-comment-event");
    body["resource"] =
        json!({"comment": {"id": 1, "content": "y".repeat(400_000)}, "pullRequest": pull_request});
    scene.pull_request(&body);
    check_messages(&scene);
    assert_eq!(scene.events()[0]["data"]["comment"]["textComplete"], false);
}

#[test]
fn what_does_not_fit_even_cut_is_kept_raw() {
    let scene = Scene::default();
    let body = pull_request("git.pullrequest.created", &json!({"title": "t".repeat(300_000)}));
    let came = scene.pull_request(&body);
    assert_eq!(came.answer["status"], "quarantined");
    check_messages(&scene);
    assert_eq!(scene.quarantined()[0].1, body.to_string().into_bytes());
}

#[test]
fn a_quarantined_body_that_does_not_compress_is_split_and_comes_back_whole() {
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(4 * 1024 * 1024)
    .collect();
    let scene = Scene::default();
    let came = scene.receive(Endpoint::CodePushed, request(noise.clone()));
    assert_eq!(came.answer["status"], "quarantined");
    check_messages(&scene);
    assert!(scene.quarantine.sent.lock().expect("not poisoned").len() > 10);
    assert_eq!(scene.quarantined()[0].1, noise);
}

#[test]
fn odd_characters_arrive_as_they_were_or_as_the_replacement_character() {
    let name = "refs/heads/\u{fffe}\u{1f332}\u{0}x";
    let mut body = push_of(&[moved(name, Some(BEFORE), Some(AFTER))], &json!([])).to_string();
    body = body.replace("\"Ada\"", r#""A\ud800da \ud83c\udf32""#);
    let scene = Scene::default();
    assert_eq!(scene.receive(Endpoint::CodePushed, request(body)).answer["status"], "queued");
    check_messages(&scene);
    let event = &scene.events()[0];
    assert_eq!(event["data"]["ref"], name, "in data they stay");
    assert_eq!(event["subject"], "refs/heads/\u{fffd}\u{1f332}\u{fffd}x");
    assert_eq!(event["data"]["actor"]["displayName"], "A\u{fffd}da \u{1f332}");
}

/// JSON that looks like a delivery in places.
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

fn ends_well(endpoint: Endpoint, body: &[u8]) {
    let [one, two] = [0, 1].map(|_| {
        let scene = Scene::default();
        let came = scene.receive(endpoint, request(body));
        assert!(matches!(came.reply.status, 200 | 202), "{}", came.reply.body);
        check_messages(&scene);
        (came.reply, scene.events())
    });
    assert_eq!(one, two, "the same delivery, the same events");
}

proptest! {
    #[test]
    fn no_bytes_end_badly(body in prop::collection::vec(any::<u8>(), 0..400)) {
        ends_well(Endpoint::CodePushed, &body);
    }

    #[test]
    fn no_json_ends_badly(body in any_delivery()) {
        ends_well(Endpoint::CodePushed, body.to_string().as_bytes());
        ends_well(Endpoint::PullRequest, body.to_string().as_bytes());
    }

    #[test]
    fn no_damaged_delivery_ends_badly(at in 0..4000_usize, byte in any::<u8>(), cut in 0..4000_usize) {
        let mut body = push_of(&[moved("refs/heads/main", None, Some(AFTER))], &json!([commit(1, "one")]))
            .to_string()
            .into_bytes();
        let length = body.len();
        body[at % length] = byte;
        ends_well(Endpoint::CodePushed, &body);
        body.truncate(cut % length);
        ends_well(Endpoint::CodePushed, &body);
    }

    #[test]
    fn nothing_but_the_password_is_admitted(password in "\\PC{0,40}") {
        use base64::Engine as _;
        prop_assume!(password != crate::scene::PASSWORD);
        let mut request = request(push().to_string());
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!(":{password}"));
        request.authorization =
            Some(hookpost_core::receiver::request::AuthorizationHeader::new(format!("Basic {encoded}").as_bytes()));
        let scene = Scene::default();
        prop_assert_eq!(scene.receive(Endpoint::CodePushed, request).reply.status, 401);
        prop_assert!(scene.events().is_empty() && scene.quarantined().is_empty());
    }
}
