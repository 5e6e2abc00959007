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

use crate::integration::open::Integrations;
use crate::ports::Ports;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::request::SetupRequest;

/// Runs the actions of the `setup` function.
#[derive(Debug)]
pub struct Setup<P: Ports> {
    /// Opens integrations.
    pub integrations: Integrations<P>,
    /// The events queue.
    pub events: P::Queue,
    /// The quarantine, to read from.
    pub quarantine: P::Quarantine,
}

impl<P: Ports> Setup<P> {
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
