//! Messages as batches that SQS takes in one call, and SQS's answer as one result per message.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    SendMessageBatchRequestEntry,
};
use hookpost_core::message::QueueMessage;
use hookpost_core::port::{SendFailure, SendResult, Sent};

use crate::failure;

/// Most entries of one `SendMessageBatch`.
const BATCH_ENTRIES_MAX: usize = 10;

/// Most bytes of one `SendMessageBatch`, over all its entries.
const BATCH_BYTES_MAX: usize = 1024 * 1024;

/// How many messages go into each batch, in order, for messages of these sizes in bytes. A message over the
/// limit gets a batch of its own, for SQS to refuse.
pub(crate) fn lengths(sizes: &[usize]) -> Vec<usize> {
    let mut lengths = Vec::new();
    let (mut length, mut bytes) = (0, 0);
    for size in sizes {
        if length == BATCH_ENTRIES_MAX || (length > 0 && bytes + size > BATCH_BYTES_MAX) {
            lengths.push(length);
            (length, bytes) = (0, 0);
        }
        length += 1;
        bytes += size;
    }
    if length > 0 {
        lengths.push(length);
    }
    lengths
}

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

/// Notes SQS's answer in `results`, where entry `n` belongs to place `n`. A place that the answer does not
/// mention keeps what it has: a batch can fail in part, and in silence, under HTTP 200.
pub(crate) fn note(answer: SendMessageBatchOutput, results: &mut [SendResult]) {
    for sent in answer.successful {
        if let Some(result) = place(&sent.id).and_then(|place| results.get_mut(place)) {
            *result = Ok(Sent { message_id: sent.message_id });
        }
    }
    for failed in answer.failed {
        if let Some(result) = place(&failed.id).and_then(|place| results.get_mut(place)) {
            *result = Err(failure::of_entry(&failed.code, failed.message.as_deref(), failed.sender_fault));
        }
    }
}

/// The places that are worth sending once more.
pub(crate) fn unsettled(places: &mut Vec<usize>, results: &[SendResult]) {
    places.retain(|place| matches!(results.get(*place), Some(Err(SendFailure::Unavailable(_)))));
}

fn place(id: &str) -> Option<usize> {
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::types::{BatchResultErrorEntry, SendMessageBatchResultEntry};

    use super::*;

    #[test]
    fn a_batch_holds_ten_messages_and_one_mebibyte() {
        const HALF: usize = BATCH_BYTES_MAX / 2;
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&[1; 10]), [10]);
        assert_eq!(lengths(&[1; 21]), [10, 10, 1]);
        assert_eq!(lengths(&[HALF, HALF, 1]), [2, 1]);
        assert_eq!(lengths(&[HALF, HALF + 1, HALF]), [1, 1, 1]);
        assert_eq!(lengths(&[1, BATCH_BYTES_MAX + 1, 1]), [1, 1, 1]);
    }

    fn silence() -> SendResult {
        Err(SendFailure::Unavailable("silence".to_owned()))
    }

    #[test]
    fn each_place_gets_its_own_result_and_silence_is_no_success() {
        let sent = SendMessageBatchResultEntry::builder()
            .id("2")
            .message_id("m2")
            .md5_of_message_body("")
            .build()
            .unwrap();
        let failed = |id: &str, code: &str, fault| {
            BatchResultErrorEntry::builder().id(id).code(code).sender_fault(fault).build().unwrap()
        };
        let answer = SendMessageBatchOutput::builder()
            .successful(sent)
            .failed(failed("0", "InvalidMessageContents", true))
            .failed(failed("3", "InternalError", false))
            .failed(failed("9", "InternalError", false))
            .build()
            .unwrap();
        let mut results = vec![silence(), silence(), silence(), silence()];
        note(answer, &mut results);
        assert_eq!(
            results,
            [
                Err(SendFailure::Refused("InvalidMessageContents".to_owned())),
                silence(),
                Ok(Sent { message_id: "m2".to_owned() }),
                Err(SendFailure::Unavailable("InternalError".to_owned())),
            ]
        );
        let mut places = vec![0, 1, 2, 3];
        unsettled(&mut places, &results);
        assert_eq!(places, [1, 3]);
    }
}
