use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::{PersonalAccessToken, Scope};
use serde_json::{Value, json};

use crate::fixture::{Fixture, ORGANIZATION, Response, send};

const CONNECTION: &str = "connectionData?api-version=7.1-preview";

/// Calls with the canary, after it was registered again.
async fn with(fixture: &Fixture, token: PersonalAccessToken, path: &str) -> Response {
    fixture.stand_in.register_pat(token);
    fixture.get(path).await
}

fn token(fixture: &Fixture) -> PersonalAccessToken {
    PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada)
}

#[tokio::test]
async fn connection_data_names_the_owner_of_the_token_whatever_the_user_name() {
    let fixture = Fixture::start().await;
    let authorization = basic_authorization("anybody", canary::PAT);
    let response = fixture.call_as("GET", CONNECTION, &Value::Null, Some(&authorization)).await;
    let (user, id) = (&response.json()["authenticatedUser"], fixture.ada.id.to_string());
    assert_eq!(user["id"], id);
    assert_eq!(user["properties"]["Account"]["$value"], "ada@lakeside.example");
    assert_eq!(response.header("x-vss-userdata"), format!("{id}:ada@lakeside.example"));
}

#[tokio::test]
async fn callers_without_a_known_token_get_the_sign_in_page() {
    let fixture = Fixture::start().await;
    let wrong = basic_authorization("", "canarywrong");
    for authorization in [None, Some(&*wrong), Some("Basic Y2FuYXJ5"), Some("Basic ?"), Some("Negotiate x")] {
        for (method, path) in [("GET", CONNECTION), ("POST", "hooks/subscriptions")] {
            let response = fixture.call_as(method, path, &json!({}), authorization).await;
            assert_eq!(response.status, 203, "{authorization:?}");
            assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
        }
        let path = "git/repositories/x/pullrequests/1";
        let rejected = fixture.call_as("PATCH", path, &json!({}), authorization).await;
        assert_eq!((rejected.status, rejected.error().0), (401, "UnauthorizedRequestException".to_owned()));
    }
    assert!(fixture.stand_in.changes().is_empty());
}

#[tokio::test]
async fn organizations_with_public_projects_name_an_anonymous_user() {
    let fixture = Fixture::start().await;
    fixture.stand_in.configure(|behavior| behavior.anonymous_access = true);
    let anonymous = fixture.call_as("GET", CONNECTION, &Value::Null, None).await;
    assert_eq!(anonymous.json()["authenticatedUser"]["id"], "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
    assert_eq!(fixture.call_as("GET", "projects", &Value::Null, None).await.status, 401);
}

#[tokio::test]
async fn expired_and_revoked_tokens_get_401() {
    let fixture = Fixture::start().await;
    let expired = with(&fixture, token(&fixture).expired(), CONNECTION).await;
    let revoked = with(&fixture, token(&fixture).revoked(), CONNECTION).await;
    for response in [&expired, &revoked] {
        assert_eq!((response.status, &*response.text), (401, ""));
        let mut challenges = response.headers.get_all("www-authenticate").iter();
        assert!(challenges.any(|challenge| challenge.as_bytes().starts_with(b"Basic realm=")));
    }
    assert!(expired.header("x-tfs-serviceerror").ends_with("has%20expired."));
    assert_eq!(revoked.header("x-tfs-serviceerror"), "");
}

#[tokio::test]
async fn a_missing_scope_gets_the_same_answer_as_a_revoked_token() {
    let fixture = Fixture::start().await;
    for (scope, path, status) in [
        (Scope::Code, "git/repositories", 200),
        (Scope::Code, "hooks/subscriptions", 200),
        (Scope::Code, CONNECTION, 200),
        (Scope::Code, "projects", 401),
        (Scope::Build, "hooks/subscriptions", 200),
        (Scope::Build, "git/repositories", 401),
        (Scope::Full, "projects", 200),
    ] {
        let response = with(&fixture, token(&fixture).scopes(&[scope]), path).await;
        assert_eq!(response.status, status, "{scope:?} {path}");
        assert!(status == 200 || response.text.is_empty());
    }
    let path = format!("git/repositories/{}/pullrequests/2147483647", fixture.repository_id());
    for (scopes, status) in
        [(&[Scope::Code, Scope::Project], 401), (&[Scope::CodeWrite, Scope::Project], 404)]
    {
        fixture.stand_in.register_pat(token(&fixture).scopes(scopes));
        assert_eq!(fixture.call("PATCH", &path, &json!({})).await.status, status);
    }
}

#[tokio::test]
async fn a_token_is_valid_in_its_own_organization_only() {
    let fixture = Fixture::start().await;
    let elsewhere = PersonalAccessToken::new(canary::PAT, "hillside", &fixture.ada);
    let foreign = with(&fixture, elsewhere, CONNECTION).await;
    assert_eq!(foreign.status, 401);
    assert!(foreign.error().1.starts_with("TF400813: The user 'aaaaaaaa-aaaa"), "{}", foreign.text);
    let url = format!("{}/nobody/_apis/{CONNECTION}", fixture.stand_in.address());
    let unknown = send("GET", &url, &Value::Null, None).await.unwrap();
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/html; charset=utf-8"));
}
