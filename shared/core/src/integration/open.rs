//! Opens integrations: reads the configuration of an integration and connects to its organization.

use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Connection;
use crate::azure_devops::credential::{AccessCredential, Credential};
use crate::azure_devops::error::RestError;
use crate::azure_devops::organization_url::{OrganizationUrl, Servers};
use crate::azure_devops::port::{AzureDevOps, OrganizationConnector as _};
use crate::azure_devops::subscription::ExistingSubscription;
use crate::azure_devops::token::PersonalAccessToken;
use crate::entra::sign_in::{Propagation, SignIn};
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::{LinkState, VersionedConfig};
use crate::integration::name::IntegrationName;
use crate::integration::scope;
use crate::integration::scope::resolved::Resolved;
use crate::invocation::InvocationDeadline;
use crate::ports::{Organization, Ports, SecureRandom as _};
use crate::secrets::error::SecretStoreError;
use crate::secrets::name::{SecretId, SecretKind};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;
use crate::setup::error::{Context as _, ErrorCode, SetupError, refusal_at};
use crate::setup::request::credential::Token;
use crate::subscriptions::apply::{Applied, Attempt, apply};
use crate::subscriptions::describe::describe_step;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{self, Plan, Step};
use crate::subscriptions::scope::{Scope, wanted};
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls};

/// An open integration: its configuration, a client for its organization, and its webhook URLs.
pub(crate) struct OpenIntegration<O> {
    pub(crate) config: IntegrationConfig,
    pub(crate) organization: O,
    pub(crate) urls: WebhookUrls,
}

/// An integration as `watch` finds it.
pub(crate) struct FoundIntegration {
    pub(crate) config: IntegrationConfig,
    /// The version of the configuration.
    pub(crate) version: VersionId,
    pub(crate) availability: Availability,
}

/// Whether `watch` may change the subscriptions of an integration.
pub(crate) enum Availability {
    /// It may, as long as the configuration has the same version.
    Free,
    /// A run of `setup` is at work on it, at most until this time.
    Locked { until: Timestamp },
    /// `unlink` has begun and not ended.
    Unlinking,
    /// Its subscriptions deliver to another base URL than that of this deployment: `connect` has to move them.
    Moved,
}

