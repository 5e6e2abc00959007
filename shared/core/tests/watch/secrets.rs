//! The secrets of one integration.

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

pub(crate) const INTEGRATION: &str = "trails";
pub(crate) const ORGANIZATION_URL: &str = "https://dev.azure.com/trailworks";
pub(crate) const BASE: &str = "https://hooks.example/hooks";

#[derive(Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
}

impl Secrets {
    pub(crate) fn new() -> Self {
        Self { names: SecretNames::new("hookpost").expect("a prefix") }
    }
}

pub(crate) fn version() -> VersionId {
    VersionId::generate([7; 16])
}

impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(&self, _: &IntegrationName, _: SecretKind) -> Result<SecretStatus, SecretStoreError> {
        Ok(SecretStatus::Present(SecretDescription {
            arn: "arn".to_owned(),
            stack: None,
            rotation_enabled: false,
            changed_at: None,
            versions: Versions::new([(version(), vec![VersionStage::Current])]),
        }))
    }

    async fn config(&self, _: &IntegrationName) -> Result<Option<IntegrationConfig>, SecretStoreError> {
        let token = "t".repeat(52);
        let json = format!(
            r#"{{"version":1,"organizationUrl":"{ORGANIZATION_URL}","pat":"{token}","webhookBaseUrl":"{BASE}","projects":"all"}}"#
        );
        Ok(Some(IntegrationConfig::from_json(&json).expect("a configuration")))
    }

    async fn webhook_password(
        &self,
        _: &IntegrationName,
        _: &VersionId,
    ) -> Result<Option<StoredPassword>, SecretStoreError> {
        let password = WebhookPassword::new("p".repeat(43).into()).expect("a password");
        Ok(Some(StoredPassword { password, stored_at: None }))
    }

    async fn list(&self) -> Result<Vec<ListedSecret>, SecretStoreError> {
        let integration = IntegrationName::parse(INTEGRATION).expect("a name");
        let kind = SecretKind::Organization;
        Ok(vec![ListedSecret { integration, kind, stack: None, is_usable: true }])
    }

    async fn store_config(
        &self,
        _: &IntegrationName,
        _: &IntegrationConfig,
        _: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn create_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn stage_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn promote(&self, _: &IntegrationName, _: &VersionId) -> Result<(), SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Result<(), SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn restore(&self, _: &IntegrationName, _: SecretKind) -> Result<SecretStatus, SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn delete(
        &self,
        _: &IntegrationName,
        _: SecretKind,
        _: RecoveryWindow,
    ) -> Result<SecretStatus, SecretStoreError> {
        unreachable!("`watch` stores nothing")
    }

    async fn token(&self, _: &SecretId) -> Result<PersonalAccessToken, SecretStoreError> {
        unreachable!("`watch` reads no token of the operator's")
    }
}
