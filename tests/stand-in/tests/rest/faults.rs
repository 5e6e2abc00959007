use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::Fault;
use serde_json::Value;

use crate::office::{ORGANIZATION, Office, Reply, send};

const LIST: &str = "GET hooks/subscriptions";
const CREATE: &str = "POST hooks/subscriptions";

/// The answer to one listing with a fault.
async fn listing(office: &Office, fault: Fault) -> Reply {
    office.it.fail_next(LIST, fault);
    office.get("hooks/subscriptions").await
}

/// Whether there was any answer to making a subscription with a fault.
async fn making(office: &Office, fault: Fault) -> bool {
    office.it.fail_next(CREATE, fault);
    let url = format!("{}/_apis/hooks/subscriptions?api-version=7.1", office.it.url(ORGANIZATION));
    let authorization = basic_authorization("", canary::PAT);
    send("POST", &url, &office.body("https://hooks.example/x"), Some(&authorization)).await.is_some()
}

#[tokio::test]
async fn throttling_names_the_time_to_wait() {
    let office = Office::open().await;
    let throttled = listing(&office, Fault::Throttled(Duration::from_secs(42))).await;
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, "42"));
    assert!(throttled.error().1.starts_with("TF400733"));
    let slowed = listing(&office, Fault::Slowed(Duration::from_secs(5))).await;
    assert_eq!((slowed.status, slowed.header("retry-after")), (200, "5"));
    assert_eq!(slowed.header("x-ratelimit-remaining"), "0");
    assert_eq!(office.get("hooks/subscriptions").await.header("retry-after"), "");
}

#[tokio::test]
async fn other_answers_that_are_no_lists() {
    let office = Office::open().await;
    let policy = listing(&office, Fault::PolicyBlocked(403)).await;
    assert_eq!(policy.status, 403);
    assert!(policy.error().1.starts_with("VS403463"));
    assert_eq!(listing(&office, Fault::SignInPage).await.status, 203);
    assert_eq!(listing(&office, Fault::Redirect).await.status, 302);
    assert_eq!(listing(&office, Fault::Expired).await.status, 401);
    assert_eq!(listing(&office, Fault::Status(500)).await.status, 500);
    let html = listing(&office, Fault::Html(200)).await;
    assert_eq!((html.status, html.header("content-type")), (200, "text/html; charset=utf-8"));
    let broken = listing(&office, Fault::BrokenJson).await;
    assert_eq!((broken.status, broken.json()), (200, Value::Null));
}

#[tokio::test]
async fn a_connection_can_end_before_or_after_the_work() {
    let office = Office::open().await;
    assert!(!making(&office, Fault::CloseBefore).await);
    assert!(!making(&office, Fault::StallBefore(Duration::from_millis(1))).await);
    assert!(office.it.hooks(ORGANIZATION).is_empty() && office.it.changes().is_empty());
    assert!(!making(&office, Fault::CloseAfter).await);
    assert_eq!(office.it.hooks(ORGANIZATION).len(), 1);
    let changes = office.it.changes();
    assert_eq!((changes.len(), changes[0].status), (1, None));
}

#[tokio::test]
async fn a_test_can_wait_for_the_moment_when_the_work_is_done_and_nobody_knows() {
    let office = Office::open().await;
    let stall = Fault::StallAfter(Duration::from_secs(3_600));
    let (_, done) = tokio::join!(
        tokio::time::timeout(Duration::from_millis(200), making(&office, stall)),
        office.it.until(Duration::from_secs(10), |it| it.changes().len() == 1),
    );
    assert!(done);
    assert_eq!(office.it.hooks(ORGANIZATION).len(), 1);
    assert!(!office.it.until(Duration::from_millis(1), |it| it.changes().len() == 2).await);
}

#[tokio::test]
async fn faults_are_for_one_call_for_one_operation_or_for_all() {
    let office = Office::open().await;
    office.it.fail_each("GET projects", Fault::Status(503));
    assert_eq!(office.get("projects").await.status, 503);
    assert_eq!(office.get("projects").await.status, 503);
    assert_eq!(office.get("hooks/subscriptions").await.status, 200);
    office.it.fail_all(Fault::Html(502));
    assert_eq!(office.get("hooks/subscriptions").await.status, 502);
    office.it.heal();
    assert_eq!(office.get("projects").await.status, 200);
    assert_eq!(office.it.calls_of("GET projects").len(), 3);
    office.it.forget_calls();
    assert!(office.it.calls().is_empty());
}

#[tokio::test]
async fn a_byte_order_mark_can_stand_before_every_json() {
    let office = Office::open().await;
    office.it.quirks(|quirks| quirks.byte_order_mark = true);
    for path in ["projects", "projects/Nowhere"] {
        let reply = office.get(path).await;
        assert!(reply.text.starts_with('\u{feff}'), "{}", reply.text);
        assert_eq!(reply.text.matches('\u{feff}').count(), 1);
    }
    let bearer = office.call_as("GET", "projects", &Value::Null, Some("Bearer x")).await;
    assert_eq!((bearer.status, bearer.text.matches('\u{feff}').count()), (401, 1));
    assert!(!listing(&office, Fault::Html(500)).await.text.starts_with('\u{feff}'));
}
