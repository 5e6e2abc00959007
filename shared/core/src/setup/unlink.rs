//! `unlink`: deletes the subscriptions of an integration, then its webhook password, then its configuration. Since the
//! configuration goes last, an interrupted run can be run again. An organization that is no longer there does not keep
//! the secrets.

use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::name::IntegrationName;
use crate::integration::open::{OpenIntegration, unknown};
use crate::ports::{Clock as _, Organization, Ports};
use crate::secrets::name::SecretKind;
use crate::secrets::status::{RecoveryWindow, SecretStatus};
use crate::secrets::store::SecretStore as _;
use crate::setup::Setup;
use crate::setup::error::{Context as _, ErrorCode, PassedOver, SetupError};
use crate::setup::report::Report;
use crate::setup::request::Unlink;
use crate::setup::rights;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan::Step;
use crate::subscriptions::scope::wanted;
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls};

impl<P: Ports> Setup<P> {
    pub(super) async fn unlink(&self, request: Unlink) -> Result<Report, SetupError> {
        let name = &request.integration;
        let mut report = Report::of("unlink");
        report.integration = Some(name.to_string());
        match self.integrations.secrets.describe(name, SecretKind::Organization).await? {
            SecretStatus::Absent => return Err(unknown(name)),
            SecretStatus::ScheduledForDeletion { .. } => {
                // The configuration is deleted last, so that everything else is already deleted.
                report.summary = format!("`{name}` is unlinked already");
                "nothing; `connect` restores it".clone_into(&mut report.next);
                return Ok(report);
            }
            SecretStatus::Present(_) => {}
        }
        let deleted = match self.integrations.open(name).await {
            Ok(integration) => self.delete_subscriptions(&integration, request.dry_run, &mut report).await,
            Err(error) => Err(error),
        };
        let deleted = match deleted {
            Ok(failed) if request.without_organization => {
                failed.into_result().map(|()| PassedOver::default())
            }
            deleted => deleted,
        };
        match deleted {
            Ok(failed) if failed.is_empty() => {}
            Ok(failed) if report.done.is_empty() => return failed.into_result().map(|()| report),
            Ok(failed) => {
                keep_secrets(name, &failed, &mut report);
                return Ok(report);
            }
            Err(error) if request.without_organization || error.code() == ErrorCode::OrganizationUnknown => {
                report.remains.push(left_behind(&self.integrations.urls(name), &error));
            }
            Err(error) => return Err(advise_without_organization(error, &report)),
        }
        let window = RecoveryWindow::days(request.recovery_days).unwrap_or(RecoveryWindow::LONGEST);
        for kind in [SecretKind::Webhook, SecretKind::Organization] {
            let secret = self.integrations.secrets.names().name(name, kind);
            if request.dry_run {
                report.planned.push(format!("schedule `{secret}` for deletion in {} days", window.as_days()));
                continue;
            }
            match self.integrations.secrets.delete(name, kind, window).await? {
                SecretStatus::Absent => {}
                SecretStatus::Present(_) => {
                    report.remains.push(format!("`{secret}` still exists: run this again"));
                }
                SecretStatus::ScheduledForDeletion { until } => {
                    let until = until.map_or_else(
                        || format!("{} days from now", window.as_days()),
                        |until| until.to_string(),
                    );
                    report.done.push(format!("scheduled `{secret}` for deletion"));
                    report.remains.push(format!("`connect` can restore `{secret}` until {until}"));
                }
            }
        }
        report.remains.push("events stay in the queues".to_owned());
        if !request.dry_run {
            // A name that stays published does no harm, and `watch` withdraws it.
            let withdrawn = self.integrations.withdraw_name(name).await;
            report.warnings.extend(withdrawn.err().map(|error| error.to_string()));
        }
        if request.dry_run {
            report.summary = format!("{} deletions planned", report.planned.len());
            "run the same request without `dryRun`".clone_into(&mut report.next);
        } else {
            report.summary = format!("`{name}` is unlinked");
            "revoke the token in Azure DevOps if nothing else uses it".clone_into(&mut report.next);
        }
        Ok(report)
    }

    /// Deletes the subscriptions of an integration. One that cannot be deleted is passed over.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OrganizationUnknown`] when the organization is no longer there, and failures that concern every
    /// call.
    async fn delete_subscriptions(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        dry_run: bool,
        report: &mut Report,
    ) -> Result<PassedOver, SetupError> {
        integration.connection(self.integrations.clock.now()).await?;
        self.require_view(integration).await?;
        let mut subscriptions = integration.subscriptions().await?;
        match integration.subscriptions_to_other_events().await {
            Ok(others) => subscriptions.extend(others),
            Err(error) => report.warnings.push(error.to_string()),
        }
        let is_ours =
            |existing: &&ExistingSubscription| integration.urls.ownership(&existing.url) == Ownership::Ours;
        let mut failed = PassedOver::default();
        for subscription in subscriptions.iter().filter(is_ours) {
            let step = format!("delete {}", describe_existing(subscription));
            if dry_run {
                report.planned.push(step);
                continue;
            }
            let deleted = integration.organization.delete(&subscription.id).await;
            if failed.note(deleted.context(format!("could not {step}")))?.is_some() {
                report.done.push(step);
            }
        }
        Ok(failed)
    }

    /// Fails when the token's owner may not view the subscriptions of the integration: those that are not listed would
    /// go on delivering. Projects that are gone, or cannot be asked about, are passed over.
    async fn require_view(&self, integration: &OpenIntegration<Organization<P>>) -> Result<(), SetupError> {
        let Ok(resolved) = integration.resolve().await else { return Ok(()) };
        let wanted = wanted(&resolved.scope, &integration.urls, &self.integrations.new_version()?);
        let steps: Vec<Step> = wanted.into_iter().map(Step::Create).collect();
        rights::require_view(&integration.organization, &steps, &resolved.scope).await
    }
}

/// Ends an `unlink` that left subscriptions: they need the webhook password, and the next run needs the token.
fn keep_secrets(name: &IntegrationName, failed: &PassedOver, report: &mut Report) {
    report.remains.extend(failed.messages());
    report.remains.push("the secrets stay, since subscriptions still deliver".to_owned());
    report.summary = format!(
        "`{name}` is not unlinked yet: {} subscriptions deleted, {} left",
        report.done.len(),
        failed.len()
    );
    "follow the advice in `remains`, then run this again".clone_into(&mut report.next);
}

/// The error of an `unlink` that could not delete the subscriptions. Where nothing works in the organization, it names the
/// way to finish without it.
fn advise_without_organization(error: SetupError, report: &Report) -> SetupError {
    let works = !report.done.is_empty()
        || matches!(
            error.code(),
            ErrorCode::PermissionMissing | ErrorCode::RateLimited | ErrorCode::OutOfTime
        );
    if works {
        return error;
    }
    let message = format!(
        "{error}. If the organization can never be used again, pass `withoutOrganization`: true; subscriptions that it \
         still has then deliver with a password that is refused, until Azure DevOps disables them"
    );
    SetupError::new(error.code(), message)
}

/// What remains when the subscriptions could not be deleted.
fn left_behind(urls: &WebhookUrls, error: &SetupError) -> String {
    format!(
        "the subscriptions were not deleted: {error}. Those that still exist are refused from now on, until Azure DevOps \
         disables them: delete the subscriptions whose URL begins with {}",
        urls.prefix()
    )
}
