//! The quarantine queue, read back.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageSystemAttributeName,
};
use hookpost_core::port::SendFailure;
use hookpost_core::setup::quarantine::{
    BATCH_MESSAGES_MAX, Quarantine, QuarantineError, QuarantineMessage, Receipt, VISIBILITY_MAX,
};
use jiff::Timestamp;

use crate::denial::{self, Denial};
use crate::failure;

/// How long SQS looks for messages. Any wait at all makes it ask all its servers, not a sample of them that may know of
/// none although there are some.
const WAIT_SECONDS: i32 = 1;

/// The code of a receipt that names no message.
const GONE: &str = "ReceiptHandleIsInvalid";

/// The SQS queue that receivers put into what they could not understand.
#[derive(Clone)]
pub struct QuarantineReader {
    client: Client,
    url: String,
}

impl QuarantineReader {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    fn failure<E, R>(&self, operation: &str, error: &SdkError<E, R>) -> QuarantineError
    where
        SdkError<E, R>: ProvideErrorMetadata + Error,
    {
        let action = format!("sqs:{operation}");
        let queue = self.url.clone();
        let detail = failure::describe(error);
        let message = error.message().unwrap_or_default();
        // Without the prefix that the query protocol gave it.
        let code = error.code().map(|code| code.trim_start_matches("AWS.SimpleQueueService."));
        match code {
            Some("KmsThrottled" | "KMS.ThrottlingException") => {
                QuarantineError::Unavailable { action, detail }
            }
            Some(code) if code.starts_with("Kms") || code.starts_with("KMS.") => {
                QuarantineError::Key { queue, detail }
            }
            Some(code) if code.starts_with("AccessDenied") && denial::is_about_key(message) => {
                QuarantineError::Key { queue, detail }
            }
            Some(code) if code.starts_with("AccessDenied") => {
                let Denial { action, resource } = Denial::of(message, &action, &queue);
                QuarantineError::Denied { action, queue: resource, detail }
            }
            Some("NonExistentQueue" | "QueueDoesNotExist") => QuarantineError::Missing { queue },
            Some("RequestThrottled" | "ServiceUnavailable" | "OverLimit") | None => {
                QuarantineError::Unavailable { action, detail }
            }
            Some(code) if code.starts_with("Throttl") || code.starts_with("Internal") => {
                QuarantineError::Unavailable { action, detail }
            }
            // Foreign codes are an open set.
            Some(_) => QuarantineError::Refused { action, detail },
        }
    }
}

/// Without the client, whose own output shows an id of the credentials.
impl fmt::Debug for QuarantineReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuarantineReader").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Quarantine for QuarantineReader {
    /// One `ReceiveMessage`, which waits a second for messages when there are none.
    async fn receive(
        &self,
        limit: usize,
        hidden_for: Duration,
    ) -> Result<Vec<QuarantineMessage>, QuarantineError> {
        let limit = i32::try_from(limit.clamp(1, BATCH_MESSAGES_MAX)).unwrap_or(1);
        let request = self.client.receive_message().queue_url(&self.url).max_number_of_messages(limit);
        let request = request.visibility_timeout(seconds(hidden_for)).wait_time_seconds(WAIT_SECONDS);
        let request = request
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let answer = request.send().await.map_err(|error| self.failure("ReceiveMessage", &error))?;
        Ok(answer.messages.unwrap_or_default().into_iter().filter_map(message).collect())
    }

    /// Of a message that is gone already SQS says that it deleted it; a stand-in may say that the receipt is invalid,
    /// which SQS keeps for receipts that never were any. Both count as deleted.
    async fn delete(&self, receipts: &[Receipt]) -> Result<(), QuarantineError> {
        const OPERATION: &str = "DeleteMessage";
        for batch in receipts.chunks(BATCH_MESSAGES_MAX) {
            let entry = |(place, receipt): (usize, &Receipt)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(place.to_string());
                entry.receipt_handle(&receipt.0).build()
            };
            let entries: Result<Vec<_>, _> = batch.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| unbuilt(OPERATION, &error))?;
            let request = self.client.delete_message_batch().queue_url(&self.url);
            let answer = request.set_entries(Some(entries)).send().await;
            let answer = answer.map_err(|error| self.failure(OPERATION, &error))?;
            let (gone, failed): (Vec<_>, Vec<_>) =
                answer.failed.into_iter().partition(|entry| entry.code.ends_with(GONE));
            complete(OPERATION, batch.len(), answer.successful.len() + gone.len(), &failed)?;
        }
        Ok(())
    }

    async fn hide(&self, receipts: &[Receipt], hidden_for: Duration) -> Result<(), QuarantineError> {
        const OPERATION: &str = "ChangeMessageVisibility";
        for batch in receipts.chunks(BATCH_MESSAGES_MAX) {
            let entry = |(place, receipt): (usize, &Receipt)| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(place.to_string());
                entry.receipt_handle(&receipt.0).visibility_timeout(seconds(hidden_for)).build()
            };
            let entries: Result<Vec<_>, _> = batch.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| unbuilt(OPERATION, &error))?;
            let request = self.client.change_message_visibility_batch().queue_url(&self.url);
            let answer = request.set_entries(Some(entries)).send().await;
            let answer = answer.map_err(|error| self.failure(OPERATION, &error))?;
            complete(OPERATION, batch.len(), answer.successful.len(), &answer.failed)?;
        }
        Ok(())
    }
}

/// A batch can fail in part, and in silence, under HTTP 200. The batch calls go by the permission of the single ones.
fn complete(
    operation: &str,
    asked: usize,
    done: usize,
    failed: &[BatchResultErrorEntry],
) -> Result<(), QuarantineError> {
    let action = format!("sqs:{operation}");
    let Some(first) = failed.first() else {
        let detail = format!("SQS's answer mentions {done} of {asked} messages");
        let silent = Err(QuarantineError::Unavailable { action, detail });
        return if done == asked { Ok(()) } else { silent };
    };
    Err(match failure::of_entry(&first.code, first.message.as_deref(), first.sender_fault) {
        SendFailure::Refused(detail) => QuarantineError::Refused { action, detail },
        SendFailure::Unavailable(detail) => QuarantineError::Unavailable { action, detail },
    })
}

/// Cannot happen while each part that SQS needs is set here.
fn unbuilt(operation: &str, error: &BuildError) -> QuarantineError {
    QuarantineError::Refused { action: format!("sqs:{operation}"), detail: failure::chain(error) }
}

/// A message without a receipt cannot be handled, and does not come from SQS.
fn message(message: Message) -> Option<QuarantineMessage> {
    let attributes = message.attributes.unwrap_or_default();
    let number = |name| attributes.get(&name)?.parse().ok();
    let sent_at = number(MessageSystemAttributeName::SentTimestamp);
    let receive_count = number(MessageSystemAttributeName::ApproximateReceiveCount);
    Some(QuarantineMessage {
        body: message.body.unwrap_or_default(),
        receipt: Receipt(message.receipt_handle?),
        sent_at: sent_at.and_then(|sent| Timestamp::from_millisecond(sent).ok()),
        receive_count: receive_count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
    })
}

fn seconds(duration: Duration) -> i32 {
    i32::try_from(duration.min(VISIBILITY_MAX).as_secs()).unwrap_or(i32::MAX)
}
