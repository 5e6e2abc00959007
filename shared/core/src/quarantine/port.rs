//! The quarantine as `setup` reads it back: the port, and [`assemble`], which makes whole deliveries of its messages.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

/// Most messages of one [`Quarantine::receive`].
pub const BATCH_MESSAGES_MAX: usize = 10;

/// Longest time that a message can be hidden for.
pub const VISIBILITY_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// The queue of what could not be understood.
pub trait Quarantine: Send + Sync {
    /// Takes up to `limit` messages, at most [`BATCH_MESSAGES_MAX`], and hides them from others for a time, after which
    /// they are there again unless deleted. Hiding for no time at all is a look at them.
    ///
    /// Fewer than there are may come, in any order, and one may come twice. None at all means that the queue is empty,
    /// or that all it holds is hidden.
    ///
    /// # Errors
    ///
    /// See [`QuarantineError`]; likewise for all methods.
    fn receive(
        &self,
        limit: usize,
        hidden_for: Duration,
    ) -> impl Future<Output = Result<Vec<QuarantineMessage>, QuarantineError>> + Send;

    /// Deletes messages for good. What is gone already counts as deleted, so that a part that failed can be repeated as
    /// a whole.
    ///
    /// # Errors
    ///
    /// When any of them may still be there.
    fn delete(
        &self,
        receipt_handles: &[ReceiptHandle],
    ) -> impl Future<Output = Result<(), QuarantineError>> + Send;

    /// Hides messages for this long from now on, in place of what is left of the time; no time at all puts them back.
    ///
    /// # Errors
    ///
    /// When any of them is not hidden any more, or cannot be reached.
    fn hide(
        &self,
        receipt_handles: &[ReceiptHandle],
        hidden_for: Duration,
    ) -> impl Future<Output = Result<(), QuarantineError>> + Send;
}

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineMessage {
    /// JSON, when it is one of ours.
    pub body: String,
    /// Names this message, this time.
    pub receipt_handle: ReceiptHandle,
    /// When it was sent, when that is known.
    pub sent_at: Option<Timestamp>,
    /// How often it has been received, this time included; looking counts.
    pub receive_count: u32,
}

/// Names a received message, to delete or to hide it. It changes with each time the message is received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptHandle(pub String);

/// Why the quarantine did not do something, told apart by what the operator does about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuarantineError {
    /// Permission is missing.
    #[error("this function may not do `{action}` on `{queue}`: allow it in the function's role ({detail})")]
    Denied {
        /// The IAM action to allow, such as `sqs:ReceiveMessage`.
        action: String,
        /// The queue, by ARN when AWS names it, else by URL.
        queue: String,
        /// AWS's words.
        detail: String,
    },
    /// The KMS key that encrypts the queue cannot be used.
    #[error("the KMS key of the queue `{queue}` cannot be used: let this function's role use it ({detail})")]
    Key {
        /// The queue.
        queue: String,
        /// AWS's words.
        detail: String,
    },
    /// There is no such queue.
    #[error("there is no queue `{queue}`: see HOOKPOST_QUARANTINE_QUEUE_URL")]
    Missing {
        /// The queue.
        queue: String,
    },
    /// Nothing is wrong with the call; running it again is safe.
    #[error("SQS did not do `{action}`: run this again ({detail})")]
    Unavailable {
        /// The call.
        action: String,
        /// What transition, for the log.
        detail: String,
    },
    /// SQS will not do this.
    #[error("SQS refuses `{action}`: {detail}")]
    Refused {
        /// The call.
        action: String,
        /// AWS's words.
        detail: String,
    },
}
