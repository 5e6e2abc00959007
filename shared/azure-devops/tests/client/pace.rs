//! Being asked to wait.

use std::time::{Duration, Instant};

use hookpost_azure_devops::Patience;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::json;

use crate::server::{Reply, Server};
use crate::{PATIENCE, client, client_with};

fn limited(retry_after: &str) -> Reply {
    Reply::json(429, &json!({ "message": "TF400733: The request has been canceled." }))
        .with("Retry-After", retry_after)
}

fn good() -> Reply {
    Reply::json(200, &json!({ "value": [] }))
}

/// Of the time to wait, some has passed by the time it is looked at.
#[track_caller]
fn check_wait<T: std::fmt::Debug>(answer: Result<T, RestError>, seconds: u64) {
    let error = answer.expect_err("too soon");
    let RestError::RateLimited { retry_after } = error else { panic!("{error:?}") };
    assert!(retry_after <= Duration::from_secs(seconds), "{retry_after:?}");
    assert!(retry_after >= Duration::from_secs(seconds.saturating_sub(5)), "{retry_after:?}");
}

#[tokio::test]
async fn a_short_wait_is_waited_and_the_call_repeated() {
    let server = Server::start([limited("1"), good()]).await;
    let start = Instant::now();
    assert_eq!(client(&server).repositories().await, Ok(vec![]));
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_long_wait_is_an_error_and_no_call_is_made_before_it_is_over() {
    let server = Server::start([limited("600"), good()]).await;
    let client = client(&server);
    check_wait(client.repositories().await, 600);
    check_wait(client.connection().await, 600);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn waits_add_up() {
    let server = Server::start([limited("1"), limited("1"), good()]).await;
    let client = client_with(&server.url(), Patience { rate_limit: Duration::from_millis(1001), ..PATIENCE });
    check_wait(client.repositories().await, 1);
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_wait_nobody_measured_is_ten_seconds() {
    for retry_after in ["soon", "-1", ""] {
        let server = Server::start([limited(retry_after)]).await;
        check_wait(client(&server).repositories().await, 10);
    }
    let server = Server::start([limited("99999999999999")]).await;
    check_wait(client(&server).repositories().await, 24 * 3600);
}

#[tokio::test]
async fn being_turned_away_again_and_again_ends() {
    let server = Server::start((0..9).map(|_| limited("0"))).await;
    check_wait(client(&server).repositories().await, 0);
    assert_eq!(server.lines().len(), 5);
}

#[tokio::test]
async fn a_good_answer_may_ask_to_wait_too() {
    let server = Server::start([good().with("Retry-After", "600"), good()]).await;
    let client = client(&server);
    assert_eq!(client.repositories().await, Ok(vec![]));
    check_wait(client.repositories().await, 600);
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn there_is_never_a_second_call_at_the_same_time() {
    let server = Server::start((0..8).map(|_| good())).await;
    let client = client(&server);
    let (a, b) = tokio::join!(client.repositories(), client.repositories());
    assert_eq!((a, b), (Ok(vec![]), Ok(vec![])));
    assert_eq!((server.lines().len(), server.most_at_a_time()), (2, 1));
}
