//! Secrets Manager with an integration for each project, which can be down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::azure_devops::credential::Credential;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::integration::config::stored::{LinkState, StoredConfig, VersionedConfig};
use hookpost_core::integration::config::{IntegrationConfig, OtherFields};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::published_names::{PublishedNames, PublishedNamesStore, StoredNames};
use hookpost_core::integration::selection::{Choice, Selection};
use hookpost_core::ports::{PasswordSource, PasswordSourceError, Urgency};
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind, SecretNames};
use hookpost_core::secrets::status::{
    ListedSecret, RecoveryWindow, SecretDescription, SecretStatus, StoreOutcome, StoredPassword,
};
use hookpost_core::secrets::store::SecretStore;
use hookpost_core::secrets::version::{VersionId, VersionStage, Versions};
use hookpost_stand_in::canary;

pub(crate) const BASE: &str = "https://hooks.example/hooks";
const VERSION: &str = "0c0ffee0-0000-4000-8000-000000000001";

/// Clones share their state.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    names: SecretNames,
    down: Arc<AtomicBool>,
    /// The ids of the projects, by integration. They stay when a project is renamed.
    projects: BTreeMap<String, String>,
    credential: Credential,
}

/// The credential of integrations that are connected by a token.
pub(crate) fn token() -> Credential {
    let token = PersonalAccessToken::parse(canary::PAT).expect("a token");
    Credential::Pat { token, expires_on: None }
}

impl Secrets {
    pub(crate) fn new(projects: Vec<String>, credential: Credential) -> Self {
        let named = |(nth, project)| (format!("team-{nth:02}"), project);
        let projects = projects.into_iter().enumerate().map(named).collect();
        let prefix = SecretNames::new("hookpost").expect("a prefix");
        Self { names: prefix, down: Arc::default(), projects, credential }
    }

    fn all_names(&self) -> PublishedNames {
        PublishedNames(self.projects.keys().filter_map(|name| IntegrationName::parse(name).ok()).collect())
    }

    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    fn answer<T>(&self, value: T) -> Result<T, SecretStoreError> {
        if self.down.load(Ordering::Relaxed) {
            let (action, detail) = ("GetSecretValue".to_owned(), "connection refused".to_owned());
            return Err(SecretStoreError::Unreachable { action, detail });
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
        stage: VersionStage,
        _: Urgency,
    ) -> Result<Option<WebhookPassword>, PasswordSourceError> {
        let known = self.projects.contains_key(integration.as_str()) && stage == VersionStage::Current;
        self.answer(known.then(password)).map_err(|error| PasswordSourceError { detail: error.to_string() })
    }

    async fn names(&self) -> Result<Option<PublishedNames>, PasswordSourceError> {
        let names = self.answer(self.all_names()).map_err(|error| error.to_string());
        names.map(Some).map_err(|detail| PasswordSourceError { detail })
    }
}

impl PublishedNamesStore for Secrets {
    async fn published_names(&self) -> Answer<Option<StoredNames>> {
        self.answer(Some(StoredNames { names: self.all_names(), version: version() }))
    }

    async fn store_published_names(&self, _: &PublishedNames, _: Option<&VersionId>) -> Answer<bool> {
        unreachable!("the list is right")
    }
}

type Answer<T> = Result<T, SecretStoreError>;

/// Only what `watch` reads.
impl SecretStore for Secrets {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(&self, _: &IntegrationName, _: SecretKind) -> Answer<SecretStatus> {
        self.answer(SecretStatus::Present(SecretDescription {
            arn: "arn".to_owned(),
            rotation_enabled: false,
            changed_at: None,
            versions: Versions::new([(version(), vec![VersionStage::Current])]),
        }))
    }

    async fn config(&self, integration: &IntegrationName) -> Answer<Option<VersionedConfig>> {
        self.listed_config(integration).await
    }

    async fn listed_config(&self, integration: &IntegrationName) -> Answer<Option<VersionedConfig>> {
        let config = IntegrationConfig {
            organization_url: format!("https://dev.azure.com/{}", crate::workload::ORGANIZATION),
            credential: self.credential.clone(),
            webhook_base_url: BASE.to_owned(),
            organization_id: None,
            selection: Selection {
                projects: vec![Choice::parse(&self.projects[integration.as_str()])],
                ..Selection::default()
            },
            is_renewing: false,
            owner: None,
            other: OtherFields::default(),
        };
        let stored = StoredConfig { link: LinkState::Connected(config), lock: None };
        self.answer(Some(VersionedConfig { version: version(), stored }))
    }

    async fn webhook_password(&self, _: &IntegrationName, _: &VersionId) -> Answer<Option<StoredPassword>> {
        self.answer(Some(StoredPassword { password: password(), stored_at: None }))
    }

    async fn list(&self) -> Answer<Vec<ListedSecret>> {
        let listed = |(name, kind): (&String, SecretKind)| {
            let integration = IntegrationName::parse(name).expect("a name");
            ListedSecret { integration, kind, is_usable: true }
        };
        let kinds = [SecretKind::Organization, SecretKind::Webhook];
        let all = self.projects.keys().flat_map(|name| kinds.map(|kind| (name, kind)));
        self.answer(all.map(listed).collect())
    }

    async fn create_config(
        &self,
        _: &IntegrationName,
        _: &StoredConfig,
        _: &VersionId,
    ) -> Answer<StoreOutcome> {
        unreachable!("`watch` stores nothing")
    }

    async fn store_config(&self, _: &IntegrationName, _: &StoredConfig, _: &VersionId) -> Answer<()> {
        unreachable!("`watch` stores nothing")
    }

    async fn create_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Answer<StoreOutcome> {
        unreachable!("`watch` stores nothing")
    }

    async fn stage_webhook_password(
        &self,
        _: &IntegrationName,
        _: &WebhookPassword,
        _: &VersionId,
    ) -> Answer<StoreOutcome> {
        unreachable!("`watch` stores nothing")
    }

    async fn promote(&self, _: &IntegrationName, _: &VersionId) -> Answer<()> {
        unreachable!("`watch` stores nothing")
    }

    async fn drop_pending(&self, _: &IntegrationName, _: &VersionId) -> Answer<()> {
        unreachable!("`watch` stores nothing")
    }

    async fn restore(&self, _: &IntegrationName, _: SecretKind) -> Answer<SecretStatus> {
        unreachable!("`watch` stores nothing")
    }

    async fn delete(&self, _: &IntegrationName, _: SecretKind, _: RecoveryWindow) -> Answer<SecretStatus> {
        unreachable!("`watch` stores nothing")
    }

    async fn token(&self, _: &SecretId) -> Answer<PersonalAccessToken> {
        unreachable!("`watch` reads no token of the operator's")
    }
}
