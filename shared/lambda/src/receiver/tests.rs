use std::future::pending;

use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::integration::published_names::PublishedNames;
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::ports::{PasswordSourceError, SendFailure, SendResult, Urgency};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::settings::Settings;
use serde_json::{Value, json};

use super::*;
use crate::settings::ReceiverSettings;

/// A password store that never returns a password.
enum Passwords {
    Panic,
    Hang,
}

impl PasswordSource for Passwords {
    async fn fetch(
        &self,
        _: &IntegrationName,
        _: VersionStage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        match self {
            Self::Panic => panic!("hunter2"),
            Self::Hang => pending().await,
        }
    }

    async fn names(&self) -> Result<Option<PublishedNames>, PasswordSourceError> {
        Ok(None)
    }
}

/// A queue that is never reached.
struct NoQueue;

impl MessageQueue for NoQueue {
    async fn send(&self, _: Vec<QueueMessage>) -> Vec<SendResult> {
        pending().await
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        pending().await
    }
}

fn handler(passwords: Passwords) -> ReceiverHandler<Passwords, NoQueue> {
    let settings = ReceiverSettings::read(&mut Settings::new([]));
    let receiver = Receiver::new(Endpoint::CodePushed, settings.passwords, passwords, NoQueue, NoQueue);
    ReceiverHandler::new(receiver, Duration::from_millis(20))
}

fn event(path_parameters: &Value) -> ApiGatewayProxyRequest {
    let event = apigw::tests::event(&json!({
        "pathParameters": path_parameters,
        "headers": {"Authorization": "Basic Omh1bnRlcjI=", "X-VSS-ActivityId": "a1"},
        "body": "{}",
    }));
    serde_json::from_value(event).expect("a proxy event")
}

fn delivery() -> ApiGatewayProxyRequest {
    event(&json!({"integration": "contoso"}))
}

#[tokio::test]
async fn a_panic_is_answered_503_and_the_request_still_logged() {
    let handler = handler(Passwords::Panic);
    let response = handler.handle(delivery(), &Context::default()).await.expect("a response");
    assert_eq!(response.status_code, 503);
    let request = apigw::request(delivery(), None, Timestamp::UNIX_EPOCH);
    let HandledRequest { outcome, record } = receive(&handler.receiver, request, handler.deadline).await;
    let Outcome::Unavailable { fault, detail } = outcome else { panic!("{outcome:?}") };
    assert_eq!(fault, Fault::Internal);
    assert!(!detail.contains("hunter2"), "{detail}");
    assert_eq!(record.integration.as_deref(), Some("contoso"));
    assert_eq!(record.activity_id.as_deref(), Some("a1"));
    assert_eq!(record.bytes, 2);
}

#[tokio::test]
async fn a_service_that_hangs_is_answered_503_at_the_deadline() {
    let response =
        handler(Passwords::Hang).handle(delivery(), &Context::default()).await.expect("a response");
    let body = serde_json::to_string(&response.body).expect("a body");
    assert!(response.status_code == 503 && body.contains("deadline_exceeded"), "{body}");
}

#[tokio::test]
async fn a_request_without_integration_is_answered_401() {
    let handler = handler(Passwords::Panic);
    let response = handler.handle(event(&Value::Null), &Context::default()).await.expect("a response");
    assert_eq!(response.status_code, 401);
}

#[test]
fn the_shorter_of_deadline_and_invocation_counts() {
    let deadline = Duration::from_secs(4);
    let now = Timestamp::from_millisecond(1_000_000).unwrap();
    assert_eq!(time_left(deadline, 1_010_000, now), deadline);
    assert_eq!(time_left(deadline, 1_002_000, now), Duration::from_millis(1700));
    assert_eq!(time_left(deadline, 1_000_100, now), deadline);
    assert_eq!(time_left(deadline, 0, now), deadline);
}
