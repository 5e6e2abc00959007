//! Entra refuses: one test for each cause that an operator can meet.

use hookpost_stand_in::entra::FederatedCredential;
use hookpost_stand_in::sts;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::fixture::{AT, FORM, Fixture, KEY, ROLE, claims, response, token_request, with};
use crate::fixture::{form, scope, sts_request};

/// What Entra says to an assertion: status, `error` and number.
async fn refusal(fixture: &Fixture, assertion: &str) -> (u16, String, u64) {
    let response = fixture.exchange(assertion).await.expect("a response");
    let body = response.json();
    assert_eq!(body["access_token"], Value::Null);
    (response.status, text(&body["error"]), body["error_codes"][0].as_u64().unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn credentials(fixture: &Fixture, credentials: Vec<FederatedCredential>) {
    fixture.entra.change_app(&fixture.app, |registration| registration.credentials = credentials);
}

#[tokio::test]
async fn a_refusal_has_the_form_of_the_service() {
    let fixture = Fixture::start().await;
    credentials(&fixture, vec![FederatedCredential::new(&fixture.sts.issuer(), "arn:aws:iam::1:role/other")]);
    let assertion = fixture.assertion().await;
    let refused = fixture.exchange(&assertion).await.unwrap();
    let body = refused.json();
    assert_eq!((refused.status, &body["error"]), (401, &json!("invalid_client")));
    assert_eq!(
        (&body["error_codes"], &body["timestamp"]),
        (&json!([700_213]), &json!("2026-03-02 09:15:04Z"))
    );
    let description = text(&body["error_description"]);
    let lines: Vec<&str> = description.split("\r\n").collect();
    assert!(
        lines[0].starts_with("AADSTS700213: ") && lines[0].contains(&format!("'{ROLE}'")),
        "{description}"
    );
    assert_eq!(lines[1], format!("Trace ID: {}", text(&body["trace_id"])));
    assert_eq!(lines[2], format!("Correlation ID: {}", text(&body["correlation_id"])));
    assert_eq!(lines[3], "Timestamp: 2026-03-02 09:15:04Z");
    assert!(text(&body["error_uri"]).ends_with("code=700213"));
    assert!(!refused.text.contains(&assertion));
    fixture.entra.configure(|behavior| behavior.one_line = true);
    let body = fixture.exchange(&assertion).await.unwrap().json();
    assert!(!text(&body["error_description"]).contains('\n'));
}

#[tokio::test]
async fn either_status_is_possible() {
    let fixture = Fixture::start().await;
    credentials(&fixture, Vec::new());
    for status in [400, 401] {
        fixture.entra.configure(|behavior| behavior.refusal_status = Some(status));
        assert_eq!(fixture.outcome().await, (status, 7_000_226));
    }
}

#[tokio::test]
async fn issuer_subject_and_audience_are_compared_letter_by_letter() {
    let fixture = Fixture::start().await;
    let issuer = fixture.sts.issuer();
    let own = || FederatedCredential::new(&issuer, ROLE);
    for (credential, code) in [
        (FederatedCredential::new("https://elsewhere.example", ROLE), 700_211),
        (FederatedCredential::new(&format!("{issuer}/"), ROLE), 700_211),
        (FederatedCredential::new(&issuer.to_uppercase(), ROLE), 700_211),
        (FederatedCredential::new(&issuer, "arn:aws:iam::111122223333:role/other"), 700_213),
        (FederatedCredential::new(&issuer, &ROLE.to_lowercase()), 7_002_138),
        (own().audience("api://AzureADTokenExchangeUSGov"), 700_212),
        (own().audience("api://azureadtokenexchange"), 700_212),
    ] {
        credentials(&fixture, vec![credential.clone()]);
        assert_eq!(fixture.outcome().await, (401, code), "{credential:?}");
        credentials(&fixture, vec![credential, own()]);
        assert_eq!(fixture.outcome().await, (200, 0));
    }
}

#[tokio::test]
async fn tenant_and_app_have_to_belong_together() {
    let fixture = Fixture::start().await;
    let assertion = fixture.assertion().await;
    let (tenant, client_id) = (fixture.app.tenant_id.to_string(), fixture.app.client_id.to_string());
    let elsewhere = fixture.entra.add_tenant().to_string();
    let unknown = "11111111-2222-4333-8444-555555555555";
    for (tenant, client_id, error, code) in [
        (unknown, &*client_id, "invalid_request", 90_002),
        ("contoso.example", &*client_id, "invalid_request", 90_002),
        (&*elsewhere, &*client_id, "unauthorized_client", 700_016),
        (&*tenant, unknown, "unauthorized_client", 700_016),
    ] {
        let refused = fixture.entra.answer(token_request(tenant, &form(client_id, &assertion))).await;
        let body = response(refused).await.unwrap().json();
        assert_eq!((&body["error"], &body["error_codes"]), (&json!(error), &json!([code])));
    }
    fixture.entra.remove_app(&fixture.app);
    assert_eq!(fixture.outcome().await, (400, 700_016));
}

#[tokio::test]
async fn an_administrator_can_disable_or_block_the_app_or_lack_azure_devops() {
    let fixture = Fixture::start().await;
    let assertion = fixture.assertion().await;
    let change = |is_disabled, is_blocked| {
        fixture.entra.change_app(&fixture.app, |registration| {
            (registration.is_disabled, registration.is_blocked) = (is_disabled, is_blocked);
        });
    };
    change(true, false);
    assert_eq!(refusal(&fixture, &assertion).await, (400, "unauthorized_client".to_owned(), 7_000_112));
    change(false, true);
    assert_eq!(refusal(&fixture, &assertion).await, (400, "invalid_grant".to_owned(), 53_003));
    change(false, false);
    fixture.entra.change_tenant(fixture.app.tenant_id, |tenant| tenant.has_azure_devops = false);
    assert_eq!(refusal(&fixture, &assertion).await, (400, "invalid_resource".to_owned(), 500_011));
    fixture.entra.change_tenant(fixture.app.tenant_id, |tenant| tenant.has_azure_devops = true);
    assert_eq!(fixture.outcome().await, (200, 0));
}

#[tokio::test]
async fn only_the_issuers_signature_counts() {
    let fixture = Fixture::start().await;
    let valid = fixture.assertion().await;
    let parts: Vec<&str> = valid.split('.').collect();
    let other = fixture.sts.sign(&claims(&fixture, "sub", &json!(ROLE)));
    let swapped = format!("{}.{}.{}", parts[0], parts[1], other.rsplit('.').next().unwrap());
    assert_eq!(refusal(&fixture, &swapped).await, (401, "invalid_client".to_owned(), 7_000_274));
    // {"alg":"none"}, and {"alg":"HS256"}
    for header in ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9"] {
        let forged = format!("{header}.{}.{}", parts[1], parts[2]);
        assert_eq!(refusal(&fixture, &forged).await.2, 5_002_727);
    }
    for malformed in ["x", "a.b", "not-a-token", "..", &format!("{}.e30", parts[0])] {
        assert_eq!(refusal(&fixture, malformed).await.2, 50_027, "{malformed}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_published_is_unknown() {
    let fixture = Fixture::start().await;
    let before = fixture.assertion().await;
    fixture.sts.rotate_key();
    assert_eq!(fixture.exchange(&before).await.unwrap().status, 200);
    assert_eq!(fixture.outcome().await, (200, 0));
    fixture.sts.withdraw_old_keys();
    assert_eq!(refusal(&fixture, &before).await, (401, "invalid_client".to_owned(), 7_000_272));
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_named() {
    let fixture = Fixture::start().await;
    let unreachable = sts::StandIn::new("eu-west-1");
    unreachable.register(KEY, ROLE);
    fixture.entra.trust(&fixture.app, FederatedCredential::new(&unreachable.issuer(), ROLE));
    let reply = unreachable.answer(sts_request(&scope(KEY, "eu-west-1", "sts"), &FORM)).await;
    let token = response(reply).await.unwrap();
    assert_eq!(refusal(&fixture, token.element("WebIdentityToken")).await.2, 501_661);
}

#[tokio::test]
async fn an_assertion_is_valid_in_its_time_with_five_minutes_to_spare() {
    let fixture = Fixture::start().await;
    let response = fixture.ask(&with("DurationSeconds", Some("60"))).await.unwrap();
    let assertion = response.element("WebIdentityToken");
    for (seconds, code) in [(-301, 700_024), (-300, 0), (0, 0), (359, 0), (360, 700_024)] {
        fixture.entra.set_time(AT + SignedDuration::from_secs(seconds));
        let status = fixture.exchange(assertion).await.unwrap();
        assert_eq!(status.json()["error_codes"][0].as_u64().unwrap_or_default(), code, "{seconds}");
    }
    fixture.entra.set_time(AT);
    let endless = fixture.sts.sign(&claims(&fixture, "exp", &Value::Null));
    assert_eq!(refusal(&fixture, &endless).await.2, 700_024);
}

#[tokio::test]
async fn one_audience_may_be_a_list() {
    let fixture = Fixture::start().await;
    let claims = |audience: Value| fixture.sts.sign(&claims(&fixture, "aud", &audience));
    let listed = claims(json!(["api://AzureADTokenExchange"]));
    assert_eq!(fixture.exchange(&listed).await.unwrap().status, 200);
    let several = claims(json!(["api://AzureADTokenExchange", "other"]));
    assert_eq!(refusal(&fixture, &several).await.2, 700_212);
}
