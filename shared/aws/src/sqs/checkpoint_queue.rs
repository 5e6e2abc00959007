//! The checkpoint queue of `watch`, a FIFO queue.

use std::time::Duration;

use hookpost_core::message::queue_message::{FifoProperties, QueueMessage};
use hookpost_core::ports::MessageQueue as _;
use hookpost_core::queue_receiver::{
    BATCH_MESSAGES_MAX, QueueReceiver as _, ReceiptHandle, ReceiveError, ReceivedMessage,
};
use hookpost_core::watch::lease::{CheckpointError, CheckpointMessage, CheckpointQueue};
use uuid::Uuid;

use super::{Client, SqsQueue, SqsReceiver};

/// The checkpoint queue. It is used like an events queue to send, and like the quarantine to receive.
#[derive(Clone, Debug)]
pub struct SqsCheckpointQueue {
    sender: SqsQueue,
    receiver: SqsReceiver,
}

impl SqsCheckpointQueue {
    pub(crate) fn new(client: &Client, url: &str) -> Self {
        Self {
            sender: SqsQueue::new(client.clone(), url.to_owned()),
            receiver: SqsReceiver::new(client.clone(), url.to_owned()),
        }
    }
}

impl CheckpointQueue for SqsCheckpointQueue {
    /// One `ReceiveMessage`, which waits a second for messages when there are none.
    async fn receive(&self) -> Result<Vec<CheckpointMessage>, CheckpointError> {
        let received = self.receiver.receive_messages(BATCH_MESSAGES_MAX, None).await.map_err(failed)?;
        let message = |ReceivedMessage { body, receipt_handle, receive_count, .. }| CheckpointMessage {
            body,
            receipt_handle,
            receive_count,
        };
        Ok(received.into_iter().map(message).collect())
    }

    async fn send(&self, messages: Vec<(String, String)>) -> Result<(), CheckpointError> {
        let count = messages.len();
        let message = |(group_id, body)| QueueMessage {
            body,
            attributes: Vec::new(),
            // A deduplication id is never used twice: two passes in which nothing happened may store the same body.
            fifo: Some(FifoProperties { group_id, deduplication_id: Uuid::new_v4().to_string() }),
            trace_header: None,
        };
        let sent = self.sender.send(messages.into_iter().map(message).collect()).await;
        let is_complete = sent.len() == count;
        match sent.into_iter().find_map(Result::err) {
            None if is_complete => Ok(()),
            None => Err(CheckpointError { detail: "SQS did not answer for every message".to_owned() }),
            Some(failure) => Err(CheckpointError { detail: failure.to_string() }),
        }
    }

    async fn delete(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.receiver.delete(receipts).await.map_err(failed)
    }

    async fn make_visible(&self, receipts: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        self.receiver.hide(receipts, Duration::ZERO).await.map_err(failed)
    }
}

fn failed(error: ReceiveError) -> CheckpointError {
    let detail = match error {
        ReceiveError::Missing { queue } => {
            format!("there is no queue `{queue}`: see HOOKPOST_CHECKPOINT_QUEUE_URL")
        }
        error => error.to_string(),
    };
    CheckpointError { detail }
}
