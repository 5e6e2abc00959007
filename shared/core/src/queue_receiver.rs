//! The port to a queue that is read: the quarantine, and the overview. What it returns is also what the checkpoint and
//! delivery queues return.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

/// Most messages that SQS sends, returns, hides or deletes in one call (AWS, "Amazon SQS message quotas").
pub const BATCH_MESSAGES_MAX: usize = 10;

/// Longest visibility timeout of a message.
pub const VISIBILITY_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// A queue whose messages are received, hidden and deleted.
pub trait QueueReceiver: Send + Sync {
    /// Receives up to `limit` messages, at most [`BATCH_MESSAGES_MAX`], and hides them from other receivers for
    /// `hidden_for`. After that time they can be received again, unless they were deleted. With a time of zero, messages
    /// are received without hiding them.
    ///
    /// Fewer messages than there are may be returned, in any order, and a message may be returned twice. No message at
    /// all means that the queue is empty, or that all of its messages are hidden.
    ///
    /// # Errors
    ///
    /// See [`ReceiveError`]; likewise for all methods.
    fn receive(
        &self,
        limit: usize,
        hidden_for: Duration,
    ) -> impl Future<Output = Result<Vec<ReceivedMessage>, ReceiveError>> + Send;

    /// Deletes messages. A message that no longer exists counts as deleted, so that a failed call can be repeated.
    ///
    /// # Errors
    ///
    /// When any of the messages may still exist.
    fn delete(
        &self,
        receipt_handles: &[ReceiptHandle],
    ) -> impl Future<Output = Result<(), ReceiveError>> + Send;

    /// Hides messages for `hidden_for` from now on, instead of the time that is left. A time of zero shows them again.
    ///
    /// # Errors
    ///
    /// When any of the messages is no longer hidden, or the call fails.
    fn hide(
        &self,
        receipt_handles: &[ReceiptHandle],
        hidden_for: Duration,
    ) -> impl Future<Output = Result<(), ReceiveError>> + Send;
}

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMessage {
    /// The message body: JSON, when Hookpost wrote it.
    pub body: String,
    /// The receipt handle of this receive.
    pub receipt_handle: ReceiptHandle,
    /// When the message was sent, if known.
    pub sent_at: Option<Timestamp>,
    /// How often the message has been received, this time included. Receiving without hiding counts too.
    pub receive_count: u32,
}

/// Identifies a received message for deleting or hiding it. Each receive gives the message a new one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptHandle(pub String);

/// Why a call failed. There is one variant for each thing an operator can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// The function's role lacks a permission.
    #[error("this function may not do `{action}` on `{queue}`: allow it in the function's role ({detail})")]
    Denied {
        /// The IAM action to allow, such as `sqs:ReceiveMessage`.
        action: String,
        /// The ARN of the queue when AWS names it, else its URL.
        queue: String,
        /// The error message of AWS.
        detail: String,
    },
    /// The KMS key that encrypts the queue cannot be used.
    #[error("the KMS key of the queue `{queue}` cannot be used: let this function's role use it ({detail})")]
    Key {
        /// The queue.
        queue: String,
        /// The error message of AWS.
        detail: String,
    },
    /// The queue does not exist.
    #[error("there is no queue `{queue}`: correct the setting of this function that has its URL")]
    Missing {
        /// The queue.
        queue: String,
    },
    /// SQS is temporarily unavailable. The call is safe to repeat.
    #[error("SQS did not do `{action}`: run this again ({detail})")]
    Unavailable {
        /// The call.
        action: String,
        /// The cause, for the log.
        detail: String,
    },
    /// SQS rejects the call.
    #[error("SQS refuses `{action}`: {detail}")]
    Refused {
        /// The call.
        action: String,
        /// The error message of AWS.
        detail: String,
    },
}
