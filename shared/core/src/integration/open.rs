//! Opens integrations: reads the configuration of an integration and connects to its organization.

use crate::auth::password::WebhookPassword;
use std::time::Duration;

use crate::azure_devops::organization_url::{OrganizationUrl, Servers};
use crate::azure_devops::port::{AzureDevOps, OrganizationConnector as _};
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::ports::{Organization, Ports, SecureRandom as _};
use crate::secrets::name::{SecretId, SecretKind};
use crate::secrets::status::SecretStatus;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::{VersionId, VersionStage};
use crate::setup::error::{Context as _, ErrorCode, SetupError, refusal};
use crate::setup::request::Token;
use crate::setup::verify::{self, ScopeSelection};
use crate::subscriptions::apply::{Applied, Attempt, apply};
use crate::subscriptions::plan::{self, Plan, Scope, Step};
use crate::subscriptions::webhook_url::WebhookUrls;

/// An open integration: its configuration, a client for its organization, and its webhook URLs.
pub(crate) struct OpenIntegration<O> {
    pub(crate) config: IntegrationConfig,
    pub(crate) organization: O,
    pub(crate) urls: WebhookUrls,
}

/// Opens integrations, for `setup` and `watch`.
#[derive(Debug)]
pub struct Integrations<P: Ports> {
    /// Connects to Azure DevOps.
    pub organizations: P::Organizations,
    /// The secrets of the integrations.
    pub secrets: P::Secrets,
    /// The clock.
    pub clock: P::Clock,
    /// The random number generator.
    pub random: P::Random,
    /// The settings of this deployment.
    pub deployment: Deployment,
}

/// Settings of a deployment that integrations depend on.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The part of webhook URLs before `/{integration}`.
    pub webhook_base_url: String,
    /// Whether Azure DevOps Server is allowed beside Azure DevOps Services.
    pub servers: Servers,
    /// How long receivers may take until they accept a new password: their refetch interval and a margin.
    pub overlap: Duration,
}

impl<P: Ports> Integrations<P> {
    /// The names of the integrations, without those that are scheduled for deletion.
    pub(crate) async fn names(&self) -> Result<Vec<IntegrationName>, SetupError> {
        let secrets = self.secrets.list().await?;
        let configs =
            secrets.into_iter().filter(|secret| secret.kind == SecretKind::Organization && secret.is_usable);
        Ok(configs.map(|secret| secret.integration).collect())
    }

    /// Opens an integration by its name. Fails with [`ErrorCode::IntegrationUnknown`] when it does not exist.
    pub(crate) async fn open(
        &self,
        name: &IntegrationName,
    ) -> Result<OpenIntegration<Organization<P>>, SetupError> {
        let config = self.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        let organization_url = self.organization_url(&config.organization_url)?;
        let organization = self.open_organization(&organization_url, &config.pat)?;
        Ok(OpenIntegration { config, organization, urls: self.urls(name) })
    }

    pub(crate) fn urls(&self, name: &IntegrationName) -> WebhookUrls {
        WebhookUrls::new(&self.deployment.webhook_base_url, name.clone())
    }

    pub(crate) fn organization_url(&self, text: &str) -> Result<OrganizationUrl, SetupError> {
        OrganizationUrl::parse(text, self.deployment.servers).map_err(|error| {
            SetupError::new(ErrorCode::OrganizationUrl, format!("`organizationUrl`: {error}"))
        })
    }

    pub(crate) fn open_organization(
        &self,
        organization_url: &OrganizationUrl,
        token: &PersonalAccessToken,
    ) -> Result<Organization<P>, SetupError> {
        self.organizations
            .open(organization_url, token)
            .map_err(|reason| SetupError::new(ErrorCode::AzureDevOpsUnavailable, reason))
    }

    /// The token of a request, read from its secret where the request names one.
    pub(crate) async fn token(&self, token: Token) -> Result<PersonalAccessToken, SetupError> {
        match token {
            Token::Given(token) => Ok(token),
            Token::InSecret(id) => {
                let id = SecretId::parse(&id).map_err(|error| {
                    SetupError::new(ErrorCode::BadRequest, format!("`patSecretId`: {error}"))
                })?;
                Ok(self.secrets.token(&id).await?)
            }
        }
    }

