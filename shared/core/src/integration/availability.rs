//! Whether `watch` may change the subscriptions of an integration.

use jiff::Timestamp;

use crate::error::OperatorError;
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::{LinkState, VersionedConfig};
use crate::integration::name::IntegrationName;
use crate::integration::open::{Integrations, unknown};
use crate::ports::Ports;
use crate::secrets::error::SecretStoreError;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;

/// An integration as `watch` finds it.
pub(crate) struct FoundIntegration {
    pub(crate) config: IntegrationConfig,
    /// The version of the configuration.
    pub(crate) version: VersionId,
    pub(crate) availability: Availability,
}

/// Whether `watch` may change the subscriptions of an integration.
pub(crate) enum Availability {
    /// It may, as long as the configuration has the same version.
    Free,
    /// A run of `setup` is at work on it, at most until this time.
    Locked { until: Timestamp },
    /// `unlink` has begun and not ended.
    Unlinking,
    /// Its subscriptions deliver to another base URL than that of this deployment: `connect` has to move them.
    Moved,
}

impl<P: Ports> Integrations<P> {
    /// Finds an integration that [`names`](Self::names) has listed; `None` when it was unlinked.
    pub(crate) async fn find_for_watch(
        &self,
        name: &IntegrationName,
        now: Timestamp,
    ) -> Result<Option<FoundIntegration>, OperatorError> {
        let found = self.secrets.listed_config(name).await?.ok_or_else(|| unknown(name))?;
        let lock = found.stored.lock_at(now).map(|lock| lock.expires_at);
        let (config, availability) = match (found.stored.link, lock) {
            (LinkState::Unlinked, _) => return Ok(None),
            (LinkState::Unlinking(config), _) => (config, Availability::Unlinking),
            (LinkState::Connected(config), Some(until)) => (config, Availability::Locked { until }),
            (LinkState::Connected(config), None) if self.uses_current_base_url(&config) => {
                (config, Availability::Free)
            }
            (LinkState::Connected(config), None) => (config, Availability::Moved),
        };
        Ok(Some(FoundIntegration { config, version: found.version, availability }))
    }

    /// The version of the configuration of an integration that [`names`](Self::names) has listed; `None` when `watch` must
    /// not change its subscriptions, since a run of `setup` is at work, or the integration is not connected to this
    /// deployment. Every run of `setup` that changes subscriptions stores another version before it lists them.
    pub(crate) async fn free_version(
        &self,
        name: &IntegrationName,
        now: Timestamp,
    ) -> Result<Option<VersionId>, OperatorError> {
        let found = match self.secrets.listed_config(name).await {
            Err(SecretStoreError::ScheduledForDeletion { .. }) => return Ok(None),
            found => found?,
        };
        let is_free = |found: &VersionedConfig| {
            found.stored.lock_at(now).is_none()
                && matches!(&found.stored.link, LinkState::Connected(config) if self.uses_current_base_url(config))
        };
        Ok(found.filter(is_free).map(|found| found.version))
    }

    /// Whether the subscriptions of an integration deliver to the webhook URLs of this deployment, as far as `connect` has
    /// completed.
    pub(crate) fn uses_current_base_url(&self, config: &IntegrationConfig) -> bool {
        let [stored, present] = [&config.webhook_base_url, &self.deployment.webhook_base_url]
            .map(|base| base.trim_end_matches('/'));
        stored == present
    }
}
