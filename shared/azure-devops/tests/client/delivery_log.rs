//! Tests the delivery log.

use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryResult, DeliveryState, LoggedDelivery, LoggedEvent,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::listing::{Listed, ReadLimits};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::client;
use crate::server::{ReceivedRequest, Response, Server};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
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

#[tokio::test]
async fn counts_saturate() {
    let count = |number: u64| json!({ "result": "failed", "notificationCount": number });
    let summary = json!({ "summary": [{ "subscriptionId": "s-1", "results": [count(u64::MAX), count(2)] }] });
    let server = Server::start([Response::json(200, &summary)]).await;
    let counts = client(&server).delivery_counts(&["s-1"], at("2026-03-04T00:00:00Z")).await;
    let all = DeliveryCounts { subscription_id: "s-1".to_owned(), succeeded: 0, failed: u64::MAX };
    assert_eq!(counts, Ok(vec![all]));
}

/// A row of the log: Azure DevOps lists no details.
fn row(id: u64, created: &str, result: &str) -> Value {
    json!({ "id": id, "eventId": format!("e-{id}"), "result": result, "status": "completed", "createdDate": created })
}

fn rows(ids: std::ops::Range<u64>) -> Vec<Value> {
    ids.map(|id| row(id, &format!("2026-03-04T07:{:02}:{:02}Z", id / 60 % 60, id % 60), "failed")).collect()
}

fn page(rows: &[Value]) -> Response {
    Response::json(200, &json!({ "results": rows }))
}

/// A page with the number of deliveries that its summary counts.
fn counted_page(rows: &[Value], failed: u64) -> Response {
    let counts = json!([{ "result": "failed", "notificationCount": failed }, { "result": "succeeded", "notificationCount": 99 }]);
    Response::json(
        200,
        &json!({ "results": rows, "summary": [{ "subscriptionId": "s-1", "results": counts }] }),
    )
}

async fn failed_deliveries(
    responses: impl IntoIterator<Item = Response>,
) -> (Result<Vec<LoggedDelivery>, RestError>, Server) {
    let server = Server::start(responses).await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T07:59:59Z"));
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, from, to).await;
    (deliveries, server)
}

fn ids(deliveries: &[LoggedDelivery]) -> Vec<u64> {
    deliveries.iter().map(|delivery| delivery.notification_id).collect()
}

/// The minutes and seconds of the time ranges that were asked for.
fn ranges(server: &Server) -> Vec<[String; 2]> {
    let time = |body: &Value, name: &str| body[name].as_str().expect("a time")[14..19].to_owned();
    let ranges = server.requests();
    let ranges = ranges.iter().map(ReceivedRequest::json);
    ranges.map(|body| ["minCreatedDate", "maxCreatedDate"].map(|name| time(&body, name))).collect()
}

#[tokio::test]
async fn deliveries_are_listed_without_their_events_oldest_first() {
    let server = Server::start([page(&[
        row(9, "2026-03-04T08:00:00.5Z", "failed"),
        json!({
            "id": 8,
            "result": "failed",
            "createdDate": "2026-03-04T07:30:00Z",
            "modifiedDate": "2026-03-04T07:33:03Z",
            "details": null,
        }),
        row(7, "2026-03-04T07:10:00", "failed"),
        row(6, "2026-03-04T06:59:59Z", "failed"),
        row(10, "2026-03-04T08:00:00.6Z", "failed"),
        row(11, "2026-03-04T07:30:00Z", "succeeded"),
    ])])
    .await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00.5Z"));
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, from, to).await;
    let delivery = |notification_id, event_id: Option<&str>, created| LoggedDelivery {
        subscription_id: "s-1".to_owned(),
        notification_id,
        event_id: event_id.map(str::to_owned),
        created: Some(at(created)),
        modified: None,
        result: DeliveryResult::Failed,
    };
    let modified = Some(at("2026-03-04T07:33:03Z"));
    let expected = vec![
        delivery(7, Some("e-7"), "2026-03-04T07:10:00Z"),
        LoggedDelivery { modified, ..delivery(8, None, "2026-03-04T07:30:00Z") },
        delivery(9, Some("e-9"), "2026-03-04T08:00:00.5Z"),
    ];
    assert_eq!(deliveries, Ok(expected));
    assert_eq!(
        server.only_request().json(),
        json!({
            "subscriptionIds": ["s-1"], "resultType": "failed", "maxResults": 1000, "includeDetails": true,
            "minCreatedDate": "2026-03-04T07:00:00Z", "maxCreatedDate": "2026-03-04T08:00:01Z"
        })
    );
}

