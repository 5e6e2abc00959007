//! Secrets Manager in memory. It keeps configurations as the text that is stored.

use std::collections::BTreeMap;
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

/// The secrets. Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    integrations: Arc<Mutex<BTreeMap<IntegrationName, Integration>>>,
}

/// The secrets of one integration.
#[derive(Debug, Default)]
pub(crate) struct Integration {
    /// The configuration as it is stored.
    pub(crate) config: Option<String>,
    passwords: Vec<(VersionId, String, Vec<VersionStage>)>,
    is_deleted: bool,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        let names = SecretNames::new("hookpost").expect("a prefix");
        Self { names, integrations: Arc::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, BTreeMap<IntegrationName, Integration>> {
        self.integrations.lock().expect("not poisoned")
    }

    /// The configuration of an integration as it is stored.
    pub(crate) fn stored(&self, integration: &str) -> String {
        let name = IntegrationName::parse(integration).expect("a name");
        self.state()[&name].config.clone().expect("a configuration")
    }

    /// Replaces the stored configuration of an integration.
    pub(crate) fn overwrite(&self, integration: &str, config: &str) {
        let name = IntegrationName::parse(integration).expect("a name");
        self.state().entry(name).or_default().config = Some(config.to_owned());
    }

    /// The names of the integrations whose secrets can be used.
    pub(crate) fn integrations(&self) -> Vec<String> {
        let state = self.state();
        state.iter().filter(|(_, secrets)| !secrets.is_deleted).map(|(name, _)| name.to_string()).collect()
    }
}

impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<SecretStatus, SecretStoreError> {
        let state = self.state();
        let Some(secrets) = state.get(integration) else { return Ok(SecretStatus::Absent) };
        let is_there = match kind {
            SecretKind::Organization => secrets.config.is_some(),
            SecretKind::Webhook => !secrets.passwords.is_empty(),
        };
        if !is_there {
            return Ok(SecretStatus::Absent);
        }
        if secrets.is_deleted {
            return Ok(SecretStatus::ScheduledForDeletion { until: None });
        }
        let versions = secrets.passwords.iter().map(|(version, _, stages)| (version.clone(), stages.clone()));
        Ok(SecretStatus::Present(SecretDescription {
            arn: self.names.name(integration, kind),
            stack: None,
            rotation_enabled: false,
            changed_at: None,
            versions: Versions::new(versions),
        }))
    }

    async fn config(
        &self,
        integration: &IntegrationName,
    ) -> Result<Option<IntegrationConfig>, SecretStoreError> {
        let state = self.state();
        let stored = state.get(integration).and_then(|secrets| secrets.config.as_ref());
        Ok(stored.map(|stored| IntegrationConfig::from_json(stored).expect("a configuration")))
    }

    async fn store_config(
        &self,
        integration: &IntegrationName,
        config: &IntegrationConfig,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let text = config.to_json().expect("it fits").to_string();
        let mut state = self.state();
        let stored = &mut state.entry(integration.clone()).or_default().config;
        if stored.as_ref() == Some(&text) {
            return Ok(StoreOutcome::Existing(version.clone()));
        }
        *stored = Some(text);
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn webhook_password(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<Option<StoredPassword>, SecretStoreError> {
        let state = self.state();
        let passwords = state.get(integration).map(|secrets| &secrets.passwords);
        let found = passwords.into_iter().flatten().find(|(known, ..)| known == version);
        let password = found.and_then(|(_, text, _)| WebhookPassword::new(text.clone().into()));
        Ok(password.map(|password| StoredPassword { password, stored_at: None }))
    }

    async fn create_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let mut state = self.state();
        let passwords = &mut state.entry(integration.clone()).or_default().passwords;
        passwords.push((version.clone(), password.expose().to_owned(), vec![VersionStage::Current]));
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn stage_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let mut state = self.state();
        let passwords = &mut state.entry(integration.clone()).or_default().passwords;
        if passwords.iter().any(|(known, ..)| known == version) {
            return Ok(StoreOutcome::Existing(version.clone()));
        }
        passwords.push((version.clone(), password.expose().to_owned(), vec![VersionStage::Pending]));
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn promote(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<(), SecretStoreError> {
        let mut state = self.state();
        for (known, _, stages) in &mut state.entry(integration.clone()).or_default().passwords {
            *stages = if known == version { vec![VersionStage::Current] } else { Vec::new() };
        }
        Ok(())
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Result<(), SecretStoreError> {
        Ok(())
    }

    async fn restore(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<SecretStatus, SecretStoreError> {
        self.state().entry(integration.clone()).or_default().is_deleted = false;
        self.describe(integration, kind).await
    }

    async fn delete(
        &self,
        integration: &IntegrationName,
        _: SecretKind,
        _: RecoveryWindow,
    ) -> Result<SecretStatus, SecretStoreError> {
        self.state().entry(integration.clone()).or_default().is_deleted = true;
        Ok(SecretStatus::ScheduledForDeletion { until: None })
    }

    async fn token(&self, _: &SecretId) -> Result<PersonalAccessToken, SecretStoreError> {
        Ok(PersonalAccessToken::parse("a0token").expect("a token"))
    }

    async fn list(&self) -> Result<Vec<ListedSecret>, SecretStoreError> {
        let listed = |(name, secrets): (&IntegrationName, &Integration)| ListedSecret {
            integration: name.clone(),
            kind: SecretKind::Organization,
            stack: None,
            is_usable: !secrets.is_deleted,
        };
        Ok(self.state().iter().map(listed).collect())
    }
}
