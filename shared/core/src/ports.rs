//! The ports that are used in several places: password source, message queue, clock and random generator, and one trait
//! that names the adapters of all ports. The adapters are in `hookpost-aws`, `hookpost-azure-devops` and `hookpost-lambda`.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::OrganizationConnector;
use crate::entra::port::{RoleIdentity, TokenEndpoint};
use crate::integration::name::IntegrationName;
use crate::integration::published_names::{PublishedNames, PublishedNamesStore};
use crate::message::queue_message::QueueMessage;
use crate::queue_receiver::QueueReceiver;
use crate::secrets::store::SecretStore;
use crate::secrets::version::VersionStage;
use crate::watch::lease::CheckpointQueue;

/// How long a fetch may wait for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The request cannot be handled without the password.
    Needed,
    /// A cached password can be used instead, so a slow fetch must not delay the delivery.
    Renewal,
}

/// The source of webhook passwords and of the names of integrations.
pub trait PasswordSource: Send + Sync {
    /// Fetches the password of `integration` at `stage`; `None` when the integration or the stage does not exist.
    ///
    /// # Errors
    ///
    /// When the source is unreachable, denies access, or has a value that is not a password. None of these may look like
    /// wrong credentials to the sender.
    fn fetch(
        &self,
        integration: &IntegrationName,
        stage: VersionStage,
        urgency: Urgency,
    ) -> impl Future<Output = Result<Option<WebhookPassword>, PasswordSourceError>> + Send;

    /// Fetches the published names of the integrations; `None` when there is no list. Waits as for a renewal.
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch).
    fn names(&self) -> impl Future<Output = Result<Option<PublishedNames>, PasswordSourceError>> + Send;
}

/// Why a password or the list of names could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error("Secrets Manager could not be read: {detail}")]
pub struct PasswordSourceError {
    /// An error code and its cause, for the log. Never a secret.
    pub detail: String,
}

/// A queue that makes messages durable.
pub trait MessageQueue: Send + Sync {
    /// Sends messages, and returns one result for each, in their order.
    fn send(&self, messages: Vec<QueueMessage>) -> impl Future<Output = Vec<SendResult>> + Send;

    /// Checks whether this function may send to the queue, without sending a message.
    ///
    /// # Errors
    ///
    /// [`SendFailure::Unavailable`] when it may not, or when the check fails.
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

/// The result of sending one message.
pub type SendResult = Result<Sent, SendFailure>;

/// The queue accepted the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The id that the queue gave the message. A duplicate within the FIFO deduplication window gets the same id.
    pub message_id: String,
}

/// The queue did not accept the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// The queue will never accept this message.
    #[error("the queue refuses this message: {0}")]
    Refused(String),
    /// The queue is unreachable, busy or misconfigured. Sending the same message later may succeed.
    #[error("the queue did not take the message: {0}")]
    Unavailable(String),
}

/// The clock.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Waits for this duration.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// The operating system's random number generator.
pub trait SecureRandom: Send + Sync {
    /// Returns random bytes for passwords and ids.
    ///
    /// # Errors
    ///
    /// When the operating system's generator fails.
    fn bytes(&self) -> Result<[u8; 32], RandomUnavailable>;
}

/// The operating system's random number generator failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random numbers: {detail}")]
pub struct RandomUnavailable {
    /// The operating system's error.
    pub detail: String,
}

/// The adapters that `setup` and `watch` use, one type for each port.
pub trait Ports {
    /// Azure DevOps.
    type Organizations: OrganizationConnector + Debug;
    /// AWS STS.
    type Identity: RoleIdentity + Debug;
    /// Microsoft Entra.
    type Entra: TokenEndpoint + Debug;
    /// Secrets Manager.
    type Secrets: SecretStore + PublishedNamesStore + Debug;
    /// A queue in SQS that is sent to: events, quarantine or raw deliveries.
    type Queue: MessageQueue + Debug;
    /// A queue in SQS that is read: the quarantine or the overview.
    type QueueReceiver: QueueReceiver + Debug;
    /// The checkpoint queue of `watch`.
    type Checkpoints: CheckpointQueue + Debug;
    /// The clock.
    type Clock: Clock + Debug;
    /// The random number generator.
    type Random: SecureRandom + Debug;
}

/// The organization type of the Azure DevOps adapter.
pub(crate) type Organization<P> = <<P as Ports>::Organizations as OrganizationConnector>::Organization;