#[tokio::test]
async fn every_result_of_a_delivery_is_told_apart() {
    let results = ["succeeded", "failed", "pending", "filtered"];
    let listed = results.iter().zip(0..).map(|(result, id)| row(id, "2026-03-04T07:00:00Z", result));
    let server = Server::start([page(&listed.collect::<Vec<_>>())]).await;
    let from = at("2026-03-04T07:00:00Z");
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Any, from, from).await;
    let results: Vec<DeliveryResult> =
        deliveries.expect("deliveries").iter().map(|delivery| delivery.result).collect();
    let expected =
        [DeliveryResult::Succeeded, DeliveryResult::Failed, DeliveryResult::Pending, DeliveryResult::Other];
    assert_eq!(results, expected);
    assert_eq!(server.only_request().json().get("resultType"), None);
}

#[tokio::test]
async fn a_time_range_with_a_full_page_is_split_in_halves() {
    // A notification on the boundary is in both halves.
    let (deliveries, server) =
        failed_deliveries([page(&rows(0..1000)), page(&rows(0..901)), page(&rows(900..1801))]).await;
    assert_eq!(ids(&deliveries.expect("deliveries")), (0..1801).collect::<Vec<_>>());
    assert_eq!(ranges(&server), [["00:00", "00:00"], ["00:00", "30:00"], ["30:00", "00:00"]]);
}

