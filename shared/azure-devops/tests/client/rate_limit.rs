//! Tests rate limits.

use std::time::{Duration, Instant};

use hookpost_azure_devops::WaitLimits;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::json;

use crate::server::{Response, Server};
use crate::{WAIT_LIMITS, client, client_with};

fn rate_limited(retry_after: &str) -> Response {
    Response::json(429, &json!({ "message": "TF400733: The request has been canceled." }))
        .with_header("Retry-After", retry_after)
}

fn success() -> Response {
    Response::json(200, &json!({ "value": [] }))
}

/// Checks the time to wait in an error, of which a few seconds may have passed.
#[track_caller]
fn check_wait<T: std::fmt::Debug>(result: Result<T, RestError>, seconds: u64) {
    let error = result.expect_err("rate limited");
    let RestError::RateLimited { retry_after } = error else { panic!("{error:?}") };
    assert!(retry_after <= Duration::from_secs(seconds), "{retry_after:?}");
    assert!(retry_after >= Duration::from_secs(seconds.saturating_sub(5)), "{retry_after:?}");
}

#[tokio::test]
async fn the_call_is_repeated_after_a_short_wait() {
    let server = Server::start([rate_limited("1"), success()]).await;
    let start = Instant::now();
    assert_eq!(client(&server).repositories().await, Ok(vec![]));
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.request_lines().len(), 2);
}

#[tokio::test]
async fn a_wait_over_the_budget_is_an_error_for_every_call() {
    let server = Server::start([rate_limited("600"), success()]).await;
    let client = client(&server);
    check_wait(client.repositories().await, 600);
    check_wait(client.connection().await, 600);
    assert_eq!(server.request_lines().len(), 1);
}

#[tokio::test]
async fn waits_share_one_budget() {
    let server = Server::start([rate_limited("1"), rate_limited("1"), success()]).await;
    let client =
        client_with(&server.url(), WaitLimits { rate_limit: Duration::from_millis(1001), ..WAIT_LIMITS });
    check_wait(client.repositories().await, 1);
    assert_eq!(server.request_lines().len(), 2);
}

#[tokio::test]
async fn the_wait_is_ten_seconds_without_retry_after_and_a_day_at_most() {
    for retry_after in ["soon", "-1", ""] {
        let server = Server::start([rate_limited(retry_after)]).await;
        check_wait(client(&server).repositories().await, 10);
    }
    let server = Server::start([rate_limited("99999999999999")]).await;
    check_wait(client(&server).repositories().await, 24 * 3600);
}

#[tokio::test]
async fn a_call_is_attempted_five_times() {
    let server = Server::start((0..9).map(|_| rate_limited("0"))).await;
    check_wait(client(&server).repositories().await, 0);
    assert_eq!(server.request_lines().len(), 5);
}

#[tokio::test]
async fn a_successful_response_may_limit_the_next_call() {
    let server = Server::start([success().with_header("Retry-After", "600"), success()]).await;
    let client = client(&server);
    assert_eq!(client.repositories().await, Ok(vec![]));
    check_wait(client.repositories().await, 600);
    assert_eq!(server.request_lines().len(), 1);
}

#[tokio::test]
async fn a_delayed_answer_slows_the_next_call_down() {
    let delayed = success().with_header("X-RateLimit-Delay", "2.5").with_header("X-RateLimit-Remaining", "0");
    let server = Server::start([delayed, success()]).await;
    let client = client(&server);
    let start = Instant::now();
    assert_eq!(client.repositories().await, Ok(vec![]));
    assert_eq!(client.repositories().await, Ok(vec![]));
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn calls_are_never_concurrent() {
    let server = Server::start((0..8).map(|_| success())).await;
    let client = client(&server);
    let (a, b) = tokio::join!(client.repositories(), client.repositories());
    assert_eq!((a, b), (Ok(vec![]), Ok(vec![])));
    assert_eq!((server.request_lines().len(), server.max_concurrent_requests()), (2, 1));
}
