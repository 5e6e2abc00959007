//! The receiving side of a queue.

use std::error::Error;
use std::time::Duration;

use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
};
use hookpost_core::ports::SendFailure;
use hookpost_core::queue_receiver::{
    BATCH_MESSAGES_MAX, QueueReceiver, ReceiptHandle, ReceiveError, ReceivedMessage, VISIBILITY_MAX,
};
use jiff::Timestamp;

use super::{Client, WAIT_SECONDS, delete_entries, send_failure};
use crate::access_denied::{self, AccessDenied};
use crate::error_text;

/// The code for a receipt that names no message.
const INVALID_RECEIPT: &str = "ReceiptHandleIsInvalid";

/// An SQS queue whose messages are received, hidden and deleted.
#[derive(Clone, Debug)]
pub struct SqsReceiver {
    client: Client,
    url: String,
}

impl SqsReceiver {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// One `ReceiveMessage`, which waits a second for messages when there are none. Without `hidden_for`, messages are
    /// hidden for the visibility timeout of the queue.
    pub(super) async fn receive_messages(
        &self,
        limit: usize,
        hidden_for: Option<Duration>,
    ) -> Result<Vec<ReceivedMessage>, ReceiveError> {
        let limit = i32::try_from(limit.clamp(1, BATCH_MESSAGES_MAX)).unwrap_or(1);
        let request = self.client.receive_message().queue_url(&self.url).max_number_of_messages(limit);
        let request = request.set_visibility_timeout(hidden_for.map(seconds)).wait_time_seconds(WAIT_SECONDS);
        let request = request
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let output = request.send().await.map_err(|error| self.failure("ReceiveMessage", &error))?;
        Ok(output.messages.unwrap_or_default().into_iter().filter_map(message).collect())
    }

    /// Hides messages, each for its time.
    pub(super) async fn hide_each(&self, hidden: &[(ReceiptHandle, Duration)]) -> Result<(), ReceiveError> {
        const OPERATION: &str = "ChangeMessageVisibility";
        for batch in hidden.chunks(BATCH_MESSAGES_MAX) {
            let entry = |(index, (receipt, hidden_for)): (usize, &(ReceiptHandle, Duration))| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(index.to_string());
                entry.receipt_handle(&receipt.0).visibility_timeout(seconds(*hidden_for)).build()
            };
            let entries: Result<Vec<_>, _> = batch.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| unbuilt(OPERATION, &error))?;
            let request = self.client.change_message_visibility_batch().queue_url(&self.url);
            let output = request.set_entries(Some(entries)).send().await;
            let output = output.map_err(|error| self.failure(OPERATION, &error))?;
            complete(OPERATION, batch.len(), output.successful.len(), &output.failed)?;
        }
        Ok(())
    }

    fn failure<E, R>(&self, operation: &str, error: &SdkError<E, R>) -> ReceiveError
    where
        SdkError<E, R>: ProvideErrorMetadata + Error,
    {
        let action = format!("sqs:{operation}");
        let queue = self.url.clone();
        let detail = error_text::of_call(error);
        let message = error.message().unwrap_or_default();
        // Without the prefix that the query protocol gave them.
        let code = error.code().map(|code| code.trim_start_matches("AWS.SimpleQueueService."));
        match code {
            Some("KmsThrottled" | "KMS.ThrottlingException") => ReceiveError::Unavailable { action, detail },
            Some(code) if code.starts_with("Kms") || code.starts_with("KMS.") => {
                ReceiveError::Key { queue, detail }
            }
            Some(code) if code.starts_with("AccessDenied") && access_denied::is_about_key(message) => {
                ReceiveError::Key { queue, detail }
            }
            Some(code) if code.starts_with("AccessDenied") => {
                let AccessDenied { action, resource } = AccessDenied::from_message(message, &action, &queue);
                ReceiveError::Denied { action, queue: resource, detail }
            }
            Some("NonExistentQueue" | "QueueDoesNotExist") => ReceiveError::Missing { queue },
            Some("RequestThrottled" | "ServiceUnavailable" | "OverLimit") | None => {
                ReceiveError::Unavailable { action, detail }
            }
            Some(code) if code.starts_with("Throttl") || code.starts_with("Internal") => {
                ReceiveError::Unavailable { action, detail }
            }
            // AWS may add codes.
            Some(_) => ReceiveError::Refused { action, detail },
        }
    }
}

