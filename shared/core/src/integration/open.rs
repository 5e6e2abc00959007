//! An integration that is linked: its link, its organization, and what is subscribed to.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::organization_url::Servers;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::port::OrganizationConnector;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::ports::SecureRandom as _;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretStatus, Standing};
use crate::secrets::store::SecretStore;
use crate::secrets::version::VersionId;
use crate::secrets::version::VersionStage;
use crate::setup::error::Context as _;
use crate::setup::error::refusal;
use crate::setup::error::{Code, SetupError};
use crate::setup::request::Token;
use crate::setup::verify::ScopeSelection;
use crate::subscriptions::plan;
use crate::subscriptions::plan::{Plan, Scope, Step};
use crate::subscriptions::webhook_url::WebhookUrls;
use std::time::Duration;

/// A linked integration, with its organization open.
pub(crate) struct OpenIntegration<O> {
    pub(crate) config: IntegrationConfig,
    pub(crate) organization: O,
    pub(crate) urls: WebhookUrls,
}

/// Opens integrations: what `setup` and `watch` have in common.
#[derive(Debug)]
pub struct Integrations<P: Ports> {
    /// Azure DevOps.
    pub organizations: P::Organizations,
    /// Secrets Manager.
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
    /// Where webhooks begin: everything before `/{integration}`.
    pub webhook_base_url: String,
    /// Whether Azure DevOps Server is allowed beside the cloud service.
    pub servers: Servers,
    /// How long receivers may take to notice a new password: their refetch interval and a margin.
    pub overlap: Duration,
}

impl<P: Ports> Integrations<P> {
    /// The integrations that are linked.
    pub(crate) async fn names(&self) -> Result<Vec<IntegrationName>, SetupError> {
        let listed = self.secrets.list().await?;
        let linked = listed
            .into_iter()
            .filter(|secret| secret.kind == SecretKind::Organization && secret.standing == Standing::InUse);
        Ok(linked.map(|secret| secret.integration).collect())
    }

    /// Opens an integration by its name.
    pub(crate) async fn open(
        &self,
        name: &IntegrationName,
    ) -> Result<OpenIntegration<Organization<P>>, SetupError> {
        let link = self.secrets.link(name).await?.ok_or_else(|| unknown(name))?;
        let at = self.organization_url(&link.organization_url)?;
        let organization = self.open_organization(&at, &link.pat)?;
        Ok(OpenIntegration { config: link, organization, urls: self.urls(name) })
    }

    pub(crate) fn urls(&self, name: &IntegrationName) -> WebhookUrls {
        WebhookUrls::new(&self.deployment.webhook_base_url, name.clone())
    }

    pub(crate) fn organization_url(&self, text: &str) -> Result<OrganizationUrl, SetupError> {
        OrganizationUrl::parse(text, self.deployment.servers)
            .map_err(|error| SetupError::new(Code::OrganizationUrl, format!("`organizationUrl`: {error}")))
    }

    pub(crate) fn open_organization(
        &self,
        at: &OrganizationUrl,
        token: &PersonalAccessToken,
    ) -> Result<Organization<P>, SetupError> {
        self.organizations.open(at, token).map_err(|why| SetupError::new(Code::AzureDevOpsUnavailable, why))
    }

    /// The token itself, wherever it was given.
    pub(crate) async fn token(&self, token: Token) -> Result<PersonalAccessToken, SetupError> {
        match token {
            Token::Given(token) => Ok(token),
            Token::InSecret(id) => {
                let id = crate::secrets::name::SecretId::parse(&id)
                    .map_err(|error| SetupError::new(Code::BadRequest, format!("`patSecretId`: {error}")))?;
                Ok(self.secrets.token(&id).await?)
            }
        }
    }

    /// The current webhook password and its version; `None` when there is none.
    pub(crate) async fn current_password(
        &self,
        name: &IntegrationName,
    ) -> Result<Option<(VersionId, WebhookPassword)>, SetupError> {
        let SecretStatus::Present(state) = self.secrets.look(name, SecretKind::Webhook).await? else {
            return Ok(None);
        };
        let Some(version) = state.versions.at(VersionStage::Current) else { return Ok(None) };
        let stored = self.secrets.webhook_password(name, version).await?;
        Ok(stored.map(|stored| (version.clone(), stored.password)))
    }

