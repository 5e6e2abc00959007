//! Tests every way in which a call fails.

use hookpost_core::azure_devops::error::{Concerns, MissingPermission, RestError, TokenRejection};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::json;

use crate::server::{Response, Server};
use crate::{client, client_at, client_of_app};

async fn list_error(response: Response) -> RestError {
    let server = Server::start([response]).await;
    client(&server).repositories().await.expect_err("a failure")
}

fn error_response(status: u16, message: &str) -> Response {
    Response::json(status, &json!({ "$id": "1", "innerException": null, "message": message, "typeKey": "X" }))
}

#[tokio::test]
async fn every_form_of_a_sign_in_page_is_recognized() {
    for response in [
        Response::html(203),
        Response::html(200),
        error_response(203, "?"),
        Response::empty(302),
        Response::empty(307),
    ] {
        assert_eq!(list_error(response).await, RestError::SignInPage);
    }
}

#[tokio::test]
async fn the_token_rejection_is_read_from_header_or_body() {
    let expired = "Access%20Denied%3A%20The%20Personal%20Access%20Token%20used%20has%20expired.";
    let header = Response::html(401).with_header("X-TFS-ServiceError", expired);
    let error = list_error(header).await;
    let message = "Access Denied: The Personal Access Token used has expired.".to_owned();
    assert_eq!(error, RestError::Unauthorized { message });
    assert_eq!(error.token_rejection(), Some(TokenRejection::Expired));
    let body = "\u{feff}{\"message\":\"TF400813: The user 'aaaaaaaa' is not authorized.\"}";
    let error = list_error(Response::new(401, "application/json", body)).await;
    assert_eq!(error.token_rejection(), Some(TokenRejection::NotAMember), "{error:?}");
    let error = list_error(Response::empty(401)).await;
    assert_eq!(error, RestError::Unauthorized { message: String::new() });
    assert_eq!(error.token_rejection(), Some(TokenRejection::Unspecified));
}

#[tokio::test]
async fn an_app_that_is_no_user_of_the_organization_is_told_as_such() {
    let unauthorized = "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized.";
    for (response, message) in [
        (Response::html(203), ""),
        (Response::html(200), ""),
        (Response::empty(302), ""),
        (Response::empty(401), ""),
        (
            Response::new(401, "application/json", format!("\u{feff}{{\"message\":\"{unauthorized}\"}}")),
            unauthorized,
        ),
        (error_response(401, "Access Denied."), "Access Denied."),
    ] {
        let server = Server::start([response]).await;
        let error = client_of_app(&server).repositories().await.expect_err("a failure");
        assert_eq!(error, RestError::AppUnknown { message: message.to_owned() });
        assert_eq!(error.concerns(), Concerns::EveryCall);
    }
    let anonymous = json!({ "authenticatedUser": { "id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" } });
    let server = Server::start([Response::json(200, &anonymous)]).await;
    let error = client_of_app(&server).connection().await.expect_err("anonymous");
    assert_eq!(error, RestError::AppUnknown { message: String::new() });
}

#[tokio::test]
async fn what_an_app_may_not_do_is_not_taken_for_a_unauthorized() {
    let policy = "VS403463: The conditional access policy defined by your administrator has failed.";
    let git = "TF401027: You need the Git 'GenericRead' permission to perform this action.";
    let read = MissingPermission::Git("GenericRead".to_owned());
    for status in [401, 403] {
        for (message, expected) in [
            (policy, RestError::Policy { message: policy.to_owned() }),
            (git, RestError::Forbidden { message: git.to_owned(), missing: read.clone() }),
        ] {
            let server = Server::start([error_response(status, message)]).await;
            assert_eq!(client_of_app(&server).repositories().await, Err(expected), "{status}");
        }
    }
    let server = Server::start([error_response(403, "No.")]).await;
    let forbidden = RestError::Forbidden { message: "No.".to_owned(), missing: MissingPermission::Unknown };
    assert_eq!(client_of_app(&server).repositories().await, Err(forbidden));
}

#[tokio::test]
async fn a_missing_permission_is_recognized_with_status_400_and_403() {
    let message = "Access Denied: Mona needs the following permission(s) on the resource PublisherSecurity/1 to \
                   perform this action: Edit Subscription";
    let git = "TF401027: You need the Git 'GenericRead' permission to perform this action.";
    let policy = "TF401027: You need the Git 'PolicyExempt' permission to perform this action.";
    let forbidden = |message: &str, missing| RestError::Forbidden { message: message.to_owned(), missing };
    for (message, missing) in [
        (message, MissingPermission::EditSubscriptions),
        (git, MissingPermission::Git("GenericRead".to_owned())),
        (policy, MissingPermission::Git("PolicyExempt".to_owned())),
        ("Access Denied.", MissingPermission::Unknown),
    ] {
        for status in [400, 403] {
            let error = list_error(error_response(status, message)).await;
            assert_eq!(error, forbidden(message, missing.clone()));
        }
    }
    let forbidden = forbidden("No.", MissingPermission::Unknown);
    assert_eq!(list_error(error_response(403, "No.")).await, forbidden);
}