impl QueueReceiver for SqsReceiver {
    async fn receive(
        &self,
        limit: usize,
        hidden_for: Duration,
    ) -> Result<Vec<ReceivedMessage>, ReceiveError> {
        self.receive_messages(limit, Some(hidden_for)).await
    }

    /// SQS reports a message that is gone already as deleted. An emulator may report its receipt as invalid, which SQS says
    /// only of receipts that it never gave. Both count as deleted.
    async fn delete(&self, receipts: &[ReceiptHandle]) -> Result<(), ReceiveError> {
        const OPERATION: &str = "DeleteMessage";
        for batch in receipts.chunks(BATCH_MESSAGES_MAX) {
            let entries = delete_entries(batch).map_err(|error| unbuilt(OPERATION, &error))?;
            let request = self.client.delete_message_batch().queue_url(&self.url);
            let output = request.set_entries(Some(entries)).send().await;
            let output = output.map_err(|error| self.failure(OPERATION, &error))?;
            let (gone, failed): (Vec<_>, Vec<_>) =
                output.failed.into_iter().partition(|entry| entry.code.ends_with(INVALID_RECEIPT));
            complete(OPERATION, batch.len(), output.successful.len() + gone.len(), &failed)?;
        }
        Ok(())
    }

    async fn hide(&self, receipts: &[ReceiptHandle], hidden_for: Duration) -> Result<(), ReceiveError> {
        let hidden = receipts.iter().map(|receipt| (receipt.clone(), hidden_for));
        self.hide_each(&hidden.collect::<Vec<_>>()).await
    }
}

/// An error unless every entry succeeded: a batch call can return HTTP 200 and leave entries out. `operation` is the single
/// call, whose permission the batch call needs.
fn complete(
    operation: &str,
    requested: usize,
    done: usize,
    failed: &[BatchResultErrorEntry],
) -> Result<(), ReceiveError> {
    let action = format!("sqs:{operation}");
    let Some(first) = failed.first() else {
        let detail = format!("SQS's answer mentions {done} of {requested} messages");
        let incomplete = Err(ReceiveError::Unavailable { action, detail });
        return if done == requested { Ok(()) } else { incomplete };
    };
    Err(match send_failure::of_entry(&first.code, first.message.as_deref(), first.sender_fault) {
        SendFailure::Refused(detail) => ReceiveError::Refused { action, detail },
        SendFailure::Unavailable(detail) => ReceiveError::Unavailable { action, detail },
    })
}

/// The error for an entry without a part that SQS needs, which cannot happen while each of them is set here.
fn unbuilt(operation: &str, error: &BuildError) -> ReceiveError {
    ReceiveError::Refused { action: format!("sqs:{operation}"), detail: error_text::with_causes(error) }
}

/// `None` for a message without a receipt, which SQS does not send.
fn message(message: Message) -> Option<ReceivedMessage> {
    let attributes = message.attributes.unwrap_or_default();
    let number = |name| attributes.get(&name)?.parse().ok();
    let sent_at = number(MessageSystemAttributeName::SentTimestamp);
    let receive_count = number(MessageSystemAttributeName::ApproximateReceiveCount);
    Some(ReceivedMessage {
        body: message.body.unwrap_or_default(),
        receipt_handle: ReceiptHandle(message.receipt_handle?),
        sent_at: sent_at.and_then(|sent| Timestamp::from_millisecond(sent).ok()),
        receive_count: receive_count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
    })
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.min(VISIBILITY_MAX).as_secs()).unwrap_or(i32::MAX)
}
