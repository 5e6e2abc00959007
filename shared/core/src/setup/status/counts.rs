//! Counts the deliveries of subscriptions.

use jiff::Timestamp;

use crate::azure_devops::deliveries::DeliveryCounts;
use crate::azure_devops::error::Concerns;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{OperatorError, PassedOver, failed_call, is_late};
use crate::setup::batches::Batches;
use crate::setup::report::{Report, shorten};

/// Counts the deliveries of all subscriptions with as few calls as possible. One that is refused is passed over. Where the
/// log cannot be read at all, the report says so and there are no counts.
///
/// # Errors
///
/// An error that concerns every call.
pub(super) async fn delivery_counts(
    organization: &impl AzureDevOps,
    ids: &[&str],
    since: Timestamp,
    report: &mut Report,
) -> Result<Vec<DeliveryCounts>, OperatorError> {
    let (mut failed, mut counts, mut batches) = (PassedOver::default(), Vec::new(), Batches::of(ids));
    while let Some(ids) = batches.next() {
        if is_late(organization) {
            report.remains.push("there was no time to count every delivery: run `status` again".to_owned());
            break;
        }
        let counted = organization.delivery_counts(ids, since).await;
        let counted = match counted {
            Err(error) if error.concerns() == Concerns::EveryCall => {
                return Err(failed_call(&error, "the delivery log could not be read"));
            }
            Err(error) if ids.len() > 1 => {
                batches.split(ids, &error);
                continue;
            }
            counted => counted.map_err(|error| {
                let id = ids.first().copied().unwrap_or_default();
                failed_call(&error, &format!("the delivery log of subscription {id} could not be read"))
            }),
        };
        match failed.note(counted) {
            Ok(counted) => counts.extend(counted.into_iter().flatten()),
            Err(error) => {
                report.remains.push(error.to_string());
                break;
            }
        }
    }
    report.remains.extend(shorten(failed.messages().collect()));
    Ok(counts)
}
