//! Queues in SQS.

mod batch;
mod checkpoint_queue;
mod delivery_queue;
mod queue;
mod receiver;
mod send_failure;

use aws_sdk_sqs::config::Region;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use hookpost_core::queue_receiver::ReceiptHandle;

pub use self::checkpoint_queue::SqsCheckpointQueue;
pub use self::delivery_queue::SqsDeliveryQueue;
pub use self::queue::SqsQueue;
pub use self::receiver::SqsReceiver;
use crate::client::Redacted;
use crate::settings::EndpointVariant;

/// A client of SQS.
pub(crate) type Client = Redacted<aws_sdk_sqs::Client>;

/// How long SQS looks for messages. With any wait at all SQS asks all its servers, not a sample of them that may hold
/// none although the queue has some.
const WAIT_SECONDS: i32 = 1;

/// The URL of SQS in a Region by the SDK's rules, or `url` where it is given.
pub(crate) async fn endpoint(
    region: &Region,
    variant: EndpointVariant,
    url: Option<String>,
) -> Option<String> {
    use aws_sdk_sqs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
    let params = Params::builder().region(region.as_ref()).set_endpoint(url);
    let params = params.use_fips(variant.fips).use_dual_stack(variant.dual_stack).build().ok()?;
    Some(DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().to_owned())
}

/// The entries of a `DeleteMessageBatch`. Their ids are their places.
///
/// # Errors
///
/// When a part that SQS needs is missing, which cannot happen while this function sets each of them.
fn delete_entries(receipts: &[ReceiptHandle]) -> Result<Vec<DeleteMessageBatchRequestEntry>, BuildError> {
    let entry = |(place, receipt): (usize, &ReceiptHandle)| {
        let entry = DeleteMessageBatchRequestEntry::builder().id(place.to_string());
        entry.receipt_handle(&receipt.0).build()
    };
    receipts.iter().enumerate().map(entry).collect()
}
