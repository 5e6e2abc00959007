//! Every row of the HTTP contract, against the real binaries.

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::test_notification;
use serde_json::json;

use crate::fixture::{Contoso, ReceiverFixture, at, events, status_and_code, webhook};
use hookpost_stand_in::EventType;

#[tokio::test]
async fn an_accepted_push_is_202_and_on_the_queue() {
    let fixture = ReceiverFixture::open("accepted", "code-pushed").await;
    let response = fixture.deliver(&Contoso::subscribed(1).commit("Faster checkout")).await;
    assert_eq!(status_and_code(&response), (202, "queued".to_owned()));
    assert_eq!(response.header("content-type"), Some("application/json"));
    let messages = fixture.account.events().await;
    let event = &events(&messages)[0];
    assert_eq!(event["type"], "com.azure.dev.git.push");
    assert_eq!(response.json()["events"], json!([{"id": event["id"], "messageId": messages[0].id}]));
    assert_eq!(Some(messages[0].deduplication_id()), event["id"].as_str());
    assert_eq!(Some(messages[0].group()), event["partitionkey"].as_str());
    let attribute = |name: &str| messages[0].attributes.get(name).cloned();
    assert_eq!(attribute("type"), Some("com.azure.dev.git.push".to_owned()));
    assert_eq!(attribute("action"), Some("updated".to_owned()));
    assert_eq!(attribute("contentType"), Some("application/cloudevents+json; charset=utf-8".to_owned()));
    fixture.close().await;
}

#[tokio::test]
async fn the_test_button_is_200_and_leaves_the_queue_empty() {
    let fixture = ReceiverFixture::open("test-button", "code-pushed").await;
    for saved in [false, true] {
        let mut subscription = webhook().subscription(EventType::Push);
        if saved {
            let mut contoso = Contoso::subscribed(2);
            subscription = contoso.organization.subscriptions()[0].clone();
            contoso.subscribe_to(EventType::Push);
        }
        let response = fixture.deliver(&test_notification(&subscription, at()).expect("a test")).await;
        assert_eq!(status_and_code(&response), (200, "test".to_owned()), "saved: {saved}");
    }
    assert!(fixture.account.events().await.is_empty());
    assert!(fixture.account.quarantined().await.is_empty());
    fixture.close().await;
}

#[tokio::test]
async fn unreadable_deliveries_are_202_and_quarantined() {
    // The last body of each is meant for the other endpoint.
    check_kept("code-pushed", "git.push", br#"{"eventType":"git.pullrequest.created","resource":{}}"#).await;
    check_kept("pull-request", "git.pullrequest.created", br#"{"eventType":"git.push","resource":{}}"#).await;
}

async fn check_kept(endpoint: &'static str, event_type: &str, misdirected: &[u8]) {
    let fixture = ReceiverFixture::open(&format!("quarantined-{endpoint}"), endpoint).await;
    let bodies: [Vec<u8>; 5] = [
        b"not json".to_vec(),
        b"".to_vec(),
        format!(r#"{{"eventType":"{event_type}","resource":null}}"#).into_bytes(),
        br#"{"resource":{"refUpdates":[]}}"#.to_vec(),
        misdirected.to_vec(),
    ];
    for body in bodies {
        let text = String::from_utf8_lossy(&body).into_owned();
        let response = fixture.send(&fixture.request(body.clone())).await;
        assert_eq!(status_and_code(&response), (202, "quarantined".to_owned()), "{endpoint}: {text}");
        let kept = fixture.account.quarantined().await;
        assert_eq!(kept.len(), 1, "{endpoint}: {text}");
        assert_eq!(kept[0].json()["id"], response.json()["id"]);
        assert_eq!(kept[0].json()["reason"], response.json()["reason"]);
        assert_eq!(kept[0].json()["bytes"], json!(body.len()));
    }
    assert!(fixture.account.events().await.is_empty());
    fixture.close().await;
}

#[tokio::test]
async fn a_body_in_base64_is_the_same_body() {
    let fixture = ReceiverFixture::open("base64", "code-pushed").await;
    let push = Contoso::subscribed(4).commit("x");
    let response = fixture.send(&fixture.request(push.body).base64()).await;
    assert_eq!(status_and_code(&response), (202, "queued".to_owned()));
    let invalid = fixture.send(&fixture.request(b"{\"id\":\"\xff\"}".to_vec()).base64()).await;
    assert_eq!(status_and_code(&invalid), (202, "quarantined".to_owned()), "not UTF-8");
    fixture.close().await;
}

#[tokio::test]
async fn every_failed_authentication_gets_the_same_401_for_the_same_work() {
    let fixture = ReceiverFixture::open("strangers", "code-pushed").await;
    let body = Contoso::subscribed(5).commit("x").body;
    let right = fixture.request(body.clone());
    let basic = |text: &str| basic_authorization("", text);
    let missing = fixture.send(&right.clone().without_header("Authorization")).await;
    let malformed =
        fixture.send(&right.clone().without_header("Authorization").header("Authorization", "Basic ?")).await;
    let twice = fixture.send(&right.clone().header("Authorization", &basic(canary::PASSWORD))).await;
    assert_eq!(fixture.password_fetches(), 0, "no single usable header, no secret fetched");
    let wrong = fixture.send(&fixture.request_with_password(body.clone(), canary::WRONG_PASSWORD)).await;
    let fetches_for_wrong = fixture.password_fetches();
    let unknown = ApiRequest::new("POST", "nobody", "code-pushed")
        .header("Content-Type", "application/json")
        .header("Authorization", &basic(canary::PASSWORD))
        .body(body);
    let unknown = fixture.send(&unknown).await;
    assert_eq!(fixture.password_fetches(), 2 * fetches_for_wrong, "an unknown integration is the same work");
    for response in [&missing, &malformed, &twice, &wrong, &unknown] {
        assert_eq!(status_and_code(response), (401, "unauthorized".to_owned()));
        assert_eq!((&response.body, &response.headers), (&missing.body, &missing.headers));
    }
    // API Gateway renames this header on its way out; Azure DevOps does not read it.
    assert!(missing.header("www-authenticate").is_some_and(|value| value.starts_with("Basic ")));
    assert!(fixture.account.sqs.calls().is_empty(), "nothing of a stranger reaches a queue");
    fixture.close().await;
}

#[tokio::test]
async fn invalid_requests_are_rejected_before_any_secret_is_fetched() {
    let fixture = ReceiverFixture::open("not-a-delivery", "pull-request").await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"] {
        let request = ApiRequest::new(method, "lakeside", "pull-request")
            .header("Authorization", &basic_authorization("", canary::PASSWORD));
        let response = fixture.send(&request).await;
        assert_eq!(status_and_code(&response), (405, "method_not_allowed".to_owned()), "{method}");
        assert_eq!(response.header("allow"), Some("POST"));
    }
    let text = fixture.request("{}").without_header("Content-Type").header("content-type", "text/plain");
    assert_eq!(status_and_code(&fixture.send(&text).await), (415, "unsupported_media_type".to_owned()));
    let large = fixture.request(vec![b' '; 4 * 1024 * 1024 + 1]);
    assert_eq!(status_and_code(&fixture.send(&large).await), (413, "body_too_large".to_owned()));
    assert_eq!(fixture.password_fetches(), 0);
    fixture.close().await;
}
