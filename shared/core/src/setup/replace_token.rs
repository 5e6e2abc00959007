//! `replace-token`: replaces the personal access token of an integration.

use crate::azure_devops::catalog::Identity;
use crate::azure_devops::credential::Credential;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::entra::sign_in::Propagation;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::integration::open::{unknown, unlinked};
use crate::integration::open_integration::OpenIntegration;
use crate::integration::scope;
use crate::ports::{Clock as _, Ports};
use crate::secrets::name::SecretKind;
use crate::setup::Setup;
use crate::setup::creators;
use crate::setup::permissions;
use crate::setup::report::Report;
use crate::setup::request::ReplaceToken;
use crate::setup::verify::{check_credential, check_read, check_write, report_expiry, report_global_tokens};
use crate::subscriptions::webhook_url::Ownership;

impl<P: Ports> Setup<P> {
    /// Verifies the new token as `connect` does, then stores it. Subscriptions stay as they are: they do not use the
    /// token. Their creator may be another identity than its owner, which the report says.
    pub(super) async fn replace_token(&self, request: ReplaceToken) -> Result<Report, OperatorError> {
        loop {
            // Another run may have changed the configuration while the token was verified.
            if let Some(report) = self.try_replace_token(&request).await? {
                return Ok(report);
            }
        }
    }

    /// `None` when another run has changed the configuration meanwhile.
    async fn try_replace_token(&self, request: &ReplaceToken) -> Result<Option<Report>, OperatorError> {
        let mut report = Report::of("replace-token");
        report.integration = Some(request.integration.to_string());
        let name = &request.integration;
        let found = self.integrations.wait_until_free(name).await?.ok_or_else(|| unknown(name))?;
        let config = found.stored.link.config().cloned().ok_or_else(|| unlinked(name))?;
        let organization_url = self.integrations.organization_url(&config.organization_url)?;
        if config.credential.app().is_some() {
            return Err(without_token(name));
        }
        let token = self.integrations.token(&request.token).await?;
        let credential = Credential::Pat { token, expires_on: request.token_expires_on };
        let access = self.integrations.access(&credential, Propagation::NotAwaited).await?;
        let organization = self.integrations.open_organization(&organization_url, &access)?;
        let now = self.integrations.clock.now();
        let connection =
            check_credential(&organization, &organization_url, &credential, now, &mut report).await?;
        let owner = connection.owner;
        let repositories = check_read(&organization, &credential, &mut report).await?;
        let (selection, urls) = (&config.selection, self.integrations.stored_urls(name, &config));
        let resolved = scope::find(&organization, &repositories, selection, Some(selection), &urls).await?;
        resolved.require_usable()?;
        check_write(&organization, &credential, &resolved.scope, &repositories, &mut report).await?;
        permissions::check(&organization, &resolved.scope, &mut report).await?;
        resolved.report(&mut report);
        report_expiry(&credential, now, &mut report);
        report_global_tokens(&credential, now, &mut report);
        let config = IntegrationConfig {
            credential,
            organization_id: config.organization_id.or(connection.organization_id),
            selection: resolved.selection,
            ..config
        };
        let link = found.stored.link.with(config.clone());
        if link.is_same(&found.stored.link) {
            report.summary = format!("`{name}` already uses this token");
        } else {
            let stored = self.integrations.store_in_place_of(name, &found.version, &link, None).await?;
            if stored.is_none() {
                return Ok(None);
            }
            let secret = self.secret_name(name, SecretKind::Organization);
            report.done.push(format!("stored the token in `{secret}`"));
            report.summary = format!("`{name}` uses the new token");
        }
        let integration = OpenIntegration { config, organization, urls };
        report_owners(&integration, &owner, &mut report).await;
        "revoke the old token in Azure DevOps; subscriptions do not use the token and keep delivering"
            .clone_into(&mut report.next);
        Ok(Some(report))
    }
}

fn without_token(name: &IntegrationName) -> OperatorError {
    let message = format!(
        "`{name}` is connected by an app in Entra, so there is no token to replace: to switch to a token, run `connect` with \
         `patSecretId`"
    );
    OperatorError::new(ErrorCode::BadRequest, message)
}

/// Warns when others than the owner of the token created the subscriptions. The token is stored already, so a list that
/// cannot be read is a warning, too.
async fn report_owners(
    integration: &OpenIntegration<impl AzureDevOps>,
    owner: &Identity,
    report: &mut Report,
) {
    match integration.subscriptions().await {
        Ok(subscriptions) => {
            let is_ours = |existing: &&ExistingSubscription| {
                integration.urls.ownership(&existing.url) == Ownership::Ours
            };
            report.warnings.extend(creators::warning(subscriptions.iter().filter(is_ours), owner));
        }
        Err(error) => report.warnings.push(format!("whose subscriptions these are is not known: {error}")),
    }
}
