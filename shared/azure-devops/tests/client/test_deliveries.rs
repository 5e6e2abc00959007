//! Tests test deliveries.

use std::time::Duration;

use hookpost_azure_devops::WaitLimits;
use hookpost_core::azure_devops::deliveries::TestResult;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::server::{Response, Server};
use crate::subscriptions::wanted;
use crate::{PASSWORD, WAIT_LIMITS, client, client_with};

fn notification(status: &str, result: &str, details: &Value) -> Response {
    let body =
        json!({ "id": 7, "subscriptionId": "s-1", "status": status, "result": result, "details": details });
    Response::json(200, &body)
}

async fn send_test(responses: impl IntoIterator<Item = Response>) -> (Result<TestResult, RestError>, Server) {
    let server = Server::start(responses).await;
    let result = client(&server).send_test("s-1", &wanted(SubscriptionKind::Push), PASSWORD).await;
    (result, server)
}

#[tokio::test]
async fn a_test_delivery_is_polled_until_it_has_an_outcome() {
    let response = json!({ "response": "Status Code: 200\r\nReason Phrase: OK", "request": PASSWORD });
    let (result, server) = send_test([
        notification("queued", "pending", &Value::Null),
        Response::json(404, &json!({ "message": "not there yet" })),
        notification("requestInProgress", "pending", &Value::Null),
        notification("completed", "succeeded", &response),
    ])
    .await;
    assert_eq!(result, Ok(TestResult { delivered: true, status: Some(200), detail: String::new() }));
    let request = server.requests();
    let [first, second, _, _] = request.as_slice() else { panic!("four requests") };
    assert_eq!(first.target, "/contoso/_apis/hooks/testnotifications?api-version=7.1");
    assert_eq!(
        first.json(),
        json!({
            "subscriptionId": "s-1",
            "details": {
                "publisherId": "tfs", "eventType": "git.push", "consumerId": "webHooks", "consumerActionId": "httpRequest",
                "publisherInputs": { "projectId": "p-1" },
                "consumerInputs": {
                    "url": "https://hooks.example/contoso/x", "basicAuthPassword": PASSWORD,
                    "resourceDetailsToSend": "all", "messagesToSend": "text", "detailedMessagesToSend": "none"
                }
            }
        })
    );
    let poll = "GET /contoso/_apis/hooks/subscriptions/s-1/notifications/7?api-version=7.1";
    assert_eq!(format!("{} {}", second.method, second.target), poll);
}

#[tokio::test]
async fn a_failed_test_delivery_is_described_without_the_password() {
    let details = json!({
        "response": "HTTP/1.1 401 Unauthorized\r\n",
        "errorMessage": "Unauthorized (401)",
        "errorDetail": format!("sent\n:{PASSWORD}")
    });
    let (result, _) = send_test([notification("completed", "failed", &details)]).await;
    let detail = "Unauthorized (401): sent :********".to_owned();
    assert_eq!(result, Ok(TestResult { delivered: false, status: Some(401), detail }));
}

#[tokio::test]
async fn a_test_delivery_without_an_outcome_is_not_delivered() {
    let server = Server::start((0..200).map(|_| notification("queued", "pending", &Value::Null))).await;
    let client = client_with(&server.url(), WaitLimits { test: Duration::from_millis(20), ..WAIT_LIMITS });
    let result = client.send_test("s-1", &wanted(SubscriptionKind::Push), PASSWORD).await.expect("a result");
    assert_eq!((result.delivered, result.status), (false, None));
    assert!(result.detail.contains("its state is `queued`"), "{}", result.detail);
    assert!(server.request_lines().len() < 200);
}

#[tokio::test]
async fn a_test_delivery_that_cannot_be_polled_is_an_error() {
    let (result, _) =
        send_test([notification("queued", "pending", &Value::Null), Response::empty(401)]).await;
    assert_eq!(result, Err(RestError::Unauthorized { message: String::new() }));
    let (result, _) = send_test([Response::json(200, &json!({ "status": "queued" }))]).await;
    assert!(matches!(result, Err(RestError::UnreadableResponse { .. })), "{result:?}");
}
