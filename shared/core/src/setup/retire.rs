//! Deletes the subscriptions that a plan retires.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::open::OpenIntegration;
use crate::setup::error::{Context as _, PassedOver, SetupError};
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_retirement;
use crate::subscriptions::plan::Plan;
use crate::subscriptions::scope::Scope;

/// How far back Azure DevOps's log of deliveries reaches.
const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Deletes the subscriptions that a plan retires, after its other steps. One whose log has deliveries that did not
/// succeed is left to `watch`, since the log is deleted with it. One that cannot be deleted, or whose log cannot be read, is
/// named.
///
/// # Errors
///
/// An error that concerns every call.
pub(super) async fn retire<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    plan: &Plan,
    scope: &Scope,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), SetupError> {
    let mut failed = PassedOver::default();
    for retirement in &plan.retirements {
        let (existing, description) = (&retirement.existing, describe_retirement(retirement, scope));
        let has_unread = has_unread(integration, existing, now).await;
        match failed.note(has_unread.context(format!("could not {description}")))? {
            Some(true) => {
                let reason = "`watch` does this when it has read its log of failed deliveries";
                report.remains.push(format!("{description}: {reason}"));
            }
            Some(false) => {
                let deleted = integration.organization.delete(&existing.id).await;
                if failed.note(deleted.context(format!("could not {description}")))?.is_some() {
                    report.done.push(description);
                }
            }
            None => {}
        }
    }
    report.remains.extend(failed.messages());
    Ok(())
}

/// Whether the log of a subscription has deliveries that did not succeed.
async fn has_unread<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    existing: &ExistingSubscription,
    now: Timestamp,
) -> Result<bool, RestError> {
    let from = now.saturating_sub(LOG_RETENTION).unwrap_or(now);
    for state in [DeliveryState::Failed, DeliveryState::Pending] {
        if !integration.organization.deliveries(&[&existing.id], state, from, now).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
