//! Secrets Manager in memory. It keeps configurations as the text that is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::integration::config::stored::{StoredConfig, VersionedConfig};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind, SecretNames};
use hookpost_core::secrets::status::{
    ListedSecret, RecoveryWindow, SecretDescription, SecretStatus, StoreOutcome, StoredPassword,
};
use hookpost_core::secrets::store::SecretStore;
use hookpost_core::secrets::version::{VersionId, VersionStage, Versions};
use jiff::Timestamp;

use crate::fakes::azure::Azure;
use crate::fakes::published_names::Published;
use crate::fixture::TOKEN;

pub(crate) const INTEGRATION: &str = "northpeak";

/// The secrets. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    /// Knows the time, and whose turn it is.
    pub(super) azure: Azure,
    integrations: Arc<Mutex<BTreeMap<IntegrationName, Integration>>>,
    pub(crate) published: Published,
}

/// The secrets of one integration.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Integration {
    /// The configuration as it is stored, with its version.
    config: Option<(VersionId, String)>,
    /// The configuration before it.
    previous_config: Option<(VersionId, String)>,
    /// Every version of the configuration that ever was.
    configs: BTreeMap<VersionId, String>,
    /// The webhook passwords, each with its stage, by their versions.
    passwords: BTreeMap<VersionId, Password>,
    /// When a password or its stage last changed.
    changed_at: Option<Timestamp>,
    /// When a version was created that is still without its password.
    reserved: BTreeMap<VersionId, Timestamp>,
    /// The secrets that are scheduled for deletion.
    deleted: BTreeSet<SecretKind>,
}

#[derive(Clone, Debug, PartialEq)]
struct Password {
    text: String,
    stage: Option<VersionStage>,
    stored_at: Timestamp,
}

impl Integration {
    /// Makes a version of the configuration the current one. `false` when a version of this id has another value.
    fn put_config(&mut self, version: &VersionId, text: String) -> bool {
        if let Some(existing) = self.configs.get(version) {
            return *existing == text && self.config.as_ref().is_some_and(|(id, _)| id == version);
        }
        self.configs.insert(version.clone(), text.clone());
        self.previous_config = self.config.replace((version.clone(), text));
        true
    }

    fn versions(&self) -> Versions {
        let versions = self.passwords.iter();
        Versions::new(
            versions.map(|(version, password)| (version.clone(), password.stage.iter().copied().collect())),
        )
    }
}

