//! `connect`: connects an integration to an Azure DevOps organization, or brings a connected integration up to date.

use serde_json::{Value, json};

use crate::auth::password::WebhookPassword;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::integration::config::{IntegrationConfig, OtherFields};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::{Clock as _, Ports, SecureRandom as _};
use crate::receiver::endpoint::Endpoint;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretStatus, StoreOutcome};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;
use crate::setup::Setup;
use crate::setup::changes::Changes;
use crate::setup::error::{ErrorCode, SetupError};
use crate::setup::report::Report;
use crate::setup::request::Connect;
use crate::setup::verify::{ScopeSelection, Verified, report_expiry, report_global_tokens, verify};

impl<P: Ports> Setup<P> {
    /// Verifies the token, stores it, creates or updates the subscriptions, and sends test deliveries, in this order.
    pub(super) async fn connect(&self, request: Connect) -> Result<Report, SetupError> {
        let mut report = Report::of("connect");
        let organization_url = self.integrations.organization_url(&request.organization_url)?;
        let name = integration_name(&request, &organization_url)?;
        report.integration = Some(name.to_string());
        let token = self.integrations.token(request.token).await?;
        self.check_collection(&organization_url, &token).await?;
        let organization = self.integrations.open_organization(&organization_url, &token)?;
        let selection = ScopeSelection {
            projects: &request.projects,
            repository: request.repository.as_deref(),
            branch: request.branch.as_deref(),
        };
        let now = self.integrations.clock.now();
        let Verified { connection, scope } =
            verify(&organization, organization_url.as_str(), &selection, now, &mut report).await?;
        report_expiry(request.token_expires_on, now, &mut report);
        report_global_tokens(now, &mut report);
        self.claim_name(&name, &organization_url, request.dry_run).await?;

        let config = IntegrationConfig {
            organization_url: organization_url.as_str().to_owned(),
            pat: token,
            pat_expires_on: request.token_expires_on,
            webhook_base_url: self.integrations.deployment.webhook_base_url.clone(),
            projects: request.projects,
            repository: request.repository,
            branch: request.branch,
            other: OtherFields::default(),
        };
        let integration = OpenIntegration { config, organization, urls: self.integrations.urls(&name) };
        let changes = Changes { scope: &scope, owner: &connection.owner, renew: request.renew_subscriptions };
        if request.dry_run {
            let version = self.integrations.current_password(&name).await?.map(|(version, _)| version);
            let version = version.map_or_else(|| self.integrations.new_version(), Ok)?;
            changes.plan(&integration, &version, &mut report).await?;
            report.summary = format!("{} changes planned", report.planned.len());
            "run the same request without `dryRun`".clone_into(&mut report.next);
            return Ok(report);
        }

        let stored = self
            .integrations
            .secrets
            .store_config(&name, &integration.config, &self.integrations.new_version()?)
            .await?;
        if matches!(stored, StoreOutcome::New(_)) {
            report
                .done
                .push(format!("stored the token in `{}`", self.secret_name(&name, SecretKind::Organization)));
        }
        let (version, password) = self.ensure_password(&name, &mut report).await?;
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

    /// Fails with [`ErrorCode::IntegrationTaken`] when the name belongs to another organization. Restores the secrets of the
    /// integration that are scheduled for deletion, unless this is a dry run.
    async fn claim_name(
        &self,
        name: &IntegrationName,
        organization_url: &OrganizationUrl,
        dry_run: bool,
    ) -> Result<(), SetupError> {
        let mut was_unlinked = false;
        for kind in SecretKind::ALL {
            let status = self.integrations.secrets.describe(name, kind).await?;
            if let SecretStatus::ScheduledForDeletion { .. } = status {
                was_unlinked |= kind == SecretKind::Organization;
                if !dry_run {
                    // `connect` overwrites the restored values that are out of date.
                    self.integrations.secrets.restore(name, kind).await?;
                }
            }
        }
        if was_unlinked {
            // `unlink` released the name, whichever organization had it.
            return Ok(());
        }
        let stored_url = self.integrations.secrets.config(name).await?.map(|config| config.organization_url);
        let other_organization = stored_url.filter(|stored_url| {
            self.integrations.organization_url(stored_url).map_or(true, |stored| stored != *organization_url)
        });
        match other_organization {
            None => Ok(()),
            Some(url) => Err(SetupError::new(
                ErrorCode::IntegrationTaken,
                format!(
                    "the integration `{name}` is connected to {url}: choose another `integration`, or `unlink` \
                     this one first"
                ),
            )),
        }
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

/// The requested name. Without one, the name of the organization in lower case.
fn integration_name(
    request: &Connect,
    organization_url: &OrganizationUrl,
) -> Result<IntegrationName, SetupError> {
    if let Some(name) = &request.integration {
        return Ok(name.clone());
    }
    let organization = organization_url.name();
    IntegrationName::parse(&organization.to_lowercase()).map_err(|error| {
        SetupError::new(
            ErrorCode::BadRequest,
            format!("`integration` is missing, and `{organization}` cannot be its name: {error}"),
        )
    })
}