#[tokio::test]
async fn a_policy_is_distinguished_from_a_bad_token() {
    let message = "VS403463: The conditional access policy defined by your administrator has failed.";
    for status in [401, 403] {
        assert_eq!(
            list_error(error_response(status, message)).await,
            RestError::Policy { message: message.to_owned() }
        );
    }
}

#[tokio::test]
async fn status_404_is_not_found() {
    let message = "TF200016: The following project does not exist: x.".to_owned();
    assert_eq!(list_error(error_response(404, &message)).await, RestError::NotFound { message });
    assert_eq!(list_error(Response::html(404)).await, RestError::NotFound { message: String::new() });
}

#[tokio::test]
async fn a_rejected_request_has_the_message_of_azure_devops() {
    let rejected = |status, message: &str| RestError::Rejected { status, message: message.to_owned() };
    let model = json!({ "count": 1, "value": { "Message": "The version is out of range." } });
    assert_eq!(list_error(Response::json(400, &model)).await, rejected(400, "The version is out of range."));
    assert_eq!(list_error(error_response(409, "a\r\n\u{1b}[2Jb")).await, rejected(409, "a [2Jb"));
    assert_eq!(list_error(Response::new(400, "text/plain", "page")).await, rejected(400, ""));
    assert!(matches!(list_error(Response::empty(301)).await, RestError::Rejected { status: 301, .. }));
    let RestError::Rejected { message, .. } = list_error(error_response(400, &"x".repeat(10_000))).await
    else {
        panic!("rejected")
    };
    assert!(message.len() < 1000);
}

#[tokio::test]
async fn an_outage_is_recognized_by_its_status() {
    for status in [408, 500, 502, 503, 504] {
        let unavailable = RestError::Unavailable { status, message: String::new() };
        assert_eq!(list_error(Response::html(status)).await, unavailable);
    }
}

#[tokio::test]
async fn the_words_of_an_outage_are_kept() {
    let message = "TF24668: The following organization is deactivated: contoso.".to_owned();
    let body = format!("\u{feff}{{\"$id\":\"1\",\"message\":\"{message}\",\"typeKey\":\"X\"}}");
    let error = list_error(Response::new(503, "application/json; charset=utf-8", body)).await;
    assert_eq!(error, RestError::Unavailable { status: 503, message });
    let encoded = "TF400898%3A%20An%20internal%20error%20occurred.";
    let error = list_error(Response::html(500).with_header("X-TFS-ServiceError", encoded)).await;
    let message = "TF400898: An internal error occurred.".to_owned();
    assert_eq!(error, RestError::Unavailable { status: 500, message });
}

#[tokio::test]
async fn an_older_server_is_named() {
    let message = "The requested version \"7.1\" of the resource is out of range for this server. The latest REST API \
                   version this server supports is 7.0.";
    let body = json!({ "$id": "1", "message": message, "typeKey": "VssVersionOutOfRangeException" });
    let error = list_error(Response::json(400, &body)).await;
    assert_eq!(error, RestError::UnsupportedVersion { message: message.to_owned() });
    assert_eq!(error.concerns(), Concerns::EveryCall);
}

#[tokio::test]
async fn an_unintelligible_response_is_not_quoted() {
    let huge = format!("{{\"value\":[],\"x\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    for response in [
        Response::new(200, "text/plain", "{\"value\":[]}"),
        Response::new(200, "application/json", "swordfish"),
        Response::new(200, "application/json", ""),
        Response::new(200, "application/json", "{\"value\":\"swordfish\"}"),
        Response::new(200, "application/json", "{\"value\":[\"swordfish\"]}"),
        Response::new(200, "application/json", "{}"),
        Response::new(200, "application/json", huge),
        Response::json(201, &json!({ "value": [] })),
        Response::empty(204),
        Response::empty(200),
    ] {
        let error = list_error(response).await;
        assert!(matches!(error, RestError::UnreadableResponse { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("swordfish"), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    // The listener is dropped, so its port refuses connections.
    let closed_port =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let error = client_at(&format!("http://{closed_port}")).connection().await.expect_err("a failure");
    assert!(matches!(&error, RestError::Unreachable { detail } if detail.contains("refused")), "{error:?}");
}

#[tokio::test]
async fn a_call_with_an_invalid_id_is_not_sent() {
    let server = Server::start([]).await;
    for id in ["", ".", ".."] {
        let error = client(&server).delete(id).await.expect_err("no id");
        assert!(matches!(error, RestError::UnreadableResponse { .. }), "{error:?}");
    }
    assert_eq!(server.request_lines(), Vec::<String>::new());
}
