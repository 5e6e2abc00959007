//! Every row of the HTTP contract, against the real binaries.

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::test_delivery;
use serde_json::json;

use crate::world::{Contoso, World, at, events, told, webhook};
use hookpost_stand_in::EventType;

#[tokio::test]
async fn an_accepted_push_is_202_and_on_the_queue() {
    let world = World::open("accepted", "code-pushed").await;
    let reply = world.deliver(&Contoso::subscribed(1).commit("Faster checkout")).await;
    assert_eq!(told(&reply), (202, "queued".to_owned()));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let messages = world.account.events().await;
    let event = &events(&messages)[0];
    assert_eq!(event["type"], "com.azure.dev.git.push");
    assert_eq!(reply.json()["events"], json!([{"id": event["id"], "messageId": messages[0].id}]));
    assert_eq!(Some(messages[0].deduplication_id()), event["id"].as_str());
    assert_eq!(Some(messages[0].group()), event["partitionkey"].as_str());
    let attribute = |name: &str| messages[0].attributes.get(name).cloned();
    assert_eq!(attribute("type"), Some("com.azure.dev.git.push".to_owned()));
    assert_eq!(attribute("action"), Some("updated".to_owned()));
    assert_eq!(attribute("contentType"), Some("application/cloudevents+json; charset=utf-8".to_owned()));
    world.close().await;
}

