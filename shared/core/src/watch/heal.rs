//! Makes subscriptions deliver again: re-enables or recreates them, and deletes those that were superseded.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::ports::Ports;
use crate::recovery::Failures;
use crate::setup::error::SetupError;
use crate::setup::error::refusal;
use crate::setup::rights;
use crate::subscriptions::apply::{Applied, Attempt, apply};
use crate::subscriptions::describe::{describe_existing, describe_step};
use crate::subscriptions::plan::{
    Plan, Step, delivers_same_events, delivery_problem, is_disabled_by_azure_devops,
};
use crate::subscriptions::scope::Scope;
use crate::subscriptions::webhook_url::superseded_by;
use crate::watch::context::{PassContext, PassState, out_of_time};
use crate::watch::gaps;
use crate::watch::lease::HeldLease;

/// Re-enables the subscriptions it may, and recreates those that are missing or cannot be re-enabled. Returns the
/// subscriptions that it created, and why it left some to the next pass. A subscription that fails is named, and the
/// others are healed.
///
/// A subscription that a person disabled stays disabled, and a subscription that delivers keeps its settings even if
/// they were changed: both may be on purpose, and `status` reports them. A subscription that was recreated stays until
/// [`delete_superseded`] may delete it.
pub(super) async fn heal<P: Ports>(
    context: &PassContext<'_, P>,
    plan: &Plan,
    password: &WebhookPassword,
    state: &mut PassState<'_>,
) -> (Vec<ExistingSubscription>, Option<SetupError>) {
    let (mut created, mut failures, mut ended) = (Vec::new(), Failures::default(), None);
    state.report.remains.extend(rights::describe_hidden(context.hidden, context.scope));
    for step in &plan.steps {
        if let Step::Replace { existing, .. } = step {
            let Some(problem) = delivery_problem(&existing.status) else { continue };
            if !gaps::is_healable(&existing.status) {
                state.report.not_enabled += 1;
                let sentence = format!("{}: {problem}: `connect` enables it", describe_existing(existing));
                state.report.remains.push(sentence);
                continue;
            }
        }
        state.report.not_enabled += 1;
        if ended.is_none() && context.is_late() {
            ended = Some(out_of_time("before it had healed every subscription"));
        }
        let is_hidden = rights::project_of_new(step).is_some_and(|project| context.hidden.contains(project));
        if is_hidden {
            continue;
        }
        if ended.is_some() {
            note_not_healed(step, state);
            continue;
        }
        let outcome = apply(&context.integration.organization, step, password, attempt(step, state)).await;
        let operation = format!("could not {}", describe_step(step, context.scope));
        match failures.note(outcome) {
            Ok(Ok(applied)) => {
                note_applied(context, step, &applied, state);
                if let Applied::Created(new) | Applied::Recreated(new) = applied {
                    created.push(new);
                }
            }
            Ok(Err(error)) => {
                note_failed(step, state);
                state.report.remains.push(refusal(&error, &operation).message().to_owned());
            }
            Err(error) => {
                note_failed(step, state);
                ended = Some(refusal(&error, &operation));
            }
        }
    }
    (created, ended)
}

fn attempt(step: &Step, state: &PassState<'_>) -> Attempt {
    match step {
        Step::Replace { existing, .. } if state.checkpoint.unanswered.contains(&existing.id) => {
            Attempt::Repeated
        }
        _ => Attempt::First,
    }
}

fn note_applied<P: Ports>(
    context: &PassContext<'_, P>,
    step: &Step,
    applied: &Applied,
    state: &mut PassState<'_>,
) {
    state.report.healed += 1;
    state.report.done.push(describe_repair(step, context.scope));
    if let Step::Replace { existing, .. } = step {
        state.checkpoint.unanswered.remove(&existing.id);
        if matches!(applied, Applied::Recreated(_)) {
            state.checkpoint.superseded.insert(existing.id.clone(), context.now);
        }
    }
}

