//! The tokens of STS: what they say, and that their signature holds.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hookpost_stand_in::{canary, entra, http, sts};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::fixture::{AT, FORM, Fixture, KEY, REGION, ROLE, with};

fn part(token: &str, nth: usize) -> Value {
    let part = token.split('.').nth(nth).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn a_token_says_who_asked_for_whom_and_for_how_long() {
    let fixture = Fixture::start().await;
    let response = fixture.ask(&FORM).await.unwrap();
    assert_eq!((response.status, response.header("content-type")), (200, "text/xml"));
    assert_eq!(response.element("Expiration"), "2026-03-02T09:20:04Z");
    assert!(!response.element("RequestId").is_empty());
    let token = response.element("WebIdentityToken");
    let claims = part(token, 1);
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!(ROLE), &json!(entra::AUDIENCE)));
    assert_eq!(claims["iss"], fixture.sts.issuer());
    assert!(fixture.sts.issuer().ends_with(".tokens.sts.global.api.aws"), "{}", fixture.sts.issuer());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(AT.as_second()), &json!(AT.as_second() + 300)));
    let own = &claims["https://sts.amazonaws.com/"];
    assert_eq!(
        (&own["aws_account"], &own["source_region"], &own["principal_id"]),
        (&json!("111122223333"), &json!(REGION), &json!(ROLE))
    );
    assert_eq!(part(token, 0)["alg"], "RS256");
    assert_ne!(claims["jti"], part(&fixture.assertion().await, 1)["jti"]);
}

#[tokio::test]
async fn a_token_lives_five_minutes_unless_asked_and_may_be_for_several() {
    let fixture = Fixture::start().await;
    for (seconds, expected) in [(None, 300), (Some("60"), 60), (Some("3600"), 3600)] {
        let response = fixture.ask(&with("DurationSeconds", seconds)).await.unwrap();
        let claims = part(response.element("WebIdentityToken"), 1);
        assert_eq!(claims["exp"], AT.as_second() + expected);
    }
    let response = fixture.ask(&with("Audience.member.2", Some("other"))).await.unwrap();
    let claims = part(response.element("WebIdentityToken"), 1);
    assert_eq!(claims["aud"], json!([entra::AUDIENCE, "other"]));
}

#[tokio::test]
async fn a_served_issuer_publishes_its_keys_at_its_own_url() {
    let sts = sts::StandIn::start(REGION).await;
    assert_eq!(sts.issuer(), sts.address());
    let document = get(&format!("{}/.well-known/openid-configuration", sts.issuer())).await;
    assert_eq!(document["issuer"], sts.issuer());
    let keys = get(document["jwks_uri"].as_str().unwrap()).await;
    let header = part(&sts.sign(&json!({})), 0);
    assert_eq!(keys["keys"][0]["kid"], header["kid"]);
    sts.rotate_key();
    assert_ne!(part(&sts.sign(&json!({})), 0)["kid"], header["kid"]);
    assert_eq!(get(document["jwks_uri"].as_str().unwrap()).await["keys"].as_array().unwrap().len(), 2);
}

async fn get(url: &str) -> Value {
    let request = Request::get(url).body(Full::new(Bytes::new())).unwrap();
    let response = http::send(request, Duration::from_secs(10)).await.expect("a response");
    serde_json::from_slice(response.body()).expect("JSON")
}

#[tokio::test]
async fn calls_are_recorded_with_who_asked_for_what_and_tokens_are_known() {
    let fixture = Fixture::start().await;
    let token = fixture.assertion().await;
    fixture.ask(&with("SigningAlgorithm", Some("ES384"))).await;
    let calls = fixture.sts.calls();
    assert_eq!((&*calls[0].access_key_id, calls[0].role_arn.as_deref()), (KEY, Some(ROLE)));
    assert_eq!(calls[0].parameter("DurationSeconds"), Some("300"));
    assert_eq!((calls[0].status, calls[0].error.as_deref()), (Some(200), None));
    assert_eq!((calls[1].status, calls[1].error.as_deref()), (Some(400), Some("ValidationError")));
    assert_eq!(fixture.sts.issued(), [token]);
    canary::assert_token_absent(
        "the stand-in",
        format!("{calls:?} {:?}", fixture.sts),
        &fixture.sts.issued()[0],
    );
    assert!(fixture.sts.wait_until(Duration::ZERO, |sts| sts.calls().len() == 2).await);
    fixture.sts.forget_calls();
    assert!(fixture.sts.calls().is_empty());
}