#[tokio::test]
async fn a_page_that_the_server_may_have_cut_is_split_in_halves() {
    // 200 is a limit of this server, of which nobody told.
    let (deliveries, _) =
        failed_deliveries([page(&rows(0..200)), page(&rows(0..151)), page(&rows(150..301))]).await;
    assert_eq!(ids(&deliveries.expect("deliveries")), (0..301).collect::<Vec<_>>());
    // The summary counts more than the 7 that are listed.
    let (deliveries, _) = failed_deliveries([
        counted_page(&rows(0..7), 9),
        counted_page(&rows(0..5), 5),
        counted_page(&rows(5..9), 4),
    ])
    .await;
    assert_eq!(ids(&deliveries.expect("deliveries")), (0..9).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_that_is_too_large_is_split_in_halves() {
    let with_details = |rows: Vec<Value>, length: usize| {
        let details = json!({ "event": { "id": "x".repeat(length) } });
        let with_details = |mut row: Value| {
            row["details"] = details.clone();
            row
        };
        page(&rows.into_iter().map(with_details).collect::<Vec<_>>())
    };
    let (deliveries, server) = failed_deliveries([
        with_details(rows(0..7), 3_000_000),
        with_details(rows(0..4), 3_000_000),
        with_details(rows(4..7), 3_000_000),
    ])
    .await;
    assert_eq!(ids(&deliveries.expect("deliveries")), (0..7).collect::<Vec<_>>());
    assert_eq!(ranges(&server), [["00:00", "00:00"], ["00:00", "30:00"], ["30:00", "00:00"]]);
}

#[tokio::test]
async fn a_summary_without_a_list_is_not_an_empty_list() {
    let counts = json!([{ "result": "failed", "notificationCount": 3 }]);
    let summary = json!({ "results": null, "summary": [{ "subscriptionId": "s-1", "results": counts }] });
    let (deliveries, _) = failed_deliveries([Response::json(200, &summary)]).await;
    assert!(matches!(deliveries, Err(RestError::UnreadableResponse { .. })), "{deliveries:?}");
    let (deliveries, _) =
        failed_deliveries([Response::json(200, &json!({ "results": null, "summary": [] }))]).await;
    assert_eq!(deliveries, Ok(vec![]));
}

#[tokio::test]
async fn a_page_that_is_whole_costs_one_query() {
    for count in [0, 1, 49, 51, 999] {
        for response in [page(&rows(0..count)), counted_page(&rows(0..count), count)] {
            let (deliveries, server) = failed_deliveries([response]).await;
            assert_eq!(ids(&deliveries.expect("deliveries")), (0..count).collect::<Vec<_>>());
            assert_eq!(server.request_lines().len(), 1, "{count}");
        }
    }
}

#[tokio::test]
async fn more_deliveries_of_one_millisecond_than_are_listed_are_an_error() {
    let full = || (0..1000).map(|id| row(id, "2026-03-04T07:00:00Z", "failed")).collect::<Vec<_>>();
    let (deliveries, _) = failed_deliveries((0..50).map(|_| page(&full()))).await;
    assert!(matches!(deliveries, Err(RestError::UnreadableResponse { .. })), "{deliveries:?}");
    // A round number of deliveries in one second is not one.
    let second = at("2026-03-04T07:00:00Z");
    let server = Server::start((0..2).map(|_| page(&full()[..100]))).await;
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, second, second).await;
    assert_eq!(deliveries.expect("deliveries").len(), 100);
}

/// A log that answers each query by its range: deliveries of subscription `s-1` at these milliseconds after 7 o'clock. A
/// page with more of them than `readable` is too large to be read.
fn log(times: Vec<i64>, readable: usize) -> impl Fn(&ReceivedRequest) -> Response + Send + Sync + 'static {
    let begin = at("2026-03-04T07:00:00Z");
    let too_large = Bytes::from(vec![b' '; 17 * 1024 * 1024]);
    move |request| {
        let query = request.json();
        let bound = |name: &str| at(query[name].as_str().expect("a time")).duration_since(begin).as_millis();
        let (low, high) = (bound("minCreatedDate"), bound("maxCreatedDate"));
        let found = times.iter().enumerate().filter(|(_, time)| (low..=high).contains(&i128::from(**time)));
        let rows: Vec<Value> = found
            .take(1000)
            .map(|(id, time)| {
                let created = begin + SignedDuration::from_millis(*time);
                let mut row = row(id as u64, &created.to_string(), "failed");
                row["subscriptionId"] = "s-1".into();
                row
            })
            .collect();
        if rows.len() > readable {
            return Response::new(200, "application/json", too_large.clone());
        }
        page(&rows)
    }
}

/// Lists the failed deliveries of an hour of a log.
async fn list(log: impl Fn(&ReceivedRequest) -> Response + Send + Sync + 'static) -> (usize, usize) {
    let server = Server::answering(log).await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let deliveries = client(&server).deliveries(&["s-1", "s-2"], DeliveryState::Failed, from, to).await;
    (deliveries.expect("deliveries").len(), server.request_lines().len())
}

#[tokio::test]
async fn ten_thousand_failures_in_an_hour_are_listed() {
    let (listed, queries) = list(log((0..10_000).map(|number| number * 359).collect(), 1000)).await;
    assert_eq!(listed, 10_000);
    assert!(queries <= 40, "{queries}");
}

#[tokio::test]
async fn thousands_of_deliveries_of_one_second_are_listed() {
    let (listed, queries) = list(log((0..2000).map(|number| 1_800_000 + number / 2).collect(), 1000)).await;
    assert_eq!(listed, 2000);
    assert!(queries <= 40, "{queries}");
}

#[tokio::test]
async fn five_failures_of_two_megabytes_in_one_second_are_listed() {
    let server = Server::answering(log((0..5).map(|number| 300 + number).collect(), 4)).await;
    let second = at("2026-03-04T07:00:00Z");
    let to = second + SignedDuration::from_secs(1);
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, second, to).await;
    assert_eq!(ids(&deliveries.expect("deliveries")), [0, 1, 2, 3, 4]);
    assert!(server.request_lines().len() <= 30, "{}", server.request_lines().len());
}

