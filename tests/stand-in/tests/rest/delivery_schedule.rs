//! Retries, probation and disabling, on the stand-in's own time.

use std::time::Duration;

use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::Status;
use hookpost_stand_in::{Timestamp, Uuid};
use hyper::HeaderMap;
use hyper::body::Bytes;
use jiff::SignedDuration;
use serde_json::json;

use crate::fixture::{AT, Fixture, URL};
use crate::recording_webhook::RecordingWebhook;

/// Seconds between the attempts of one push; `respond` gives the status of each, counted from 1.
fn waits(fixture: &Fixture, respond: impl Fn(usize) -> Option<u16>) -> Vec<i64> {
    for notification in fixture.push() {
        fixture.stand_in.schedule_delivery(AT, &notification);
    }
    let mut attempts = Vec::new();
    while let Some(due) = fixture.stand_in.take_due(Timestamp::MAX) {
        attempts.push(due.at());
        let response = respond(attempts.len()).map(response).ok_or(HttpError::TimedOut(Duration::ZERO));
        fixture.stand_in.record_response(due, &response);
    }
    attempts.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect()
}

fn response(status: u16) -> WebhookResponse {
    let (headers, body) = (HeaderMap::default(), Bytes::default());
    WebhookResponse { status, headers, body, elapsed: Duration::ZERO }
}

async fn subscribed() -> (Fixture, Uuid) {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    (fixture, id)
}

async fn result_in_log(fixture: &Fixture, id: Uuid) -> String {
    let log = fixture.get(&format!("hooks/subscriptions/{id}/notifications")).await.json();
    log["value"][0]["result"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn transient_failures_are_retried_for_three_minutes() {
    for failure in [Some(408), Some(502), Some(503), Some(504), None] {
        let (fixture, id) = subscribed().await;
        let waits = waits(&fixture, |count| if count < 9 { failure } else { Some(202) });
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(fixture.status(id), Status::Enabled);
        assert_eq!(result_in_log(&fixture, id).await, "succeeded");
    }
}

#[tokio::test]
async fn other_failures_start_a_probation_of_a_day_and_a_half() {
    for failure in [301, 400, 401, 404, 413, 429, 500] {
        let (fixture, id) = subscribed().await;
        let waits = waits(&fixture, |_| Some(failure));
        assert_eq!(waits, [20, 40, 80, 160, 320, 640, 900].map(|minutes| minutes * 60));
        assert_eq!(fixture.status(id), Status::DisabledBySystem);
        assert_eq!(result_in_log(&fixture, id).await, "failed");
    }
}

#[tokio::test]
async fn on_probation_nothing_new_is_delivered_until_a_retry_succeeds() {
    let (fixture, id) = subscribed().await;
    let waits = waits(&fixture, |count| {
        let on_probation = fixture.status(id) == Status::OnProbation;
        assert_eq!(on_probation, count > 1);
        assert_eq!(fixture.push().is_empty(), on_probation);
        Some(if count == 3 { 202 } else { 429 })
    });
    assert_eq!(waits, [20 * 60, 40 * 60]);
    assert_eq!(fixture.status(id), Status::Enabled);
}

#[tokio::test]
async fn status_410_disables_the_subscription() {
    let (fixture, id) = subscribed().await;
    assert!(waits(&fixture, |_| Some(410)).is_empty());
    assert_eq!(fixture.status(id), Status::DisabledBySystem);
}

#[tokio::test]
async fn time_passes_as_deliveries_are_posted() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.subscribe(&fixture.body(&webhook.address())).await;
    for notification in fixture.push() {
        fixture.stand_in.schedule_delivery(AT, &notification);
    }
    webhook.answer_with(Some(503));
    fixture.stand_in.run_until(AT + SignedDuration::from_secs(10)).await;
    assert_eq!(webhook.requests().len(), 4, "at 0, 1, 3 and 7 seconds");
    webhook.answer_with(Some(202));
    fixture.stand_in.run_until(AT + SignedDuration::from_secs(60)).await;
    let requests = webhook.requests();
    assert_eq!(requests.len(), 5);
    assert_eq!(requests[0].body, requests[4].body);
}

#[tokio::test]
async fn only_an_enabled_subscription_gets_notifications() {
    let (fixture, id) = subscribed().await;
    for (status, notifications) in [
        (Status::OnProbation, 0),
        (Status::DisabledByUser, 0),
        (Status::DisabledBySystem, 0),
        (Status::DisabledByInactiveIdentity, 0),
        (Status::Enabled, 1),
    ] {
        fixture.stand_in.set_status(id, status);
        assert_eq!(fixture.push().len(), notifications, "{status:?}");
        let subscription = fixture.get(&format!("hooks/subscriptions/{id}")).await.json();
        assert_eq!(subscription["status"], json!(status));
    }
}

#[tokio::test]
async fn the_date_of_the_last_retry_goes_or_stays_when_a_probation_ends() {
    for stays in [false, true] {
        let (fixture, id) = subscribed().await;
        fixture.stand_in.configure(|behavior| behavior.probation_date_stays = stays);
        waits(&fixture, |count| Some(if count == 3 { 202 } else { 429 }));
        let shown = fixture.get(&format!("hooks/subscriptions/{id}")).await.json();
        assert_eq!((&shown["status"], shown.get("probationRetries")), (&json!("enabled"), None));
        assert_eq!(shown["lastProbationRetryDate"].is_string(), stays);
    }
}
