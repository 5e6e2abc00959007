//! What STS refuses, and its faults.

use std::time::Duration;

use hookpost_stand_in::sts::Fault;
use hyper::Request;
use hyper::body::Bytes;

use crate::fixture::{FORM, Fixture, KEY, REGION, Response, response, scope, sts_request, with};

async fn signed(fixture: &Fixture, authorization: &str) -> Response {
    response(fixture.sts.answer(sts_request(authorization, &FORM)).await).await.expect("a response")
}

#[tokio::test]
async fn the_signature_must_be_for_sts_in_the_region_and_with_a_known_key() {
    let fixture = Fixture::start().await;
    for (authorization, code) in [
        (String::new(), "MissingAuthenticationToken"),
        ("Bearer x".to_owned(), "IncompleteSignature"),
        (format!("AWS4-HMAC-SHA256 Credential={KEY}"), "IncompleteSignature"),
        (scope(KEY, REGION, "sqs"), "SignatureDoesNotMatch"),
        (scope(KEY, "us-east-1", "sts"), "SignatureDoesNotMatch"),
        (scope("ASIAUNKNOWN", REGION, "sts"), "InvalidClientTokenId"),
    ] {
        let refused = signed(&fixture, &authorization).await;
        assert_eq!((refused.status, refused.element("Code")), (403, code), "{authorization}");
        assert_eq!(refused.element("Type"), "Sender");
    }
    assert!(fixture.sts.issued().is_empty());
}

#[tokio::test]
async fn parameters_outside_the_service_model_are_refused() {
    let fixture = Fixture::start().await;
    let long = "a".repeat(1001);
    for (name, value, code) in [
        ("Action", Some("GetCallerIdentity"), "InvalidAction"),
        ("Version", Some("2010-01-01"), "InvalidAction"),
        ("Audience.member.1", None, "ValidationError"),
        ("Audience.member.1", Some(""), "ValidationError"),
        ("Audience.member.1", Some(&*long), "ValidationError"),
        ("Audience.member.3", Some("a gap"), "ValidationError"),
        ("SigningAlgorithm", None, "ValidationError"),
        ("SigningAlgorithm", Some("HS256"), "ValidationError"),
        ("DurationSeconds", Some("59"), "ValidationError"),
        ("DurationSeconds", Some("3601"), "ValidationError"),
        ("DurationSeconds", Some("five"), "ValidationError"),
        ("Tags.member.1.Key", Some("team"), "ValidationError"),
    ] {
        let refused = fixture.ask(&with(name, value)).await.unwrap();
        assert_eq!((refused.status, refused.element("Code")), (400, code), "{name} {value:?}");
    }
    let names: Vec<String> = (1..=11).map(|nth| format!("Audience.member.{nth}")).collect();
    let mut form = with("Audience.member.1", None);
    form.extend(names.iter().map(|name| (name.as_str(), "a")));
    assert_eq!(fixture.ask(&form).await.unwrap().element("Code"), "ValidationError");
    form.pop();
    assert_eq!(fixture.ask(&form).await.unwrap().status, 200);
}

#[tokio::test]
async fn faults_have_status_and_code_of_the_service_model() {
    let fixture = Fixture::start().await;
    for (fault, status, code) in [
        (Fault::FederationDisabled, 403, "OutboundWebIdentityFederationDisabledException"),
        (Fault::AccessDenied, 403, "AccessDenied"),
        (Fault::Throttled, 400, "Throttling"),
        (Fault::SessionEndsIn(299), 403, "SessionDurationEscalationException"),
        (Fault::PayloadTooLarge, 400, "JWTPayloadSizeExceededException"),
        (Fault::Status(500), 500, "InternalFailure"),
        (Fault::Status(503), 503, "ServiceUnavailable"),
    ] {
        fixture.sts.fail_next(fault);
        let failed = fixture.ask(&FORM).await.unwrap();
        assert_eq!((failed.status, failed.element("Code")), (status, code));
        let expected = if status < 500 { "Sender" } else { "Receiver" };
        assert_eq!(failed.element("Type"), expected);
    }
    fixture.sts.fail_next(Fault::AccessDenied);
    let denied = fixture.ask(&FORM).await.unwrap();
    let caller = "arn:aws:sts::111122223333:assumed-role/hookpost-SetupRole-1A2B/hookpost";
    assert!(denied.element("Message").contains(caller), "{}", denied.text);
    assert_eq!(fixture.ask(&FORM).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_session_that_ends_soon_gives_shorter_tokens() {
    let fixture = Fixture::start().await;
    fixture.sts.fail_each(Fault::SessionEndsIn(120));
    assert_eq!(fixture.ask(&FORM).await.unwrap().status, 403);
    assert_eq!(fixture.ask(&with("DurationSeconds", Some("60"))).await.unwrap().status, 200);
    fixture.sts.clear_faults();
    assert_eq!(fixture.ask(&FORM).await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn answers_can_be_garbage_late_or_missing() {
    let fixture = Fixture::start().await;
    for (fault, status, text) in [
        (Fault::Html(200), 200, "<!DOCTYPE html>"),
        (Fault::BrokenXml, 200, "<GetWebIdentityTokenResponse><Get"),
        (Fault::NoToken, 200, "<GetWebIdentityTokenResult></GetWebIdentityTokenResult>"),
        (Fault::NotAJwt, 200, "<WebIdentityToken>not-a-token<"),
        (Fault::Delayed(Duration::from_secs(7)), 200, "<WebIdentityToken>ey"),
    ] {
        fixture.sts.fail_next(fault);
        let garbage = fixture.ask(&FORM).await.unwrap();
        assert_eq!(garbage.status, status);
        assert!(garbage.text.contains(text), "{}", garbage.text);
    }
    fixture.sts.fail_next(Fault::Stall(Duration::ZERO));
    assert!(fixture.ask(&FORM).await.is_none());
    assert_eq!(fixture.sts.calls().last().unwrap().status, None);
    fixture.sts.fail_by_turns(Fault::Throttled);
    for status in [400, 200, 400, 200] {
        assert_eq!(fixture.ask(&FORM).await.unwrap().status, status);
    }
}

/// Emulators give all functions one access key id; `…/as/{key}` as the endpoint tells them apart.
#[tokio::test]
async fn roles_can_be_told_over_http_and_named_in_the_endpoint() {
    let fixture = Fixture::start().await;
    let role = "arn:aws:iam::000000000000:role/hookpost-WatchRole";
    let body = format!(r#"{{"accessKeyId":"watch","roleArn":"{role}"}}"#);
    let request = Request::post("/_stand-in/roles").body(Bytes::from(body)).unwrap();
    assert_eq!(response(fixture.sts.answer(request).await).await.unwrap().status, 200);
    for path in ["/as/watch", "/as/watch/"] {
        let mut request = sts_request(&scope("000000000000", REGION, "sts"), &FORM);
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(response(fixture.sts.answer(request).await).await.unwrap().status, 200);
        assert_eq!(fixture.sts.calls().last().unwrap().role_arn.as_deref(), Some(role));
    }
}
