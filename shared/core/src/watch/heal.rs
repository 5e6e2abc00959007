//! Makes subscriptions deliver again: re-enables or recreates them, and deletes those that were superseded.
//! `subscriptions::apply` decides between re-enabling and recreating.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::auth::password::WebhookPassword;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::error::OperatorError;
use crate::error::failed_call;
use crate::ports::Ports;
use crate::recovery::Failures;
use crate::setup::permissions;
use crate::subscriptions::apply::{Applied, Attempt, apply};
use crate::subscriptions::describe::{describe_existing, describe_step};
use crate::subscriptions::plan::{
    Plan, Step, delivers_same_events, delivery_problem, is_disabled_by_azure_devops,
};
use crate::subscriptions::problems::describe_not_delivering;
use crate::subscriptions::scope::Scope;
use crate::subscriptions::webhook_url::{Ownership, superseded_by};
use crate::watch::context::{VisitContext, VisitState, out_of_time};
use crate::watch::gaps;

/// Whether the step heals a subscription. One that a person disabled stays disabled, and a subscription that delivers keeps
/// its settings even if they were changed: both may be on purpose. One of a project that is hidden only looks missing.
pub(super) fn is_possible(step: &Step, hidden: &BTreeSet<Option<String>>) -> bool {
    match step {
        Step::Create(wanted) => !hidden.contains(&wanted.project_id),
        Step::Replace { existing, .. } => existing.status.is_stopped_by_azure_devops(),
    }
}

/// Reports the subscriptions that do not deliver.
pub(super) fn report_not_delivering<P: Ports>(
    context: &VisitContext<'_, P>,
    plan: &Plan,
    state: &mut VisitState,
) {
    state.report.remains.extend(permissions::describe_hidden(context.hidden, context.scope));
    for step in &plan.steps {
        if let Step::Replace { existing, .. } = step {
            if delivery_problem(&existing.status).is_none() {
                continue;
            }
            if !existing.status.is_stopped_by_azure_devops() {
                state.report.remains.extend(describe_not_delivering(step, context.scope));
            }
        }
        state.report.found_not_delivering += 1;
    }
}

/// The subscriptions that do not deliver, in words, by their keys (`gaps::key`). Those of hidden projects only look missing.
pub(super) fn not_delivering(
    plan: &Plan,
    scope: &Scope,
    hidden: &BTreeSet<Option<String>>,
) -> BTreeMap<String, String> {
    let is_seen =
        |step: &&Step| permissions::project_of_new(step).is_none_or(|project| !hidden.contains(project));
    let described = plan.steps.iter().filter(is_seen).filter_map(|step| {
        let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
        Some((gaps::key_of_wanted(wanted), describe_not_delivering(step, scope)?))
    });
    described.collect()
}

/// Most steps of one call. `watch` looks at the configuration before each call, so this is the most that it does beside a
/// run of `setup`.
const STEPS_MAX: usize = 10;

/// Carries out the first ten of the steps, in order, and removes those that are done: re-enables subscriptions, and
/// recreates those that are missing or cannot be re-enabled. Returns the subscriptions that it created. A subscription that
/// fails is named, and the others are healed.
///
/// A subscription that was recreated stays until [`delete_superseded`] may delete it.
///
/// # Errors
///
/// When Azure DevOps cannot be used, or the time is over.
pub(super) async fn heal<P: Ports>(
    context: &VisitContext<'_, P>,
    steps: &mut VecDeque<Step>,
    password: &WebhookPassword,
    state: &mut VisitState,
) -> (Vec<ExistingSubscription>, Result<(), OperatorError>) {
    let (mut created, mut failures) = (Vec::new(), Failures::default());
    for _ in 0..STEPS_MAX {
        let Some(step) = steps.front() else { break };
        if context.is_late() {
            return (created, Err(out_of_time("before it had healed every subscription")));
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
                note_failed(step, &error, state);
                state.report.remains.push(failed_call(&error, &operation).message().to_owned());
            }
            Err(error) => {
                note_failed(step, &error, state);
                return (created, Err(failed_call(&error, &operation)));
            }
        }
        steps.pop_front();
    }
    (created, Ok(()))
}

/// Deletes subscriptions that this pass has created while `setup` was at work: all of them when the integration is no longer
/// `connected`, else those whose events another one delivers.
///
/// # Errors
///
/// When they cannot be deleted.
pub(super) async fn undo<P: Ports>(
    context: &VisitContext<'_, P>,
    created: &[ExistingSubscription],
    connected: bool,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    let organization = &context.integration.organization;
    let listed = if connected { context.integration.subscriptions().await? } else { Vec::new() };
    let has_twin = |new: &ExistingSubscription| {
        let delivers = |other: &&ExistingSubscription| {
            other.id != new.id && other.status == SubscriptionStatus::Enabled && other.kind() == new.kind()
        };
        let twins = listed.iter().filter(delivers);
        twins.into_iter().any(|other| {
            let ownership = context.integration.urls.ownership(&other.url);
            ownership == Ownership::Ours
                && context
                    .wanted
                    .iter()
                    .any(|wanted| delivers_same_events(new, wanted) && delivers_same_events(other, wanted))
        })
    };
    for new in created.iter().filter(|new| !connected || has_twin(new)) {
        let operation =
            format!("could not delete {}, which `setup` has made as well", describe_existing(new));
        organization.delete(&new.id).await.map_err(|error| failed_call(&error, &operation))?;
        state
            .report
            .done
            .push(format!("{}: deleted again, since `setup` was at work", describe_existing(new)));
    }
    Ok(())
}

