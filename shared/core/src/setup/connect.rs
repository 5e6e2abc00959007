//! `connect`, `replace-token` and `repositories`.

use serde_json::{Value, json};

use crate::auth::password::WebhookPassword;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::{IntegrationConfig, OtherFields};
use crate::integration::name::IntegrationName;
use crate::integration::open::{OpenIntegration, describe_step};
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::ports::SecureRandom as _;
use crate::receiver::endpoint::Endpoint;
use crate::secrets::name::SecretKind;
use crate::secrets::status::SecretStatus;
use crate::secrets::status::Stored;
use crate::secrets::store::SecretStore;
use crate::setup::Setup;
use crate::setup::error::Context as _;
use crate::setup::error::{Code, SetupError};
use crate::setup::report::Report;
use crate::setup::request::{Connect, ReplaceToken};
use crate::setup::verify::{GLOBAL_TOKENS, ScopeSelection, expiry, verify};
use crate::subscriptions::plan::Plan;

impl<P: Ports> Setup<P> {
    /// Validates, stores, subscribes, proves. In this order, each step finding done what a run that was cut off did.
    pub(crate) async fn connect(&self, request: Connect) -> Result<Report, SetupError> {
        let mut report = Report::of("connect");
        let at = self.integrations.organization_url(&request.organization_url)?;
        let name = integration_name(&request, &at)?;
        report.integration = Some(name.to_string());
        let token = self.integrations.token(request.token).await?;
        let organization = self.integrations.open_organization(&at, &token)?;
        let selection = ScopeSelection {
            projects: &request.projects,
            repository: request.repository.as_deref(),
            branch: request.branch.as_deref(),
        };
        let scope = verify(&organization, at.as_str(), &selection, &mut report).await?;
        expiry(request.token_expires_on, self.integrations.clock.now(), &mut report);
        report.warnings.push(GLOBAL_TOKENS.to_owned());
        self.check_name_is_free(&name, &at, request.dry_run).await?;

        let link = IntegrationConfig {
            organization_url: at.as_str().to_owned(),
            pat: token,
            pat_expires_on: request.token_expires_on,
            webhook_base_url: self.integrations.deployment.webhook_base_url.clone(),
            projects: request.projects,
            repository: request.repository,
            branch: request.branch,
            other: OtherFields::default(),
        };
        let linked = OpenIntegration { config: link, organization, urls: self.integrations.urls(&name) };
        if request.dry_run {
            let version = self.integrations.current_password(&name).await?.map(|(version, _)| version);
            let version = version.map_or_else(|| self.integrations.new_version(), Ok)?;
            let plan = linked.plan(&scope, &version).await?;
            report.planned = plan.steps.iter().map(describe_step).collect();
            report_unmanaged(&plan, &mut report);
            report.summary = format!("{} changes would be made", plan.steps.len());
            "run the same without `dryRun`".clone_into(&mut report.next);
            return Ok(report);
        }

        let stored = self
            .integrations
            .secrets
            .store_config(&name, &linked.config, &self.integrations.new_version()?)
            .await?;
        if matches!(stored, Stored::New(_)) {
            report
                .done
                .push(format!("stored the token in `{}`", self.secret(&name, SecretKind::Organization)));
        }
        let (version, password) = self.ensure_password(&name, &mut report).await?;
        let plan = linked.plan(&scope, &version).await?;
        for step in &plan.steps {
            report.done.push(linked.apply(step, &password).await?);
        }
        report.checked.extend(linked.prove(&version, &scope, &password).await?);
        report_unmanaged(&plan, &mut report);
        report.summary = match report.done.len() {
            0 => format!("`{name}` is connected to {at}; nothing had to be changed"),
            changes => format!("`{name}` is connected to {at}; {changes} things were done"),
        };
        "push a commit and look at the events queue; later, look at `status`".clone_into(&mut report.next);
        report.detail("webhooks", self.webhooks(&name));
        Ok(report)
    }

    /// Whether the name can be had: not another organization's, and not about to be deleted.
    async fn check_name_is_free(
        &self,
        name: &IntegrationName,
        at: &OrganizationUrl,
        dry_run: bool,
    ) -> Result<(), SetupError> {
        let mut was_unlinked = false;
        for kind in SecretKind::ALL {
            let presence = self.integrations.secrets.look(name, kind).await?;
            if let SecretStatus::ScheduledForDeletion { .. } = presence {
                was_unlinked |= kind == SecretKind::Organization;
                if !dry_run {
                    // It is wanted again: what was there comes back, and is then brought up to date.
                    self.integrations.secrets.restore(name, kind).await?;
                }
            }
        }
        if was_unlinked {
            // Whoever had the name gave it up.
            return Ok(());
        }
        let link = self.integrations.secrets.link(name).await?;
        let other = link
            .map(|link| link.organization_url)
            .filter(|url| self.integrations.organization_url(url).map_or(true, |linked| linked != *at));
        match other {
            None => Ok(()),
            Some(url) => Err(SetupError::new(
                Code::IntegrationTaken,
                format!(
                    "the integration `{name}` is linked to {url}: give another `integration`, or `unlink` it first"
                ),
            )),
        }
    }

