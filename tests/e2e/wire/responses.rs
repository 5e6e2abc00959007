//! Every row of the HTTP contract, against the real binaries.

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::api_gateway::ApiRequest;
use hookpost_harness::fault_proxy::Call;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::json;

use crate::fixture::{Contoso, ReceiverFixture, events, result};

#[tokio::test]
async fn an_accepted_push_is_202_and_on_the_queue() {
    let fixture = ReceiverFixture::open("accepted", "code-pushed").await;
    let response = fixture.deliver(&Contoso::subscribed(1).commit("Faster checkout")).await;
    assert_eq!(result(&response), "202 queued");
    assert_eq!(response.header("content-type"), Some("application/json"));
    let messages = fixture.account.events().await;
    let event = &events(&messages)[0];
    assert_eq!(event["type"], "com.azure.dev.git.push");
    assert_eq!(response.json()["events"], json!([{"id": event["id"], "messageId": messages[0].id}]));
    assert_eq!(Some(&*messages[0].deduplication_id), event["id"].as_str());
    assert_eq!(Some(&*messages[0].group), event["partitionkey"].as_str());
    let attribute = |name: &str| messages[0].attributes.get(name).cloned();
    assert_eq!(attribute("type"), Some("com.azure.dev.git.push".to_owned()));
    assert_eq!(attribute("action"), Some("updated".to_owned()));
    assert_eq!(attribute("contentType"), Some("application/cloudevents+json; charset=utf-8".to_owned()));
    fixture.close().await;
}

#[tokio::test]
async fn every_failed_authentication_gets_the_same_401_for_the_same_work() {
    let fixture = ReceiverFixture::open("unauthorized", "code-pushed").await;
    let body = Contoso::subscribed(5).commit("x").body;
    let right = fixture.request(body.clone());
    let basic = basic_authorization("", canary::PASSWORD);
    let missing = fixture.send(&right.clone().without_header("Authorization")).await;
    let malformed =
        fixture.send(&right.clone().without_header("Authorization").header("Authorization", "Basic ?")).await;
    let twice = fixture.send(&right.clone().header("Authorization", &basic)).await;
    assert_eq!(fixture.password_fetches(), 0, "no single usable header, no secret fetched");
    let wrong = fixture.send(&fixture.request_with_password(body.clone(), canary::WRONG_PASSWORD)).await;
    let of_integration = |name: &str| {
        let calls = fixture.account.secrets_manager.calls_of("GetSecretValue");
        let ends = format!("/{name}/webhook");
        let is_of = |call: &Call| call.input["SecretId"].as_str().is_some_and(|id| id.ends_with(&ends));
        calls.iter().filter(|call| is_of(call)).count()
    };
    let unknown = ApiRequest::new("POST", "nobody", "code-pushed")
        .header("Content-Type", "application/json")
        .header("Authorization", &basic)
        .body(body);
    let unknown = fixture.send(&unknown).await;
    assert_eq!((of_integration(INTEGRATION), of_integration("nobody")), (3, 3), "the same work");
    assert_eq!(fixture.password_fetches(), 7, "and the list of integrations once for both");
    for response in [&missing, &malformed, &twice, &wrong, &unknown] {
        assert_eq!(result(response), "401 unauthorized");
        assert_eq!((&response.body, &response.headers), (&missing.body, &missing.headers));
    }
    // API Gateway renames this header on its way out; Azure DevOps does not read it.
    assert!(missing.header("www-authenticate").is_some_and(|value| value.starts_with("Basic ")));
    assert!(fixture.account.sqs.calls().is_empty(), "nothing unauthenticated reaches a queue");
    fixture.close().await;
}

#[tokio::test]
async fn invalid_requests_are_rejected_before_any_secret_is_fetched() {
    let fixture = ReceiverFixture::open("not-a-delivery", "pull-request").await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"] {
        let request = ApiRequest::new(method, "lakeside", "pull-request")
            .header("Authorization", &basic_authorization("", canary::PASSWORD));
        let response = fixture.send(&request).await;
        assert_eq!(result(&response), "405 method_not_allowed", "{method}");
        assert_eq!(response.header("allow"), Some("POST"));
    }
    let text = fixture.request("{}").without_header("Content-Type").header("content-type", "text/plain");
    assert_eq!(result(&fixture.send(&text).await), "415 unsupported_media_type");
    let large = fixture.request(vec![b' '; 4 * 1024 * 1024 + 1]);
    assert_eq!(result(&fixture.send(&large).await), "413 body_too_large");
    assert_eq!(fixture.password_fetches(), 0);
    fixture.close().await;
}
