use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::BehaviorVersion;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::*;
use crate::signature::tests::official;

/// Keeps what is sent, and fails the first of it.
#[derive(Clone, Debug, Default)]
struct Ear(Arc<Mutex<Vec<HttpRequest>>>);

impl HttpConnector for Ear {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut heard = self.0.lock().expect("a lock");
        heard.push(request);
        let (status, body) = if heard.len() == 1 { (503_u16, "{}") } else { (200, r#"{"MessageId":"m"}"#) };
        let status = status.try_into().expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

/// What a client sends, whose scheme was told `region` while its own is `eu-west-1`.
async fn sent(region: &'static str, credentials: &Credentials) -> Vec<HttpRequest> {
    let ear = Ear::default();
    let connector = SharedHttpConnector::new(ear.clone());
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials.clone())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .push_auth_scheme(OwnSigV4::new(Region::new(region)))
        .build();
    let client = Client::from_conf(config);
    let message = client.send_message().queue_url("https://sqs.eu-west-1.amazonaws.com/1/q.fifo");
    message.message_body("body").send().await.expect("sent at the second try");
    let mut heard = ear.0.lock().expect("a lock");
    std::mem::take(&mut *heard)
}

fn signed_at(request: &HttpRequest) -> SystemTime {
    let text = request.headers().get(DATE).expect("a date");
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).expect("a time");
    time.to_zoned(TimeZone::UTC).expect("an instant").timestamp().into()
}

#[tokio::test]
async fn both_signers_sign_what_the_sdk_sends_as_officially() {
    let token = "token with  two spaces";
    for token in [None, Some(token.to_owned())] {
        let credentials = Credentials::new("id", "secret", token, None, "test");
        let sent = sent("eu-west-1", &credentials).await;
        assert_eq!(sent.len(), 2);
        for mut request in sent {
            let time = signed_at(&request);
            // Added behind the signature, which leaves them out.
            for name in ["amz-sdk-invocation-id", "amz-sdk-request"] {
                request.headers_mut().remove(name);
            }
            let brought = ["authorization", TOKEN, DATE].map(|name| request.headers_mut().remove(name));
            let [authorization, token, _] = brought;
            assert_eq!(token.as_deref(), credentials.session_token());
            assert_eq!(authorization, Some(official(&request, &credentials, "eu-west-1", time)));
        }
    }
}

/// Told apart by the Region that only ours was told.
#[tokio::test]
async fn the_first_try_is_signed_by_us_and_the_second_by_the_sdk() {
    let credentials = Credentials::new("id", "secret", None, None, "test");
    let sent = sent("told-to-us-1", &credentials).await;
    let regions = sent.iter().map(|request| {
        let authorization = request.headers().get("authorization").expect("an authorization");
        authorization.split('/').nth(2).expect("a Region").to_owned()
    });
    assert_eq!(regions.collect::<Vec<_>>(), ["told-to-us-1", "eu-west-1"]);
}

#[test]
fn debug_shows_no_credential() {
    let scheme = OwnSigV4::new(Region::new("eu-west-1"));
    let credentials = Credentials::new("id", "hunter2", Some("hunter3".to_owned()), None, "test");
    let instant = Instant::of(SystemTime::UNIX_EPOCH).expect("an instant");
    *scheme.0.today.lock().expect("a lock") = Some(DayKey::derive(&credentials, "eu-west-1", &instant));
    let shown = format!("{scheme:?}");
    assert!(shown.contains("eu-west-1") && !shown.contains("hunter"), "{shown}");
}
