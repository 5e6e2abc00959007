//! The actions of the `setup` function. Each action is a method of [`Setup`] in a file of its own. Setup does no I/O
//! itself: it calls Azure DevOps, Secrets Manager, the events queue and the quarantine through [`Ports`].
//!
//! Every action can be run again: it keeps the work of an earlier run, and completes a run that was interrupted.

pub(crate) mod permissions;
pub mod report;
pub mod request;
pub mod stored;
pub(crate) mod verify;

mod batches;
mod changes;
mod connect;
mod creators;
pub mod declared;
mod identity;
mod locked;
mod new_password;
mod projects;
mod renew;
mod replace_token;
mod replay;
mod repositories;
mod retire;
mod rotate;
mod server;
mod status;
mod test_deliveries;
mod unlink;

use crate::error::OperatorError;
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::ports::Ports;
use crate::secrets::name::SecretKind;
use crate::secrets::store::SecretStore as _;
use crate::setup::report::Report;
use crate::setup::request::SetupRequest;

/// Runs the actions of the `setup` function.
#[derive(Debug)]
pub struct Setup<P: Ports> {
    /// Opens integrations.
    pub integrations: Integrations<P>,
    /// The events queue.
    pub events: P::Queue,
    /// Where raw deliveries are kept, if they are; `replay` puts what it replays there, too.
    pub deliveries: Option<P::Queue>,
    /// The quarantine, which `replay` reads.
    pub quarantine: P::QueueReceiver,
}

impl<P: Ports> Setup<P> {
    /// Runs the action of a request.
    ///
    /// # Errors
    ///
    /// A [`OperatorError`]: a stable code, and a message that tells the operator what to do.
    pub async fn run(&self, request: SetupRequest) -> Result<Report, OperatorError> {
        let report = match request {
            SetupRequest::Connect(connect) => self.connect(&connect).await.map(|connected| connected.report),
            SetupRequest::Status(status) => self.status(&status).await,
            SetupRequest::Projects(projects) => self.projects(&projects).await,
            SetupRequest::Repositories(repositories) => self.repositories(&repositories).await,
            SetupRequest::RotatePassword(rotate) => self.rotate_password(&rotate).await,
            SetupRequest::ReplaceToken(replace) => self.replace_token(replace).await,
            SetupRequest::Identity(request) => self.show_identity(&request).await,
            SetupRequest::Replay(replay) => self.replay(replay).await,
            SetupRequest::Unlink(unlink) => self.unlink(unlink).await,
            SetupRequest::Rotation(rotation) => self.rotation(&rotation).await,
        };
        report.map(Report::bounded).inspect_err(|error| self.integrations.sign_in.forget_if_refused(error))
    }

    fn secret_name(&self, integration: &IntegrationName, kind: SecretKind) -> String {
        self.integrations.secrets.names().name(integration, kind)
    }
}
