//! Packs the raw body of a delivery into messages for the quarantine, so that a later version can process it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::gzip::compress;
use crate::message::queue_message::{MESSAGE_BYTES_MAX, QueueMessage};
use crate::message::sanitize::{escape_noncharacters, truncate};
use crate::quarantine::record::{ENCODING, QuarantineRecord, SCHEMA};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;

/// Bytes reserved in each message for everything but the body. Every other text is bounded well below it.
const ENVELOPE_BYTES: usize = 32 * 1024;

/// Most bytes of a text from the delivery.
const TEXT_BYTES_MAX: usize = 512;

/// A delivery as messages for the quarantine.
#[derive(Debug)]
pub(crate) struct PackedDelivery {
    pub(crate) id: String,
    pub(crate) messages: Vec<QueueMessage>,
}

/// Packs a raw body into as many messages as it needs.
pub(crate) fn pack(
    endpoint: Endpoint,
    delivery: &DeliveryRecord,
    reason: &str,
    raw: &[u8],
) -> PackedDelivery {
    let sha256 = hex::encode(Sha256::digest(raw));
    let integration = delivery.integration.as_deref().unwrap_or_default();
    let id = quarantine_id(integration, endpoint, delivery.change.as_deref(), &sha256);
    let compressed = compress(raw);
    // Base64 makes four characters of three bytes. A multiple of three needs no padding, except in the last part.
    let chunk_bytes = (MESSAGE_BYTES_MAX - ENVELOPE_BYTES) / 4 * 3;
    let parts = compressed.len().div_ceil(chunk_bytes).max(1);
    let chunks = compressed.chunks(chunk_bytes).chain(compressed.is_empty().then_some(&[][..]));
    let messages = chunks.enumerate().map(|(index, chunk)| {
        let record = QuarantineRecord {
            schema: SCHEMA.into(),
            id: id.as_str().into(),
            reason: truncate(reason, 4 * TEXT_BYTES_MAX).into(),
            integration: integration.into(),
            endpoint: endpoint.as_str().into(),
            change: delivery.change.as_deref().map(Into::into),
            received_at: delivery.received_at.map(|at| at.to_string()).unwrap_or_default(),
            event_type: shortened(delivery.event_type.as_deref()),
            event_id: shortened(delivery.event_id.as_deref()),
            subscription_id: shortened(delivery.subscription_id.as_deref()),
            notification_id: delivery.notification_id,
            activity_id: shortened(delivery.activity_id.as_deref()),
            part: index + 1,
            parts,
            bytes: raw.len(),
            sha256: sha256.as_str().into(),
            encoding: ENCODING.into(),
            body: STANDARD.encode(chunk),
        };
        let body = escape_noncharacters(serde_json::to_string(&record).unwrap_or_default());
        QueueMessage {
            body,
            attributes: vec![("integration", integration.to_owned())],
            fifo: None,
            trace_header: None,
        }
    });
    PackedDelivery { messages: messages.collect(), id: id.clone() }
}

fn quarantine_id(integration: &str, endpoint: Endpoint, change: Option<&str>, sha256: &str) -> String {
    let identifiers = format!("{integration}\n{endpoint}\n{}\n{sha256}", change.unwrap_or_default());
    format!("quarantine-{}", hex::encode(&Sha256::digest(identifiers)[..16]))
}

fn shortened(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(|text| truncate(text, TEXT_BYTES_MAX).into())
}
