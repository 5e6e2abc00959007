//! Secrets Manager in memory. It keeps configurations as the text that is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::integration::config::IntegrationConfig;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind, SecretNames};
use hookpost_core::secrets::status::{
    ListedSecret, RecoveryWindow, SecretDescription, SecretStatus, StoreOutcome, StoredPassword,
};
use hookpost_core::secrets::store::SecretStore;
use hookpost_core::secrets::version::{VersionId, VersionStage, Versions};

use crate::fakes::published_names::Published;

pub(crate) const INTEGRATION: &str = "northpeak";

/// The secrets. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    integrations: Arc<Mutex<BTreeMap<IntegrationName, Integration>>>,
    pub(crate) published: Published,
}

/// The secrets of one integration.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Integration {
    /// The configuration as it is stored.
    config: Option<String>,
    /// The webhook passwords, each with its stage, by their versions.
    passwords: BTreeMap<VersionId, (String, Option<VersionStage>)>,
    /// The secrets that are scheduled for deletion.
    deleted: BTreeSet<SecretKind>,
}

impl Integration {
    fn versions(&self) -> Versions {
        let versions = self.passwords.iter();
        Versions::new(
            versions.map(|(version, (_, stage))| (version.clone(), stage.iter().copied().collect())),
        )
    }
}

impl Secrets {
    pub(crate) fn new() -> Self {
        let names = SecretNames::new("hookpost").expect("a prefix");
        Self { names, integrations: Arc::default(), published: Published::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, BTreeMap<IntegrationName, Integration>> {
        self.integrations.lock().expect("not poisoned")
    }

    /// The secrets of an integration.
    fn of(&self, name: &IntegrationName) -> Integration {
        self.state().get(name).cloned().unwrap_or_default()
    }

    fn edit<T>(&self, name: &IntegrationName, edit: impl FnOnce(&mut Integration) -> T) -> T {
        edit(self.state().entry(name.clone()).or_default())
    }

    /// The configuration as it is stored, unless it is scheduled for deletion.
    pub(crate) fn stored(&self) -> Option<String> {
        let secrets = self.of(&integration());
        secrets.config.filter(|_| !secrets.deleted.contains(&SecretKind::Organization))
    }

    /// Replaces the stored configuration.
    pub(crate) fn overwrite(&self, config: &str) {
        self.edit(&integration(), |secrets| secrets.config = Some(config.to_owned()));
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

    /// Every webhook password, which nothing may show.
    pub(crate) fn passwords(&self) -> Vec<String> {
        let state = self.state();
        let passwords = state.values().flat_map(|secrets| secrets.passwords.values());
        passwords.map(|(password, _)| password.clone()).collect()
    }
}

/// The integration that most tests have.
fn integration() -> IntegrationName {
    IntegrationName::parse(INTEGRATION).expect("a name")
}

type Outcome<T> = Result<T, SecretStoreError>;

impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(&self, name: &IntegrationName, kind: SecretKind) -> Outcome<SecretStatus> {
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
            stack: None,
            rotation_enabled: false,
            changed_at: None,
            versions: secrets.versions(),
        }))
    }

    async fn config(&self, name: &IntegrationName) -> Outcome<Option<IntegrationConfig>> {
        let stored = self.of(name).config;
        Ok(stored.map(|stored| IntegrationConfig::from_json(&stored).expect("a configuration")))
    }

    async fn store_config(
        &self,
        name: &IntegrationName,
        config: &IntegrationConfig,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        let text = Some(config.to_json().expect("it fits").to_string());
        self.edit(name, |secrets| {
            if secrets.config == text {
                return Ok(StoreOutcome::Existing(version.clone()));
            }
            secrets.config = text;
            Ok(StoreOutcome::New(version.clone()))
        })
    }

    async fn webhook_password(
        &self,
        name: &IntegrationName,
        version: &VersionId,
    ) -> Outcome<Option<StoredPassword>> {
        let found = self.of(name).passwords.remove(version);
        let password = found.and_then(|(text, _)| WebhookPassword::new(text.into()));
        Ok(password.map(|password| StoredPassword { password, stored_at: None }))
    }

    async fn create_webhook_password(
        &self,
        name: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        let created = (password.expose().to_owned(), Some(VersionStage::Current));
        self.edit(name, |secrets| secrets.passwords.insert(version.clone(), created));
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn stage_webhook_password(
        &self,
        name: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        self.edit(name, |secrets| {
            if secrets.passwords.contains_key(version) {
                return Ok(StoreOutcome::Existing(version.clone()));
            }
            let staged = (password.expose().to_owned(), Some(VersionStage::Pending));
            secrets.passwords.insert(version.clone(), staged);
            Ok(StoreOutcome::New(version.clone()))
        })
    }

    async fn promote(&self, name: &IntegrationName, version: &VersionId) -> Outcome<()> {
        self.edit(name, |secrets| {
            for (known, (_, stage)) in &mut secrets.passwords {
                *stage = (known == version).then_some(VersionStage::Current);
            }
        });
        Ok(())
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Outcome<()> {
        unreachable!("`setup` cancels no rotation")
    }

    async fn restore(&self, name: &IntegrationName, kind: SecretKind) -> Outcome<SecretStatus> {
        self.edit(name, |secrets| secrets.deleted.remove(&kind));
        self.describe(name, kind).await
    }

    async fn delete(
        &self,
        name: &IntegrationName,
        kind: SecretKind,
        _: RecoveryWindow,
    ) -> Outcome<SecretStatus> {
        self.edit(name, |secrets| secrets.deleted.insert(kind));
        Ok(SecretStatus::ScheduledForDeletion { until: None })
    }

    async fn token(&self, _: &SecretId) -> Outcome<PersonalAccessToken> {
        unreachable!("the requests contain the token")
    }

    async fn list(&self) -> Outcome<Vec<ListedSecret>> {
        let listed = |(name, secrets): (&IntegrationName, &Integration)| ListedSecret {
            integration: name.clone(),
            kind: SecretKind::Organization,
            stack: None,
            is_usable: !secrets.deleted.contains(&SecretKind::Organization),
        };
        let state = self.state();
        Ok(state.iter().filter(|(_, secrets)| secrets.config.is_some()).map(listed).collect())
    }
}
