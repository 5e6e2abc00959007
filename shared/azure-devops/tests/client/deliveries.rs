//! Tests test deliveries and the delivery log.

use std::time::Duration;

use hookpost_azure_devops::WaitLimits;
use hookpost_core::azure_devops::deliveries::{DeliveryCounts, DeliveryState, LoggedDelivery, TestResult};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::server::{Response, Server};
use crate::subscriptions::wanted;
use crate::{PASSWORD, WAIT_LIMITS, client, client_with};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

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

#[tokio::test]
async fn deliveries_are_counted_by_subscription() {
    let server = Server::start([Response::json(200, &json!({
        "results": null,
        "summary": [
            { "subscriptionId": "S-1", "results": [
                { "result": "succeeded", "notificationCount": 12 }, { "result": "failed", "notificationCount": 2 },
                { "result": "pending", "notificationCount": 9 }
            ]},
            { "subscriptionId": "s-2", "results": null },
            { "results": [] }
        ]
    }))])
    .await;
    let client = client(&server);
    let counts =
        |id: &str, succeeded, failed| DeliveryCounts { subscription_id: id.to_owned(), succeeded, failed };
    let result = client.delivery_counts(&["s-1", "s-2"], at("2026-03-04T07:00:00Z")).await;
    assert_eq!(result, Ok(vec![counts("s-1", 12, 2), counts("s-2", 0, 0)]));
    let request = server.only_request();
    assert_eq!(request.target, "/contoso/_apis/hooks/notificationsquery?api-version=7.1");
    assert_eq!(
        request.json(),
        json!({
            "subscriptionIds": ["s-1", "s-2"], "minCreatedDate": "2026-03-04T07:00:00Z", "includeDetails": false
        })
    );
    // A query without ids would return the deliveries of all subscriptions.
    assert_eq!(client.delivery_counts(&[], at("2026-03-04T07:00:00Z")).await, Ok(vec![]));
    assert_eq!(server.request_lines().len(), 1);
}

fn failure(id: u64, created: &str, details: &Value) -> Value {
    json!({ "id": id, "result": "failed", "status": "completed", "createdDate": created, "details": details })
}

fn query_response(failures: &[Value]) -> Response {
    Response::json(200, &json!({ "results": failures }))
}

#[tokio::test]
async fn failed_deliveries_have_their_events_and_are_oldest_first() {
    let event = json!({ "eventType": "git.push", "event": { "id": "e", "eventType": "git.push", "resource": { "x": 1.5 } } });
    let server = Server::start([
        query_response(&[
            failure(9, "2026-03-04T08:00:00.5Z", &event),
            failure(8, "2026-03-04T07:30:00Z", &Value::Null),
            failure(7, "2026-03-04T07:10:00", &Value::Null),
            failure(6, "2026-03-04T06:59:59Z", &event),
            failure(10, "2026-03-04T08:00:00.6Z", &event),
            json!({ "id": 11, "result": "succeeded", "createdDate": "2026-03-04T07:30:00Z" }),
        ]),
        Response::json(404, &json!({ "message": "gone" })),
        Response::json(200, &failure(8, "2026-03-04T07:30:00Z", &event)),
    ])
    .await;
    let span = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00.5Z"));
    let deliveries = client(&server)
        .deliveries(&["s-1"], DeliveryState::Failed, span.0, span.1)
        .await
        .expect("deliveries");
    let delivery = |notification_id, created, has_event: bool| LoggedDelivery {
        subscription_id: "s-1".to_owned(),
        notification_id,
        event_type: if has_event { "git.push".to_owned() } else { String::new() },
        created: Some(at(created)),
        body: has_event.then(|| r#"{"eventType":"git.push","id":"e","resource":{"x":1.5}}"#.to_owned()),
    };
    assert_eq!(
        deliveries,
        [
            delivery(7, "2026-03-04T07:10:00Z", false),
            delivery(8, "2026-03-04T07:30:00Z", true),
            delivery(9, "2026-03-04T08:00:00.5Z", true),
        ]
    );
    let path = "/contoso/_apis/hooks/subscriptions/s-1/notifications";
    assert_eq!(server.request_lines()[1..], [7, 8].map(|id| format!("GET {path}/{id}?api-version=7.1")));
    assert_eq!(
        server.requests()[0].json(),
        json!({
            "subscriptionIds": ["s-1"], "resultType": "failed", "maxResults": 50, "includeDetails": true,
            "minCreatedDate": "2026-03-04T07:00:00Z", "maxCreatedDate": "2026-03-04T08:00:01Z"
        })
    );
}

#[tokio::test]
async fn counts_saturate() {
    let count = |number: u64| json!({ "result": "failed", "notificationCount": number });
    let summary = json!({ "summary": [{ "subscriptionId": "s-1", "results": [count(u64::MAX), count(2)] }] });
    let server = Server::start([Response::json(200, &summary)]).await;
    let counts = client(&server).delivery_counts(&["s-1"], at("2026-03-04T00:00:00Z")).await;
    let all = DeliveryCounts { subscription_id: "s-1".to_owned(), succeeded: 0, failed: u64::MAX };
    assert_eq!(counts, Ok(vec![all]));
}

#[tokio::test]
async fn a_time_range_with_a_full_page_is_split_in_halves() {
    let event = json!({ "event": { "id": "e" } });
    let failures = |ids: std::ops::Range<u64>| {
        query_response(
            &ids.map(|id| failure(id, &format!("2026-03-04T07:00:{id:02}Z"), &event)).collect::<Vec<_>>(),
        )
    };
    // A notification on the boundary is in both halves.
    let server = Server::start([failures(0..50), failures(0..31), failures(30..60)]).await;
    let span = (at("2026-03-04T07:00:00Z"), at("2026-03-04T07:00:59Z"));
    let deliveries = client(&server)
        .deliveries(&["s-1"], DeliveryState::Failed, span.0, span.1)
        .await
        .expect("deliveries");
    let ids: Vec<u64> = deliveries.iter().map(|delivery| delivery.notification_id).collect();
    assert_eq!(ids, (0..60).collect::<Vec<_>>());
    let spans = server
        .requests()
        .iter()
        .map(|request| {
            ["minCreatedDate", "maxCreatedDate"]
                .map(|name| request.json()[name].as_str().expect("a time")[17..19].to_owned())
        })
        .collect::<Vec<_>>();
    assert_eq!(spans, [["00", "00"], ["00", "30"], ["30", "00"]]);
}

#[tokio::test]
async fn too_many_deliveries_in_one_second_are_an_error() {
    let event = json!({ "event": {} });
    let full_page = || {
        query_response(&(0..1000).map(|id| failure(id, "2026-03-04T07:00:00Z", &event)).collect::<Vec<_>>())
    };
    let server = Server::start((0..50).map(|_| full_page())).await;
    let span = (at("2026-03-04T07:00:00Z"), at("2026-03-04T07:30:00Z"));
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, span.0, span.1).await;
    assert!(matches!(deliveries, Err(RestError::UnreadableResponse { .. })), "{deliveries:?}");
}
