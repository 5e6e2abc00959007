//! Batches in the types of the SDK.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use hookpost_core::message::QueueMessage;

use super::Settled;

/// A message as a batch entry whose id is its place in the batch.
///
/// # Errors
///
/// When a part SQS needs is missing, which cannot happen while this function sets each of them.
pub(crate) fn entry(
    place: usize,
    message: &QueueMessage,
) -> Result<SendMessageBatchRequestEntry, BuildError> {
    let mut entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(&message.body);
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

/// What the answer says of each entry that it mentions.
pub(crate) fn settled(answer: SendMessageBatchOutput) -> impl Iterator<Item = Settled> {
    let sent = answer.successful.into_iter().map(|sent| Settled::sent(sent.id, sent.message_id));
    let failed = answer.failed.into_iter().map(|failed| {
        Settled::failed(failed.id, &failed.code, failed.message.as_deref(), failed.sender_fault)
    });
    sent.chain(failed)
}
