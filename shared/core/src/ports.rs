//! The ports: what Hookpost needs of the outside. The adapters live in `hookpost-aws`, `hookpost-azure-devops` and
//! `hookpost-lambda`.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::OrganizationConnector;
use crate::integration::name::IntegrationName;
use crate::message::queue_message::QueueMessage;
use crate::quarantine::port::Quarantine;
use crate::secrets::store::SecretStore;
use crate::secrets::version::VersionStage;
use crate::watch::lease::CheckpointStore;

/// How long a password is worth waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Without it the request cannot be answered.
    Needed,
    /// There is one from before that will do: a store that is slow must not hold the delivery up.
    Renewal,
}

/// Where webhook passwords are kept.
pub trait PasswordSource: Send + Sync {
    /// The password of `integration` at `stage`, or `None` when the integration or the stage does not exist.
    ///
    /// # Errors
    ///
    /// When it cannot be told whether there is one: the store is unreachable, refuses us, or holds something
    /// that is not a password. None of these may look like wrong credentials to the sender.
    fn fetch(
        &self,
        integration: &IntegrationName,
        stage: VersionStage,
        urgency: Urgency,
    ) -> impl Future<Output = Result<Option<WebhookPassword>, PasswordSourceError>> + Send;
}

/// Why a password could not be had.
#[derive(Debug, thiserror::Error)]
#[error("the webhook password could not be read: {detail}")]
pub struct PasswordSourceError {
    /// What transition, for the log: an error code and its cause, never a secret.
    pub detail: String,
}

/// A queue that messages become durable on.
pub trait MessageQueue: Send + Sync {
    /// Sends every message and says for each, in the order given, what became of it.
    fn send(&self, messages: Vec<QueueMessage>) -> impl Future<Output = Vec<SendResult>> + Send;

    /// Finds out whether this function may send to the queue, without putting anything on it.
    ///
    /// # Errors
    ///
    /// [`SendFailure::Unavailable`] when it may not, or when that cannot be told.
    fn probe(&self) -> impl Future<Output = Result<(), SendFailure>> + Send;
}

impl<Q: MessageQueue> MessageQueue for &Q {
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

/// The clock.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// The operating system's random number generator.
pub trait SecureRandom: Send + Sync {
    /// Random bytes, fit for passwords.
    ///
    /// # Errors
    ///
    /// When the operating system has none to give.
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable>;
}

/// The operating system gave no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random numbers: {detail}")]
pub struct RandomUnavailable {
    /// The operating system's error.
    pub detail: String,
}

/// The adapters that `setup` and `watch` are put together from: one type that names them all.
pub trait Ports {
    /// Azure DevOps.
    type Organizations: OrganizationConnector + Debug;
    /// Secrets Manager.
    type Secrets: SecretStore + Debug;
    /// SQS, to send to.
    type Queue: MessageQueue + Debug;
    /// The quarantine, to read.
    type Quarantine: Quarantine + Debug;
    /// The checkpoint of `watch`.
    type Checkpoints: CheckpointStore + Debug;
    /// The clock.
    type Clock: Clock + Debug;
    /// The random number generator.
    type Random: SecureRandom + Debug;
}

/// An open organization.
pub(crate) type Organization<P> = <<P as Ports>::Organizations as OrganizationConnector>::Organization;
