use std::future::pending;

use hookpost_core::message::QueueMessage;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::{PasswordSourceError, SendFailure, SendResult, Stage, Urgency};
use serde_json::{Value, json};

use super::*;

/// A password store that never gives a password.
enum Passwords {
    Panic,
    Hang,
    Unknown,
}

impl PasswordSource for Passwords {
    async fn fetch(
        &self,
        _: &IntegrationName,
        _: Stage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        match self {
            Self::Panic => panic!("hunter2"),
            Self::Hang => pending().await,
            Self::Unknown => Ok(None),
        }
    }
}

/// A queue that nothing gets as far as.
struct NoQueue;

impl MessageQueue for NoQueue {
    async fn send(&self, _: Vec<QueueMessage>) -> Vec<SendResult> {
        pending().await
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        pending().await
    }
}

fn server(passwords: Passwords) -> Server<Passwords, NoQueue> {
    let settings = &mut Settings::new([]);
    let policy = ReceiverSettings::read(settings).passwords;
    Server {
        endpoint: Endpoint::CodePushed,
        receiver: Receiver::new(Endpoint::CodePushed, policy, passwords, NoQueue, NoQueue),
        deadline: Duration::from_millis(20),
        namespace: "Hookpost".to_owned(),
        served_before: AtomicBool::new(false),
    }
}

async fn receive(passwords: Passwords, event: Value) -> Receipt {
    let event = serde_json::from_str(&event.to_string()).expect("anything");
    server(passwords).receive(event, &Context::default()).await
}

fn delivery() -> Value {
    gateway::tests::event(&json!({
        "pathParameters": {"integration": "contoso"},
        "headers": {"Authorization": "Basic Omh1bnRlcjI=", "X-VSS-ActivityId": "a1"},
        "body": "{}",
    }))
}

fn fault(receipt: &Receipt) -> Option<Fault> {
    match &receipt.outcome {
        Outcome::Unavailable { fault, detail } => {
            assert!(!detail.contains("hunter2"), "{detail}");
            Some(*fault)
        }
        _ => None,
    }
}

#[tokio::test]
async fn a_panic_is_a_fault_of_ours_and_the_request_still_known() {
    let receipt = receive(Passwords::Panic, delivery()).await;
    assert_eq!(fault(&receipt), Some(Fault::Internal));
    assert_eq!(receipt.record.integration.as_deref(), Some("contoso"));
    assert_eq!(receipt.record.activity_id.as_deref(), Some("a1"));
    assert_eq!(receipt.record.bytes, 2);
}

#[tokio::test]
async fn a_service_that_hangs_is_answered_at_the_deadline() {
    assert_eq!(fault(&receive(Passwords::Hang, delivery()).await), Some(Fault::Deadline));
}

#[tokio::test]
async fn an_event_that_is_no_request_is_a_fault_and_no_refusal() {
    for event in [json!({"hello": "hunter2"}), json!([]), json!("hunter2"), json!(null)] {
        assert_eq!(fault(&receive(Passwords::Unknown, event).await), Some(Fault::Internal));
    }
}

#[tokio::test]
async fn a_request_without_integration_is_refused_like_any_stranger() {
    let mut event = delivery();
    event["pathParameters"] = Value::Null;
    let receipt = receive(Passwords::Panic, event).await;
    assert_eq!(receipt.outcome.status(), "refused");
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

#[test]
fn a_start_failure_repeats_no_setting() {
    let failure = StartFailure::Settings(SettingsError(vec!["hunter2".to_owned()]));
    assert!(!format!("{failure:?} {failure}").contains("hunter2"));
}
