//! What the `setup` function decides: each action as a use case over three ports, Azure DevOps, a vault for
//! credentials and the quarantine. Nothing here does I/O of its own.
//!
//! Every action can be run again: what it finds done stays as it is, and what was cut off is finished.

pub mod error;
pub mod report;
pub mod request;
pub(crate) mod verify;

mod connect;
mod replay;
mod rotate;
mod status;
mod unlink;

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use crate::azure_devops::organization_url::{OrganizationUrl, Servers};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::token::PersonalAccessToken;
use crate::ports::MessageQueue;
use crate::quarantine::port::Quarantine;
use crate::secrets::store::Vault;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::request::SetupRequest;

/// Opens an organization with a credential.
pub trait Directory {
    /// What an open organization is.
    type Organization: AzureDevOps + Send + Sync;

    /// Opens one. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// When that cannot be prepared; the text is for the operator and holds no secret.
    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<Self::Organization, String>;
}

/// Time and chance, which come from outside.
pub trait World {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Lets time pass.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;

    /// Random bytes, fit for passwords.
    ///
    /// # Errors
    ///
    /// When the system has none to give.
    fn random(&self) -> Result<[u8; 32], SetupError>;
}

/// What a deployment says of itself.
#[derive(Clone, Debug)]
pub struct SetupPolicy {
    /// Where webhooks begin: everything before `/{integration}`.
    pub webhook_base_url: String,
    /// Whether collections on servers of one's own may be linked.
    pub servers: Servers,
    /// How long receivers may take to notice a new password: their refetch interval and some.
    pub overlap: Duration,
}

/// Everything an action needs.
#[derive(Debug)]
pub struct Setup<D, V, Q, K, W> {
    /// Azure DevOps.
    pub directory: D,
    /// Credentials.
    pub vault: V,
    /// The events queue.
    pub events: Q,
    /// The quarantine, to read from.
    pub quarantine: K,
    /// Time and chance.
    pub world: W,
    /// The deployment.
    pub policy: SetupPolicy,
}

impl<D, V, Q, K, W> Setup<D, V, Q, K, W>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    K: Quarantine + Send + Sync,
    W: World + Send + Sync,
{
    /// Does what is asked.
    ///
    /// # Errors
    ///
    /// A refusal with a stable code, and a message that says what to do.
    pub async fn run(&self, request: SetupRequest) -> Result<Report, SetupError> {
        match request {
            SetupRequest::Connect(connect) => self.connect(*connect).await,
            SetupRequest::Status(integration) => self.status(integration.as_ref()).await,
            SetupRequest::Repositories(integration) => self.repositories(&integration).await,
            SetupRequest::RotatePassword(integration) => self.rotate_password(&integration).await,
            SetupRequest::ReplaceToken(replace) => self.replace_token(replace).await,
            SetupRequest::Replay(replay) => self.replay(replay).await,
            SetupRequest::Unlink(unlink) => self.unlink(unlink).await,
            SetupRequest::Rotation(rotation) => self.rotation(&rotation).await,
        }
    }
}
