//! Deletes the subscriptions that a plan retires.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, PassedOver, RestResultExt as _};
use crate::integration::open_integration::OpenIntegration;
use crate::setup::report::Report;

/// How far back Azure DevOps's log of deliveries reaches.
const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Deletes subscriptions, each with its description, after the other steps of a plan. One whose log has deliveries that did not
/// succeed is left to `watch`, since the log is deleted with it. One that cannot be deleted, or whose log cannot be read, is
/// named. Returns how many are left to the next run.
///
/// # Errors
///
/// An error that concerns every call.
pub(super) async fn retire<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    retired: Vec<(&ExistingSubscription, String)>,
    now: Timestamp,
    report: &mut Report,
) -> Result<usize, OperatorError> {
    let mut failed = PassedOver::default();
    let ids: Vec<&str> = retired.iter().map(|(existing, _)| existing.id.as_str()).collect();
    let unread = unread_logs(integration, &ids, now).await;
    for (index, (existing, description)) in retired.into_iter().enumerate() {
        if !failed.begins(&integration.organization, ids.len() - index) {
            break;
        }
        let has_unread = match &unread {
            Ok(unread) => Ok(unread.contains(&existing.id)),
            Err(error) if ids.len() == 1 || error.concerns() == Concerns::EveryCall => Err(error.clone()),
            // One log of them cannot be read.
            Err(_) => unread_logs(integration, &[&existing.id], now).await.map(|unread| !unread.is_empty()),
        };
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
    Ok(failed.left())
}

/// The ids of those of the subscriptions whose logs have deliveries that did not succeed.
async fn unread_logs<O: AzureDevOps>(
    integration: &OpenIntegration<O>,
    ids: &[&str],
    now: Timestamp,
) -> Result<BTreeSet<String>, RestError> {
    let mut unread = BTreeSet::new();
    if ids.is_empty() {
        return Ok(unread);
    }
    let from = now.saturating_sub(LOG_RETENTION).unwrap_or(now);
    for state in [DeliveryState::Failed, DeliveryState::Pending] {
        let rows = integration.organization.deliveries(ids, state, from, now).await?;
        unread.extend(rows.into_iter().map(|row| row.subscription_id));
        if unread.len() == ids.len() {
            break;
        }
    }
    Ok(unread)
}
