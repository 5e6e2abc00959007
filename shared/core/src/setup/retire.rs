//! Deletes the subscriptions that a plan retires.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::port::AzureDevOps;
use crate::integration::open::OpenIntegration;
use crate::setup::error::{Context as _, PassedOver, SetupError};
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_retirement;
use crate::subscriptions::plan::Plan;
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
    if plan.retirements.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = plan.retirements.iter().map(|retirement| retirement.existing.id.as_str()).collect();
    let from = now.saturating_sub(LOG_RETENTION).unwrap_or(now);
    let mut unread = Vec::new();
    for state in [DeliveryState::Failed, DeliveryState::Pending] {
        let rows = integration.organization.deliveries(&ids, state, from, now).await;
        let rows = rows.context("the delivery log could not be read")?;
        unread.extend(rows.into_iter().map(|row| row.subscription_id));
    }
    let mut failed = PassedOver::default();
    for retirement in &plan.retirements {
        let (existing, description) = (&retirement.existing, describe_retirement(retirement, scope));
        if unread.contains(&existing.id) {
            let reason = "`watch` does this when it has read its log of failed deliveries";
            report.remains.push(format!("{description}: {reason}"));
            continue;
        }
        let deleted = integration.organization.delete(&existing.id).await;
        if failed.note(deleted.context(format!("could not {description}")))?.is_some() {
            report.done.push(description);
        }
    }
    report.remains.extend(failed.messages());
    Ok(())
}