/// Remembers the project: somebody else may make the subscription deliver before the next pass.
fn note_not_healed(step: &Step, state: &mut PassState<'_>) {
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
    state.checkpoint.not_healed.insert(wanted.project_id.clone().unwrap_or_default());
}

fn note_failed(step: &Step, state: &mut PassState<'_>) {
    note_not_healed(step, state);
    if let Step::Replace { existing, .. } = step
        && existing.status == SubscriptionStatus::OnProbation
    {
        state.checkpoint.unanswered.insert(existing.id.clone());
    }
}

/// Deletes subscriptions whose events another one delivers. A subscription is kept while its log of deliveries is still
/// needed, because Azure DevOps deletes the log with the subscription. A subscription that cannot be deleted is named.
///
/// The state of the lease, which has the checkpoint of this pass, is stored first. A pass that began at an older one would
/// need the log again, and without it would queue the delivered events of a gap a second time, with other ids.
///
/// # Errors
///
/// When the state cannot be stored, or an error concerns every call.
pub(super) async fn delete_superseded<P: Ports>(
    context: &PassContext<'_, P>,
    plan: &Plan,
    state: &mut PassState<'_>,
    lease: &mut HeldLease<'_, P::Checkpoints>,
) -> Result<(), SetupError> {
    let mut superseded = superseded(context, plan, state);
    superseded.retain(|(existing, successor)| {
        !state.unfinished_logs.contains(&existing.id)
            && !state.checkpoint.needs_log(&gaps::key_of_wanted(successor))
    });
    if superseded.is_empty() {
        return Ok(());
    }
    lease.write().await?;
    let mut failures = Failures::default();
    for (existing, _) in superseded {
        let operation = format!("could not delete {}", describe_existing(existing));
        let deleted = context.integration.organization.delete(&existing.id).await;
        match failures.note(deleted).map_err(|error| refusal(&error, &operation))? {
            Ok(()) => {
                let sentence =
                    format!("{}, whose events another one delivers: deleted", describe_existing(existing));
                state.report.done.push(sentence);
            }
            Err(error) => state.report.remains.push(refusal(&error, &operation).message().to_owned()),
        }
    }
    Ok(())
}

/// The subscriptions of the integration whose events a wanted one delivers, with that one: those that Azure DevOps
/// disabled, those that it enabled after they were recreated, those whose URL names a successor, and those that the
/// plan retires.
fn superseded<'a, P: Ports>(
    context: &PassContext<'a, P>,
    plan: &'a Plan,
    state: &PassState<'_>,
) -> Vec<(&'a ExistingSubscription, &'a WantedSubscription)> {
    let recreated = plan.unmanaged.iter().filter_map(|unmanaged| {
        let existing = &unmanaged.existing;
        let is_ours = context.existing.iter().any(|ours| ours.id == existing.id);
        let is_superseded = is_disabled_by_azure_devops(&existing.status)
            || superseded_by(&existing.url).is_some()
            || state.checkpoint.superseded.contains_key(&existing.id);
        let wanted = context.wanted.iter().find(|wanted| delivers_same_events(existing, wanted))?;
        (is_ours && is_superseded).then_some((existing, wanted))
    });
    let retired = plan.retirements.iter().filter_map(|retirement| {
        let wanted = &retirement.covered_by;
        let delivers = plan.kept.iter().any(|kept| delivers_same_events(kept, wanted));
        delivers.then_some((&retirement.existing, wanted))
    });
    recreated.chain(retired).collect()
}

fn describe_repair(step: &Step, scope: &Scope) -> String {
    match step {
        Step::Create(_) => describe_step(step, scope),
        Step::Replace { existing, .. } => {
            let owner = existing
                .created_by
                .as_ref()
                .map_or("an unknown identity", |owner| owner.display_name.as_str());
            let problem = delivery_problem(&existing.status).unwrap_or_default();
            format!("{}, created by {owner}: {problem}: enabled", describe_existing(existing))
        }
    }
}
