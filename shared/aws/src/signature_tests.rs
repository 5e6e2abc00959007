use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

/// A request as the SDK has it before it is signed.
fn request(url: &str, headers: &[(String, String)], body: &[u8]) -> HttpRequest {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST").expect("a method");
    request.set_uri(url.to_owned()).expect("a URL");
    for (name, value) in headers {
        request.headers_mut().append(name.clone(), value.clone());
    }
    request
}

fn ours(request: &HttpRequest, credentials: &Credentials, region: &str, time: SystemTime) -> Option<String> {
    let instant = Instant::of(time)?;
    let key = DayKey::derive(credentials, region, &instant);
    Shape::of(request)?.authorize(credentials, &instant, &key)
}

/// With the settings of the SDK's signer for SQS.
pub(crate) fn official(
    request: &HttpRequest,
    credentials: &Credentials,
    region: &str,
    time: SystemTime,
) -> String {
    let identity = Identity::from(credentials.clone());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sqs")
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .expect("all parameters");
    let body = SignableBody::Bytes(request.body().bytes().expect("in memory"));
    let signable = SignableRequest::new(request.method(), request.uri(), request.headers().iter(), body);
    let (instructions, _) =
        sign(signable.expect("signable"), &parameters.into()).expect("signed").into_parts();
    let header = instructions.headers().find(|(name, _)| *name == "authorization");
    header.expect("an authorization").1.to_owned()
}

prop_compose! {
    fn credentials()(
        id in "[A-Z0-9]{16,32}",
        secret in "[!-~]{1,120}",
        token in prop::option::of("[!-~]{1,60}( {1,2}[!-~]{1,60}){0,2}"),
    ) -> Credentials {
        Credentials::new(id, secret, token, None, "test")
    }
}

prop_compose! {
    fn url()(scheme in "https?", host in "[a-zA-Z0-9.-]{1,40}|\\[::1\\]", port in prop::option::of(prop_oneof![
        Just(80_u16), Just(443), any::<u16>()
    ]), slash in "/?") -> String {
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{host}{port}{slash}")
    }
}

/// Those that the SDK sends, others, and values with the spaces that a signature leaves out.
fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("content-type".to_owned()),
        Just("content-length".to_owned()),
        Just("x-amz-target".to_owned()),
        Just("x-amzn-query-mode".to_owned()),
        Just("x-amz-user-agent".to_owned()),
        Just("user-agent".to_owned()),
        Just("x-amzn-trace-id".to_owned()),
        Just("amz-sdk-invocation-id".to_owned()),
        Just("amz-sdk-request".to_owned()),
        "[a-z][a-z0-9-]{0,20}",
    ];
    prop::collection::vec((name, "[ -~]{0,60}"), 0..12)
}

/// Some two hundred years from 1970 on.
fn time() -> impl Strategy<Value = SystemTime> {
    (0_u64..6_400_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanoseconds)| UNIX_EPOCH + Duration::new(seconds, nanoseconds))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_we_sign_is_signed_as_officially(
        credentials in credentials(),
        url in url(),
        headers in headers(),
        region in "[a-z]{2}-[a-z]{4,9}-[1-9]",
        time in time(),
        body in prop::collection::vec(any::<u8>(), 0..4_000),
    ) {
        let request = request(&url, &headers, &body);
        if let Some(ours) = ours(&request, &credentials, &region, time) {
            prop_assert_eq!(ours, official(&request, &credentials, &region, time));
        }
    }

    #[test]
    fn a_plain_request_is_always_ours(credentials in credentials(), time in time(), body in "[ -~]{0,4000}") {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "AmazonSQS.SendMessageBatch")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let request = request("https://sqs.eu-west-1.amazonaws.com/", &headers, body.as_bytes());
        let ours = ours(&request, &credentials, "eu-west-1", time);
        prop_assert_eq!(ours, Some(official(&request, &credentials, "eu-west-1", time)));
    }

    #[test]
    fn an_instant_is_written_as_officially(time in time()) {
        let expected = Timestamp::try_from(time).expect("a time").strftime("%Y%m%dT%H%M%SZ").to_string();
        prop_assert_eq!(Instant::of(time).expect("an instant").text, expected);
    }
}

#[test]
fn another_shape_is_left_to_the_sdk() {
    let plain = |url: &str| request(url, &[], b"{}");
    assert!(Shape::of(&plain("https://h/")).is_some());
    for url in ["https://h/path", "https://h/?query", "https://h?query", "https://u@h/", "ftp://h/", "/"] {
        assert!(Shape::of(&plain(url)).is_none(), "{url}");
    }
    for (name, value) in [("x", "a  b"), ("x", " a"), ("x", "a "), ("host", "h"), ("x-amz-date", "x")] {
        let headers = [(name.to_owned(), value.to_owned())];
        assert!(Shape::of(&request("https://h/", &headers, b"{}")).is_none(), "{name}: {value}");
    }
    let mut get = plain("https://h/");
    get.set_method("GET").expect("a method");
    assert!(Shape::of(&get).is_none());
    let twice = ["a", "b"].map(|value| ("x".to_owned(), value.to_owned()));
    let credentials = Credentials::new("id", "secret", None, None, "test");
    assert_eq!(ours(&request("https://h/", &twice, b""), &credentials, "eu-west-1", UNIX_EPOCH), None);
}

#[test]
fn a_key_is_for_one_day_and_one_set_of_credentials() {
    let instant = |seconds| Instant::of(UNIX_EPOCH + Duration::from_secs(seconds)).expect("an instant");
    let credentials = Credentials::new("id", "secret", Some("token".to_owned()), None, "test");
    let others = Credentials::new("id", "other", Some("token".to_owned()), None, "test");
    let key = DayKey::derive(&credentials, "eu-west-1", &instant(0));
    assert!(key.is_for(&credentials, &instant(86_399)));
    assert!(!key.is_for(&credentials, &instant(86_400)));
    assert!(!key.is_for(&others, &instant(0)));
}
