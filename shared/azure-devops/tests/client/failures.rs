//! Each way a call can fail.

use hookpost_core::azure_devops::error::{RestError, TokenRejection};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::json;

use crate::server::{Reply, Server};
use crate::{client, client_at};

async fn listing(answer: Reply) -> RestError {
    let server = Server::start([answer]).await;
    client(&server).repositories().await.expect_err("a failure")
}

fn said(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "$id": "1", "innerException": null, "message": message, "typeKey": "X" }))
}

#[tokio::test]
async fn a_sign_in_page_is_none_of_the_answers_we_want() {
    for answer in [Reply::html(203), Reply::html(200), said(203, "?"), Reply::bare(302), Reply::bare(307)] {
        assert_eq!(listing(answer).await, RestError::SignInPage);
    }
}

#[tokio::test]
async fn a_refusal_is_told_by_header_or_body() {
    let expired = "Access%20Denied%3A%20The%20Personal%20Access%20Token%20used%20has%20expired.";
    let header = Reply::html(401).with("X-TFS-ServiceError", expired);
    let error = listing(header).await;
    let message = "Access Denied: The Personal Access Token used has expired.".to_owned();
    assert_eq!(error, RestError::Unauthorized { message });
    assert_eq!(error.token_rejection(), Some(TokenRejection::Expired));
    let other = "\u{feff}{\"message\":\"TF400813: The user 'aaaaaaaa' is not authorized.\"}";
    let error = listing(Reply::new(401, "application/json", other)).await;
    assert_eq!(error.token_rejection(), Some(TokenRejection::NotAMember), "{error:?}");
    let error = listing(Reply::bare(401)).await;
    assert_eq!(error, RestError::Unauthorized { message: String::new() });
    assert_eq!(error.token_rejection(), Some(TokenRejection::Unsaid));
}

#[tokio::test]
async fn a_missing_permission_is_one_whatever_the_status() {
    let message = "Access Denied: Mona needs the following permission(s) on the resource PublisherSecurity/1 to \
                   perform this action: Edit Subscription";
    for status in [400, 403] {
        assert_eq!(
            listing(said(status, message)).await,
            RestError::Forbidden { message: message.to_owned() }
        );
    }
    let no = RestError::Forbidden { message: "No.".to_owned() };
    assert_eq!(listing(said(403, "No.")).await, no);
}

#[tokio::test]
async fn a_policy_is_told_from_a_bad_token() {
    let message = "VS403463: The conditional access policy defined by your administrator has failed.";
    for status in [401, 403] {
        assert_eq!(listing(said(status, message)).await, RestError::Policy { message: message.to_owned() });
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let message = "TF200016: The following project does not exist: x.".to_owned();
    assert_eq!(listing(said(404, &message)).await, RestError::NotFound { message });
    assert_eq!(listing(Reply::html(404)).await, RestError::NotFound { message: String::new() });
}

#[tokio::test]
async fn a_bad_request_is_rejected_in_its_own_words() {
    let rejected = |status, message: &str| RestError::Rejected { status, message: message.to_owned() };
    let model = json!({ "count": 1, "value": { "Message": "The version is out of range." } });
    assert_eq!(listing(Reply::json(400, &model)).await, rejected(400, "The version is out of range."));
    assert_eq!(listing(said(409, "a\r\n\u{1b}[2Jb")).await, rejected(409, "a [2Jb"));
    assert_eq!(listing(Reply::new(400, "text/plain", "page")).await, rejected(400, ""));
    assert!(matches!(listing(Reply::bare(301)).await, RestError::Rejected { status: 301, .. }));
    let RestError::Rejected { message, .. } = listing(said(400, &"x".repeat(10_000))).await else {
        panic!("rejected")
    };
    assert!(message.len() < 1000);
}

#[tokio::test]
async fn an_outage_is_told_by_its_status() {
    for status in [408, 500, 502, 503, 504] {
        assert_eq!(listing(Reply::html(status)).await, RestError::Unavailable { status });
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_not_quoted() {
    let huge = format!("{{\"value\":[],\"x\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    for answer in [
        Reply::new(200, "text/plain", "{\"value\":[]}"),
        Reply::new(200, "application/json", "swordfish"),
        Reply::new(200, "application/json", ""),
        Reply::new(200, "application/json", "{\"value\":\"swordfish\"}"),
        Reply::new(200, "application/json", "{\"value\":[\"swordfish\"]}"),
        Reply::new(200, "application/json", "{}"),
        Reply::new(200, "application/json", huge),
        Reply::json(201, &json!({ "value": [] })),
        Reply::bare(204),
        Reply::bare(200),
    ] {
        let error = listing(answer).await;
        assert!(matches!(error, RestError::Unintelligible { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("swordfish"), "{error:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    // Nobody listens where this one was.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let error = client_at(&format!("http://{gone}")).connection().await.expect_err("nobody");
    assert!(matches!(&error, RestError::Unreachable { detail } if detail.contains("refused")), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let server = Server::start([Reply::json(200, &json!({ "value": [] })), Reply::silence()]).await;
    let client = client(&server);
    assert_eq!(client.repositories().await, Ok(vec![]));
    // The connection is open by now, so that there is nothing left to wait for but the answer.
    tokio::time::pause();
    let detail = "no answer within 10 s".to_owned();
    assert_eq!(client.repositories().await, Err(RestError::Unreachable { detail }));
}

#[tokio::test]
async fn an_id_that_is_none_asks_nothing() {
    let server = Server::start([]).await;
    for id in ["", ".", ".."] {
        let error = client(&server).delete(id).await.expect_err("no id");
        assert!(matches!(error, RestError::Unintelligible { .. }), "{error:?}");
    }
    assert_eq!(server.lines(), Vec::<String>::new());
}
