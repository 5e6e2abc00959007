//! Messages as batches that SQS takes in one call, and SQS's answer as one result per message.

pub(crate) mod sdk;
pub(crate) mod wire;

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

/// What became of one entry of a batch, whose id is the message's place in it.
pub(crate) struct Settled {
    id: String,
    result: SendResult,
}

impl Settled {
    fn sent(id: String, message_id: String) -> Self {
        Self { id, result: Ok(Sent { message_id }) }
    }

    fn failed(id: String, code: &str, message: Option<&str>, is_senders_fault: bool) -> Self {
        Self { id, result: Err(failure::of_entry(code, message, is_senders_fault)) }
    }
}

/// Notes SQS's answer in `results`. A place that the answer does not mention keeps what it has: a batch can fail in part,
/// and in silence, under HTTP 200.
pub(crate) fn note(answer: impl IntoIterator<Item = Settled>, results: &mut [SendResult]) {
    for Settled { id, result } in answer {
        if let Some(place) = id.parse().ok().and_then(|place: usize| results.get_mut(place)) {
            *place = result;
        }
    }
}

/// The places that are worth sending once more.
pub(crate) fn unsettled(places: &mut Vec<usize>, results: &[SendResult]) {
    places.retain(|place| matches!(results.get(*place), Some(Err(SendFailure::Unavailable(_)))));
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
