//! Subscriptions that do not deliver, made to deliver again.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::integration::open::{OpenIntegration, describe_step};
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::setup::error::refusal;
use crate::subscriptions::plan::{Plan, Step, delivery_problem, is_disabled_by_azure_devops, is_for};
use crate::watch::context::{PassContext, PassState, out_of_time};
use crate::watch::{IntegrationReport, gaps, is_for_us_to_heal};

/// Enables what is for us to enable, and makes what is missing, or what cannot be enabled, anew. Gives the new ones, and
/// what failed first: one that fails does not keep the others from it. When it is late, the rest is left to the next pass.
///
/// One that somebody switched off stays off, and one whose settings were changed stays changed while it delivers: both may
/// be on purpose, and `status` names them. One that was made anew stays until it can be [buried](delete_superseded).
pub(super) async fn enable<O: AzureDevOps>(
    linked: &OpenIntegration<O>,
    plan: &Plan,
    password: &WebhookPassword,
    is_late: impl Fn() -> bool,
    report: &mut IntegrationReport,
) -> (Vec<ExistingSubscription>, Option<SetupError>) {
    let (mut made, mut failure) = (Vec::new(), None);
    for step in &plan.steps {
        if let Step::Replace { existing, .. } = step {
            let Some(problem) = delivery_problem(&existing.status) else { continue };
            if !is_for_us_to_heal(&existing.status) {
                report.not_enabled += 1;
                report.remains.push(format!("{}: {problem}: `connect` enables it", display_name(existing)));
                continue;
            }
        }
        report.not_enabled += 1;
        if is_late() {
            failure.get_or_insert_with(|| out_of_time("before it had healed every subscription"));
            continue;
        }
        match heal(linked, step, password).await {
            Ok(new) => {
                made.extend(new);
                report.healed += 1;
                report.done.push(describe_repair(step));
            }
            Err(error) => {
                let error = refusal(&error, &format!("could not {}", describe_step(step)));
                failure.get_or_insert(error);
            }
        }
    }
    (made, failure)
}

/// Gives the new one, when one had to be made.
async fn heal<O: AzureDevOps>(
    linked: &OpenIntegration<O>,
    step: &Step,
    password: &WebhookPassword,
) -> Result<Option<ExistingSubscription>, RestError> {
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
    if let Step::Replace { existing, .. } = step
        && re_enable(linked, existing, wanted, password).await?
    {
        return Ok(None);
    }
    linked.organization.create(wanted, password.expose()).await.map(Some)
}

/// Deletes those that cannot be enabled and have a successor, once nothing is left to learn from their logs of deliveries,
/// which go with them.
pub(super) async fn delete_superseded<O: AzureDevOps>(
    context: &PassContext<'_, O>,
    plan: &Plan,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    for unmanaged in &plan.unmanaged {
        let existing = &unmanaged.existing;
        let succeeded = context.wanted.iter().find(|wanted| is_for(existing, wanted));
        let is_ours = context.existing.iter().any(|one| one.id == existing.id);
        let Some(wanted) = succeeded.filter(|_| is_ours && is_disabled_by_azure_devops(&existing.status))
        else {
            continue;
        };
        if state.unfinished_logs.contains(&existing.id)
            || state.checkpoint.gaps.contains_key(&gaps::of(wanted))
        {
            continue;
        }
        let deleted = context.integration.organization.delete(&existing.id).await;
        deleted.context(format!("could not delete {}", display_name(existing)))?;
        state.report.done.push(format!("{}, which was made anew: deleted", display_name(existing)));
    }
    Ok(())
}

async fn re_enable<O: AzureDevOps>(
    linked: &OpenIntegration<O>,
    existing: &ExistingSubscription,
    wanted: &WantedSubscription,
    password: &WebhookPassword,
) -> Result<bool, RestError> {
    // One of somebody who left belongs to him for ever: only a new one is ours.
    if existing.status == SubscriptionStatus::DisabledByInactiveIdentity {
        return Ok(false);
    }
    match linked.organization.replace(&existing.id, wanted, password.expose()).await {
        Ok(replaced) => Ok(replaced.status == SubscriptionStatus::Enabled),
        Err(RestError::Rejected { .. } | RestError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn describe_repair(step: &Step) -> String {
    match step {
        Step::Create(_) => describe_step(step),
        Step::Replace { existing, .. } => {
            let owner = existing.created_by.as_ref().map_or("somebody", |owner| owner.display_name.as_str());
            let problem = delivery_problem(&existing.status).unwrap_or_default();
            format!("{}, made by {owner}: {problem}: enabled", display_name(existing))
        }
    }
}

fn display_name(existing: &ExistingSubscription) -> String {
    format!("subscription {} ({})", existing.id, existing.event_type)
}
