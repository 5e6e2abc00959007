//! `unlink`: deletes the subscriptions of an integration, then its token, its webhook password and its configuration.
//!
//! The stored configuration says first that the integration is being unlinked, and keeps the token until the subscriptions
//! are gone. Since the configuration goes last, an interrupted run can be run again. An organization that is no longer
//! there does not keep the secrets.

mod subscriptions;

use crate::azure_devops::credential::Credential;
use crate::error::{ErrorCode, OperatorError, PassedOver};
use crate::integration::config::IntegrationConfig;
use crate::integration::config::stored::LinkState;
use crate::integration::lock::HeldLock;
use crate::integration::name::IntegrationName;
use crate::integration::open::unknown;
use crate::ports::Ports;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{RecoveryWindow, SecretStatus};
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;
use crate::setup::report::Report;
use crate::setup::request::Unlink;
use crate::setup::unlink::subscriptions::describe_deletion;
use crate::subscriptions::webhook_url::WebhookUrls;

impl<P: Ports> Setup<P> {
    pub(super) async fn unlink(&self, request: Unlink) -> Result<Report, OperatorError> {
        let name = &request.integration;
        let mut report = Report::of("unlink");
        report.integration = Some(name.to_string());
        match self.integrations.secrets.describe(name, SecretKind::Organization).await? {
            SecretStatus::Absent => return Err(unknown(name)),
            SecretStatus::ScheduledForDeletion { .. } => {
                // The configuration is deleted last, so that everything else is already deleted.
                report.summary = format!("`{name}` is unlinked already");
                "nothing; `connect` connects the name again".clone_into(&mut report.next);
                return Ok(report);
            }
            SecretStatus::Present(_) => {}
        }
        if request.dry_run {
            self.plan_unlink(&request, &mut report).await?;
            return Ok(report);
        }
        // From here on `watch` leaves the integration alone, even if this run is cut off.
        let unlinking =
            |link: &LinkState| if is_owned(&request, link) { Ok(unlinking(link)) } else { Err(()) };
        match self.integrations.lock_where(name, unlinking).await {
            Ok(Ok((held, before))) => self.unlink_locked(&request, held, &before, &mut report).await?,
            Ok(Err(())) => {
                report.summary =
                    format!("`{name}` is declared elsewhere or not at all, so it stays as it is");
                "nothing".clone_into(&mut report.next);
            }
            // A configuration that cannot be read has no token that could be used, and shows no owner.
            Err(error)
                if request.without_organization
                    && request.owner.is_none()
                    && error.code() != ErrorCode::RunInProgress =>
            {
                report.remains.push(left_behind(&self.integrations.urls(name), &error));
                self.delete_password(&request, &mut report).await?;
                self.delete_secret(&request, SecretKind::Organization, &mut report).await?;
                summarize(name, None, &mut report);
            }
            Err(error) => return Err(advise_without_organization(error, &report)),
        }
        Ok(report)
    }