    /// The webhook password, made now if there is none.
    async fn ensure_password(
        &self,
        name: &IntegrationName,
        report: &mut Report,
    ) -> Result<(crate::secrets::version::VersionId, WebhookPassword), SetupError> {
        if let Some(current) = self.integrations.current_password(name).await? {
            return Ok(current);
        }
        let password = WebhookPassword::generate(self.integrations.random.bytes()?);
        let made = self
            .integrations
            .secrets
            .create_webhook_password(name, &password, &self.integrations.new_version()?)
            .await?;
        report.done.push(format!("made a webhook password in `{}`", self.secret(name, SecretKind::Webhook)));
        if let Stored::New(version) = made {
            return Ok((version, password));
        }
        let missing = "the webhook password that was just made cannot be read back";
        self.integrations
            .current_password(name)
            .await?
            .ok_or_else(|| SetupError::new(Code::SecretsManagerUnavailable, missing))
    }

    fn secret(&self, name: &IntegrationName, kind: SecretKind) -> String {
        self.integrations.secrets.names().name(name, kind)
    }

    /// For those who make subscriptions by hand.
    fn webhooks(&self, name: &IntegrationName) -> Value {
        let urls = self.integrations.urls(name);
        json!({
            "codePushed": urls.endpoint(Endpoint::CodePushed),
            "pullRequest": urls.endpoint(Endpoint::PullRequest),
            "username": "leave it empty",
            "passwordInSecret": self.secret(name, SecretKind::Webhook),
        })
    }

    /// Validates a new token as `connect` does, then swaps it.
    pub(crate) async fn replace_token(&self, request: ReplaceToken) -> Result<Report, SetupError> {
        let mut report = Report::of("replace-token");
        report.integration = Some(request.integration.to_string());
        let name = &request.integration;
        let link = self
            .integrations
            .secrets
            .link(name)
            .await?
            .ok_or_else(|| crate::integration::open::unknown(name))?;
        let at = self.integrations.organization_url(&link.organization_url)?;
        let token: PersonalAccessToken = self.integrations.token(request.token).await?;
        let organization = self.integrations.open_organization(&at, &token)?;
        let selection = ScopeSelection {
            projects: &link.projects,
            repository: link.repository.as_deref(),
            branch: link.branch.as_deref(),
        };
        verify(&organization, at.as_str(), &selection, &mut report).await?;
        expiry(request.token_expires_on, self.integrations.clock.now(), &mut report);
        report.warnings.push(GLOBAL_TOKENS.to_owned());
        let link = IntegrationConfig { pat: token, pat_expires_on: request.token_expires_on, ..link };
        let stored =
            self.integrations.secrets.store_config(name, &link, &self.integrations.new_version()?).await?;
        match stored {
            Stored::New(_) => {
                report
                    .done
                    .push(format!("stored the token in `{}`", self.secret(name, SecretKind::Organization)));
                report.summary = format!("`{name}` uses the new token");
            }
            Stored::Existing(_) => report.summary = format!("`{name}` uses this token already"),
        }
        "revoke the old token in Azure DevOps; subscriptions go on, they do not use it"
            .clone_into(&mut report.next);
        Ok(report)
    }

    /// Projects and repositories, to choose from.
    pub(crate) async fn repositories(&self, name: &IntegrationName) -> Result<Report, SetupError> {
        let linked = self.integrations.open(name).await?;
        let repositories = linked.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let mut report = Report::of("repositories");
        report.integration = Some(name.to_string());
        report.summary = format!("the token's owner sees {} repositories", repositories.len());
        let list = repositories.iter().map(|repository| {
            json!({
                "project": {"id": repository.project.id, "name": repository.project.name},
                "id": repository.id,
                "name": repository.name,
                "defaultBranch": repository.default_branch,
                "webUrl": repository.web_url,
                "httpsUrl": repository.https_url,
                "sshUrl": repository.ssh_url,
                "disabled": repository.is_disabled,
            })
        });
        report.detail("repositories", list.collect::<Vec<Value>>());
        "name projects, a repository or a branch in `connect` to narrow what is subscribed to"
            .clone_into(&mut report.next);
        Ok(report)
    }
}

/// The name asked for, or the organization's.
fn integration_name(request: &Connect, at: &OrganizationUrl) -> Result<IntegrationName, SetupError> {
    if let Some(name) = &request.integration {
        return Ok(name.clone());
    }
    IntegrationName::parse(&at.name().to_lowercase()).map_err(|error| {
        let name = at.name();
        SetupError::new(
            Code::BadRequest,
            format!("`integration` is needed, since `{name}` cannot be its name: {error}"),
        )
    })
}

pub(crate) fn report_unmanaged(plan: &Plan, report: &mut Report) {
    for unmanaged in &plan.unmanaged {
        report.remains.push(format!(
            "subscription {} ({}): {}",
            unmanaged.existing.id, unmanaged.existing.event_type, unmanaged.why
        ));
    }
}