fn attempt(step: &Step, state: &VisitState) -> Attempt {
    match step {
        Step::Replace { existing, .. } if state.checkpoint.unanswered.contains(&existing.id) => {
            Attempt::Repeated
        }
        _ => Attempt::First,
    }
}

fn note_applied<P: Ports>(
    context: &VisitContext<'_, P>,
    step: &Step,
    applied: &Applied,
    state: &mut VisitState,
) {
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
    state.not_delivering.remove(&gaps::key_of_wanted(wanted));
    state.report.healed += 1;
    state.report.done.push(describe_repair(step, applied, context.scope));
    if let Step::Replace { existing, .. } = step {
        state.checkpoint.unanswered.remove(&existing.id);
        if matches!(applied, Applied::Recreated(_)) {
            state.checkpoint.superseded.insert(existing.id.clone(), context.now);
        }
    }
}

/// Notes in the checkpoint that a subscription of the project could not be healed: somebody else may heal it before the next
/// pass, which then has to look for what was missed.
pub(super) fn note_not_healed(step: &Step, state: &mut VisitState) {
    let (Step::Create(wanted) | Step::Replace { wanted, .. }) = step;
    state.checkpoint.not_healed.insert(wanted.project_id.clone().unwrap_or_default());
}

fn note_failed(step: &Step, error: &RestError, state: &mut VisitState) {
    note_not_healed(step, state);
    if let Step::Replace { existing, .. } = step
        && existing.status == SubscriptionStatus::OnProbation
        && error.is_unanswered()
    {
        state.checkpoint.unanswered.insert(existing.id.clone());
    }
}

/// Whether there are subscriptions to delete: see [`delete_superseded`].
pub(super) fn has_superseded<P: Ports>(
    context: &VisitContext<'_, P>,
    plan: &Plan,
    state: &VisitState,
) -> bool {
    superseded(context, plan, state).next().is_some()
}

/// Deletes subscriptions whose events another one delivers. A subscription is kept while its log of deliveries is still
/// needed, because Azure DevOps deletes the log with the subscription. A subscription that cannot be deleted is named.
///
/// The checkpoint has to be stored before. A pass that began at an older one would need the log again, and without it would
/// queue the delivered events of a gap a second time, with other ids.
///
/// # Errors
///
/// An error that concerns every call, or that the time is over.
pub(super) async fn delete_superseded<P: Ports>(
    context: &VisitContext<'_, P>,
    plan: &Plan,
    state: &mut VisitState,
) -> Result<(), OperatorError> {
    let mut failures = Failures::default();
    let superseded: Vec<_> = superseded(context, plan, state).collect();
    for existing in superseded {
        if context.is_late() {
            return Err(out_of_time("before it had deleted every superseded subscription"));
        }
        let operation = format!("could not delete {}", describe_existing(existing));
        let deleted = context.integration.organization.delete(&existing.id).await;
        match failures.note(deleted).map_err(|error| failed_call(&error, &operation))? {
            Ok(()) => {
                let sentence =
                    format!("{}, whose events another one delivers: deleted", describe_existing(existing));
                state.report.done.push(sentence);
            }
            Err(error) => state.report.remains.push(failed_call(&error, &operation).message().to_owned()),
        }
    }
    Ok(())
}

/// The subscriptions of the integration whose events a wanted one delivers and whose log is no longer needed: those
/// that Azure DevOps disabled, those that it enabled after they were recreated, those whose URL names a successor, and
/// those that the plan retires.
fn superseded<'a, P: Ports>(
    context: &VisitContext<'a, P>,
    plan: &'a Plan,
    state: &VisitState,
) -> impl Iterator<Item = &'a ExistingSubscription> {
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
    let is_settled = |existing: &ExistingSubscription, successor: &WantedSubscription| {
        !state.unfinished_logs.contains(&existing.id)
            && !state.checkpoint.needs_log(&gaps::key_of_wanted(successor))
    };
    let all = recreated.chain(retired);
    all.filter(move |(existing, successor)| is_settled(existing, successor)).map(|(existing, _)| existing)
}

fn describe_repair(step: &Step, applied: &Applied, scope: &Scope) -> String {
    match step {
        Step::Create(_) => describe_step(step, scope),
        Step::Replace { existing, .. } => {
            let owner = existing
                .created_by
                .as_ref()
                .map_or("an unknown identity", |owner| owner.display_name.as_str());
            let problem = delivery_problem(&existing.status).unwrap_or_default();
            let repair = match applied {
                Applied::Created(new) | Applied::Recreated(new) => format!("recreated as {}", new.id),
                Applied::Replaced(_) => "enabled".to_owned(),
            };
            format!("{}, created by {owner}: {problem}: {repair}", describe_existing(existing))
        }
    }
}
