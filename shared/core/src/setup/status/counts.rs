//! Counts the deliveries of subscriptions.

use jiff::Timestamp;

use crate::azure_devops::deliveries::DeliveryCounts;
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::setup::error::{Context as _, PassedOver, SetupError, refusal};
use crate::setup::report::{Report, shorten};

/// Most subscriptions in one query. What Azure DevOps allows is not documented.
const COUNTED_MAX: usize = 1000;

/// Most subscriptions that are counted one by one when a query for them is refused. More are halved first.
const SINGLE_MAX: usize = 20;

/// Counts the deliveries of all subscriptions with as few calls as possible, and those of a query that is refused one by
/// one. One that is refused is passed over. Where the log cannot be read at all, the report says so and there are no
/// counts.
///
/// # Errors
///
/// An error that concerns every call.
pub(super) async fn delivery_counts(
    organization: &impl AzureDevOps,
    ids: &[&str],
    since: Timestamp,
    report: &mut Report,
) -> Result<Vec<DeliveryCounts>, SetupError> {
    let (mut failed, mut counts) = (PassedOver::default(), Vec::new());
    let mut queries: Vec<&[&str]> = ids.chunks(COUNTED_MAX).rev().collect();
    let mut left = ids.len();
    while let Some(ids) = queries.pop() {
        match organization.delivery_counts(ids, since).await {
            Ok(counted) => {
                counts.extend(counted);
                left -= ids.len();
                continue;
            }
            Err(error) if error.concerns() == Concerns::EveryCall => {
                return Err(refusal(&error, "the delivery log could not be read"));
            }
            Err(RestError::Unavailable { .. } | RestError::Unreachable { .. }) => {}
            Err(_) if ids.len() > SINGLE_MAX => {
                let (first, second) = ids.split_at(ids.len() / 2);
                queries.extend([second, first]);
                continue;
            }
            Err(_) => {}
        }
        if let Err(error) = count_each(organization, ids, since, &mut left, &mut failed, &mut counts).await {
            report.remains.push(error.to_string());
            break;
        }
    }
    report.remains.extend(shorten(failed.messages().collect()));
    Ok(counts)
}

/// Counts the deliveries of one subscription after the other. `left` is how many are left to count.
async fn count_each(
    organization: &impl AzureDevOps,
    ids: &[&str],
    since: Timestamp,
    left: &mut usize,
    failed: &mut PassedOver,
    counts: &mut Vec<DeliveryCounts>,
) -> Result<(), SetupError> {
    for id in ids {
        if !failed.begins(organization, *left) {
            break;
        }
        let count = organization.delivery_counts(&[id], since).await;
        let count = count.context(format!("the delivery log of subscription {id} could not be read"));
        counts.extend(failed.note(count)?.into_iter().flatten());
        *left -= 1;
    }
    Ok(())
}
