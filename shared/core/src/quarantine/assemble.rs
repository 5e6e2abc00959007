//! Assembles quarantined deliveries from the messages they were packed into.
//!
//! A delivery may have several messages, which arrive in any order and more than once. A delivery that Azure DevOps
//! repeated is in the queue several times with the same id. The content of the queue is not trusted: a body is accepted
//! only when its length and digest are those in its records.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::gzip::decompress;
use crate::integration::name::IntegrationName;
use crate::quarantine::record::{QuarantineRecord, SCHEMA, SCHEMA_FAMILY};
use crate::queue_receiver::{ReceiptHandle, ReceivedMessage};
use crate::receiver::endpoint::Endpoint;

/// A record that owns its text.
type Record = QuarantineRecord<'static>;

/// The result of assembling messages.
#[derive(Debug, Default)]
pub struct Assembled {
    /// The complete deliveries, in the order of their ids.
    pub whole: Vec<QuarantinedDelivery>,
    /// Deliveries with missing parts, in the order of their ids. More messages may complete them, when all are assembled
    /// together.
    pub incomplete: Vec<Incomplete>,
    /// Messages and deliveries that cannot be read. A person must look at them.
    pub unreadable: Vec<Unreadable>,
}

/// A delivery as it was received, and why it was quarantined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedDelivery {
    /// Identifies the delivery; equal for repetitions of it.
    pub id: String,
    /// The endpoint that received it.
    pub endpoint: Endpoint,
    /// The `change` query parameter.
    pub change: Option<String>,
    /// The integration that received it.
    pub integration: IntegrationName,
    /// Why it could not be converted.
    pub reason: String,
    /// When it was received.
    pub received_at: Option<Timestamp>,
    /// Azure DevOps's event type, if it could be parsed.
    pub event_type: Option<String>,
    /// Azure DevOps's event id.
    pub event_id: Option<String>,
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The number of the notification within its subscription.
    pub notification_id: Option<u64>,
    /// The activity id, by which Microsoft's support finds the delivery.
    pub activity_id: Option<String>,
    /// The body, byte for byte.
    pub raw: Vec<u8>,
    /// All messages of this delivery, repetitions included. They are deleted together.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// A delivery with missing parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// The id of the delivery.
    pub id: String,
    /// Number of parts that were received.
    pub have: usize,
    /// Number of parts of the delivery.
    pub parts: usize,
    /// The messages that were received.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// A message, or a delivery, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The id of the delivery, if it could be read.
    pub id: Option<String>,
    /// Why it cannot be read.
    pub reason: UnreadableReason,
    /// The receipt handles of the messages.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// Why a message or a delivery in the quarantine cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableReason {
    /// Hookpost did not write the message.
    #[error("the message was not written by Hookpost")]
    Foreign,
    /// Another version of Hookpost wrote the message, with another schema.
    #[error("the message was written by another version of Hookpost; update this stack")]
    Newer,
    /// The body does not have the length or digest in its records, or a field is invalid.
    #[error("the body kept in it is damaged")]
    Damaged,
}

/// Assembles deliveries from messages. The receipt handle of each message is in exactly one place of the result.
pub fn assemble(messages: Vec<ReceivedMessage>) -> Assembled {
    let mut assembled = Assembled::default();
    let mut deliveries: BTreeMap<String, Vec<(Record, ReceiptHandle)>> = BTreeMap::new();
    for ReceivedMessage { body, receipt_handle, .. } in messages {
        match parse_record(&body) {
            Ok(record) => {
                deliveries.entry(record.id.to_string()).or_default().push((record, receipt_handle));
            }
            Err(reason) => {
                assembled.unreadable.push(Unreadable {
                    id: None,
                    reason,
                    receipt_handles: vec![receipt_handle],
                });
            }
        }
    }
    for (id, records) in deliveries {
        assembled.add_delivery(id, records);
    }
    assembled
}

impl Assembled {
    /// Adds the delivery with this id. The first complete copy of it is used, and the others are repetitions.
    fn add_delivery(&mut self, id: String, records: Vec<(Record, ReceiptHandle)>) {
        let (records, mut receipt_handles): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        receipt_handles.sort();
        receipt_handles.dedup();
        // The parts of one copy have the same time. Parts of different copies are never mixed, because another version of
        // the receiver may have split the same body differently.
        let mut copies: BTreeMap<(String, usize), BTreeMap<usize, Record>> = BTreeMap::new();
        for record in records {
            let copy = copies.entry((record.received_at.clone(), record.parts)).or_default();
            copy.insert(record.part, record);
        }
        let mut is_damaged = false;
        let mut most_complete = (0, 0);
        for ((_, parts), copy) in copies {
            if copy.len() < parts {
                most_complete = most_complete.max((copy.len(), parts));
                continue;
            }
            match join_parts(copy, &mut receipt_handles) {
                Some(delivery) => return self.whole.push(delivery),
                None => is_damaged = true,
            }
        }
        match most_complete {
            (0, _) if is_damaged => {
                let reason = UnreadableReason::Damaged;
                self.unreadable.push(Unreadable { id: Some(id), reason, receipt_handles });
            }
            (have, parts) => self.incomplete.push(Incomplete { id, have, parts, receipt_handles }),
        }
    }
}

fn parse_record(message: &str) -> Result<Record, UnreadableReason> {
    #[derive(Deserialize)]
    struct SchemaOnly {
        schema: String,
    }
    let SchemaOnly { schema } = serde_json::from_str(message).map_err(|_| UnreadableReason::Foreign)?;
    if !schema.starts_with(SCHEMA_FAMILY) {
        return Err(UnreadableReason::Foreign);
    }
    if schema != SCHEMA {
        return Err(UnreadableReason::Newer);
    }
    let record: Record = serde_json::from_str(message).map_err(|_| UnreadableReason::Damaged)?;
    if (1..=record.parts).contains(&record.part) { Ok(record) } else { Err(UnreadableReason::Damaged) }
}

/// Joins the parts of one copy of a delivery; `None` when it is damaged. On success, `receipt_handles` is moved into the
/// delivery.
fn join_parts(
    parts: BTreeMap<usize, Record>,
    receipt_handles: &mut Vec<ReceiptHandle>,
) -> Option<QuarantinedDelivery> {
    let mut compressed = Vec::new();
    for record in parts.values() {
        STANDARD.decode_vec(&record.body, &mut compressed).ok()?;
    }
    let record = parts.into_values().next()?;
    let raw = decompress(&compressed, record.bytes)
        .filter(|raw| hex::encode(Sha256::digest(raw)) == record.sha256)?;
    let endpoints = [Endpoint::CodePushed, Endpoint::PullRequest];
    let endpoint = endpoints.into_iter().find(|endpoint| endpoint.as_str() == record.endpoint)?;
    Some(QuarantinedDelivery {
        endpoint,
        integration: IntegrationName::parse(&record.integration).ok()?,
        id: record.id.into_owned(),
        change: record.change.map(Cow::into_owned),
        reason: record.reason.into_owned(),
        received_at: record.received_at.parse().ok(),
        event_type: record.event_type.map(Cow::into_owned),
        event_id: record.event_id.map(Cow::into_owned),
        subscription_id: record.subscription_id.map(Cow::into_owned),
        notification_id: record.notification_id,
        activity_id: record.activity_id.map(Cow::into_owned),
        raw,
        receipt_handles: std::mem::take(receipt_handles),
    })
}

#[cfg(test)]
mod tests;
