//! Runs an action on an integration while no other run is at work on it.

use crate::error::OperatorError;
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::LinkState;
use crate::integration::lock::HeldLock;
use crate::integration::name::IntegrationName;
use crate::integration::open::unlinked;
use crate::ports::Ports;
use crate::setup::Setup;
use crate::setup::report::Report;

impl<P: Ports> Setup<P> {
    /// Takes the lock, does the work, and gives the lock back with the configuration as the work has left it.
    ///
    /// # Errors
    ///
    /// When the integration was unlinked, when another run stays at work on it, and when the work fails.
    pub(super) async fn with_lock<T>(
        &self,
        name: &IntegrationName,
        report: &mut Report,
        work: impl AsyncFnOnce(&mut IntegrationConfig, &mut Report) -> Result<T, OperatorError>,
    ) -> Result<T, OperatorError> {
        let (held, mut link) = self.integrations.lock(name, LinkState::clone).await?;
        let outcome = match &mut link {
            LinkState::Connected(config) | LinkState::Unlinking(config) => work(config, report).await,
            LinkState::Unlinked => Err(unlinked(name)),
        };
        self.release_lock(name, held, &link, report).await;
        outcome
    }

    /// Releases the lock at the end of a run. A failure is a warning: the work is done, and the lock ends by itself.
    pub(super) async fn release_lock(
        &self,
        name: &IntegrationName,
        held: HeldLock,
        link: &LinkState,
        report: &mut Report,
    ) {
        if let Err(error) = self.integrations.unlock(name, held, link).await {
            report.warnings.push(format!("the end of this run could not be noted in `{name}`: {error}"));
        }
    }
}
