//! Gives subscriptions a new webhook password.

use std::collections::BTreeSet;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::error::{ErrorCode, OperatorError};
use crate::integration::open_integration::OpenIntegration;
use crate::secrets::version::VersionId;
use crate::setup::changes::apply_all;
use crate::setup::permissions;
use crate::setup::report::Report;
use crate::subscriptions::describe::{describe_retirement, describe_step};
use crate::subscriptions::plan::{Step, differences};
use crate::subscriptions::scope::Scope;
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls, superseded_by, version_of};

/// Updates each subscription that sends another password: those of the plan, and those that `setup` made earlier for
/// another scope and that still deliver. A subscription that cannot be updated is passed over.
///
/// # Errors
///
/// When a subscription that delivers still sends another password. Then the new password must not become the current
/// one: at the next rotation, receivers would refuse what that subscription sends. A subscription that is disabled or
/// gone does not count.
pub(super) async fn send_to_all<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    scope: &Scope,
    version: &VersionId,
    password: &WebhookPassword,
    report: &mut Report,
) -> Result<(), OperatorError> {
    let plan = integration.plan(scope, version).await?;
    permissions::require_view(&integration.organization, &plan.steps, scope).await?;
    // A rotation only changes passwords: it neither creates a subscription nor enables one that a person disabled.
    let (missing, updates): (Vec<&Step>, Vec<&Step>) = plan.steps.iter().partition(|step| match step {
        Step::Create(_) => true,
        Step::Replace { existing, .. } => existing.status == SubscriptionStatus::DisabledByUser,
    });
    let missing = missing.into_iter().map(|step| describe_step(step, scope));
    let retirements = plan.retirements.iter().map(|retirement| describe_retirement(retirement, scope));
    report.remains.extend(missing.chain(retirements).map(|change| format!("{change}: run `connect`")));
    report.list_unmanaged(&plan);

    let failed = apply_all(integration, &updates, scope, password, &mut report.done).await?;
    let (mut code, mut failures) = (failed.code(), failed.messages().collect::<Vec<_>>());
    let planned: BTreeSet<&str> = updates.iter().filter_map(|step| existing_id(step)).collect();
    let mut left = with_other_password(integration, version, &planned).await?;
    let further: Vec<&Step> =
        left.iter().filter(|step| existing_id(step).is_some_and(|id| !planned.contains(id))).collect();
    if !further.is_empty() {
        let failed = apply_all(integration, &further, scope, password, &mut report.done).await?;
        code = code.or(failed.code());
        failures.extend(failed.messages());
        left = with_other_password(integration, version, &planned).await?;
    }
    if left.is_empty() {
        report.remains.extend(failures);
        return Ok(());
    }
    if failures.is_empty() {
        failures.extend(left.iter().map(|step| describe_step(step, scope)));
    }
    let code = code.unwrap_or(ErrorCode::AzureDevOpsRefused);
    let message = format!(
        "{} subscriptions that deliver do not send the new password yet, so it stays pending, and receivers accept the \
         old one as well. Run this again when this is mended: {}",
        left.len(),
        failures.join(". Also: ")
    );
    Err(OperatorError::new(code, message))
}

/// A step for each subscription that delivers and sends another version of the password, if `setup` made it or it is
/// one of `planned`.
async fn with_other_password<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    version: &VersionId,
    planned: &BTreeSet<&str>,
) -> Result<Vec<Step>, OperatorError> {
    let existing = integration.subscriptions().await?;
    let is_known = |existing: &&ExistingSubscription| {
        version_of(&existing.url).is_some() || planned.contains(existing.id.as_str())
    };
    let step = |existing| password_step(existing, &integration.urls, version);
    Ok(existing.iter().filter(is_known).filter_map(step).collect())
}

/// A step for each subscription that `setup` made, that delivers, and whose URL is not the one of this deployment and
/// password. Its filters stay.
pub(super) async fn delivering_elsewhere<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    version: &VersionId,
) -> Result<Vec<Step>, OperatorError> {
    let existing = integration.subscriptions().await?;
    let made = existing.iter().filter(|existing| version_of(&existing.url).is_some());
    Ok(made.filter_map(|existing| url_step(existing, &integration.urls, version)).collect())
}

/// The step that gives a subscription the new password and leaves its filters. `None` when it has that password, does
/// not deliver, or is of no kind that `setup` makes.
fn password_step(existing: &ExistingSubscription, urls: &WebhookUrls, version: &VersionId) -> Option<Step> {
    let step = url_step(existing, urls, version)?;
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = &step;
    (version_of(&existing.url) != version_of(&wanted.url)).then_some(step)
}

/// The step that gives a subscription the URL of this version of the password and leaves its filters. `None` when it has
/// that URL, does not deliver, or is of no kind that `setup` makes.
fn url_step(existing: &ExistingSubscription, urls: &WebhookUrls, version: &VersionId) -> Option<Step> {
    let delivers = !matches!(
        existing.status,
        SubscriptionStatus::DisabledByUser
            | SubscriptionStatus::DisabledBySystem
            | SubscriptionStatus::DisabledByInactiveIdentity
    );
    let is_ours = urls.ownership(&existing.url) == Ownership::Ours && superseded_by(&existing.url).is_none();
    let kind = existing.kind()?;
    let url = urls.of(kind, version);
    if !delivers || !is_ours || existing.url == url || !existing.other_filters.is_empty() {
        return None;
    }
    let wanted = WantedSubscription {
        kind,
        project_id: existing.project_id.clone(),
        repository_id: existing.repository_id.clone(),
        branch: existing.branch.clone(),
        url,
    };
    let differences = differences(existing, &wanted);
    Some(Step::Replace { existing: Box::new(existing.clone()), wanted, differences })
}

fn existing_id(step: &Step) -> Option<&str> {
    match step {
        Step::Replace { existing, .. } => Some(&existing.id),
        Step::Create(_) => None,
    }
}
