//! Opens integrations: reads the configuration of an integration and connects to its organization.

use std::time::Duration;

use crate::azure_devops::credential::{AccessCredential, Credential};
use crate::azure_devops::organization_url::{OrganizationUrl, Servers};
use crate::azure_devops::port::OrganizationConnector as _;
use crate::azure_devops::token::PersonalAccessToken;
use crate::entra::sign_in::{Propagation, SignIn};
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::LinkState;
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::invocation::InvocationDeadline;
use crate::ports::{Organization, Ports, SecureRandom as _};
use crate::secrets::name::{SecretId, SecretKind};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;
use crate::setup::request::credential::Token;
use crate::subscriptions::webhook_url::WebhookUrls;

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
    pub(crate) async fn names(&self) -> Result<Vec<IntegrationName>, OperatorError> {
        let secrets = self.secrets.list().await?;
        let configs =
            secrets.into_iter().filter(|secret| secret.kind == SecretKind::Organization && secret.is_usable);
        Ok(configs.map(|secret| secret.integration).collect())
    }

    /// Opens an integration by its name. Fails with [`ErrorCode::IntegrationUnknown`] when it does not exist.
    pub(crate) async fn open(
        &self,
        name: &IntegrationName,
    ) -> Result<OpenIntegration<Organization<P>>, OperatorError> {
        let found = self.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        match found.stored.link {
            LinkState::Connected(config) | LinkState::Unlinking(config) => {
                self.open_config(name, config).await
            }
            LinkState::Unlinked => Err(unlinked(name)),
        }
    }

    /// Opens an integration with this configuration. Signs in at Entra where there is no token.
    pub(crate) async fn open_config(
        &self,
        name: &IntegrationName,
        config: IntegrationConfig,
    ) -> Result<OpenIntegration<Organization<P>>, OperatorError> {
        let organization_url = self.organization_url(&config.organization_url)?;
        let access = self.access(&config.credential, Propagation::NotAwaited).await?;
        let organization = self.open_organization(&organization_url, &access)?;
        let urls = self.stored_urls(name, &config);
        Ok(OpenIntegration { config, organization, urls })
    }

    /// The webhook URLs of an integration in this deployment.
    pub(crate) fn urls(&self, name: &IntegrationName) -> WebhookUrls {
        WebhookUrls::new(&self.deployment.webhook_base_url, name.clone())
    }

    /// The webhook URLs that the subscriptions of an integration have, until `connect` has moved them to those of this
    /// deployment.
    pub(crate) fn stored_urls(&self, name: &IntegrationName, config: &IntegrationConfig) -> WebhookUrls {
        WebhookUrls::new(&config.webhook_base_url, name.clone())
            .with_other_base(&self.deployment.webhook_base_url)
    }

    pub(crate) fn organization_url(&self, text: &str) -> Result<OrganizationUrl, OperatorError> {
        OrganizationUrl::parse(text, self.deployment.servers).map_err(|error| {
            OperatorError::new(ErrorCode::OrganizationUrl, format!("`organizationUrl`: {error}"))
        })
    }

    pub(crate) fn open_organization(
        &self,
        organization_url: &OrganizationUrl,
        access: &AccessCredential,
    ) -> Result<Organization<P>, OperatorError> {
        self.organizations
            .open(organization_url, access)
            .map_err(|reason| OperatorError::new(ErrorCode::AzureDevOpsUnavailable, reason))
    }

    /// What requests carry: the token, or an access token of Entra that outlives this invocation.
    pub(crate) async fn access(
        &self,
        credential: &Credential,
        propagation: Propagation,
    ) -> Result<AccessCredential, OperatorError> {
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
    pub(crate) async fn token(&self, token: &Token) -> Result<PersonalAccessToken, OperatorError> {
        match token {
            Token::Given(token) => Ok(token.clone()),
            Token::InSecret(id) => {
                let id = SecretId::parse(id)
                    .map_err(|error| OperatorError::new(ErrorCode::BadRequest, error.to_string()))
                    .map_err(|error| error.at("patSecretId"))?;
                let token = self.secrets.token(&id).await;
                token.map_err(|error| OperatorError::from(error).at("patSecretId"))
            }
        }
    }

    /// A random id for a new version of a secret.
    pub(crate) fn new_version(&self) -> Result<VersionId, OperatorError> {
        let random = self.random.bytes()?;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        Ok(VersionId::generate(bytes))
    }
}

/// The error for an integration that does not exist.
pub(crate) fn unknown(name: &IntegrationName) -> OperatorError {
    let message = format!(
        "there is no integration `{name}`: run `status` to list the integrations, or `connect` to create it"
    );
    OperatorError::new(ErrorCode::IntegrationUnknown, message)
}

/// The error for an integration that was unlinked, and whose secrets are not deleted yet.
pub(crate) fn unlinked(name: &IntegrationName) -> OperatorError {
    let message = format!(
        "`{name}` was unlinked: run `unlink` again to delete its secrets, or `connect` to connect it again"
    );
    OperatorError::new(ErrorCode::IntegrationUnknown, message)
}
