use hookpost_core::entra::app::PUBLIC_AUDIENCE;
use hookpost_core::settings::Settings;

use super::*;
use crate::fake_connector::{DEADLINE, FakeConnector, Reply};
use crate::settings::{AwsSettings, EndpointVariant};

const LIFETIME: Duration = Duration::from_secs(300);

const ANSWER: &str = r#"<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>
    <WebIdentityToken>eyJhbGciOiJSUzI1NiJ9.assertion-that-nobody-may-see.c2ln</WebIdentityToken>
    <Expiration>2026-11-26T22:13:35Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata><RequestId>7c0db7dc-0000-0000-0000-000000000000</RequestId></ResponseMetadata>
</GetWebIdentityTokenResponse>"#;

const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.assertion-that-nobody-may-see.c2ln";

/// The error that STS answers with.
macro_rules! refusal {
    ($code:literal, $message:literal) => {
        concat!(
            r#"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>"#,
            $code,
            "</Code><Message>",
            $message,
            "</Message></Error><RequestId>7c0db7dc</RequestId></ErrorResponse>"
        )
    };
}

async fn ask(connector: &FakeConnector) -> Result<Assertion, StsError> {
    connector.aws().role_identity().assertion(PUBLIC_AUDIENCE, LIFETIME).await
}

async fn error(reply: Reply) -> StsError {
    ask(&FakeConnector::new(&[reply])).await.expect_err("a failure")
}

#[tokio::test]
async fn an_assertion_is_asked_for_with_what_entra_accepts() {
    let connector = FakeConnector::new(&[Reply::Answer(200, ANSWER)]);
    let assertion = ask(&connector).await.expect("an assertion");
    assert_eq!(assertion.expose(), ASSERTION);
    assert_eq!(connector.requests(), ["POST https://sts.eu-west-1.amazonaws.com/"]);
    let body = "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=api%3A%2F%2FAzureADTokenExchange\
                &DurationSeconds=300&SigningAlgorithm=RS256";
    assert_eq!(connector.texts(), [body]);
}

#[tokio::test]
async fn every_region_is_asked_at_its_own_endpoint() {
    let plain = EndpointVariant::default();
    for (region, variant, host) in [
        ("us-east-1", plain, "sts.us-east-1.amazonaws.com"),
        ("us-east-1", EndpointVariant { fips: true, ..plain }, "sts-fips.us-east-1.amazonaws.com"),
        ("eu-central-1", EndpointVariant { dual_stack: true, ..plain }, "sts.eu-central-1.api.aws"),
        ("cn-north-1", plain, "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", plain, "sts.us-gov-west-1.amazonaws.com"),
    ] {
        let connector = FakeConnector::new(&[Reply::Answer(200, ANSWER)]);
        let identity = connector.aws_at(region, variant).role_identity();
        identity.assertion(PUBLIC_AUDIENCE, LIFETIME).await.expect("an assertion");
        assert_eq!(connector.requests(), [format!("POST https://{host}/")]);
    }
}

#[tokio::test]
async fn a_stand_in_takes_the_place_of_the_endpoint() {
    let pairs = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "hunter1"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566"),
    ];
    let mut settings = Settings::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let connector = FakeConnector::new(&[Reply::Answer(200, ANSWER)]);
    let identity = connector.aws_with(AwsSettings::read(&mut settings)).role_identity();
    identity.assertion(PUBLIC_AUDIENCE, LIFETIME).await.expect("an assertion");
    assert_eq!(connector.requests(), ["POST http://127.0.0.1:4566/"]);
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let disabled = refusal!("OutboundWebIdentityFederationDisabledException", "Switched off.");
    assert_eq!(error(Reply::Answer(403, disabled)).await, StsError::Disabled);
    let escalation = refusal!("SessionDurationEscalationException", "Too long.");
    assert_eq!(error(Reply::Answer(403, escalation)).await, StsError::LifetimeTooLong);
    let tags = refusal!("JWTPayloadSizeExceededException", "Too many tags.");
    assert_eq!(error(Reply::Answer(400, tags)).await, StsError::TooManyTags);
    let denied = refusal!("AccessDenied", "A policy denies it.\nsecond line");
    let message = "AccessDenied: A policy denies it.".to_owned();
    assert_eq!(error(Reply::Answer(403, denied)).await, StsError::Denied { message });
    let invalid = refusal!("ValidationError", "1 validation error.");
    let detail = "ValidationError: 1 validation error.".to_owned();
    assert_eq!(error(Reply::Answer(400, invalid)).await, StsError::Unavailable { detail });
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_within_the_time_of_a_call() {
    let throttled = refusal!("Throttling", "Rate exceeded");
    for reply in
        [Reply::Answer(400, throttled), Reply::Answer(503, "<html>"), Reply::Answer(500, ""), Reply::Drop]
    {
        let connector = FakeConnector::new(&[reply, Reply::Answer(200, ANSWER)]);
        assert_eq!(ask(&connector).await.expect("an assertion").expose(), ASSERTION, "{reply:?}");
        let connector = FakeConnector::new(&[reply]);
        let error = ask(&connector).await.expect_err("a failure");
        assert!(matches!(error, StsError::Unavailable { .. }), "{error:?}");
        assert_eq!(connector.requests().len(), 3, "{reply:?}");
    }
    let start = tokio::time::Instant::now();
    assert!(matches!(error(Reply::Hang).await, StsError::Unavailable { .. }));
    assert!(start.elapsed() < DEADLINE);
}

#[tokio::test]
async fn an_answer_without_an_assertion_is_an_outage_and_not_quoted() {
    for answer in [
        "",
        "{}",
        "assertion-that-nobody-may-see",
        "<GetWebIdentityTokenResponse/>",
        "<Other><WebIdentityToken>assertion-that-nobody-may-see</WebIdentityToken></Other>",
        "<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken></WebIdentityToken>\
         </GetWebIdentityTokenResult></GetWebIdentityTokenResponse>",
        "<GetWebIdentityTokenResponse><WebIdentityToken>assertion-that-nobody-may-see</WebIdentityToken>",
    ] {
        let error = error(Reply::Answer(200, answer)).await;
        assert!(matches!(error, StsError::Unavailable { .. }), "{answer}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("nobody-may-see"), "{error:?}");
    }
}

#[tokio::test]
async fn debug_shows_neither_assertion_nor_credential() {
    let connector = FakeConnector::new(&[Reply::Answer(200, ANSWER)]);
    let identity = connector.aws().role_identity();
    let assertion = identity.assertion(PUBLIC_AUDIENCE, LIFETIME).await.expect("an assertion");
    let shown = format!("{identity:?} {assertion:?}");
    assert!(shown.contains("StsRoleIdentity"), "{shown}");
    assert!(!shown.contains("nobody-may-see") && !shown.contains("hunter"), "{shown}");
}
