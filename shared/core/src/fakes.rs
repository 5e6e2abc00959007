//! Fakes of a receiver's ports, and of the checkpoint queue, for tests. Those of a receiver record calls, and each can be
//! made to fail.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a fake that fails should fail its test")]

pub mod fifo;
pub mod received;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::auth::cache::PasswordPolicy;
use crate::auth::password::WebhookPassword;
use crate::integration::name::IntegrationName;
use crate::integration::published_names::PublishedNames;
use crate::message::queue_message::QueueMessage;
use crate::ports::{
    MessageQueue, PasswordSource, PasswordSourceError, SendFailure, SendResult, Sent, Urgency,
};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::request::WebhookRequest;
use crate::receiver::{HandledRequest, Receiver};
use crate::secrets::version::VersionStage;

/// A queue that records messages in the order sent.
#[derive(Debug, Default)]
pub struct RecordingQueue {
    /// The messages that were sent.
    pub sent: Mutex<Vec<QueueMessage>>,
    /// The number of messages of each call.
    pub calls: Mutex<Vec<usize>>,
    /// Failures by the index of a message within one call.
    pub failures: Mutex<HashMap<usize, SendFailure>>,
    /// Whether every call fails.
    pub down: bool,
}

impl MessageQueue for RecordingQueue {
    async fn send(&self, messages: Vec<QueueMessage>) -> Vec<SendResult> {
        self.calls.lock().expect("not poisoned").push(messages.len());
        let mut sent = self.sent.lock().expect("not poisoned");
        let failures = self.failures.lock().expect("not poisoned");
        let results = messages.into_iter().enumerate().map(|(index, message)| {
            if self.down {
                return Err(SendFailure::Unavailable("RequestThrottled".to_owned()));
            }
            if let Some(failure) = failures.get(&index) {
                return Err(failure.clone());
            }
            sent.push(message);
            Ok(Sent { message_id: format!("m-{index}") })
        });
        results.collect()
    }

    async fn probe(&self) -> Result<(), SendFailure> {
        if self.down { Err(SendFailure::Unavailable("AccessDenied".to_owned())) } else { Ok(()) }
    }
}

/// Clones share it.
impl MessageQueue for Arc<RecordingQueue> {
    fn send(&self, messages: Vec<QueueMessage>) -> impl Future<Output = Vec<SendResult>> + Send {
        RecordingQueue::send(self, messages)
    }

    fn probe(&self) -> impl Future<Output = Result<(), SendFailure>> + Send {
        RecordingQueue::probe(self)
    }
}

/// A password source with the current password of one integration. It counts calls.
#[derive(Debug)]
pub struct FixedPasswords {
    /// The integration.
    pub integration: &'static str,
    /// Its current password.
    pub password: &'static str,
    /// Number of calls.
    pub fetches: Mutex<usize>,
    /// Whether every call fails.
    pub down: bool,
}

impl PasswordSource for &FixedPasswords {
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: VersionStage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        *self.fetches.lock().expect("not poisoned") += 1;
        if self.down {
            return Err(PasswordSourceError { detail: "connection refused".to_owned() });
        }
        let is_known = integration.as_str() == self.integration && stage == VersionStage::Current;
        Ok(is_known.then(|| WebhookPassword::new(self.password.to_owned().into())).flatten())
    }

    async fn names(&self) -> Result<Option<PublishedNames>, PasswordSourceError> {
        if self.down {
            return Err(PasswordSourceError { detail: "connection refused".to_owned() });
        }
        Ok(None)
    }
}

/// Handles one request with a new receiver that uses these fakes. The fakes never wait, so no async runtime is needed.
pub fn receive(
    endpoint: Endpoint,
    passwords: &FixedPasswords,
    events: &RecordingQueue,
    quarantine: &RecordingQueue,
    request: WebhookRequest,
) -> HandledRequest {
    receive_keeping(None, endpoint, passwords, events, quarantine, request)
}

/// As [`receive`], with a queue for raw deliveries, or none.
pub fn receive_keeping(
    deliveries: Option<&RecordingQueue>,
    endpoint: Endpoint,
    passwords: &FixedPasswords,
    events: &RecordingQueue,
    quarantine: &RecordingQueue,
    request: WebhookRequest,
) -> HandledRequest {
    let policy = PasswordPolicy {
        ttl: Duration::from_secs(300),
        stale_limit: Duration::from_secs(3600),
        refetch_interval: Duration::from_secs(30),
        jitter_seed: 1,
    };
    let receiver =
        Receiver::new(endpoint, policy, passwords, events, quarantine).keeping_deliveries(deliveries);
    let mut future = pin!(receiver.receive(request));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(handled) => handled,
        Poll::Pending => panic!("the fakes never wait"),
    }
}
