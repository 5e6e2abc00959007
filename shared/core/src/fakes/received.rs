//! What a [`RecordingQueue`] has recorded, to be received as from a FIFO queue with one message group.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fakes::RecordingQueue;
use crate::queue_receiver::{QueueReceiver, ReceiptHandle, ReceiveError, ReceivedMessage};

/// The receiving side of a FIFO queue. While messages are in flight, there are no others to receive, and only those in
/// flight can be deleted, as in SQS.
#[derive(Debug, Default)]
pub struct ReceivedMessages {
    /// Whether every call fails.
    pub down: AtomicBool,
    queue: Arc<RecordingQueue>,
    /// The number of messages in flight, which are the first ones.
    in_flight: Mutex<usize>,
}

impl ReceivedMessages {
    /// Receives what is sent to this queue.
    pub fn of(queue: &Arc<RecordingQueue>) -> Self {
        Self { queue: Arc::clone(queue), ..Self::default() }
    }

    /// Shows the messages in flight again.
    pub fn end_visibility_timeout(&self) {
        *self.in_flight.lock().expect("not poisoned") = 0;
    }

    fn check(&self, action: &str) -> Result<(), ReceiveError> {
        let unavailable =
            || ReceiveError::Unavailable { action: action.to_owned(), detail: "RequestThrottled".to_owned() };
        if self.down.load(Ordering::Relaxed) { Err(unavailable()) } else { Ok(()) }
    }
}

impl QueueReceiver for ReceivedMessages {
    async fn receive(
        &self,
        limit: usize,
        hidden_for: Duration,
    ) -> Result<Vec<ReceivedMessage>, ReceiveError> {
        self.check("sqs:ReceiveMessage")?;
        let mut in_flight = self.in_flight.lock().expect("not poisoned");
        if *in_flight > 0 {
            return Ok(Vec::new());
        }
        let sent = self.queue.sent.lock().expect("not poisoned");
        let messages = sent.iter().take(limit).enumerate().map(|(place, message)| ReceivedMessage {
            body: message.body.clone(),
            receipt_handle: ReceiptHandle(place.to_string()),
            sent_at: None,
            receive_count: 1,
        });
        let messages: Vec<_> = messages.collect();
        *in_flight = if hidden_for.is_zero() { 0 } else { messages.len() };
        Ok(messages)
    }

    /// Deletes all messages in flight, which are those that were received last.
    async fn delete(&self, _: &[ReceiptHandle]) -> Result<(), ReceiveError> {
        self.check("sqs:DeleteMessage")?;
        let in_flight = std::mem::take(&mut *self.in_flight.lock().expect("not poisoned"));
        self.queue.sent.lock().expect("not poisoned").drain(..in_flight);
        Ok(())
    }

    async fn hide(&self, _: &[ReceiptHandle], _: Duration) -> Result<(), ReceiveError> {
        self.check("sqs:ChangeMessageVisibility")?;
        self.end_visibility_timeout();
        Ok(())
    }
}
