//! Deletes the subscriptions that a plan retires.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::error::Concerns;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::open::OpenIntegration;
use crate::setup::error::{Context as _, SetupError, refusal};
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_step;
use crate::subscriptions::plan::{Plan, Step};
use crate::subscriptions::scope::Scope;

/// How far back Azure DevOps's log of deliveries reaches.
const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Deletes the subscriptions that a plan retires, after its other steps. One whose log has deliveries that did not
/// succeed is left to `watch`, since the log is deleted with it. One that cannot be deleted is named.
///
/// # Errors
///
/// When the log cannot be read, or an error concerns every call.
pub(super) async fn retire<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    plan: &Plan,
    scope: &Scope,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), SetupError> {
    let steps: Vec<(&Step, &ExistingSubscription)> = plan.steps.iter().filter_map(retired).collect();
    if steps.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = steps.iter().map(|(_, existing)| existing.id.as_str()).collect();
    let from = now.saturating_sub(LOG_RETENTION).unwrap_or(now);
    let mut unread = Vec::new();
    for state in [DeliveryState::Failed, DeliveryState::Pending] {
        let rows = integration.organization.deliveries(&ids, state, from, now).await;
        let rows = rows.context("the delivery log could not be read")?;
        unread.extend(rows.into_iter().map(|row| row.subscription_id));
    }
    for (step, existing) in steps {
        let description = format!("{} ({})", describe_step(step, scope), existing.id);
        if unread.contains(&existing.id) {
            let reason = "`watch` does this when it has read its log of failed deliveries";
            report.remains.push(format!("{description}: {reason}"));
            continue;
        }
        match integration.organization.delete(&existing.id).await {
            Ok(()) => report.done.push(description),
            Err(error) => {
                let failure = refusal(&error, &format!("could not {description}"));
                if error.concerns() == Concerns::EveryCall {
                    return Err(failure);
                }
                report.remains.push(failure.to_string());
            }
        }
    }
    Ok(())
}

fn retired(step: &Step) -> Option<(&Step, &ExistingSubscription)> {
    match step {
        Step::Retire { existing, .. } => Some((step, existing)),
        Step::Create(_) | Step::Replace { .. } => None,
    }
}