    /// The password that subscriptions are given now: the next one while a rotation is going on, else the current one.
    pub(crate) async fn password_in_use(
        &self,
        name: &IntegrationName,
    ) -> Result<(VersionId, WebhookPassword), SetupError> {
        let SecretStatus::Present(state) = self.secrets.look(name, SecretKind::Webhook).await? else {
            return Err(without_password(name));
        };
        let candidates =
            state.versions.in_rotation().into_iter().chain(state.versions.at(VersionStage::Current));
        for version in candidates {
            let stored = self.secrets.webhook_password(name, version).await?;
            if let Some(stored) = stored {
                return Ok((version.clone(), stored.password));
            }
        }
        Err(without_password(name))
    }

    pub(crate) fn new_version(&self) -> Result<VersionId, SetupError> {
        let random = self.random.bytes()?;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        Ok(VersionId::generate(bytes))
    }
}

impl<O: AzureDevOps> OpenIntegration<O> {
    /// What is to be subscribed to, found again from the names in the link.
    pub(crate) async fn scope(&self) -> Result<Scope, SetupError> {
        let repositories = self.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let selection = ScopeSelection {
            projects: &self.config.projects,
            repository: self.config.repository.as_deref(),
            branch: self.config.branch.as_deref(),
        };
        crate::setup::verify::scope(&self.organization, &selection, &repositories).await
    }

    /// The subscriptions there are, against those wanted with a version of the password.
    pub(crate) async fn plan(&self, scope: &Scope, version: &VersionId) -> Result<Plan, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = plan::wanted(scope, &self.urls, version);
        Ok(plan::plan(&wanted, &existing, &self.urls))
    }

    pub(crate) async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, SetupError> {
        let listed = self.organization.subscriptions().await;
        listed.context("the subscriptions could not be listed")
    }

    /// Does one thing, and says what was done.
    pub(crate) async fn apply(&self, step: &Step, password: &WebhookPassword) -> Result<String, SetupError> {
        let outcome = match step {
            Step::Create(wanted) => self.organization.create(wanted, password.expose()).await,
            Step::Replace { existing, wanted, .. } => {
                self.organization.replace(&existing.id, wanted, password.expose()).await
            }
        };
        let failed = |error| refusal(&error, &format!("could not {}", describe_step(step)));
        outcome.map(|made| format!("{} ({})", describe_step(step), made.id)).map_err(failed)
    }

    /// Has a test delivered through one subscription of each endpoint: the proof that the password is right.
    pub(crate) async fn prove(
        &self,
        version: &VersionId,
        scope: &Scope,
        password: &WebhookPassword,
    ) -> Result<Vec<String>, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = plan::wanted(scope, &self.urls, version);
        let mut proven = Vec::new();
        for endpoint in [
            crate::receiver::endpoint::Endpoint::CodePushed,
            crate::receiver::endpoint::Endpoint::PullRequest,
        ] {
            let of_endpoint = |wanted: &&WantedSubscription| wanted.kind.endpoint() == endpoint;
            let pair = wanted.iter().filter(of_endpoint).find_map(|wanted| {
                existing.iter().find(|existing| existing.url == wanted.url).map(|existing| (existing, wanted))
            });
            let Some((existing, wanted)) = pair else { continue };
            let test = self.organization.send_test(&existing.id, wanted, password.expose()).await;
            let test = test.context("a test could not be sent")?;
            if !test.delivered {
                let status = test.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                let message = format!(
                    "a test delivery to the `{endpoint}` endpoint did not come through ({status}) {}: see the log of \
                     that function, then run this again",
                    test.detail
                );
                return Err(SetupError::new(Code::NotProven, message));
            }
            proven.push(format!("a test delivery to the `{endpoint}` endpoint came through"));
        }
        Ok(proven)
    }
}

/// A step in words.
pub(crate) fn describe_step(step: &Step) -> String {
    match step {
        Step::Create(wanted) => format!("create: {}", subscription(wanted)),
        Step::Replace { wanted, why, .. } => {
            format!("update: {}, since {}", subscription(wanted), why.join(" and "))
        }
    }
}

fn subscription(wanted: &WantedSubscription) -> String {
    let change = wanted.kind.change().map_or_else(String::new, |change| format!(" ({})", change.word()));
    let place =
        wanted.project_id.as_ref().map_or("the whole organization".to_owned(), |id| format!("project {id}"));
    format!("{}{change} of {place}", wanted.kind.event_type())
}

pub(crate) fn unknown(name: &IntegrationName) -> SetupError {
    let message =
        format!("there is no integration `{name}`: run `status` to see which there are, or `connect` it");
    SetupError::new(Code::IntegrationUnknown, message)
}

fn without_password(name: &IntegrationName) -> SetupError {
    SetupError::new(Code::NotFound, format!("`{name}` has no webhook password: run `connect` again"))
}
