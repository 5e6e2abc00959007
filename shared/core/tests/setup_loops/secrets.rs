//! Secrets Manager in memory, with the secrets of one integration.

use std::sync::{Mutex, MutexGuard};

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

const PASSWORD: &str = "canary-of-a-webhook-password";

#[derive(Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) config: Option<IntegrationConfig>,
    pub(crate) current: Option<VersionId>,
    pub(crate) pending: Option<VersionId>,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        Self { names: SecretNames::new("hookpost").expect("a prefix"), state: Mutex::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("not poisoned")
    }
}

type Outcome<T> = Result<T, SecretStoreError>;

impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(&self, _: &IntegrationName, kind: SecretKind) -> Outcome<SecretStatus> {
        let state = self.state();
        let exists = match kind {
            SecretKind::Webhook => state.current.is_some(),
            SecretKind::Organization => state.config.is_some(),
        };
        if !exists {
            return Ok(SecretStatus::Absent);
        }
        let current = state.current.clone().map(|version| (version, vec![VersionStage::Current]));
        let pending = state.pending.clone().map(|version| (version, vec![VersionStage::Pending]));
        Ok(SecretStatus::Present(SecretDescription {
            arn: "arn".to_owned(),
            stack: None,
            rotation_enabled: false,
            changed_at: None,
            versions: Versions::new(current.into_iter().chain(pending)),
        }))
    }

    async fn config(&self, _: &IntegrationName) -> Outcome<Option<IntegrationConfig>> {
        Ok(self.state().config.clone())
    }

    async fn store_config(
        &self,
        _: &IntegrationName,
        config: &IntegrationConfig,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        self.state().config = Some(config.clone());
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn webhook_password(&self, _: &IntegrationName, _: &VersionId) -> Outcome<Option<StoredPassword>> {
        let password = WebhookPassword::new(PASSWORD.to_owned().into()).expect("a password");
        Ok(Some(StoredPassword { password, stored_at: None }))
    }

    async fn create_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        self.state().current = Some(version.clone());
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn stage_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        version: &VersionId,
    ) -> Outcome<StoreOutcome> {
        self.state().pending = Some(version.clone());
        Ok(StoreOutcome::New(version.clone()))
    }

    async fn promote(&self, _: &IntegrationName, version: &VersionId) -> Outcome<()> {
        let mut state = self.state();
        (state.current, state.pending) = (Some(version.clone()), None);
        Ok(())
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Outcome<()> {
        unreachable!("`setup` cancels no rotation")
    }

    async fn restore(&self, _: &IntegrationName, _: SecretKind) -> Outcome<SecretStatus> {
        unreachable!("no secret is scheduled for deletion")
    }

    async fn delete(
        &self,
        _: &IntegrationName,
        kind: SecretKind,
        _: RecoveryWindow,
    ) -> Outcome<SecretStatus> {
        let mut state = self.state();
        match kind {
            SecretKind::Webhook => state.current = None,
            SecretKind::Organization => state.config = None,
        }
        Ok(SecretStatus::ScheduledForDeletion { until: None })
    }

    async fn token(&self, _: &SecretId) -> Outcome<PersonalAccessToken> {
        unreachable!("the requests contain the token")
    }

    async fn list(&self) -> Outcome<Vec<ListedSecret>> {
        let integration = IntegrationName::parse("contoso").expect("a name");
        let exists = self.state().config.is_some();
        let listed =
            ListedSecret { integration, kind: SecretKind::Organization, stack: None, is_usable: true };
        Ok(exists.then_some(listed).into_iter().collect())
    }
}