impl Secrets {
    pub(crate) fn new(azure: Azure) -> Self {
        let names = SecretNames::new("hookpost").expect("a prefix");
        Self { names, azure, integrations: Arc::default(), published: Published::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, BTreeMap<IntegrationName, Integration>> {
        self.integrations.lock().expect("not poisoned")
    }

    /// The secrets of an integration.
    fn of(&self, name: &IntegrationName) -> Integration {
        self.state().get(name).cloned().unwrap_or_default()
    }

    fn password(&self, password: &WebhookPassword, stage: VersionStage) -> Password {
        let text = password.expose().to_owned();
        Password { text, stage: Some(stage), stored_at: self.azure.lock().now() }
    }

    fn edit<T>(&self, name: &IntegrationName, edit: impl FnOnce(&mut Integration) -> T) -> T {
        edit(self.state().entry(name.clone()).or_default())
    }

    /// The configuration as it is stored, unless it is scheduled for deletion.
    pub(crate) fn stored(&self) -> Option<String> {
        let secrets = self.of(&integration());
        let stored = secrets.config.filter(|_| !secrets.deleted.contains(&SecretKind::Organization));
        stored.map(|(_, text)| text)
    }

    /// Replaces the stored configuration, as an operator does by hand.
    pub(crate) fn overwrite(&self, config: &str) {
        self.edit(&integration(), |secrets| {
            let version = u8::try_from(secrets.configs.len()).expect("few versions");
            assert!(secrets.put_config(&VersionId::generate([0xee ^ version; 16]), config.to_owned()));
        });
    }

    /// The current configuration and the one before it, whether or not the secret is scheduled for deletion.
    pub(crate) fn kept_configs(&self) -> Vec<String> {
        let secrets = self.of(&integration());
        secrets.config.into_iter().chain(secrets.previous_config).map(|(_, text)| text).collect()
    }

    /// Creates a pending version without a password, as Secrets Manager does at the beginning of a rotation. It keeps the
    /// time at which it was created.
    pub(crate) fn reserve(&self, version: &VersionId) {
        let now = self.azure.lock().now();
        self.edit(&integration(), |secrets| secrets.reserved.insert(version.clone(), now));
    }

    /// Cancels the deletion of the secrets, as an operator does by hand.
    pub(crate) fn restore_all(&self) {
        self.edit(&integration(), |secrets| secrets.deleted.clear());
    }

    /// Fails when a secret is scheduled for deletion.
    fn require_usable(&self, name: &IntegrationName, kind: SecretKind) -> StoreResult<()> {
        let secret = self.names.name(name, kind);
        if self.of(name).deleted.contains(&kind) {
            return Err(SecretStoreError::ScheduledForDeletion { secret, until: None });
        }
        Ok(())
    }

    /// The version of the webhook password at a stage, unless the password is scheduled for deletion.
    pub(crate) fn version(&self, stage: VersionStage) -> Option<VersionId> {
        let secrets = self.of(&integration());
        secrets.versions().at(stage).cloned().filter(|_| !secrets.deleted.contains(&SecretKind::Webhook))
    }

    /// The names of the integrations with a secret that can be used.
    pub(crate) fn integrations(&self) -> Vec<String> {
        let state = self.state();
        let usable = state.iter().filter(|(_, secrets)| secrets.deleted.len() < SecretKind::ALL.len());
        usable.map(|(name, _)| name.to_string()).collect()
    }

    /// The webhook passwords that receivers may accept.
    pub(crate) fn live_passwords(&self) -> Vec<String> {
        let passwords = self.of(&integration()).passwords;
        passwords.into_values().filter(|password| password.stage.is_some()).map(|live| live.text).collect()
    }

    /// Every webhook password, which nothing may show.
    pub(crate) fn passwords(&self) -> Vec<String> {
        let state = self.state();
        let passwords = state.values().flat_map(|secrets| secrets.passwords.values());
        passwords.map(|password| password.text.clone()).collect()
    }
}

/// The integration that most tests have.
fn integration() -> IntegrationName {
    IntegrationName::parse(INTEGRATION).expect("a name")
}

type StoreResult<T> = Result<T, SecretStoreError>;

impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(&self, name: &IntegrationName, kind: SecretKind) -> StoreResult<SecretStatus> {
        self.azure.turn().await;
        let secrets = self.of(name);
        let exists = match kind {
            SecretKind::Organization => secrets.config.is_some(),
            SecretKind::Webhook => !secrets.passwords.is_empty(),
        };
        if !exists {
            return Ok(SecretStatus::Absent);
        }
        if secrets.deleted.contains(&kind) {
            return Ok(SecretStatus::ScheduledForDeletion { until: None });
        }
        Ok(SecretStatus::Present(SecretDescription {
            arn: self.names.name(name, kind),
            rotation_enabled: false,
            changed_at: secrets.changed_at,
            versions: secrets.versions(),
        }))
    }

    async fn config(&self, name: &IntegrationName) -> StoreResult<Option<VersionedConfig>> {
        self.listed_config(name).await
    }

    async fn listed_config(&self, name: &IntegrationName) -> StoreResult<Option<VersionedConfig>> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Organization)?;
        Ok(self.of(name).config.map(|(version, text)| VersionedConfig {
            version,
            stored: StoredConfig::from_json(&text).expect("a configuration"),
        }))
    }

    async fn create_config(
        &self,
        name: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> StoreResult<StoreOutcome> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Organization)?;
        let text = stored.to_json().expect("it fits").to_string();
        Ok(self.edit(name, |secrets| {
            if let Some((existing, _)) = &secrets.config {
                return StoreOutcome::Existing(existing.clone());
            }
            assert!(secrets.put_config(version, text), "a new id");
            StoreOutcome::New(version.clone())
        }))
    }

    async fn store_config(
        &self,
        name: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> StoreResult<()> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Organization)?;
        let text = stored.to_json().expect("it fits").to_string();
        if self.edit(name, |secrets| secrets.put_config(version, text)) {
            return Ok(());
        }
        let secret = self.names.name(name, SecretKind::Organization);
        Err(SecretStoreError::VersionIdReused { secret, version: version.clone() })
    }

    async fn webhook_password(
        &self,
        name: &IntegrationName,
        version: &VersionId,
    ) -> StoreResult<Option<StoredPassword>> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Webhook)?;
        let Some(found) = self.of(name).passwords.remove(version) else { return Ok(None) };
        let password = WebhookPassword::new(found.text.into());
        Ok(password.map(|password| StoredPassword { password, stored_at: Some(found.stored_at) }))
    }

    async fn create_webhook_password(
        &self,
        name: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> StoreResult<StoreOutcome> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Webhook)?;
        let created = self.password(password, VersionStage::Current);
        Ok(self.edit(name, |secrets| {
            if let Some(existing) = secrets.versions().at(VersionStage::Current) {
                return StoreOutcome::Existing(existing.clone());
            }
            secrets.passwords.insert(version.clone(), created);
            StoreOutcome::New(version.clone())
        }))
    }

    async fn stage_webhook_password(
        &self,
        name: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> StoreResult<StoreOutcome> {
        self.azure.turn().await;
        self.require_usable(name, SecretKind::Webhook)?;
        let (staged, secret) =
            (self.password(password, VersionStage::Pending), self.names.name(name, SecretKind::Webhook));
        self.edit(name, |secrets| {
            if let Some(pending) = secrets.versions().in_rotation().filter(|pending| *pending != version) {
                return Err(SecretStoreError::RotationInProgress { secret, pending: pending.clone() });
            }
            if secrets.passwords.contains_key(version) {
                return Ok(StoreOutcome::Existing(version.clone()));
            }
            secrets.changed_at = Some(staged.stored_at);
            let stored_at = secrets.reserved.remove(version).unwrap_or(staged.stored_at);
            secrets.passwords.insert(version.clone(), Password { stored_at, ..staged });
            Ok(StoreOutcome::New(version.clone()))
        })
    }

    async fn promote(&self, name: &IntegrationName, version: &VersionId) -> StoreResult<()> {
        self.azure.turn().await;
        self.edit(name, |secrets| {
            for (known, password) in &mut secrets.passwords {
                password.stage = match password.stage {
                    _ if known == version => Some(VersionStage::Current),
                    Some(VersionStage::Current) => Some(VersionStage::Previous),
                    _ => None,
                };
            }
        });
        Ok(())
    }

    async fn drop_pending(&self, name: &IntegrationName, version: &VersionId) -> StoreResult<()> {
        self.azure.turn().await;
        self.edit(name, |secrets| {
            if let Some(password) = secrets.passwords.get_mut(version) {
                password.stage = password.stage.filter(|stage| *stage != VersionStage::Pending);
            }
        });
        Ok(())
    }

    async fn restore(&self, name: &IntegrationName, kind: SecretKind) -> StoreResult<SecretStatus> {
        self.azure.turn().await;
        self.edit(name, |secrets| secrets.deleted.remove(&kind));
        self.describe(name, kind).await
    }

    async fn delete(
        &self,
        name: &IntegrationName,
        kind: SecretKind,
        _: RecoveryWindow,
    ) -> StoreResult<SecretStatus> {
        match self.describe(name, kind).await? {
            SecretStatus::Present(_) => {
                self.edit(name, |secrets| secrets.deleted.insert(kind));
                Ok(SecretStatus::ScheduledForDeletion { until: None })
            }
            deleted => Ok(deleted),
        }
    }

    async fn token(&self, _: &SecretId) -> StoreResult<PersonalAccessToken> {
        Ok(PersonalAccessToken::parse(TOKEN).expect("a token"))
    }

    async fn list(&self) -> StoreResult<Vec<ListedSecret>> {
        self.azure.turn().await;
        let listed = |(name, secrets): (&IntegrationName, &Integration)| ListedSecret {
            integration: name.clone(),
            kind: SecretKind::Organization,
            is_usable: !secrets.deleted.contains(&SecretKind::Organization),
        };
        let state = self.state();
        Ok(state.iter().filter(|(_, secrets)| secrets.config.is_some()).map(listed).collect())
    }
}
