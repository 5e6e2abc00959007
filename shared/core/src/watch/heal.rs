//! Makes subscriptions deliver again: re-enables or recreates them, and deletes those that were superseded.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::integration::open::OpenIntegration;
use crate::ports::Ports;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::setup::error::refusal;
use crate::subscriptions::describe::describe_step;
use crate::subscriptions::plan::{
    Plan, Step, delivers_same_events, delivery_problem, is_disabled_by_azure_devops,
};
use crate::subscriptions::scope::Scope;
use crate::watch::context::{PassContext, PassState, out_of_time};
use crate::watch::gaps;
use crate::watch::report::IntegrationReport;

/// Re-enables the subscriptions it may, and recreates those that are missing or cannot be re-enabled. Returns the
/// subscriptions that it created, and the first error. After an error it continues with the other subscriptions. After
/// the deadline it leaves the rest to the next pass and returns an error.
///
/// A subscription that a person disabled stays disabled, and a subscription that delivers keeps its settings even if
/// they were changed: both may be on purpose, and `status` reports them. A subscription that was recreated stays until
/// [`delete_superseded`] may delete it.
pub(super) async fn heal<P: Ports>(
    context: &PassContext<'_, P>,
    plan: &Plan,
    password: &WebhookPassword,
    report: &mut IntegrationReport,
) -> (Vec<ExistingSubscription>, Option<SetupError>) {
    let (mut created, mut failure) = (Vec::new(), None);
    for step in &plan.steps {
        if let Step::Retire { .. } = step {
            continue;
        }
        if let Step::Replace { existing, .. } = step {
            let Some(problem) = delivery_problem(&existing.status) else { continue };
            if !gaps::is_healable(&existing.status) {
                report.not_enabled += 1;
                report.remains.push(format!("{}: {problem}: `connect` enables it", display_name(existing)));
                continue;
            }
        }
        report.not_enabled += 1;
        if context.is_late() {
            failure.get_or_insert_with(|| out_of_time("before it had healed every subscription"));
            continue;
        }
        match heal_one(context.integration, step, password).await {
            Ok(new) => {
                created.extend(new);
                report.healed += 1;
                report.done.push(describe_repair(step, context.scope));
            }
            Err(error) => {
                let error = refusal(&error, &format!("could not {}", describe_step(step, context.scope)));
                failure.get_or_insert(error);
            }
        }
    }
    (created, failure)
}

/// Re-enables or creates the subscription of a step. Returns the new subscription if it was created.
async fn heal_one<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    step: &Step,
    password: &WebhookPassword,
) -> Result<Option<ExistingSubscription>, RestError> {
    let (Step::Create(wanted) | Step::Replace { wanted, .. } | Step::Retire { covered_by: wanted, .. }) =
        step;
    if let Step::Replace { existing, .. } = step
        && re_enable(integration, existing, wanted, password).await?
    {
        return Ok(None);
    }
    integration.organization.create(wanted, password.expose()).await.map(Some)
}

/// Whether the subscription could be enabled again.
async fn re_enable<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    existing: &ExistingSubscription,
    wanted: &WantedSubscription,
    password: &WebhookPassword,
) -> Result<bool, RestError> {
    // A subscription always belongs to the identity that created it. Only a new subscription belongs to the identity of
    // the present token.
    if existing.status == SubscriptionStatus::DisabledByInactiveIdentity {
        return Ok(false);
    }
    match integration.organization.replace(&existing.id, wanted, password.expose()).await {
        Ok(replaced) => Ok(replaced.status == SubscriptionStatus::Enabled),
        Err(RestError::Rejected { .. } | RestError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Deletes subscriptions that Azure DevOps disabled and that were recreated, and those that a plan retires. A subscription is kept while its log of
/// deliveries is still needed, because Azure DevOps deletes the log with the subscription.
///
/// # Errors
///
/// The first subscription that cannot be deleted; the subscriptions after it are left to the next pass.
pub(super) async fn delete_superseded<P: Ports>(
    context: &PassContext<'_, P>,
    plan: &Plan,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let recreated = plan.unmanaged.iter().filter_map(|unmanaged| {
        let existing = &unmanaged.existing;
        let is_ours = context.existing.iter().any(|ours| ours.id == existing.id);
        let wanted = context.wanted.iter().find(|wanted| delivers_same_events(existing, wanted))?;
        (is_ours && is_disabled_by_azure_devops(&existing.status)).then_some((existing, wanted))
    });
    let retired = plan.steps.iter().filter_map(|step| match step {
        Step::Retire { existing, covered_by } => Some((existing.as_ref(), covered_by)),
        Step::Create(_) | Step::Replace { .. } => None,
    });
    for (existing, wanted) in recreated.chain(retired) {
        if state.unfinished_logs.contains(&existing.id)
            || state.checkpoint.gaps.contains_key(&gaps::key_of_wanted(wanted))
        {
            continue;
        }
        let deleted = context.integration.organization.delete(&existing.id).await;
        deleted.context(format!("could not delete {}", display_name(existing)))?;
        state
            .report
            .done
            .push(format!("{}, whose events another one delivers: deleted", display_name(existing)));
    }
    Ok(())
}

fn describe_repair(step: &Step, scope: &Scope) -> String {
    match step {
        Step::Create(_) | Step::Retire { .. } => describe_step(step, scope),
        Step::Replace { existing, .. } => {
            let owner = existing
                .created_by
                .as_ref()
                .map_or("an unknown identity", |owner| owner.display_name.as_str());
            let problem = delivery_problem(&existing.status).unwrap_or_default();
            format!("{}, created by {owner}: {problem}: enabled", display_name(existing))
        }
    }
}

fn display_name(existing: &ExistingSubscription) -> String {
    format!("subscription {} ({})", existing.id, existing.event_type)
}