    /// The current webhook password and its version; `None` when there is none.
    pub(crate) async fn current_password(
        &self,
        name: &IntegrationName,
    ) -> Result<Option<(VersionId, WebhookPassword)>, SetupError> {
        let SecretStatus::Present(description) = self.secrets.describe(name, SecretKind::Webhook).await?
        else {
            return Ok(None);
        };
        let Some(version) = description.versions.at(VersionStage::Current) else { return Ok(None) };
        let stored = self.secrets.webhook_password(name, version).await?;
        Ok(stored.map(|stored| (version.clone(), stored.password)))
    }

    /// The password that subscriptions should send: during a rotation the pending password, else the current one.
    pub(crate) async fn password_in_use(
        &self,
        name: &IntegrationName,
    ) -> Result<(VersionId, WebhookPassword), SetupError> {
        let SecretStatus::Present(description) = self.secrets.describe(name, SecretKind::Webhook).await?
        else {
            return Err(without_password(name));
        };
        let candidates = description
            .versions
            .in_rotation()
            .into_iter()
            .chain(description.versions.at(VersionStage::Current));
        for version in candidates {
            let stored = self.secrets.webhook_password(name, version).await?;
            if let Some(stored) = stored {
                return Ok((version.clone(), stored.password));
            }
        }
        Err(without_password(name))
    }

    /// A random id for a new version of a secret.
    pub(crate) fn new_version(&self) -> Result<VersionId, SetupError> {
        let random = self.random.bytes()?;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        Ok(VersionId::generate(bytes))
    }
}

impl<O: AzureDevOps> OpenIntegration<O> {
    /// The ids of the projects and the repository that the configuration selects.
    pub(crate) async fn scope(&self) -> Result<Scope, SetupError> {
        let repositories = self.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let selection = ScopeSelection {
            projects: &self.config.projects,
            repository: self.config.repository.as_deref(),
            branch: self.config.branch.as_deref(),
        };
        verify::scope(&self.organization, &selection, &repositories).await
    }

    /// Compares the existing subscriptions with those that should exist, sending this version of the password.
    pub(crate) async fn plan(&self, scope: &Scope, version: &VersionId) -> Result<Plan, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = plan::wanted(scope, &self.urls, version);
        Ok(plan::plan(&wanted, &existing, &self.urls))
    }

    /// Every web hook subscription of the organization, including those of other owners.
    pub(crate) async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, SetupError> {
        let listed = self.organization.subscriptions().await;
        listed.context("the subscriptions could not be listed")
    }

    /// Carries out a step of a plan and describes it.
    pub(crate) async fn apply(&self, step: &Step, password: &WebhookPassword) -> Result<String, SetupError> {
        let applied = apply(&self.organization, step, password, Attempt::First).await;
        let failed = |error| refusal(&error, &format!("could not {}", describe_step(step)));
        let applied = applied.map_err(failed)?;
        let id = &applied.subscription().id;
        Ok(match &applied {
            Applied::Created(_) | Applied::Replaced(_) => format!("{} ({id})", describe_step(step)),
            Applied::Recreated(_) => {
                format!("{} (it could not be enabled: recreated as {id})", describe_step(step))
            }
        })
    }
}

/// Describes a step of a plan to the operator.
pub(crate) fn describe_step(step: &Step) -> String {
    match step {
        Step::Create(wanted) => format!("create: {}", describe_subscription(wanted)),
        Step::Replace { wanted, differences, .. } => {
            format!("update: {}, because {}", describe_subscription(wanted), differences.join(" and "))
        }
    }
}

/// Describes a wanted subscription to the operator.
pub(crate) fn describe_subscription(wanted: &WantedSubscription) -> String {
    let change = wanted.kind.change().map_or_else(String::new, |change| format!(" ({})", change.word()));
    let scope =
        wanted.project_id.as_ref().map_or("the whole organization".to_owned(), |id| format!("project {id}"));
    format!("{}{change} of {scope}", wanted.kind.event_type())
}

/// The error for an integration that does not exist.
pub(crate) fn unknown(name: &IntegrationName) -> SetupError {
    let message = format!(
        "there is no integration `{name}`: run `status` to list the integrations, or `connect` to create it"
    );
    SetupError::new(ErrorCode::IntegrationUnknown, message)
}

fn without_password(name: &IntegrationName) -> SetupError {
    SetupError::new(ErrorCode::NotFound, format!("`{name}` has no webhook password: run `connect` again"))
}
