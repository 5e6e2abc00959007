//! The stand-in Azure DevOps takes access tokens of Entra.

use std::time::Duration;

use hookpost_stand_in::rest::Permissions;
use hookpost_stand_in::{entra, sts};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, ORGANIZATION, Response};

const CONNECTION: &str = "connectionData?api-version=7.1-preview";
const ANONYMOUS: &str = "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized";

async fn connect(fixture: &Fixture, token: &str) -> Response {
    fixture.call("GET", CONNECTION, &Value::Null, token).await
}

fn is_unauthorized(response: &Response, message: &str) -> bool {
    let shown = response.json()["message"].as_str().unwrap_or_default().to_owned();
    response.status == 401 && response.text.starts_with('\u{feff}') && shown.starts_with(message)
}

#[tokio::test]
async fn a_token_is_its_apps_service_principal() {
    let fixture = Fixture::start().await;
    let response = connect(&fixture, &fixture.access_token().await).await;
    let user = &response.json()["authenticatedUser"];
    assert_eq!(
        (response.status, &user["providerDisplayName"], &user["id"]),
        (200, &json!("hookpost"), &json!(fixture.app.principal.id))
    );
    assert!(user["subjectDescriptor"].as_str().unwrap().starts_with("aadsp."), "{user}");
    let tenant = fixture.app.tenant_id.to_string();
    assert!(user["descriptor"].as_str().unwrap().contains(&tenant), "{user}");
}

#[tokio::test]
async fn a_token_has_the_form_of_a_jwt_and_ends_after_its_time() {
    let fixture = Fixture::start().await;
    let body = fixture.exchange(&fixture.assertion().await).await.unwrap().json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3599)));
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3);
    assert_ne!(token, fixture.access_token().await);
    fixture.azure.set_time(AT + SignedDuration::from_secs(3598));
    assert_eq!(connect(&fixture, token).await.status, 200);
    fixture.azure.set_time(AT + SignedDuration::from_secs(3599));
    assert!(is_unauthorized(&connect(&fixture, token).await, "TF400813: The user ''"));
    fixture.entra.configure(|behavior| behavior.token_lifetime = Duration::from_secs(600));
    let body = fixture.exchange(&fixture.assertion().await).await.unwrap().json();
    assert_eq!(body["expires_in"], 600);
}

#[tokio::test]
async fn unknown_revoked_and_foreign_tokens_are_rejected() {
    let fixture = Fixture::start().await;
    let token = fixture.access_token().await;
    assert!(is_unauthorized(&connect(&fixture, "made-up").await, "TF400813: The user ''"));
    assert_eq!(connect(&fixture, &token).await.status, 200);
    fixture.entra.revoke_tokens();
    assert!(is_unauthorized(&connect(&fixture, &token).await, "TF400813: The user ''"));
    let fresh = fixture.access_token().await;
    assert_eq!(connect(&fixture, &fresh).await.status, 200);
    fixture.azure.trust(&entra::StandIn::new(&sts::StandIn::new("eu-west-1")));
    assert_eq!(connect(&fixture, &fresh).await.status, 401);
}

#[tokio::test]
async fn an_app_that_was_never_added_is_anonymous_or_sent_to_the_sign_in_page() {
    let fixture = Fixture::start().await;
    let token = fixture.access_token().await;
    fixture.azure.exclude(ORGANIZATION, &fixture.app.principal);
    assert!(is_unauthorized(&connect(&fixture, &token).await, ANONYMOUS));
    let browser = fixture.call_as("GET", "projects", &Value::Null, &token, None).await;
    assert_eq!(browser.status, 302);
    assert!(browser.header("location").contains("_signin"));
    fixture.azure.admit(ORGANIZATION, &fixture.app.principal);
    assert_eq!(connect(&fixture, &token).await.status, 200);
}

#[tokio::test]
async fn an_app_that_was_removed_is_named_until_it_is_added_again() {
    let fixture = Fixture::start().await;
    let token = fixture.access_token().await;
    fixture.azure.leave(ORGANIZATION, &fixture.app.principal);
    let named = format!("TF400813: The user '{}'", fixture.app.principal.id);
    assert!(is_unauthorized(&connect(&fixture, &token).await, &named));
    fixture.azure.admit(ORGANIZATION, &fixture.app.principal);
    assert_eq!(connect(&fixture, &token).await.status, 200);
}

#[tokio::test]
async fn permissions_decide_and_there_are_no_scopes() {
    let fixture = Fixture::start().await;
    let token = fixture.access_token().await;
    let principal = &fixture.app.principal;
    let create = "hooks/subscriptions?api-version=7.1";
    let body = json!({
        "publisherId": "tfs",
        "eventType": "git.push",
        "resourceVersion": "1.0",
        "consumerId": "webHooks",
        "consumerActionId": "httpRequest",
        "publisherInputs": {},
        "consumerInputs": {"url": "https://hooks.example/lakeside"},
    });
    let created = fixture.call("POST", create, &body, &token).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let creator = &created.json()["createdBy"];
    assert_eq!((&creator["displayName"], &creator["id"]), (&json!("hookpost"), &json!(principal.id)));
    fixture.azure.grant(ORGANIZATION, principal, None, Permissions::NONE);
    assert_eq!(fixture.call("POST", create, &body, &token).await.status, 403);
}

/// What finds out whether a personal access token may write finds out about a permission here.
#[tokio::test]
async fn changing_a_pull_request_needs_the_permission_to_contribute() {
    let fixture = Fixture::start().await;
    let token = fixture.access_token().await;
    let path = "git/repositories/oars/pullrequests/2147483647?api-version=7.1";
    assert_eq!(fixture.call("PATCH", path, &json!({}), &token).await.status, 404);
    fixture.azure.deny_contribute(ORGANIZATION, &fixture.app.principal);
    let denied = fixture.call("PATCH", path, &json!({}), &token).await;
    assert_eq!((denied.status, &denied.json()["typeKey"]), (403, &json!("GitNeedsPermissionException")));
    assert!(denied.json()["message"].as_str().unwrap().starts_with("TF401027: You need the Git"));
    assert_eq!(fixture.call("GET", "git/repositories", &Value::Null, &token).await.status, 200);
}
