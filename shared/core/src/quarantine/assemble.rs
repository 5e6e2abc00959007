//! Whole deliveries out of the messages they were kept in.
//!
//! A body may take several messages, which arrive in any order and more than once; a delivery that was repeated is there
//! several times under one id. Nothing is believed of the queue's content that is not checked: a body is whole when its
//! length and its digest are what its parts say.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::hex::hex;
use crate::integration::name::IntegrationName;
use crate::quarantine::port::{QuarantineMessage, ReceiptHandle};
use crate::quarantine::record::{QuarantineRecord, SCHEMA, SCHEMA_FAMILY};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::request::BODY_BYTES_MAX;

/// A record that owns what it read.
type Record = QuarantineRecord<'static>;

/// What messages made.
#[derive(Debug, Default)]
pub struct Assembled {
    /// By id.
    pub whole: Vec<QuarantinedDelivery>,
    /// By id. The rest may come with the next messages: assemble all of them together.
    pub incomplete: Vec<Incomplete>,
    /// What no further message can help. It is to be left for a person.
    pub unreadable: Vec<Unreadable>,
}

/// A delivery as it came in, and why it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantinedDelivery {
    /// The same for a repeated delivery.
    pub id: String,
    /// Where it came in.
    pub endpoint: Endpoint,
    /// The `change` query parameter.
    pub change: Option<String>,
    /// Ownership it is.
    pub integration: IntegrationName,
    /// What could not be understood.
    pub reason: String,
    /// When it came in first.
    pub received_at: Option<Timestamp>,
    /// Azure DevOps's event type, as far as it was understood.
    pub event_type: Option<String>,
    /// Azure DevOps's event id.
    pub event_id: Option<String>,
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The subscription's own counter.
    pub notification_id: Option<u64>,
    /// By which Microsoft's support finds it.
    pub activity_id: Option<String>,
    /// The body, byte for byte.
    pub raw: Vec<u8>,
    /// Every message that holds this delivery or a part of it, repeats included: to be deleted together.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// A delivery with parts still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Of the delivery.
    pub id: String,
    /// How many parts are here.
    pub have: usize,
    /// How many there are.
    pub parts: usize,
    /// The messages that are here.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// A message, or a delivery, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Of the delivery, when that much could be read.
    pub id: Option<String>,
    /// Why.
    pub reason: UnreadableReason,
    /// The messages it is in.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// Why something in the quarantine cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableReason {
    /// Not a message of ours.
    #[error("the message was not written by Hookpost")]
    Foreign,
    /// A form of a later version.
    #[error("the message was written by another version of Hookpost; update this stack")]
    Newer,
    /// The parts do not make the body they say they make.
    #[error("the body kept in it is damaged")]
    Damaged,
}

/// Makes whole deliveries of messages, as far as they go. Each message's `receipt_handle` is in exactly one place of the result.
pub fn assemble(messages: Vec<QuarantineMessage>) -> Assembled {
    let mut assembled = Assembled::default();
    let mut deliveries: BTreeMap<String, Vec<(Record, ReceiptHandle)>> = BTreeMap::new();
    for QuarantineMessage { body, receipt_handle, .. } in messages {
        match read(&body) {
            Ok(part) => deliveries.entry(part.id.to_string()).or_default().push((part, receipt_handle)),
            Err(reason) => {
                assembled.unreadable.push(Unreadable {
                    id: None,
                    reason,
                    receipt_handles: vec![receipt_handle],
                });
            }
        }
    }
    for (id, parts) in deliveries {
        assembled.add(id, parts);
    }
    assembled
}

impl Assembled {
    /// Takes everything there is of one id. The first whole keeping of it counts, and the others are repeats.
    fn add(&mut self, id: String, parts: Vec<(Record, ReceiptHandle)>) {
        let (parts, mut receipt_handles): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        receipt_handles.sort();
        receipt_handles.dedup();
        // Parts of one keeping have the moment in common. Those of different ones are never mixed: another version of
        // the receiver may have cut the same body differently.
        let mut keepings: BTreeMap<(String, usize), BTreeMap<usize, Record>> = BTreeMap::new();
        for part in parts {
            let keeping = keepings.entry((part.received_at.clone(), part.parts)).or_default();
            keeping.insert(part.part, part);
        }
        let mut damaged = false;
        let mut closest = (0, 0);
        for ((_, parts), keeping) in keepings {
            if keeping.len() < parts {
                closest = closest.max((keeping.len(), parts));
                continue;
            }
            match whole(keeping, &mut receipt_handles) {
                Some(kept) => return self.whole.push(kept),
                None => damaged = true,
            }
        }
        match closest {
            (0, _) if damaged => {
                let reason = UnreadableReason::Damaged;
                self.unreadable.push(Unreadable { id: Some(id), reason, receipt_handles });
            }
            (have, parts) => self.incomplete.push(Incomplete { id, have, parts, receipt_handles }),
        }
    }
}

fn read(message: &str) -> Result<Record, UnreadableReason> {
    #[derive(Deserialize)]
    struct Form {
        schema: String,
    }
    let form: Form = serde_json::from_str(message).map_err(|_| UnreadableReason::Foreign)?;
    if !form.schema.starts_with(SCHEMA_FAMILY) {
        return Err(UnreadableReason::Foreign);
    }
    if form.schema != SCHEMA {
        return Err(UnreadableReason::Newer);
    }
    let part: Record = serde_json::from_str(message).map_err(|_| UnreadableReason::Damaged)?;
    if (1..=part.parts).contains(&part.part) { Ok(part) } else { Err(UnreadableReason::Damaged) }
}

/// All parts of one keeping, put together. Takes the `receipt_handles` when it succeeds.
fn whole(
    parts: BTreeMap<usize, Record>,
    receipt_handles: &mut Vec<ReceiptHandle>,
) -> Option<QuarantinedDelivery> {
    let mut packed = Vec::new();
    for part in parts.values() {
        STANDARD.decode_vec(&part.body, &mut packed).ok()?;
    }
    let part = parts.into_values().next()?;
    let raw = unpack(&packed, part.bytes).filter(|raw| hex(&Sha256::digest(raw), 32) == part.sha256)?;
    let endpoint = [Endpoint::CodePushed, Endpoint::PullRequest];
    let endpoint = endpoint.into_iter().find(|endpoint| endpoint.as_str() == part.endpoint)?;
    Some(QuarantinedDelivery {
        endpoint,
        integration: IntegrationName::parse(&part.integration).ok()?,
        id: part.id.into_owned(),
        change: part.change.map(Cow::into_owned),
        reason: part.reason.into_owned(),
        received_at: part.received_at.parse().ok(),
        event_type: part.event_type.map(Cow::into_owned),
        event_id: part.event_id.map(Cow::into_owned),
        subscription_id: part.subscription_id.map(Cow::into_owned),
        notification_id: part.notification_id,
        activity_id: part.activity_id.map(Cow::into_owned),
        raw,
        receipt_handles: std::mem::take(receipt_handles),
    })
}

/// Unpacks exactly `bytes`, and no more than a receiver takes: a few bytes can be packed to unpack into gigabytes.
fn unpack(packed: &[u8], bytes: usize) -> Option<Vec<u8>> {
    if bytes > BODY_BYTES_MAX {
        return None;
    }
    let mut raw = Vec::with_capacity(bytes);
    let limit = u64::try_from(bytes).ok()?.checked_add(1)?;
    GzDecoder::new(packed).take(limit).read_to_end(&mut raw).ok()?;
    (raw.len() == bytes).then_some(raw)
}

#[cfg(test)]
mod tests;
