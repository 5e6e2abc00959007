//! The two outside things a receiver needs, as plain nouns. The adapters live in `hookpost-aws`.

use std::future::Future;

use crate::auth::password::WebhookPassword;
use crate::integration::name::IntegrationName;
use crate::message::queue_message::QueueMessage;

/// Which version of a webhook password is meant; Secrets Manager's staging labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password in use (`AWSCURRENT`).
    Current,
    /// The next password, already sent by some subscriptions during a rotation (`AWSPENDING`).
    Pending,
    /// The password before the last rotation, still sent by retries of old deliveries (`AWSPREVIOUS`).
    Previous,
}

/// How long a password is worth waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Without it the request cannot be answered.
    Needed,
    /// There is one from before that will do: a store that is slow must not hold the delivery up.
    Renewal,
}

/// Where webhook passwords are kept.
pub trait PasswordSource {
    /// The password of `integration` at `stage`, or `None` when the integration or the stage does not exist.
    ///
    /// # Errors
    ///
    /// When it cannot be told whether there is one: the store is unreachable, refuses us, or holds something
    /// that is not a password. None of these may look like wrong credentials to the sender.
    fn fetch(
        &self,
        integration: &IntegrationName,
        stage: Stage,
        urgency: Urgency,
    ) -> impl Future<Output = Result<Option<WebhookPassword>, PasswordSourceError>> + Send;
}

/// Why a password could not be had.
#[derive(Debug, thiserror::Error)]
#[error("the webhook password could not be read: {detail}")]
pub struct PasswordSourceError {
    /// What happened, for the log: an error code and its cause, never a secret.
    pub detail: String,
}

/// A queue that messages become durable on.
pub trait MessageQueue {
    /// Sends every message and says for each, in the order given, what became of it.
    fn send(&self, messages: Vec<QueueMessage>) -> impl Future<Output = Vec<SendResult>> + Send;

    /// Finds out whether this function may send to the queue, without putting anything on it.
    ///
    /// # Errors
    ///
    /// [`SendFailure::Unavailable`] when it may not, or when that cannot be told.
    fn probe(&self) -> impl Future<Output = Result<(), SendFailure>> + Send;
}

impl<Q: MessageQueue + Sync> MessageQueue for &Q {
    fn send(&self, messages: Vec<QueueMessage>) -> impl Future<Output = Vec<SendResult>> + Send {
        Q::send(self, messages)
    }

    fn probe(&self) -> impl Future<Output = Result<(), SendFailure>> + Send {
        Q::probe(self)
    }
}

/// What became of one message.
pub type SendResult = Result<Sent, SendFailure>;

/// The queue has the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The id the queue gave; the same again for a duplicate inside the FIFO deduplication window.
    pub message_id: String,
}

/// The queue does not have the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// The queue will never take this message, however often it is sent.
    #[error("the queue refuses this message: {0}")]
    Refused(String),
    /// The queue could not be reached, was busy, or is misconfigured: the same message may go through later.
    #[error("the queue did not take the message: {0}")]
    Unavailable(String),
}
