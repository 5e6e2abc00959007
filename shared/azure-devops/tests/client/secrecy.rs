//! Where the token goes, and where neither it nor the password may.

use hookpost_azure_devops::{LocalUrl, Patience, RestClient};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use crate::bodies::wanted;
use crate::server::{Reply, Server};
use crate::{PASSWORD, TOKEN, client};

/// `base64(":" + TOKEN)`
const ENCODED: &str = "OnRva2VuLXRoYXQtbm9ib2R5LW1heS1zZWU=";

#[tokio::test]
async fn every_request_says_who_asks_and_for_what() {
    let server = Server::start([Reply::json(200, &json!({ "value": [] }))]).await;
    client(&server).projects().await.expect("projects");
    let seen = server.only();
    assert_eq!(seen.header("authorization"), Some(format!("Basic {ENCODED}").as_str()));
    assert_eq!(seen.header("accept"), Some("application/json;api-version=7.1"));
    assert_eq!(seen.header("x-tfs-fedauthredirect"), Some("Suppress"));
    assert!(seen.header("user-agent").is_some_and(|agent| agent.starts_with("hookpost/")));
    assert_eq!(seen.header("host"), Some(server.url().trim_start_matches("http://")));
    assert!(!seen.target.contains(TOKEN));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = Server::start([]).await;
    for status in [301, 302, 303, 307, 308] {
        let there = format!("{}/contoso/_signin", elsewhere.url());
        let server = Server::start([Reply::bare(status).with("location", &there)]).await;
        client(&server).connection().await.expect_err("a redirect");
        assert_eq!(server.lines().len(), 1);
    }
    assert_eq!(elsewhere.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_that_quotes_secrets_is_repeated_without() {
    for status in [400, 401, 403, 404, 409] {
        let message = format!("the value '{PASSWORD}' is bad, says {TOKEN} alias {ENCODED}");
        let quoting = || Reply::json(status, &json!({ "message": message }));
        let server = Server::start([quoting(), quoting(), quoting()]).await;
        let client = client(&server);
        let wanted = wanted(SubscriptionKind::Push);
        let errors = [
            client.create(&wanted, PASSWORD).await.expect_err("a failure"),
            client.replace("s-1", &wanted, PASSWORD).await.expect_err("a failure"),
            client.send_test("s-1", &wanted, PASSWORD).await.expect_err("a failure"),
        ];
        for error in errors {
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("the value '********' is bad, says ******** alias ********"), "{shown}");
        }
    }
}

/// Looking for the outcome of a test sends no password, but what is looked at has it in it.
#[tokio::test]
async fn a_look_at_a_test_that_is_refused_repeats_no_password() {
    let queued = Reply::json(200, &json!({ "id": 7, "status": "queued", "result": "pending" }));
    let refusal = Reply::json(409, &json!({ "message": format!("cannot show ':{PASSWORD}'") }));
    let server = Server::start([queued, refusal]).await;
    let result = client(&server).send_test("s-1", &wanted(SubscriptionKind::Push), PASSWORD).await;
    let message = "cannot show ':********'".to_owned();
    assert_eq!(result, Err(RestError::Rejected { status: 409, message }));
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let server = Server::start([]).await;
    let shown = format!("{:?}", client(&server));
    assert!(shown.contains("https://dev.azure.com/contoso"), "{shown}");
    assert!(!shown.contains(TOKEN) && !shown.contains(ENCODED), "{shown}");
}

/// A server of one's own is asked over TLS, and what cannot prove itself gets no request.
#[tokio::test]
async fn a_host_without_a_certificate_is_told_nothing() {
    let server = Server::start([]).await;
    let text = format!("https://127.0.0.1:{}/tfs/Main", server.port());
    let organization = OrganizationUrl::parse(&text, Servers::Allowed).expect("a URL");
    let token = PersonalAccessToken::parse(TOKEN).expect("a token");
    // The stand-in takes the place of Azure DevOps Services alone.
    let local = LocalUrl::parse(&server.url()).expect("local");
    let client = RestClient::new(&organization, &token, Some(&local), Patience::default()).expect("a client");
    let error = client.connection().await.expect_err("no TLS");
    assert!(matches!(&error, RestError::Unreachable { .. }), "{error:?}");
    assert_eq!(server.lines(), Vec::<String>::new());
}