#[tokio::test]
async fn a_list_that_stops_early_says_how_far_it_came_and_goes_on_there() {
    let times: Vec<i64> = (0..10_000).map(|number| number * 359).collect();
    let server = Server::answering(log(times, 1000)).await;
    let client = client(&server);
    let (begin, end) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let (mut from, mut listed) = (begin, Vec::new());
    while from < end {
        // There is never time for a second query.
        let limits = ReadLimits { has_time: &|| false, items_max: usize::MAX };
        let part = client.deliveries_within(&["s-1"], DeliveryState::Failed, (from, end), limits).await;
        let Listed { items, until } = part.expect("a part");
        assert!(until > from && items.len() <= 1000, "{until}");
        listed.extend(ids(&items));
        from = until;
    }
    listed.dedup();
    assert_eq!(listed, (0..10_000).collect::<Vec<_>>());
    let limits = ReadLimits { has_time: &|| true, items_max: 3000 };
    let part = client.deliveries_within(&["s-1"], DeliveryState::Failed, (begin, end), limits).await;
    let count = part.expect("a part").items.len();
    assert!((3000..4000).contains(&count), "{count}");
}

#[tokio::test]
async fn a_server_that_ignores_the_time_is_not_asked_for_ever() {
    let server = Server::answering(|_| page(&rows(0..100))).await;
    let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
    let deliveries = client(&server).deliveries(&["s-1"], DeliveryState::Failed, from, to).await;
    assert!(matches!(deliveries, Err(RestError::UnreadableResponse { .. })), "{deliveries:?}");
}

async fn kept_event(response: Response) -> Result<LoggedEvent, RestError> {
    let server = Server::start([response]).await;
    let kept = client(&server).kept_event("s-1", 7).await;
    let path = "/contoso/_apis/hooks/subscriptions/s-1/notifications/7";
    assert_eq!(server.request_lines(), [format!("GET {path}?api-version=7.1")]);
    kept
}

#[track_caller]
fn notification(status: &str, details: &Value) -> Response {
    Response::json(200, &json!({ "id": 7, "status": status, "result": "failed", "details": details }))
}

#[tokio::test]
async fn the_log_keeps_an_event_whole_or_without_its_content() {
    let event =
        |resource: &Value| json!({ "eventType": "git.push", "id": "e", "resource": resource }).to_string();
    let kept = async |event: &str| {
        let event: Value = serde_json::from_str(event).expect("an event");
        kept_event(notification("completed", &json!({ "event": event, "request": "POST" }))).await
    };
    let whole = event(&json!({ "x": 1.5 }));
    assert_eq!(kept(&whole).await, Ok(LoggedEvent::Whole(whole)));
    let cut = event(&json!("Resource details not shown in history due to size limitation"));
    assert_eq!(kept(&cut).await, Ok(LoggedEvent::WithoutContent(cut)));
}

#[tokio::test]
async fn hidden_pending_and_not_kept_events_are_told_apart() {
    let error_only = json!({ "errorMessage": "Service Unavailable (503)", "event": null, "request": null });
    for hidden in
        [Value::Null, json!({}), json!({ "event": null, "request": "", "response": "" }), error_only]
    {
        assert_eq!(kept_event(notification("completed", &hidden)).await, Ok(LoggedEvent::Hidden), "{hidden}");
        for status in ["queued", "processing", "requestInProgress", "queuedForRetry"] {
            assert_eq!(kept_event(notification(status, &hidden)).await, Ok(LoggedEvent::Pending), "{hidden}");
        }
    }
    for shown in [
        json!({ "request": "POST / HTTP/1.1" }),
        json!({ "response": "Status Code: 503" }),
        json!({ "event": "no event", "response": "Status Code: 503" }),
    ] {
        assert_eq!(kept_event(notification("completed", &shown)).await, Ok(LoggedEvent::NotKept), "{shown}");
    }
    let gone = Response::json(404, &json!({ "message": "The notification does not exist." }));
    assert_eq!(kept_event(gone).await, Ok(LoggedEvent::NotKept));
    // A renamed organization answers with a page, which says nothing about the event.
    let not_found = Err(RestError::NotFound { message: String::new() });
    assert_eq!(kept_event(Response::html(404)).await, not_found);
}
