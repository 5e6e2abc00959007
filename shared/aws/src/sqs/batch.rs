//! Messages as entries of `SendMessageBatch`.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::queue_receiver::BATCH_MESSAGES_MAX;

/// Most bytes of one `SendMessageBatch`, over all its entries.
const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// Splits messages, in order, into batches that SQS takes in one call. A message over the limit gets a batch of its own,
/// for SQS to refuse.
pub(super) fn split(messages: Vec<QueueMessage>) -> Vec<Vec<QueueMessage>> {
    let mut batches: Vec<Vec<QueueMessage>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let size = message.size();
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_MESSAGES_MAX && bytes + size <= BATCH_BYTES_MAX => {
                batch.push(message);
                bytes += size;
            }
            _ => {
                batches.push(vec![message]);
                bytes = size;
            }
        }
    }
    batches
}

/// A message as a batch entry whose id is its index in the batch.
///
/// # Errors
///
/// When a part that SQS needs is missing, which cannot happen while this function sets each of them.
pub(super) fn entry(
    index: usize,
    message: &QueueMessage,
) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(&message.body);
    for (name, value) in &message.attributes {
        let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
        entry = entry.message_attributes(*name, value);
    }
    if let Some(fifo) = &message.fifo {
        entry = entry.message_group_id(&fifo.group_id).message_deduplication_id(&fifo.deduplication_id);
    }
    if let Some(trace) = &message.trace_header {
        let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace).build()?;
        entry = entry.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
    }
    entry.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_sizes(sizes: &[usize]) -> Vec<usize> {
        let message = |size: &usize| QueueMessage {
            body: "x".repeat(*size),
            attributes: Vec::new(),
            fifo: None,
            trace_header: None,
        };
        split(sizes.iter().map(message).collect()).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_batch_holds_ten_messages_and_one_mebibyte() {
        const HALF: usize = BATCH_BYTES_MAX / 2;
        assert_eq!(split_sizes(&[]), [0; 0]);
        assert_eq!(split_sizes(&[1; 10]), [10]);
        assert_eq!(split_sizes(&[1; 21]), [10, 10, 1]);
        assert_eq!(split_sizes(&[HALF, HALF, 1]), [2, 1]);
        assert_eq!(split_sizes(&[HALF, HALF + 1, HALF]), [1, 1, 1]);
        assert_eq!(split_sizes(&[1, BATCH_BYTES_MAX + 1, 1]), [1, 1, 1]);
    }
}
