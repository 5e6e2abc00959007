//! Takes the lock of the integration that a `connect` request is for, and starts an unlinked name afresh.

use crate::auth::password::WebhookPassword;
use crate::error::OperatorError;
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::{LinkState, StoredConfig, VersionedConfig};
use crate::integration::lock::HeldLock;
use crate::integration::name::IntegrationName;
use crate::ports::{Clock as _, Ports, SecureRandom as _};
use crate::secrets::name::SecretKind;
use crate::secrets::status::SecretStatus;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionStage;
use crate::setup::Setup;
use crate::setup::connect::target::StoredTarget;

impl<P: Ports> Setup<P> {
    /// Takes the lock and stores the configuration, in one step. A name that was unlinked stays unlinked until
    /// [`replace_former_passwords`](Self::replace_former_passwords) has run. `None` when another run has changed the
    /// integration since it was found.
    pub(super) async fn begin(
        &self,
        name: &IntegrationName,
        found: &StoredTarget,
        config: &IntegrationConfig,
    ) -> Result<Option<(HeldLock, LinkState)>, OperatorError> {
        let secrets = &self.integrations.secrets;
        let webhook = secrets.describe(name, SecretKind::Webhook).await?;
        let was_unlinked = match found {
            StoredTarget::Nothing => false,
            StoredTarget::Deleted => true,
            StoredTarget::Stored(found) => matches!(found.stored.link, LinkState::Unlinked),
        };
        let link = if was_unlinked || matches!(webhook, SecretStatus::ScheduledForDeletion { .. }) {
            LinkState::Unlinked
        } else {
            LinkState::Connected(config.clone())
        };
        let held = match found {
            StoredTarget::Nothing => self.integrations.create_locked(name, &link).await?,
            StoredTarget::Stored(found) => self.integrations.try_lock(name, &found.version, &link).await?,
            StoredTarget::Deleted => {
                secrets.restore(name, SecretKind::Organization).await?;
                let now = self.integrations.clock.now();
                let is_free =
                    |restored: &VersionedConfig| restored.stored.lock_at(now).is_none_or(|lock| lock.deletes);
                match secrets.config(name).await?.filter(is_free) {
                    Some(restored) => self.integrations.try_lock(name, &restored.version, &link).await?,
                    None => None,
                }
            }
        };
        Ok(held.map(|held| (held, link)))
    }

    /// Stores an unlinked integration under a name that has nothing. Between this and [`begin`](Self::begin) are all calls
    /// that verify the request, which may wait for minutes; an `unlink` that comes in between takes the name away again.
    pub(in crate::setup) async fn reserve(&self, name: &IntegrationName) -> Result<(), OperatorError> {
        let secrets = &self.integrations.secrets;
        match self.find(name).await? {
            StoredTarget::Stored(_) => {}
            StoredTarget::Nothing => {
                let unlinked = StoredConfig { link: LinkState::Unlinked, lock: None };
                secrets.create_config(name, &unlinked, &self.integrations.new_version()?).await?;
            }
            StoredTarget::Deleted => {
                secrets.restore(name, SecretKind::Organization).await?;
                if let Some(restored) = secrets.config(name).await? {
                    let (version, link) = (&restored.version, &LinkState::Unlinked);
                    self.integrations.store_in_place_of(name, version, link, None).await?;
                }
            }
        }
        Ok(())
    }

    /// Restores the webhook secret of an unlinked name with a password that nobody has: subscriptions that may be left in
    /// the former organization stay refused. Receivers accept the previous password, too, so both become new ones.
    pub(super) async fn replace_former_passwords(&self, name: &IntegrationName) -> Result<(), OperatorError> {
        let secrets = &self.integrations.secrets;
        let SecretStatus::Present(description) = secrets.restore(name, SecretKind::Webhook).await? else {
            return Ok(());
        };
        if description.versions.at(VersionStage::Current).is_none() {
            return Ok(());
        }
        if let Some(pending) = description.versions.in_rotation() {
            secrets.drop_pending(name, pending).await?;
        }
        for _ in [VersionStage::Previous, VersionStage::Current] {
            let version = self.integrations.new_version()?;
            let password = WebhookPassword::generate(self.integrations.random.bytes()?);
            secrets.stage_webhook_password(name, &password, &version).await?;
            secrets.promote(name, &version).await?;
        }
        Ok(())
    }
}
