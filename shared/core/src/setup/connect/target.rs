//! Finds the integration that a `connect` request is for: a new one, an existing one, or one whose organization was
//! renamed.

use jiff::Timestamp;

use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, RestResultExt as _};
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::VersionedConfig;
use crate::integration::name::IntegrationName;
use crate::ports::Ports;
use crate::secrets::error::SecretStoreError;
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;

/// The integration that a request is for.
pub(super) struct ConnectTarget {
    pub(super) name: IntegrationName,
    /// What is stored under its name.
    pub(super) found: StoredTarget,
}

/// What is stored under the name of an integration.
pub(super) enum StoredTarget {
    /// Nothing: the integration is a new one.
    Nothing,
    /// Secrets that are scheduled for deletion. `unlink` released the name, whichever organization had it.
    Deleted,
    /// A configuration, or what `unlink` has left of it.
    Stored(Box<VersionedConfig>),
}

impl ConnectTarget {
    /// The configuration so far; `None` for a new integration, and for one that was unlinked.
    pub(super) fn connected(&self) -> Option<&IntegrationConfig> {
        match &self.found {
            StoredTarget::Stored(found) => found.stored.link.config(),
            StoredTarget::Nothing | StoredTarget::Deleted => None,
        }
    }

    /// Whether another run is at work on the integration.
    pub(super) fn is_locked(&self, now: Timestamp) -> bool {
        matches!(&self.found, StoredTarget::Stored(found) if found.stored.lock_at(now).is_some())
    }
}

/// An organization whose credential was verified.
pub(super) struct VerifiedOrganization<'a, O> {
    pub(super) organization: &'a O,
    pub(super) url: &'a OrganizationUrl,
    /// Its GUID, which survives a rename.
    pub(super) id: Option<&'a str>,
}

impl<P: Ports> Setup<P> {
    /// The integration of the requested name. Without one, an integration whose organization has this id and had
    /// another URL, else the integration with the name of the organization in lower case, else the only one that is
    /// connected to the organization: one that was moved keeps its name. A new one has the name of the organization.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::IntegrationTaken`] when the name belongs to another organization.
    pub(super) async fn target<O: AzureDevOps>(
        &self,
        requested: Option<&IntegrationName>,
        verified: &VerifiedOrganization<'_, O>,
    ) -> Result<ConnectTarget, OperatorError> {
        let mut subscriptions = None;
        let name = match requested {
            Some(name) => name.clone(),
            None => match self.of_organization(verified, &mut subscriptions).await? {
                Some(found) => return Ok(found),
                None => default_name(verified.url)?,
            },
        };
        let target = ConnectTarget { found: self.find(&name).await?, name };
        let Some(config) = target.connected() else { return Ok(target) };
        if self.has_url(config, verified.url)
            || self.is_renamed(&target.name, config, verified, &mut subscriptions).await?
        {
            return Ok(target);
        }
        Err(OperatorError::new(
            ErrorCode::IntegrationTaken,
            format!(
                "the integration `{}` is connected to {}: choose another `integration`, or `unlink` this one first",
                target.name, config.organization_url
            ),
        ))
    }

    /// The integration of an organization for a request that names none: the one that was connected when the
    /// organization had another URL, else the one that is connected now. Of several, the one with the name that
    /// `connect` would have chosen. `None` when no integration is connected to the organization.
    async fn of_organization<O: AzureDevOps>(
        &self,
        verified: &VerifiedOrganization<'_, O>,
        subscriptions: &mut Option<Vec<ExistingSubscription>>,
    ) -> Result<Option<ConnectTarget>, OperatorError> {
        let (mut renamed, mut present) = (Vec::new(), Vec::new());
        for name in self.integrations.names().await? {
            // An integration that cannot be read has its own errors. It must not hold up another one.
            let Ok(found) = self.find(&name).await else { continue };
            let target = ConnectTarget { name, found };
            let Some(config) = target.connected() else { continue };
            if self.has_url(config, verified.url) {
                present.push(target);
            } else if self.is_renamed(&target.name, config, verified, subscriptions).await? {
                renamed.push(target);
            }
        }
        let found = if renamed.is_empty() { present } else { renamed };
        self.only_one(found)
    }

    /// The only one of several integrations of an organization, or the one with the name that `connect` would have
    /// chosen.
    fn only_one(&self, mut found: Vec<ConnectTarget>) -> Result<Option<ConnectTarget>, OperatorError> {
        if found.len() > 1 {
            let names: Vec<String> = found.iter().map(|target| format!("`{}`", target.name)).collect();
            found.retain(|target| self.has_default_name(target));
            if found.len() != 1 {
                let message = format!(
                    "{} are connected to this organization: pass one of them as `integration`, or another name for a \
                     further one",
                    names.join(", ")
                );
                return Err(OperatorError::new(ErrorCode::BadRequest, message));
            }
        }
        Ok(found.pop())
    }

    fn has_default_name(&self, target: &ConnectTarget) -> bool {
        let url = target.connected().map(|config| &config.organization_url);
        let url = url.and_then(|url| self.integrations.organization_url(url).ok());
        url.is_some_and(|url| url.name().to_lowercase() == target.name.as_str())
    }

    /// What is stored under a name.
    pub(super) async fn find(&self, name: &IntegrationName) -> Result<StoredTarget, OperatorError> {
        match self.integrations.secrets.config(name).await {
            Ok(Some(found)) => Ok(StoredTarget::Stored(Box::new(found))),
            Ok(None) => Ok(StoredTarget::Nothing),
            Err(SecretStoreError::ScheduledForDeletion { .. }) => Ok(StoredTarget::Deleted),
            Err(error) => Err(error.into()),
        }
    }

    fn has_url(&self, config: &IntegrationConfig, url: &OrganizationUrl) -> bool {
        self.integrations.organization_url(&config.organization_url).is_ok_and(|stored| stored == *url)
    }

    /// Whether an integration belongs to the organization, although it was connected with another URL. A configuration
    /// of an older version has no id; then the subscriptions show it.
    async fn is_renamed<O: AzureDevOps>(
        &self,
        name: &IntegrationName,
        config: &IntegrationConfig,
        verified: &VerifiedOrganization<'_, O>,
        subscriptions: &mut Option<Vec<ExistingSubscription>>,
    ) -> Result<bool, OperatorError> {
        if let Some(id) = &config.organization_id {
            return Ok(verified.id == Some(id.as_str()));
        }
        if subscriptions.is_none() {
            let listed = verified.organization.subscriptions().await;
            *subscriptions = Some(listed.context("the subscriptions could not be listed")?);
        }
        let urls = self.integrations.stored_urls(name, config);
        Ok(subscriptions.iter().flatten().any(|existing| urls.is_managed(&existing.url)))
    }
}

/// The name of the organization in lower case.
fn default_name(organization_url: &OrganizationUrl) -> Result<IntegrationName, OperatorError> {
    let organization = organization_url.name();
    IntegrationName::parse(&organization.to_lowercase()).map_err(|error| {
        OperatorError::new(
            ErrorCode::BadRequest,
            format!("`integration` is missing, and `{organization}` cannot be its name: {error}"),
        )
    })
}