/// Opens integrations, for `setup` and `watch`.
#[derive(Debug)]
pub struct Integrations<P: Ports> {
    /// Connects to Azure DevOps.
    pub organizations: P::Organizations,
    /// Signs in at Entra, for integrations without a token.
    pub sign_in: SignIn<P::Identity, P::Entra>,
    /// The secrets of the integrations.
    pub secrets: P::Secrets,
    /// The clock.
    pub clock: P::Clock,
    /// The random number generator.
    pub random: P::Random,
    /// The settings of this deployment.
    pub deployment: Deployment,
    /// When the present invocation ends.
    pub deadline: InvocationDeadline,
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
        let found = self.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        match found.stored.link {
            LinkState::Connected(config) | LinkState::Unlinking(config) => {
                self.open_config(name, config).await
            }
            LinkState::Unlinked => Err(unlinked(name)),
        }
    }

    /// Finds an integration that [`names`](Self::names) has listed; `None` when it was unlinked.
    pub(crate) async fn find_for_watch(
        &self,
        name: &IntegrationName,
        now: Timestamp,
    ) -> Result<Option<FoundIntegration>, SetupError> {
        let found = self.secrets.listed_config(name).await?.ok_or_else(|| unknown(name))?;
        let lock = found.stored.lock_at(now).map(|lock| lock.expires_at);
        let (config, availability) = match (found.stored.link, lock) {
            (LinkState::Unlinked, _) => return Ok(None),
            (LinkState::Unlinking(config), _) => (config, Availability::Unlinking),
            (LinkState::Connected(config), Some(until)) => (config, Availability::Locked { until }),
            (LinkState::Connected(config), None) if self.is_at_home(&config) => (config, Availability::Free),
            (LinkState::Connected(config), None) => (config, Availability::Moved),
        };
        Ok(Some(FoundIntegration { config, version: found.version, availability }))
    }

    /// The version of the configuration of an integration that [`names`](Self::names) has listed; `None` when `watch` must
    /// not change its subscriptions, since a run of `setup` is at work, or the integration is not connected to this
    /// deployment. Every run of `setup` that changes subscriptions stores another version before it lists them.
    pub(crate) async fn free_version(
        &self,
        name: &IntegrationName,
        now: Timestamp,
    ) -> Result<Option<VersionId>, SetupError> {
        let found = match self.secrets.listed_config(name).await {
            Err(SecretStoreError::ScheduledForDeletion { .. }) => return Ok(None),
            found => found?,
        };
        let is_free = |found: &VersionedConfig| {
            found.stored.lock_at(now).is_none()
                && matches!(&found.stored.link, LinkState::Connected(config) if self.is_at_home(config))
        };
        Ok(found.filter(is_free).map(|found| found.version))
    }

    /// Opens an integration with this configuration. Signs in at Entra where there is no token.
    pub(crate) async fn open_config(
        &self,
        name: &IntegrationName,
        config: IntegrationConfig,
    ) -> Result<OpenIntegration<Organization<P>>, SetupError> {
        let organization_url = self.organization_url(&config.organization_url)?;
        let access = self.access(&config.credential, Propagation::NotAwaited).await?;
        let organization = self.open_organization(&organization_url, &access)?;
        let urls = self.stored_urls(name, &config);
        Ok(OpenIntegration { config, organization, urls })
    }

    /// Whether the subscriptions of an integration deliver to the webhook URLs of this deployment, as far as `connect` has
    /// completed.
    pub(crate) fn is_at_home(&self, config: &IntegrationConfig) -> bool {
        let [stored, present] = [&config.webhook_base_url, &self.deployment.webhook_base_url]
            .map(|base| base.trim_end_matches('/'));
        stored == present
    }

    /// The webhook URLs of an integration in this deployment.
    pub(crate) fn urls(&self, name: &IntegrationName) -> WebhookUrls {
        WebhookUrls::new(&self.deployment.webhook_base_url, name.clone())
    }

    /// The webhook URLs that the subscriptions of an integration have, until `connect` has moved them to those of this
    /// deployment.
    pub(crate) fn stored_urls(&self, name: &IntegrationName, config: &IntegrationConfig) -> WebhookUrls {
        WebhookUrls::new(&config.webhook_base_url, name.clone())
            .and_those_under(&self.deployment.webhook_base_url)
    }

    pub(crate) fn organization_url(&self, text: &str) -> Result<OrganizationUrl, SetupError> {
        OrganizationUrl::parse(text, self.deployment.servers).map_err(|error| {
            SetupError::new(ErrorCode::OrganizationUrl, format!("`organizationUrl`: {error}"))
        })
    }

    pub(crate) fn open_organization(
        &self,
        organization_url: &OrganizationUrl,
        access: &AccessCredential,
    ) -> Result<Organization<P>, SetupError> {
        self.organizations
            .open(organization_url, access)
            .map_err(|reason| SetupError::new(ErrorCode::AzureDevOpsUnavailable, reason))
    }

    /// What requests carry: the token, or an access token of Entra that outlives this invocation.
    pub(crate) async fn access(
        &self,
        credential: &Credential,
        propagation: Propagation,
    ) -> Result<AccessCredential, SetupError> {
        Ok(match credential {
            Credential::Pat { token, .. } => AccessCredential::Basic(token.clone()),
            Credential::Entra { app, .. } => {
                let token = self.sign_in.access_token(app, propagation, &self.clock, &self.deadline).await;
                let replaced = self.sign_in.roles.replaced(credential);
                AccessCredential::Bearer(token.map_err(|error| error.followed_by(replaced.as_deref()))?)
            }
        })
    }

    /// The token of a request, read from its secret where the request names one.
    pub(crate) async fn token(&self, token: &Token) -> Result<PersonalAccessToken, SetupError> {
        match token {
            Token::Given(token) => Ok(token.clone()),
            Token::InSecret(id) => {
                let id = SecretId::parse(id)
                    .map_err(|error| SetupError::new(ErrorCode::BadRequest, error.to_string()))
                    .map_err(|error| error.at("patSecretId"))?;
                let token = self.secrets.token(&id).await;
                token.map_err(|error| SetupError::from(error).at("patSecretId"))
            }
        }
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
    /// The owner of the token, and the ids of the organization. Fails with [`ErrorCode::OrganizationUnknown`] when the
    /// organization is no longer there, or when another one has its URL now.
    pub(crate) async fn connection(&self, now: Timestamp) -> Result<Connection, SetupError> {
        let connection = self.organization.connection().await.map_err(|error| match error {
            RestError::NotFound { .. } => moved(&self.config.organization_url, "there is no organization"),
            error => refusal_at(&error, "the credential could not be checked", now),
        })?;
        self.belongs_to(connection)
    }

    /// The connection, when it is one to the organization of the integration, which had its URL at `connect`.
    pub(crate) fn belongs_to(&self, connection: Connection) -> Result<Connection, SetupError> {
        match (&self.config.organization_id, &connection.organization_id) {
            (Some(stored), Some(present)) if stored != present => {
                Err(moved(&self.config.organization_url, "another organization is now"))
            }
            _ => Ok(connection),
        }
    }

    /// What the configuration selects, compared with what the token's owner sees.
    pub(crate) async fn resolve(&self) -> Result<Resolved, SetupError> {
        let repositories = self.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let selection = &self.config.selection;
        scope::find(&self.organization, &repositories, selection, Some(selection), &self.urls).await
    }

    /// Compares the existing subscriptions with those that should exist, sending this version of the password.
    pub(crate) async fn plan(&self, scope: &Scope, version: &VersionId) -> Result<Plan, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = wanted(scope, &self.urls, version);
        Ok(plan::plan(scope, &wanted, &existing, &self.urls))
    }

    /// Every web hook subscription of the organization, including those of other owners.
    pub(crate) async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, SetupError> {
        let listed = self.organization.subscriptions().await;
        listed.context("the subscriptions could not be listed")
    }

    /// The subscriptions to event types that Hookpost does not forward and that deliver to this integration. Somebody
    /// made them by hand. Large organizations may not answer this in time.
    pub(crate) async fn subscriptions_to_other_events(
        &self,
    ) -> Result<Vec<ExistingSubscription>, SetupError> {
        let listed = self.organization.all_subscriptions().await;
        let mut listed = listed.context("the subscriptions to other event types could not be listed")?;
        listed.retain(|existing| {
            self.urls.ownership(&existing.url) == Ownership::Ours
                && SubscriptionKind::event_types().all(|known| known != existing.event_type)
        });
        Ok(listed)
    }

    /// Carries out a step of a plan and describes it.
    pub(crate) async fn apply(
        &self,
        step: &Step,
        scope: &Scope,
        password: &WebhookPassword,
    ) -> Result<String, SetupError> {
        let description = describe_step(step, scope);
        let applied = apply(&self.organization, step, password, Attempt::First).await;
        let applied = applied.context(format!("could not {description}"))?;
        let id = &applied.subscription().id;
        Ok(match &applied {
            Applied::Created(_) | Applied::Replaced(_) => format!("{description} ({id})"),
            Applied::Recreated(_) => format!("{description} (it could not be enabled: recreated as {id})"),
        })
    }
}

fn moved(organization_url: &str, what: &str) -> SetupError {
    let message = format!(
        "{what} at {organization_url}: the organization was renamed or deleted. Run `connect` with its new URL, or \
         `unlink`"
    );
    SetupError::new(ErrorCode::OrganizationUnknown, message)
}

/// The error for an integration that does not exist.
pub(crate) fn unknown(name: &IntegrationName) -> SetupError {
    let message = format!(
        "there is no integration `{name}`: run `status` to list the integrations, or `connect` to create it"
    );
    SetupError::new(ErrorCode::IntegrationUnknown, message)
}

/// The error for an integration that was unlinked, and whose secrets are not deleted yet.
pub(crate) fn unlinked(name: &IntegrationName) -> SetupError {
    let message = format!(
        "`{name}` was unlinked: run `unlink` again to delete its secrets, or `connect` to connect it again"
    );
    SetupError::new(ErrorCode::IntegrationUnknown, message)
}
