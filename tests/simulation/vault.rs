//! Secrets Manager with one integration, which can be out of order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hookpost_core::integration::IntegrationName;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::{PasswordSource, PasswordSourceError, Stage, Urgency};
use hookpost_core::setup::azure_devops::PersonalAccessToken;
use hookpost_core::setup::vault::{
    Deletion, Link, Listed, OtherFields, Presence, RecoveryWindow, SecretId, SecretKind, SecretNames,
    SecretState, Standing, Stored, StoredPassword, Vault, VaultError, VersionId, Versions,
};
use hookpost_stand_in::canary;

pub(crate) const INTEGRATION: &str = "contoso";
pub(crate) const BASE: &str = "https://hooks.example/hooks";
const VERSION: &str = "0c0ffee0-0000-4000-8000-000000000001";

/// Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    down: Arc<AtomicBool>,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        Self { names: SecretNames::new("hookpost").expect("a prefix"), down: Arc::default() }
    }

    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    fn answer<T>(&self, value: T) -> Result<T, VaultError> {
        if self.down.load(Ordering::Relaxed) {
            let (action, detail) = ("GetSecretValue".to_owned(), "connection refused".to_owned());
            return Err(VaultError::Unreachable { action, detail });
        }
        Ok(value)
    }
}

fn password() -> WebhookPassword {
    WebhookPassword::new(canary::PASSWORD.to_owned().into()).expect("a password")
}

fn version() -> VersionId {
    VersionId::parse(VERSION).expect("a version")
}

impl PasswordSource for Secrets {
    async fn fetch(
        &self,
        integration: &IntegrationName,
        stage: Stage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let known = integration.as_str() == INTEGRATION && stage == Stage::Current;
        self.answer(known.then(password)).map_err(|error| PasswordSourceError { detail: error.to_string() })
    }
}

/// What `watch` needs of it; nothing else is ever asked here.
impl Vault for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn look(&self, _: &IntegrationName, _: SecretKind) -> Result<Presence, VaultError> {
        self.answer(Presence::Present(SecretState {
            arn: "arn".to_owned(),
            stack: None,
            rotation_enabled: false,
            changed_at: None,
            versions: Versions::new([(version(), vec![Stage::Current])]),
        }))
    }

    async fn link(&self, _: &IntegrationName) -> Result<Option<Link>, VaultError> {
        self.answer(Some(Link {
            organization_url: format!("https://dev.azure.com/{}", crate::story::ORGANIZATION),
            pat: PersonalAccessToken::parse(canary::PAT).expect("a token"),
            pat_expires_on: None,
            webhook_base_url: BASE.to_owned(),
            projects: vec![crate::story::PROJECT.to_owned()],
            repository: None,
            branch: None,
            other: OtherFields::default(),
        }))
    }

    async fn webhook_password(
        &self,
        _: &IntegrationName,
        _: &VersionId,
    ) -> Result<Option<StoredPassword>, VaultError> {
        self.answer(Some(StoredPassword { password: password(), stored_at: None }))
    }

    async fn list(&self) -> Result<Vec<Listed>, VaultError> {
        let integration = IntegrationName::parse(INTEGRATION).expect("a name");
        let listed =
            |kind| Listed { integration: integration.clone(), kind, stack: None, standing: Standing::InUse };
        self.answer(vec![listed(SecretKind::Organization), listed(SecretKind::Webhook)])
    }

    async fn store_link(&self, _: &IntegrationName, _: &Link, _: &VersionId) -> Result<Stored, VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn create_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Result<Stored, VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn stage_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Result<Stored, VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn promote(&self, _: &IntegrationName, _: &VersionId) -> Result<(), VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Result<(), VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn restore(&self, _: &IntegrationName, _: SecretKind) -> Result<Presence, VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn delete(
        &self,
        _: &IntegrationName,
        _: SecretKind,
        _: RecoveryWindow,
    ) -> Result<Deletion, VaultError> {
        unreachable!("`watch` stores nothing")
    }

    async fn token(&self, _: &SecretId) -> Result<PersonalAccessToken, VaultError> {
        unreachable!("`watch` reads no token of the operator's")
    }
}
