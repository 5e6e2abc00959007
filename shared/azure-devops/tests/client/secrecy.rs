//! Tests where the token is sent, and that errors show neither the token nor the password.

use hookpost_azure_devops::{LoopbackUrl, RestClient, WaitLimits};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use crate::server::{Response, Server};
use crate::subscriptions::wanted;
use crate::{PASSWORD, TOKEN, client, client_of_app, personal_access_token};

/// `base64(":" + TOKEN)`
const ENCODED: &str = "OnRva2VuLXRoYXQtbm9ib2R5LW1heS1zZWU=";

#[tokio::test]
async fn every_request_has_the_token_and_the_api_version() {
    let server = Server::start([Response::json(200, &json!({ "value": [] }))]).await;
    client(&server).projects().await.expect("projects");
    let request = server.only_request();
    assert_eq!(request.header("authorization"), Some(format!("Basic {ENCODED}").as_str()));
    assert_eq!(request.header("accept"), Some("application/json;api-version=7.1"));
    assert_eq!(request.header("x-tfs-fedauthredirect"), Some("Suppress"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("hookpost/")));
    assert_eq!(request.header("host"), Some(server.url().trim_start_matches("http://")));
    assert!(!request.target.contains(TOKEN));
}

#[tokio::test]
async fn an_app_is_a_bearer_of_its_token() {
    let server = Server::start([Response::json(200, &json!({ "value": [] }))]).await;
    client_of_app(&server).projects().await.expect("projects");
    assert_eq!(server.only_request().header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
}

#[tokio::test]
async fn the_token_of_an_app_is_masked() {
    let message = format!("'Bearer {TOKEN}' begins with {}", &TOKEN[..20]);
    for status in [400, 401, 403, 404, 409] {
        let server = Server::start([Response::json(status, &json!({ "message": message }))]).await;
        let client = client_of_app(&server);
        let error = client.repositories().await.expect_err("a failure");
        let text = format!("{error} {error:?} {client:?}");
        assert!(text.contains("'Bearer ********' begins with ********"), "{text}");
        assert!(!text.contains("token-that"), "{text}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let redirect_target = Server::start([]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/contoso/_signin", redirect_target.url());
        let server = Server::start([Response::empty(status).with_header("location", &location)]).await;
        client(&server).connection().await.expect_err("a redirect");
        assert_eq!(server.request_lines().len(), 1);
    }
    assert_eq!(redirect_target.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn secrets_in_error_messages_are_masked() {
    for status in [400, 401, 403, 404, 409] {
        let message = format!("the value '{PASSWORD}' is bad, says {TOKEN} alias {ENCODED}");
        let response = || Response::json(status, &json!({ "message": message }));
        let server = Server::start([response(), response(), response()]).await;
        let client = client(&server);
        let wanted = wanted(SubscriptionKind::Push);
        let errors = [
            client.create(&wanted, PASSWORD).await.expect_err("a failure"),
            client.replace("s-1", &wanted, PASSWORD).await.expect_err("a failure"),
            client.send_test("s-1", &wanted, PASSWORD).await.expect_err("a failure"),
        ];
        for error in errors {
            let text = format!("{error} {error:?}");
            assert!(text.contains("the value '********' is bad, says ******** alias ********"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_password_is_masked_when_polling_a_test_delivery_fails() {
    let queued = Response::json(200, &json!({ "id": 7, "status": "queued", "result": "pending" }));
    let rejection = Response::json(409, &json!({ "message": format!("cannot show ':{PASSWORD}'") }));
    let server = Server::start([queued, rejection]).await;
    let result = client(&server).send_test("s-1", &wanted(SubscriptionKind::Push), PASSWORD).await;
    let message = "cannot show ':********'".to_owned();
    assert_eq!(result, Err(RestError::Rejected { status: 409, message }));
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let server = Server::start([]).await;
    let text = format!("{:?}", client(&server));
    assert!(text.contains("https://dev.azure.com/contoso"), "{text}");
    assert!(!text.contains(TOKEN) && !text.contains(ENCODED), "{text}");
}

#[tokio::test]
async fn a_stand_in_takes_the_place_of_a_server() {
    let server = Server::start([Response::json(200, &json!({ "value": [] }))]).await;
    let text = "https://code.contoso.example/tfs/Brew%20House";
    let organization = OrganizationUrl::parse(text, Servers::Allowed).expect("a URL");
    let token = personal_access_token();
    let stand_in = LoopbackUrl::parse(&server.url()).expect("a loopback URL");
    let client = RestClient::new(&organization, &token, Some(&stand_in), WaitLimits::default());
    client.expect("a client").repositories().await.expect("repositories");
    let line = "GET /tfs/Brew%20House/_apis/git/repositories?api-version=7.1";
    assert_eq!(server.request_lines(), [line]);
}

#[tokio::test]
async fn a_server_without_a_certificate_gets_no_request() {
    let server = Server::start([]).await;
    let text = format!("https://127.0.0.1:{}/tfs/Main", server.port());
    let organization = OrganizationUrl::parse(&text, Servers::Allowed).expect("a URL");
    let token = personal_access_token();
    let client = RestClient::new(&organization, &token, None, WaitLimits::default()).expect("a client");
    let error = client.connection().await.expect_err("no TLS");
    assert!(matches!(&error, RestError::Unreachable { .. }), "{error:?}");
    assert_eq!(server.request_lines(), Vec::<String>::new());
}
