//! `replace-token`: replaces the personal access token of an integration.

use crate::integration::config::IntegrationConfig;
use crate::integration::open::unknown;
use crate::integration::scope;
use crate::ports::{Clock as _, Ports};
use crate::secrets::name::SecretKind;
use crate::secrets::status::StoreOutcome;
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;
use crate::setup::error::SetupError;
use crate::setup::report::Report;
use crate::setup::request::ReplaceToken;
use crate::setup::verify::{GLOBAL_TOKENS, check_read, check_rights, check_token, report_expiry};

impl<P: Ports> Setup<P> {
    /// Verifies the new token as `connect` does, then stores it. Subscriptions stay as they are: they do not use the
    /// token.
    pub(super) async fn replace_token(&self, request: ReplaceToken) -> Result<Report, SetupError> {
        let mut report = Report::of("replace-token");
        report.integration = Some(request.integration.to_string());
        let name = &request.integration;
        let config = self.integrations.secrets.config(name).await?.ok_or_else(|| unknown(name))?;
        let organization_url = self.integrations.organization_url(&config.organization_url)?;
        let token = self.integrations.token(request.token).await?;
        let organization = self.integrations.open_organization(&organization_url, &token)?;
        let connection = check_token(&organization, organization_url.as_str(), &mut report).await?;
        let repositories = check_read(&organization, &mut report).await?;
        let (selection, urls) = (&config.selection, self.integrations.urls(name));
        let resolved = scope::find(&organization, &repositories, selection, Some(selection), &urls).await?;
        resolved.require_usable()?;
        check_rights(&organization, &resolved.scope, &repositories, &mut report).await?;
        resolved.report(&mut report);
        report_expiry(request.token_expires_on, self.integrations.clock.now(), &mut report);
        report.warnings.push(GLOBAL_TOKENS.to_owned());
        let config = IntegrationConfig {
            pat: token,
            pat_expires_on: request.token_expires_on,
            organization_id: config.organization_id.or(connection.organization_id),
            selection: resolved.selection,
            ..config
        };
        let version = self.integrations.new_version()?;
        match self.integrations.secrets.store_config(name, &config, &version).await? {
            StoreOutcome::New(_) => {
                let secret = self.secret_name(name, SecretKind::Organization);
                report.done.push(format!("stored the token in `{secret}`"));
                report.summary = format!("`{name}` uses the new token");
            }
            StoreOutcome::Existing(_) => report.summary = format!("`{name}` already uses this token"),
        }
        "revoke the old token in Azure DevOps; subscriptions do not use the token and keep delivering"
            .clone_into(&mut report.next);
        Ok(report)
    }
}
