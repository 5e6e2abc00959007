//! What is stored for an integration, without its secrets: the page shows it without a call to Azure DevOps.

use jiff::Timestamp;

use crate::entra::app::Authority;
use crate::error::OperatorError;
use crate::integration::name::IntegrationName;
use crate::integration::open::{unknown, unlinked};
use crate::integration::published_names::PublishedNamesStore as _;
use crate::integration::selection::Choice;
use crate::overview::ConnectedBy;
use crate::ports::{Clock as _, Ports};
use crate::receiver::endpoint::Endpoint;
use crate::secrets::name::SecretKind;
use crate::secrets::status::SecretStatus;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::{VersionId, VersionStage, Versions};
use crate::setup::Setup;

/// What is stored for an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredIntegration {
    /// Its name.
    pub name: IntegrationName,
    /// The organization.
    pub organization_url: String,
    /// What it is connected by.
    pub connected_by: ConnectedBy,
    /// The ids and names of its projects; empty for the whole organization.
    pub projects: Vec<(String, String)>,
    /// The id and name of the only repository, where there is one.
    pub repository: Option<(String, String)>,
    /// The only branch, where there is one.
    pub branch: Option<String>,
    /// Whether updates of pull requests that no filter selects are delivered, too.
    pub unfiltered: bool,
    /// The host of another cloud that gives out access tokens; `None` for the public one and for a token.
    pub authority_host: Option<&'static str>,
    /// The URL for pushes and the one for pull requests.
    pub webhook_urls: [String; 2],
    /// The name of the secret that holds the webhook password.
    pub password_secret: String,
    /// The version of the webhook password that is the current one; `None` when there is no password.
    pub password_version: Option<VersionId>,
    /// Whether a rotation has begun and not ended.
    pub is_rotating: bool,
    /// Who declares it as code.
    pub owner: Option<String>,
    /// Until when a run of `setup` may be at work on it.
    pub running_until: Option<Timestamp>,
    /// What an earlier run has left undone, and which action completes it.
    pub unfinished: Option<String>,
}

impl<P: Ports> Setup<P> {
    /// The names of the integrations, as they are published to receivers. One call, however many there are.
    ///
    /// # Errors
    ///
    /// When the list cannot be read.
    pub async fn names(&self) -> Result<Vec<IntegrationName>, OperatorError> {
        let published = self.integrations.secrets.published_names().await?;
        Ok(published.map(|published| published.names.0.into_iter().collect()).unwrap_or_default())
    }

    /// What the names of secrets that hold a token begin with: the roles of `setup` may read no others.
    pub fn token_secret_prefix(&self) -> String {
        format!("{}-pat", self.integrations.secrets.names().common_prefix().trim_end_matches('/'))
    }

    /// What is stored for an integration.
    ///
    /// # Errors
    ///
    /// When there is no such integration, and when its secrets cannot be read.
    pub async fn stored(&self, name: &IntegrationName) -> Result<StoredIntegration, OperatorError> {
        let found = self.integrations.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        let config = found.stored.link.config().ok_or_else(|| unlinked(name))?;
        let webhook = self.integrations.secrets.describe(name, SecretKind::Webhook).await?;
        let versions = match webhook {
            SecretStatus::Present(description) => description.versions,
            SecretStatus::Absent | SecretStatus::ScheduledForDeletion { .. } => Versions::default(),
        };
        let (now, urls) = (self.integrations.clock.now(), self.integrations.urls(name));
        let selection = &config.selection;
        let named = |choice: &Choice| (choice.id_or_name().to_owned(), choice.name.clone());
        Ok(StoredIntegration {
            name: name.clone(),
            organization_url: config.organization_url.clone(),
            connected_by: ConnectedBy::from(&config.credential),
            projects: selection.projects.iter().map(named).collect(),
            repository: selection.repository.as_ref().map(named),
            branch: selection.branch.clone(),
            unfiltered: selection.unfiltered,
            authority_host: config
                .credential
                .app()
                .map(|app| app.authority)
                .filter(|authority| *authority != Authority::default())
                .map(Authority::host),
            webhook_urls: [Endpoint::CodePushed, Endpoint::PullRequest]
                .map(|endpoint| urls.endpoint(endpoint)),
            password_secret: self.secret_name(name, SecretKind::Webhook),
            password_version: versions.at(VersionStage::Current).cloned(),
            is_rotating: versions.in_rotation().is_some(),
            owner: config.owner.as_ref().map(ToString::to_string),
            running_until: found.stored.lock_at(now).map(|lock| lock.expires_at),
            unfinished: self.integrations.describe_unfinished(&found.stored, now),
        })
    }
}