#[tokio::test]
async fn the_test_button_is_200_and_leaves_the_queue_empty() {
    let world = World::open("test-button", "code-pushed").await;
    for saved in [false, true] {
        let mut subscription = webhook().subscription(EventType::Push);
        if saved {
            let mut contoso = Contoso::subscribed(2);
            subscription = contoso.organization.subscriptions()[0].clone();
            contoso.subscribe_to(EventType::Push);
        }
        let reply = world.deliver(&test_delivery(&subscription, at())).await;
        assert_eq!(told(&reply), (200, "test".to_owned()), "saved: {saved}");
    }
    assert!(world.account.events().await.is_empty());
    assert!(world.account.quarantined().await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn the_test_button_says_when_the_endpoint_is_wrong() {
    let world = World::open("test-wrong-endpoint", "code-pushed").await;
    for event_type in EventType::ALL {
        let mut test = test_delivery(&webhook().subscription(event_type), at());
        test.url = webhook().url(EventType::Push);
        let reply = world.deliver(&test).await;
        assert_eq!(told(&reply), (200, "test".to_owned()));
        let warned =
            reply.json()["message"].as_str().expect("a message").contains("correct the subscription's URL");
        assert_eq!(warned, event_type != EventType::Push, "{event_type:?}");
    }
    world.close().await;
}

#[tokio::test]
async fn an_event_that_is_not_forwarded_is_202_ignored() {
    let world = World::open("ignored", "code-pushed").await;
    let body = json!({"id": "x", "eventType": "build.complete", "resource": {}}).to_string();
    let reply = world.send(&world.request(body)).await;
    assert_eq!(told(&reply), (202, "ignored".to_owned()));
    assert!(reply.json()["reason"].as_str().expect("a reason").contains("`build.complete`"));
    assert!(world.account.events().await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn what_cannot_be_understood_is_202_and_kept_raw() {
    // The last body of each is meant for the other endpoint.
    check_kept("code-pushed", "git.push", br#"{"eventType":"git.pullrequest.created","resource":{}}"#).await;
    check_kept("pull-request", "git.pullrequest.created", br#"{"eventType":"git.push","resource":{}}"#).await;
}

async fn check_kept(endpoint: &'static str, event_type: &str, misdirected: &[u8]) {
    let world = World::open(&format!("quarantined-{endpoint}"), endpoint).await;
    let bodies: [Vec<u8>; 5] = [
        b"not json".to_vec(),
        b"".to_vec(),
        format!(r#"{{"eventType":"{event_type}","resource":null}}"#).into_bytes(),
        br#"{"resource":{"refUpdates":[]}}"#.to_vec(),
        misdirected.to_vec(),
    ];
    for body in bodies {
        let text = String::from_utf8_lossy(&body).into_owned();
        let reply = world.send(&world.request(body.clone())).await;
        assert_eq!(told(&reply), (202, "quarantined".to_owned()), "{endpoint}: {text}");
        let kept = world.account.quarantined().await;
        assert_eq!(kept.len(), 1, "{endpoint}: {text}");
        assert_eq!(kept[0].json()["id"], reply.json()["id"]);
        assert_eq!(kept[0].json()["reason"], reply.json()["reason"]);
        assert_eq!(kept[0].json()["bytes"], json!(body.len()));
    }
    assert!(world.account.events().await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn a_body_in_base64_is_the_same_body() {
    let world = World::open("base64", "code-pushed").await;
    let push = Contoso::subscribed(4).commit("x");
    let reply = world.send(&world.request(push.body).base64()).await;
    assert_eq!(told(&reply), (202, "queued".to_owned()));
    let invalid = world.send(&world.request(b"{\"id\":\"\xff\"}".to_vec()).base64()).await;
    assert_eq!(told(&invalid), (202, "quarantined".to_owned()), "not UTF-8");
    world.close().await;
}

#[tokio::test]
async fn strangers_get_401_alike_and_cost_no_more_than_they_must() {
    let world = World::open("strangers", "code-pushed").await;
    let body = Contoso::subscribed(5).commit("x").body;
    let right = world.request(body.clone());
    let basic = |text: &str| basic_authorization("", text);
    let missing = world.send(&right.clone().without_header("Authorization")).await;
    let malformed =
        world.send(&right.clone().without_header("Authorization").header("Authorization", "Basic ?")).await;
    let twice = world.send(&right.clone().header("Authorization", &basic(canary::PASSWORD))).await;
    assert_eq!(world.password_fetches(), 0, "no single usable header, no secret fetched");
    let wrong = world.send(&world.request_with_password(body.clone(), canary::WRONG_PASSWORD)).await;
    let fetches_for_wrong = world.password_fetches();
    let unknown = ApiRequest::new("POST", "nobody", "code-pushed")
        .header("Content-Type", "application/json")
        .header("Authorization", &basic(canary::PASSWORD))
        .body(body);
    let unknown = world.send(&unknown).await;
    assert_eq!(world.password_fetches(), 2 * fetches_for_wrong, "an unknown integration is the same work");
    for reply in [&missing, &malformed, &twice, &wrong, &unknown] {
        assert_eq!(told(reply), (401, "unauthorized".to_owned()));
        assert_eq!((&reply.body, &reply.headers), (&missing.body, &missing.headers));
    }
    // API Gateway renames this header on its way out; Azure DevOps does not read it.
    assert!(missing.header("www-authenticate").is_some_and(|value| value.starts_with("Basic ")));
    assert!(world.account.sqs.calls().is_empty(), "nothing of a stranger reaches a queue");
    world.close().await;
}

#[tokio::test]
async fn what_is_not_a_delivery_is_refused_before_any_secret_is_fetched() {
    let world = World::open("not-a-delivery", "pull-request").await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"] {
        let request = ApiRequest::new(method, "lakeside", "pull-request")
            .header("Authorization", &basic_authorization("", canary::PASSWORD));
        let reply = world.send(&request).await;
        assert_eq!(told(&reply), (405, "method_not_allowed".to_owned()), "{method}");
        assert_eq!(reply.header("allow"), Some("POST"));
    }
    let text = world.request("{}").without_header("Content-Type").header("content-type", "text/plain");
    assert_eq!(told(&world.send(&text).await), (415, "unsupported_media_type".to_owned()));
    let large = world.request(vec![b' '; 4 * 1024 * 1024 + 1]);
    assert_eq!(told(&world.send(&large).await), (413, "body_too_large".to_owned()));
    assert_eq!(world.password_fetches(), 0);
    world.close().await;
}
