//! `connect`: connects an integration to an Azure DevOps organization, or brings a connected integration up to date.

mod begin;
mod credential;
mod moving;
mod ownership;
mod preview;
mod target;

use serde_json::{Value, json};

use crate::auth::password::WebhookPassword;
use crate::entra::sign_in::Propagation;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::stored::LinkState;
use crate::integration::config::{IntegrationConfig, OtherFields};
use crate::integration::lock::HeldLock;
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::integration::scope;
use crate::ports::{Clock as _, Organization, Ports, SecureRandom as _};
use crate::receiver::endpoint::Endpoint;
use crate::secrets::name::SecretKind;
use crate::secrets::status::StoreOutcome;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;
use crate::setup::Setup;
use crate::setup::changes::{ChangeProgress, Changes};
use crate::setup::connect::credential::{describe_stored, further_step, switches_kind};
use crate::setup::connect::ownership::owner;
use crate::setup::connect::preview::preview;
use crate::setup::connect::target::{StoredTarget, VerifiedOrganization};
use crate::setup::permissions;
use crate::setup::report::Report;
use crate::setup::request::{Claim, Connect};
use crate::setup::verify::{check_credential, check_read, check_write, report_expiry, report_global_tokens};

/// The result of `connect`.
pub(super) struct Connected {
    pub(super) report: Report,
    /// `None` after a dry run.
    pub(super) progress: Option<ChangeProgress>,
}

impl<P: Ports> Setup<P> {
    /// Reserves a name that code declares, verifies the credential, stores it, creates or updates the subscriptions, and
    /// sends test deliveries, in this order.
    pub(super) async fn connect(&self, request: &Connect) -> Result<Connected, OperatorError> {
        if let (Some(Claim { reserves: true, .. }), Some(name)) = (&request.claim, &request.integration) {
            self.reserve(name).await?;
        }
        loop {
            // Another run may have changed the integration while the credential was verified.
            if let Some(connected) = self.try_connect(request).await? {
                return Ok(connected);
            }
        }
    }

    /// `None` when another run has changed the integration meanwhile.
    async fn try_connect(&self, request: &Connect) -> Result<Option<Connected>, OperatorError> {
        let mut report = Report::of("connect");
        let organization_url = self.integrations.organization_url(&request.organization_url)?;
        let credential = self.requested(&request.credential, &organization_url).await?;
        let access = self.integrations.access(&credential, Propagation::Awaited).await?;
        self.check_collection(&organization_url, &access).await?;
        let organization = self.integrations.open_organization(&organization_url, &access)?;
        let now = self.integrations.clock.now();
        let connection =
            check_credential(&organization, &organization_url, &credential, now, &mut report).await?;
        let id = connection.organization_id.as_deref();
        let verified = VerifiedOrganization { organization: &organization, url: &organization_url, id };
        let target = self.target(request.integration.as_ref(), &verified).await?;
        let name = &target.name;
        report.integration = Some(name.to_string());
        if !request.dry_run && target.is_locked(now) {
            return match self.integrations.wait_until_free(name).await {
                // The other run was an `unlink`.
                Err(error) if error.code() == ErrorCode::SecretScheduledForDeletion => Ok(None),
                free => free.map(|_| None),
            };
        }

        let owner = owner(&target, request.claim.as_ref(), &mut report)?;
        let repositories = check_read(&organization, &credential, &mut report).await?;
        let connected = target.connected().map(|config| &config.selection);
        let former_base =
            target.connected().filter(|config| !self.integrations.uses_current_base_url(config));
        let former_base = former_base.map(|config| config.webhook_base_url.clone());
        let mut urls = self.integrations.urls(name);
        if let Some(former) = &former_base {
            urls = urls.with_other_base(former);
        }
        let resolved =
            scope::find(&organization, &repositories, &request.selection, connected, &urls).await?;
        resolved.require_usable()?;
        check_write(&organization, &credential, &resolved.scope, &repositories, &mut report).await?;
        permissions::check(&organization, &resolved.scope, &mut report).await?;
        report_expiry(&credential, now, &mut report);
        report_global_tokens(&credential, now, &mut report);
        resolved.report(&mut report);
        let former_url = target.connected().map(|config| config.organization_url.clone());
        let former_url = former_url.filter(|former| {
            self.integrations.organization_url(former).is_ok_and(|former| former != organization_url)
        });
        let renamed = former_url.map(|former| {
            format!("move `{name}` from {former} to {organization_url}: the organization was renamed")
        });

        let scope = resolved.scope;
        let renew = request.renew_subscriptions || switches_kind(target.connected(), &credential);
        let (stored_as, further_step) =
            (describe_stored(&credential), further_step(target.connected(), &credential));
        let config = IntegrationConfig {
            organization_url: organization_url.as_str().to_owned(),
            credential,
            // The former one until every subscription has moved.
            webhook_base_url: former_base
                .unwrap_or_else(|| self.integrations.deployment.webhook_base_url.clone()),
            organization_id: connection.organization_id,
            selection: resolved.selection,
            is_renewing: renew,
            owner,
            other: OtherFields::default(),
        };
        let integration = OpenIntegration { config, organization, urls };
        let is_exact = request.claim.is_some();
        let changes = Changes { scope: &scope, owner: &connection.owner, renew, is_exact, now };
        if request.dry_run {
            let version = self.integrations.current_password(name).await?.map(|(version, _)| version);
            let version = version.map_or_else(|| self.integrations.new_version(), Ok)?;
            report.planned.extend(renamed);
            preview(name, target.connected(), &integration.config, &mut report);
            changes.plan(&integration, &version, &mut report).await?;
            report.summary = format!("{} changes planned for `{name}`", report.planned.len());
            "run the same request without `dryRun`".clone_into(&mut report.next);
            return Ok(Some(Connected { report, progress: None }));
        }

        let begun = self.begin(name, &target.found, &integration.config).await?;
        let Some((mut held, mut link)) = begun else { return Ok(None) };
        report.done.extend(renamed);
        if !matches!(&target.found, StoredTarget::Stored(found) if found.stored.link.is_same(&link)) {
            let secret = self.secret_name(name, SecretKind::Organization);
            report.done.push(format!("{stored_as} `{secret}`"));
        }
        let applied = self.apply(name, &mut held, &mut link, &integration, &changes, &mut report).await;
        self.release_lock(name, held, &link, &mut report).await;
        let progress = applied?;
        let outcome = progress.describe(report.done.len());
        report.summary = format!("`{name}` is connected to {organization_url}; {outcome}");
        report.next = format!("{}{further_step}", progress.next());
        report.detail("webhooks", self.webhooks(name));
        Ok(Some(Connected { report, progress: Some(progress) }))
    }

