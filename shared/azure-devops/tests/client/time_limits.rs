//! Tests how long a call may take.

use std::time::Duration;

use hookpost_azure_devops::RestClient;
use hookpost_core::azure_devops::error::{Concerns, RestError};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::invocation::InvocationDeadline;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::client;
use crate::server::{Response, Server};

fn success() -> Response {
    Response::json(200, &json!({ "value": [] }))
}

fn noon() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(12)
}

/// A client in an invocation that ends in `seconds`.
fn client_within(server: &Server, seconds: i64) -> RestClient {
    let deadline = InvocationDeadline::default();
    deadline.set(noon() + SignedDuration::from_secs(seconds));
    client(server).within(deadline, noon)
}

fn no_answer_within(seconds: u64) -> RestError {
    RestError::Unreachable { detail: format!("no answer within {seconds} s") }
}

/// The connection is opened by a first call, so that the only time limit left is that of the answer.
async fn open_connection(client: &RestClient) {
    assert_eq!(client.repositories().await, Ok(vec![]));
}

#[tokio::test]
async fn an_answer_after_40_seconds_is_an_answer() {
    let server = Server::start([success(), success().after(Duration::from_secs(40))]).await;
    let client = client(&server);
    open_connection(&client).await;
    assert_eq!(client.repositories().await, Ok(vec![]));
}

#[tokio::test]
async fn a_missing_answer_is_given_up_after_45_seconds() {
    let server = Server::start([success(), Response::never()]).await;
    let client = client(&server);
    open_connection(&client).await;
    tokio::time::pause();
    assert_eq!(client.repositories().await, Err(no_answer_within(45)));
}

#[tokio::test]
async fn a_call_ends_five_seconds_before_its_function() {
    for (seconds_left, seconds) in [(300, 45), (50, 45), (49, 44), (10, 5)] {
        let server = Server::start([success(), Response::never()]).await;
        let client = client_within(&server, seconds_left);
        open_connection(&client).await;
        tokio::time::pause();
        assert_eq!(client.repositories().await, Err(no_answer_within(seconds)));
        tokio::time::resume();
    }
}

#[tokio::test]
async fn no_call_is_begun_when_the_time_of_the_function_is_over() {
    for seconds_left in [5, 0, -100] {
        let server = Server::start([success()]).await;
        let error = client_within(&server, seconds_left).repositories().await.expect_err("no time");
        assert_eq!(error, RestError::OutOfTime);
        assert_eq!((error.concerns(), error.leaves_outcome_open()), (Concerns::EveryCall, false));
        assert_eq!(server.request_lines(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_rate_limit_is_not_waited_for_beyond_the_time_of_the_function() {
    let limited = Response::json(429, &json!({})).with_header("Retry-After", "4");
    let server = Server::start([limited, success()]).await;
    let result = client_within(&server, 9).repositories().await;
    assert!(matches!(result, Err(RestError::RateLimited { .. })), "{result:?}");
    assert_eq!(server.request_lines().len(), 1);
}
