//! `connect`: connects an integration to an Azure DevOps organization, or brings a connected integration up to date.

mod target;

use serde_json::{Value, json};

use crate::auth::password::WebhookPassword;
use crate::integration::config::{IntegrationConfig, OtherFields};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::integration::scope;
use crate::ports::{Clock as _, Ports, SecureRandom as _};
use crate::receiver::endpoint::Endpoint;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretStatus, StoreOutcome};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;
use crate::setup::Setup;
use crate::setup::changes::Changes;
use crate::setup::connect::target::Answered;
use crate::setup::error::{ErrorCode, SetupError};
use crate::setup::report::Report;
use crate::setup::request::Connect;
use crate::setup::rights;
use crate::setup::verify::{check_read, check_token, check_write, report_expiry, report_global_tokens};

impl<P: Ports> Setup<P> {
    /// Verifies the token, stores it, creates or updates the subscriptions, and sends test deliveries, in this order.
    pub(super) async fn connect(&self, request: Connect) -> Result<Report, SetupError> {
        let mut report = Report::of("connect");
        let organization_url = self.integrations.organization_url(&request.organization_url)?;
        let token = self.integrations.token(request.token).await?;
        self.check_collection(&organization_url, &token).await?;
        let organization = self.integrations.open_organization(&organization_url, &token)?;
        let now = self.integrations.clock.now();
        let connection = check_token(&organization, organization_url.as_str(), now, &mut report).await?;
        let id = connection.organization_id.as_deref();
        let answered = Answered { organization: &organization, url: &organization_url, id };
        let target = self.target(request.integration.as_ref(), &answered).await?;
        let name = target.name;
        report.integration = Some(name.to_string());

        let repositories = check_read(&organization, &mut report).await?;
        let connected = target.connected.as_ref().map(|config| &config.selection);
        let urls = self.integrations.urls(&name);
        let resolved =
            scope::find(&organization, &repositories, &request.selection, connected, &urls).await?;
        resolved.require_usable()?;
        check_write(&organization, &resolved.scope, &repositories, &mut report).await?;
        rights::check(&organization, &resolved.scope, &mut report).await?;
        report_expiry(request.token_expires_on, now, &mut report);
        report_global_tokens(now, &mut report);
        resolved.report(&mut report);
        let former_url = target.connected.map(|config| config.organization_url);
        let former_url = former_url.filter(|former| {
            self.integrations.organization_url(former).is_ok_and(|former| former != organization_url)
        });
        let moved = former_url.map(|former| {
            format!("move `{name}` from {former} to {organization_url}: the organization was renamed")
        });

        let scope = resolved.scope;
        let config = IntegrationConfig {
            organization_url: organization_url.as_str().to_owned(),
            pat: token,
            pat_expires_on: request.token_expires_on,
            webhook_base_url: self.integrations.deployment.webhook_base_url.clone(),
            organization_id: connection.organization_id,
            selection: resolved.selection,
            other: OtherFields::default(),
        };
        let integration = OpenIntegration { config, organization, urls };
        let changes =
            Changes { scope: &scope, owner: &connection.owner, renew: request.renew_subscriptions, now };
        if request.dry_run {
            let version = self.integrations.current_password(&name).await?.map(|(version, _)| version);
            let version = version.map_or_else(|| self.integrations.new_version(), Ok)?;
            report.planned.extend(moved);
            changes.plan(&integration, &version, &mut report).await?;
            report.summary = format!("{} changes planned", report.planned.len());
            "run the same request without `dryRun`".clone_into(&mut report.next);
            return Ok(report);
        }

        self.restore_secrets(&name).await?;
        let stored = self
            .integrations
            .secrets
            .store_config(&name, &integration.config, &self.integrations.new_version()?)
            .await?;
        report.done.extend(moved);
        if matches!(stored, StoreOutcome::New(_)) {
            report
                .done
                .push(format!("stored the token in `{}`", self.secret_name(&name, SecretKind::Organization)));
        }
        let (version, password) = self.ensure_password(&name, &mut report).await?;
        self.integrations.publish_name(&name).await?;
        let failures = changes.apply(&integration, &version, &password, &mut report).await?;
        let outcome = match (failures, report.done.len()) {
            (0, 0) => "no changes needed".to_owned(),
            (0, applied) => format!("{applied} changes applied"),
            (_, applied) => format!("incomplete: {applied} changes applied, {failures} failed"),
        };
        report.summary = format!("`{name}` is connected to {organization_url}; {outcome}");
        let next = match failures {
            0 => "push a commit and look for its event in the events queue; run `status` from time to time",
            _ => "follow the advice in `remains`, then run the same request again",
        };
        next.clone_into(&mut report.next);
        report.detail("webhooks", self.webhooks(&name));
        Ok(report)
    }

    /// Restores the secrets of an integration that are scheduled for deletion. `connect` overwrites the restored values
    /// that are out of date.
    async fn restore_secrets(&self, name: &IntegrationName) -> Result<(), SetupError> {
        for kind in SecretKind::ALL {
            let status = self.integrations.secrets.describe(name, kind).await?;
            if let SecretStatus::ScheduledForDeletion { .. } = status {
                self.integrations.secrets.restore(name, kind).await?;
            }
        }
        Ok(())
    }

    /// The current webhook password and its version. Creates the password when there is none.
    async fn ensure_password(
        &self,
        name: &IntegrationName,
        report: &mut Report,
    ) -> Result<(VersionId, WebhookPassword), SetupError> {
        if let Some(current) = self.integrations.current_password(name).await? {
            return Ok(current);
        }
        let password = WebhookPassword::generate(self.integrations.random.bytes()?);
        let stored = self
            .integrations
            .secrets
            .create_webhook_password(name, &password, &self.integrations.new_version()?)
            .await?;
        report
            .done
            .push(format!("created a webhook password in `{}`", self.secret_name(name, SecretKind::Webhook)));
        if let StoreOutcome::New(version) = stored {
            return Ok((version, password));
        }
        // Another run created a password in the meantime, and that password stays.
        let missing = "the new webhook password cannot be read back: run this again";
        self.integrations
            .current_password(name)
            .await?
            .ok_or_else(|| SetupError::new(ErrorCode::SecretsManagerUnavailable, missing))
    }

    /// What an operator needs to create subscriptions by hand.
    fn webhooks(&self, name: &IntegrationName) -> Value {
        let urls = self.integrations.urls(name);
        json!({
            "codePushed": urls.endpoint(Endpoint::CodePushed),
            "pullRequest": urls.endpoint(Endpoint::PullRequest),
            "username": "leave it empty",
            "passwordInSecret": self.secret_name(name, SecretKind::Webhook),
        })
    }
}