    /// Makes the changes under the lock. `link` is what is stored.
    async fn apply(
        &self,
        name: &IntegrationName,
        held: &mut HeldLock,
        link: &mut LinkState,
        integration: &OpenIntegration<Organization<P>>,
        changes: &Changes<'_>,
        report: &mut Report,
    ) -> Result<ChangeProgress, OperatorError> {
        if matches!(link, LinkState::Unlinked) {
            self.replace_former_passwords(name).await?;
            let connected = LinkState::Connected(integration.config.clone());
            self.integrations.store_locked(name, held, &connected).await?;
            *link = connected;
        }
        let (version, password) = self.ensure_password(name, report).await?;
        self.integrations.publish_name(name).await?;
        // CloudFormation and Terraform create many integrations at the same time, so they take turns.
        if integration.config.owner.is_some() {
            self.integrations.await_turn(name, held, &integration.config).await;
        }
        if self.integrations.uses_current_base_url(&integration.config) {
            let progress = changes.apply(integration, &version, &password, report).await?;
            if progress.is_complete() {
                *link = link.with(IntegrationConfig { is_renewing: false, ..integration.config.clone() });
            }
            return Ok(progress);
        }
        moving::prove(integration, changes.scope, &version, &password).await?;
        let mut progress = changes.apply(integration, &version, &password, report).await?;
        if progress.is_complete() {
            let moved =
                moving::move_remaining(integration, changes.scope, &version, &password, &mut report.done)
                    .await?;
            progress.add(&moved, report);
        }
        if progress.is_complete() {
            let webhook_base_url = self.integrations.deployment.webhook_base_url.clone();
            report.done.push(format!("moved the subscriptions to {webhook_base_url}"));
            let config =
                IntegrationConfig { webhook_base_url, is_renewing: false, ..integration.config.clone() };
            *link = link.with(config);
        }
        Ok(progress)
    }

    /// The current webhook password and its version. Creates the password when there is none.
    async fn ensure_password(
        &self,
        name: &IntegrationName,
        report: &mut Report,
    ) -> Result<(VersionId, WebhookPassword), OperatorError> {
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
            .ok_or_else(|| OperatorError::new(ErrorCode::SecretsManagerUnavailable, missing))
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
