use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

/// What AWS's own crate signs a request with, as the SDK does. A header that a signature brings is left out.
pub(crate) fn official(
    request: &HttpRequest,
    credentials: &Credentials,
    service: Service,
    region: &str,
    time: SystemTime,
) -> String {
    let identity = Identity::from(credentials.clone());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service.name())
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .expect("all parameters");
    let brought = ["authorization", "host", "x-amz-date", "x-amz-security-token"];
    let headers = request.headers().iter().filter(|(name, _)| !brought.contains(name));
    let body = SignableBody::Bytes(request.body().bytes().expect("in memory"));
    let signable = SignableRequest::new(request.method(), request.uri(), headers, body);
    let (instructions, _) =
        sign(signable.expect("signable"), &parameters.into()).expect("signed").into_parts();
    let header = instructions.headers().find(|(name, _)| *name == "authorization");
    header.expect("an authorization").1.to_owned()
}

prop_compose! {
    pub(crate) fn credentials()(
        id in "[A-Z0-9]{16,32}",
        secret in "[!-~]{1,120}",
        token in prop::option::of("[!-~]{1,600}"),
    ) -> Credentials {
        Credentials::new(id, secret, token, None, "test")
    }
}

/// Some two hundred years from 1970 on.
fn time() -> impl Strategy<Value = SystemTime> {
    (0_u64..6_400_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanoseconds)| UNIX_EPOCH + Duration::new(seconds, nanoseconds))
}

fn service() -> impl Strategy<Value = Service> {
    prop_oneof![Just(Service::Sqs), Just(Service::SecretsManager)]
}

prop_compose! {
    fn url()(scheme in "https?", host in "[a-zA-Z0-9.-]{1,40}|\\[::1\\]", port in prop::option::of(prop_oneof![
        Just(80_u16), Just(443), any::<u16>()
    ]), slash in "/?") -> String {
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{host}{port}{slash}")
    }
}

/// A request with the headers that a signer signs.
fn request(signer: &Signer, url: &str, call: &Call<'_>, date: &str) -> HttpRequest {
    let mut request = HttpRequest::new(call.body.to_vec().into());
    request.set_method("POST").expect("a method");
    request.set_uri(url.to_owned()).expect("a URL");
    for (name, value) in signer.headers(call.target, date) {
        request.headers_mut().insert(name, value.to_owned());
    }
    request
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// With one signer for two times, so that the key of one day is not taken for that of another.
    #[test]
    fn what_we_sign_is_signed_as_officially(
        service in service(),
        credentials in credentials(),
        url in url(),
        region in "[a-z]{2}-[a-z]{4,9}-[1-9]",
        times in [time(), time()],
        body in prop::collection::vec(any::<u8>(), 0..4_000),
    ) {
        let signer = Signer::new(service, credentials.clone(), &region, &url).expect("a plain endpoint");
        let call = Call { target: "AmazonSQS.SendMessageBatch", body: &body };
        for time in [times[0], times[0], times[1]] {
            let signature = signer.sign(&call, time).expect("a time");
            let request = request(&signer, &url, &call, &signature.date);
            prop_assert_eq!(
                signature.authorization,
                official(&request, &credentials, service, &region, time)
            );
        }
    }

    #[test]
    fn an_instant_is_written_as_officially(time in time()) {
        let expected = Timestamp::try_from(time).expect("a time").strftime("%Y%m%dT%H%M%SZ").to_string();
        prop_assert_eq!(Instant::of(time).expect("an instant").0, expected);
    }
}

#[test]
fn what_would_have_to_be_changed_before_it_is_signed_is_left_to_the_sdk() {
    let signer = |url: &str, token: Option<&str>| {
        let credentials = Credentials::new("id", "secret", token.map(str::to_owned), None, "test");
        Signer::new(Service::Sqs, credentials, "eu-west-1", url)
    };
    assert!(signer("https://h/", Some("token/+=")).is_some());
    for url in ["https://h/path", "https://h/?query", "https://h?query", "https://u@h/", "ftp://h/", "/", "h"]
    {
        assert!(signer(url, None).is_none(), "{url}");
    }
    for token in ["", " a", "a ", "a b", "a  b", "a\n", "ä"] {
        assert!(signer("https://h/", Some(token)).is_none(), "{token}");
    }
}

#[test]
fn a_key_is_for_one_day() {
    let instant = |seconds| Instant::of(UNIX_EPOCH + Duration::from_secs(seconds)).expect("an instant").0;
    let credentials = Credentials::new("id", "secret", Some("token".to_owned()), None, "test");
    let key = DayKey::derive(&credentials, &instant(0), "eu-west-1", "sqs");
    assert!(key.is_for(&instant(86_399)));
    assert!(!key.is_for(&instant(86_400)));
}

#[test]
fn debug_shows_no_credential() {
    let credentials = Credentials::new("hunter1", "hunter2", Some("hunter3".to_owned()), None, "test");
    let signer = Signer::new(Service::Sqs, credentials, "eu-west-1", "https://h").expect("a plain endpoint");
    signer.sign(&Call { target: "t", body: b"" }, UNIX_EPOCH).expect("a time");
    let shown = format!("{signer:?}");
    assert!(shown.contains('h') && !shown.contains("hunter"), "{shown}");
}
