use std::time::{Duration, Instant};

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::Fault;
use serde_json::Value;

use crate::fixture::{Fixture, ORGANIZATION, Response, URL, send};

/// The response to one listing with a fault.
async fn list(fixture: &Fixture, fault: Fault) -> Response {
    fixture.stand_in.fail_next("GET hooks/subscriptions", fault);
    fixture.get("hooks/subscriptions").await
}

/// Whether there was a response to creating a subscription with a fault.
async fn create(fixture: &Fixture, fault: Fault) -> bool {
    fixture.stand_in.fail_next("POST hooks/subscriptions", fault);
    let url = format!("{}/_apis/hooks/subscriptions?api-version=7.1", fixture.stand_in.url(ORGANIZATION));
    let authorization = basic_authorization("", canary::PAT);
    send("POST", &url, &fixture.body(URL), Some(&authorization)).await.is_some()
}

#[tokio::test]
async fn responses_have_the_form_of_each_fault() {
    let fixture = Fixture::start().await;
    for (fault, status, text) in [
        (Fault::Throttled(Duration::from_secs(42)), 429, "TF400733"),
        (Fault::PolicyBlocked(403), 403, "VS403463"),
        (Fault::SignInPage, 203, "Sign In"),
        (Fault::Redirect, 302, "Object moved"),
        (Fault::Expired, 401, ""),
        (Fault::Status(500), 500, "TF400898"),
        (Fault::Html(200), 200, "<!DOCTYPE html>"),
        (Fault::BrokenJson, 200, "{\"count\":1"),
        (Fault::Deactivated, 503, "\u{feff}{\"$id\":\"1\""),
        (Fault::Deactivated, 503, "TF24668"),
        (Fault::Delayed(Duration::from_millis(20)), 200, "{\"count\":0"),
    ] {
        let response = list(&fixture, fault).await;
        assert_eq!(response.status, status);
        assert!(response.text.contains(text), "{}", response.text);
    }
    let throttled = list(&fixture, Fault::Throttled(Duration::from_secs(42))).await;
    assert_eq!(throttled.header("retry-after"), "42");
    assert_eq!(fixture.get("hooks/subscriptions").await.header("retry-after"), "");
}

#[tokio::test]
async fn a_connection_closes_before_or_after_the_effect() {
    let fixture = Fixture::start().await;
    assert!(!create(&fixture, Fault::CloseBefore).await);
    assert!(fixture.stand_in.subscriptions(ORGANIZATION).is_empty() && fixture.stand_in.changes().is_empty());
    assert!(!create(&fixture, Fault::StallAfter(Duration::ZERO)).await);
    assert_eq!(fixture.stand_in.subscriptions(ORGANIZATION).len(), 1);
    let changes = fixture.stand_in.changes();
    assert_eq!((changes.len(), changes[0].status), (1, None));
}

#[tokio::test]
async fn a_late_response_follows_an_effect_at_once() {
    let fixture = Fixture::start().await;
    let start = Instant::now();
    assert!(create(&fixture, Fault::Delayed(Duration::from_millis(100))).await);
    assert!(start.elapsed() >= Duration::from_millis(100));
    let late = Fault::Delayed(Duration::from_secs(3_600));
    let (response, changed) = tokio::join!(
        tokio::time::timeout(Duration::from_millis(200), create(&fixture, late)),
        fixture.stand_in.wait_until(Duration::from_secs(10), |stand_in| stand_in.changes().len() == 2),
    );
    assert!(changed && response.is_err());
}

#[tokio::test]
async fn an_unfiltered_list_of_subscriptions_can_end_without_a_response() {
    let fixture = Fixture::start().await;
    fixture.stand_in.configure(|behavior| behavior.unfiltered_list_stalls = Some(Duration::ZERO));
    assert_eq!(fixture.get("hooks/subscriptions?publisherId=tfs&eventType=git.push").await.status, 200);
    let url = format!("{}/_apis/hooks/subscriptions", fixture.stand_in.url(ORGANIZATION));
    let authorization = basic_authorization("", canary::PAT);
    assert!(send("GET", &url, &Value::Null, Some(&authorization)).await.is_none());
    fixture.stand_in.configure(|behavior| behavior.unfiltered_list_stalls = None);
    assert_eq!(fixture.get("hooks/subscriptions").await.status, 200);
}

#[tokio::test]
async fn a_test_can_wait_until_a_stalled_call_has_taken_effect() {
    let fixture = Fixture::start().await;
    let stall = Fault::StallAfter(Duration::from_secs(3_600));
    let (_, changed) = tokio::join!(
        tokio::time::timeout(Duration::from_millis(200), create(&fixture, stall)),
        fixture.stand_in.wait_until(Duration::from_secs(10), |stand_in| stand_in.changes().len() == 1),
    );
    assert!(changed);
    let later =
        fixture.stand_in.wait_until(Duration::from_millis(1), |stand_in| stand_in.changes().len() == 2);
    assert!(!later.await);
}

#[tokio::test]
async fn faults_apply_to_one_operation_or_to_all() {
    let fixture = Fixture::start().await;
    fixture.stand_in.fail_each("GET projects", Fault::Status(503));
    for (path, status) in [("projects", 503), ("projects", 503), ("hooks/subscriptions", 200)] {
        assert_eq!(fixture.get(path).await.status, status);
    }
    fixture.stand_in.fail_all(Fault::Html(502));
    assert_eq!(fixture.get("hooks/subscriptions").await.status, 502);
    fixture.stand_in.clear_faults();
    assert_eq!(fixture.get("projects").await.status, 200);
    let operations: Vec<_> = fixture.stand_in.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations.iter().filter(|operation| *operation == "GET projects").count(), 3);
    fixture.stand_in.forget_calls();
    assert!(fixture.stand_in.calls().is_empty());
}

#[tokio::test]
async fn every_json_body_can_have_one_byte_order_mark() {
    let fixture = Fixture::start().await;
    fixture.stand_in.configure(|behavior| behavior.byte_order_mark = true);
    let bearer = fixture.call_as("GET", "projects", &Value::Null, Some("Bearer x")).await;
    for response in [fixture.get("projects").await, fixture.get("projects/Nowhere").await, bearer] {
        assert!(response.text.starts_with('\u{feff}'), "{}", response.text);
        assert_eq!(response.text.matches('\u{feff}').count(), 1);
    }
    assert!(!list(&fixture, Fault::Html(500)).await.text.starts_with('\u{feff}'));
}