    /// Lists what `unlink` would delete.
    async fn plan_unlink(&self, request: &Unlink, report: &mut Report) -> Result<(), OperatorError> {
        let name = &request.integration;
        let found = match self.integrations.secrets.config(name).await {
            Ok(found) => found.map(|found| found.stored.link),
            Err(_) if request.without_organization => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(config) = found.as_ref().and_then(LinkState::config) {
            let planned = match self.integrations.open_config(name, config.clone()).await {
                Ok(integration) => self.subscriptions_to_delete(&integration, report).await,
                Err(error) => Err(error),
            };
            match planned {
                Ok(subscriptions) => report.planned.extend(subscriptions.iter().map(describe_deletion)),
                Err(error) if is_expected(&error, request) => {
                    report.remains.push(left_behind(&self.integrations.stored_urls(name, config), &error));
                }
                Err(error) => return Err(advise_without_organization(error, report)),
            }
        }
        let days = window(request).as_days();
        for kind in [SecretKind::Webhook, SecretKind::Organization] {
            report
                .planned
                .push(format!("schedule `{}` for deletion in {days} days", self.secret_name(name, kind)));
        }
        report.summary = format!("{} deletions planned", report.planned.len());
        "run the same request without `dryRun`".clone_into(&mut report.next);
        Ok(())
    }

    /// Deletes everything under the lock. `before` is what was stored. A run that fails and has deleted nothing leaves the
    /// integration as it was.
    async fn unlink_locked(
        &self,
        request: &Unlink,
        mut held: HeldLock,
        before: &LinkState,
        report: &mut Report,
    ) -> Result<(), OperatorError> {
        let name = &request.integration;
        let outcome = match before.config() {
            Some(config) => self.release_organization(request, config.clone(), report).await,
            None => Ok(PassedOver::default()),
        };
        let failed = match outcome {
            Ok(failed) if failed.is_empty() => None,
            // CloudFormation and Terraform have no place for what remains: they run a deletion that failed again.
            Ok(failed) if report.done.is_empty() || request.owner.is_some() => Some(failed.into_result()),
            Ok(failed) => {
                keep_secrets(name, &failed, report);
                Some(Ok(()))
            }
            Err(error) => Some(Err(error)),
        };
        if let Some(result) = failed {
            let link = if report.done.is_empty() { before.clone() } else { unlinking(before) };
            self.release_lock(name, held, &link, report).await;
            return result;
        }
        let deleted = self.delete_secrets(request, &mut held, before, report).await;
        if deleted.is_err() {
            self.release_lock(name, held, &LinkState::Unlinked, report).await;
        }
        deleted?;
        summarize(name, before.config().map(|config| &config.credential), report);
        Ok(())
    }

    /// Deletes the credential, then the secrets.
    async fn delete_secrets(
        &self,
        request: &Unlink,
        held: &mut HeldLock,
        before: &LinkState,
        report: &mut Report,
    ) -> Result<(), OperatorError> {
        let name = &request.integration;
        if let Some(config) = before.config() {
            self.integrations.store_locked(name, held, &LinkState::Unlinked).await?;
            let what = if config.credential.app().is_some() { "the app's ids" } else { "the token" };
            let secret = self.secret_name(name, SecretKind::Organization);
            report.done.push(format!("deleted {what} in `{secret}`"));
        }
        self.delete_password(request, report).await?;
        // Also stored a second time, since Secrets Manager keeps the version before the current one, which has the token.
        self.integrations.store_deletion(name, held).await?;
        self.delete_secret(request, SecretKind::Organization, report).await
    }

    /// Deletes the subscriptions, as far as the request needs it. Names what is left behind.
    async fn release_organization(
        &self,
        request: &Unlink,
        config: IntegrationConfig,
        report: &mut Report,
    ) -> Result<PassedOver, OperatorError> {
        let name = &request.integration;
        let urls = self.integrations.stored_urls(name, &config);
        let deleted = match self.integrations.open_config(name, config).await {
            Ok(integration) => self.delete_subscriptions(&integration, report).await,
            Err(error) => Err(error),
        };
        let deleted = match deleted {
            Ok(failed) if request.without_organization && failed.left() == 0 => {
                failed.into_result().map(|()| PassedOver::default())
            }
            deleted => deleted,
        };
        match deleted {
            Err(error) if is_expected(&error, request) => {
                report.remains.push(left_behind(&urls, &error));
                Ok(PassedOver::default())
            }
            Err(error) => Err(advise_without_organization(error, report)),
            deleted => deleted,
        }
    }

    /// Schedules the webhook password for deletion and withdraws the published name: before the configuration is deleted,
    /// so that no `connect` publishes it meanwhile, and that an interrupted run is run again.
    async fn delete_password(&self, request: &Unlink, report: &mut Report) -> Result<(), OperatorError> {
        self.delete_secret(request, SecretKind::Webhook, report).await?;
        // A name that stays published does no harm, and `watch` withdraws it.
        let withdrawn = self.integrations.withdraw_name(&request.integration).await;
        report.warnings.extend(withdrawn.err().map(|error| error.to_string()));
        Ok(())
    }

    /// Schedules a secret for deletion.
    async fn delete_secret(
        &self,
        request: &Unlink,
        kind: SecretKind,
        report: &mut Report,
    ) -> Result<(), OperatorError> {
        let (name, window) = (&request.integration, window(request));
        let secret = self.secret_name(name, kind);
        match self.integrations.secrets.delete(name, kind, window).await? {
            SecretStatus::Absent => {}
            SecretStatus::Present(_) => {
                report.remains.push(format!("`{secret}` still exists: run this again"));
            }
            SecretStatus::ScheduledForDeletion { until } => {
                let until = until
                    .map_or_else(|| format!("{} days from now", window.as_days()), |until| until.to_string());
                report.done.push(format!("scheduled `{secret}` for deletion"));
                report
                    .remains
                    .push(format!("`{secret}` keeps its name until {until}; `connect` restores it"));
            }
        }
        Ok(())
    }
}

/// Whether the request may unlink what is stored. Nobody owns what is unlinked already.
fn is_owned(request: &Unlink, link: &LinkState) -> bool {
    request.owner.is_none() || link.config().is_none_or(|config| config.owner == request.owner)
}

/// The state from which on `watch` leaves the integration alone.
fn unlinking(before: &LinkState) -> LinkState {
    match before {
        LinkState::Connected(config) | LinkState::Unlinking(config) => LinkState::Unlinking(config.clone()),
        LinkState::Unlinked => LinkState::Unlinked,
    }
}

fn window(request: &Unlink) -> RecoveryWindow {
    RecoveryWindow::days(request.recovery_days).unwrap_or(RecoveryWindow::LONGEST)
}

/// Whether the integration is unlinked in spite of the error.
fn is_expected(error: &OperatorError, request: &Unlink) -> bool {
    request.without_organization || error.code() == ErrorCode::OrganizationUnknown
}

fn summarize(name: &IntegrationName, credential: Option<&Credential>, report: &mut Report) {
    report.remains.push("events stay in the queues".to_owned());
    report.summary = format!("`{name}` is unlinked");
    let next = match credential.and_then(Credential::app) {
        Some(_) => "remove the app from the organization if nothing else uses it",
        None => "revoke the token in Azure DevOps if nothing else uses it",
    };
    next.clone_into(&mut report.next);
}

/// Ends an `unlink` that left subscriptions: they need the webhook password, and the next run needs the token.
fn keep_secrets(name: &IntegrationName, failed: &PassedOver, report: &mut Report) {
    report.remains.extend(failed.messages());
    report
        .remains
        .push("the secrets stay, since subscriptions still deliver; `watch` leaves them alone".to_owned());
    report.summary = format!(
        "`{name}` is not unlinked yet: {} subscriptions deleted, {} left",
        report.done.len(),
        failed.len() + failed.left()
    );
    "follow the advice in `remains`, then run the same request again".clone_into(&mut report.next);
}

/// The error of an `unlink` that could not delete the subscriptions. Where nothing works in the organization, it names the
/// way to finish without it.
fn advise_without_organization(error: OperatorError, report: &Report) -> OperatorError {
    let works = !report.done.is_empty()
        || matches!(
            error.code(),
            ErrorCode::PermissionMissing
                | ErrorCode::RateLimited
                | ErrorCode::OutOfTime
                | ErrorCode::StsUnavailable
                | ErrorCode::EntraUnavailable
                | ErrorCode::FederationDisabled
                | ErrorCode::FederationDenied
                | ErrorCode::RoleNotTrusted
        );
    if works {
        return error;
    }
    let message = format!(
        "{error}. If the organization can never be used again, pass `withoutOrganization`: true; subscriptions that it \
         still has then deliver with a password that is refused, until Azure DevOps disables them"
    );
    OperatorError::new(error.code(), message)
}

/// What remains when the subscriptions could not be deleted.
fn left_behind(urls: &WebhookUrls, error: &OperatorError) -> String {
    format!(
        "the subscriptions were not deleted: {error}. Those that still exist are refused from now on, until Azure DevOps \
         disables them: delete the subscriptions whose URL begins with {}",
        urls.prefix()
    )
}
