//! Deliveries that were admitted and not understood: the raw body, kept so that nothing is lost and a later version can
//! read it.

use std::borrow::Cow;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::hex::hex;
use crate::message::queue_message::{MESSAGE_BYTES_MAX, QueueMessage};
use crate::message::sanitize::{escape_noncharacters, truncate};
use crate::quarantine::record::{ENCODING, QuarantineRecord, SCHEMA};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;

/// Bytes of a part that are not the body: generous, since every text in it is bounded.
const ENVELOPE_BYTES: usize = 32 * 1024;

/// Longest text taken over from the delivery, in bytes.
const TEXT_BYTES_MAX: usize = 512;

/// A body made ready for the quarantine.
#[derive(Debug)]
pub(crate) struct Quarantined {
    pub(crate) id: String,
    pub(crate) messages: Vec<QueueMessage>,
}

/// Packs a raw body into as many messages as it takes.
pub(crate) fn pack(endpoint: Endpoint, record: &DeliveryRecord, reason: &str, raw: &[u8]) -> Quarantined {
    let sha256 = hex(&Sha256::digest(raw), 32);
    let integration = record.integration.as_deref().unwrap_or_default();
    let id = identity(integration, endpoint, record.change.as_deref(), &sha256);
    let packed = gzip(raw);
    // Three bytes become four characters; a multiple of three keeps padding out of the middle.
    let chunk = (MESSAGE_BYTES_MAX - ENVELOPE_BYTES) / 4 * 3;
    let parts = packed.len().div_ceil(chunk).max(1);
    let chunks = packed.chunks(chunk).chain(packed.is_empty().then_some(&[][..]));
    let messages = chunks.enumerate().map(|(index, chunk)| {
        let part = QuarantineRecord {
            schema: SCHEMA.into(),
            id: id.as_str().into(),
            reason: truncate(reason, 4 * TEXT_BYTES_MAX).into(),
            integration: integration.into(),
            endpoint: endpoint.as_str().into(),
            change: record.change.as_deref().map(Into::into),
            received_at: record.received_at.map(|at| at.to_string()).unwrap_or_default(),
            event_type: short(record.event_type.as_deref()),
            event_id: short(record.event_id.as_deref()),
            subscription_id: short(record.subscription_id.as_deref()),
            notification_id: record.notification_id,
            activity_id: short(record.activity_id.as_deref()),
            part: index + 1,
            parts,
            bytes: raw.len(),
            sha256: sha256.as_str().into(),
            encoding: ENCODING.into(),
            body: STANDARD.encode(chunk),
        };
        let body = escape_noncharacters(serde_json::to_string(&part).unwrap_or_default());
        QueueMessage {
            body,
            attributes: vec![("integration", integration.to_owned())],
            fifo: None,
            trace_header: None,
        }
    });
    Quarantined { messages: messages.collect(), id: id.clone() }
}

fn identity(integration: &str, endpoint: Endpoint, change: Option<&str>, sha256: &str) -> String {
    let named = format!("{integration}\n{endpoint}\n{}\n{sha256}", change.unwrap_or_default());
    format!("quarantine-{}", hex(&Sha256::digest(named), 16))
}

fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    encoder.write_all(raw).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn short(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(|text| truncate(text, TEXT_BYTES_MAX).into())
}
