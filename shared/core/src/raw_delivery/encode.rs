//! Encodes a delivery as a message for the raw deliveries queue.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::gzip::compress;
use crate::message::queue_message::{FifoProperties, QueueMessage};
use crate::message::sanitize::{escape_noncharacters, sanitize, truncate};
use crate::normalize::context::DeliveryContext;
use crate::normalize::id::{event_id, group_id};
use crate::payload::lenient::scalar::LenientText;
use crate::raw_delivery::HEADER_BYTES_MAX;
use crate::raw_delivery::origin::Origin;
use crate::raw_delivery::record::{BodyEncoding, RawDeliveryRecord, SCHEMA};

/// Most bytes of a message with a body as it is. SQS bills every 64 KiB as one request, so a longer body is compressed.
const IDENTITY_BYTES_MAX: usize = 64 * 1024;

/// Most bytes of a message: SQS's own limit, less 1 KiB for the name of a target, which a relay adds. Only a relay reads this
/// queue, so what other services take does not matter, as it does for events.
const RAW_MESSAGE_BYTES_MAX: usize = 1023 * 1024;

/// Most bytes of the event type that are kept.
const EVENT_TYPE_BYTES_MAX: usize = 128;

/// A delivery to be kept.
pub(crate) struct NewRawDelivery<'a> {
    pub(crate) context: &'a DeliveryContext<'a>,
    pub(crate) body: &'a [u8],
    /// Names in lower case, and values, of [`KEPT_HEADERS`](super::KEPT_HEADERS).
    pub(crate) headers: &'a [(&'static str, String)],
    /// Absent when the delivery has no event.
    pub(crate) origin: Option<Origin>,
    /// Whether the body was stored in between.
    pub(crate) replayed: bool,
}

impl NewRawDelivery<'_> {
    /// The message of the delivery.
    ///
    /// A body that does not fit a message, even compressed, is left out, and the message says so. It is not split into
    /// parts as in the quarantine: 2 MB of JSON, Azure DevOps's own limit, take some 0.3 MB compressed, and a body that
    /// needs more than SQS's 1 MiB has not been seen. Parts would have to be kept together across the batches of a relay.
    pub(crate) fn encode(self, trace_header: Option<&str>) -> QueueMessage {
        let notification = self.context.notification;
        let integration = self.context.integration.as_str();
        let event_type = notification.event_type.as_ref().map_or("", LenientText::as_str);
        let event_type = truncate(event_type, EVENT_TYPE_BYTES_MAX);
        // The event type, because nothing says that the ids of two types differ.
        let id = event_id("delivery", &[integration, event_type, &self.context.event_key()]);
        let (group_id, project, repository) = match self.origin {
            Some(origin) => (origin.group_id, origin.project, origin.repository),
            None => (group_id(integration, event_type), None, None),
        };
        let headers = self.headers.iter();
        let mut record = RawDeliveryRecord {
            schema: SCHEMA.into(),
            id: id.as_str().into(),
            integration: integration.into(),
            received_at: self.context.received_at.to_string(),
            event_type: event_type.into(),
            project,
            repository,
            headers: headers
                .map(|(name, value)| ((*name).into(), truncate(value, HEADER_BYTES_MAX).into()))
                .collect(),
            query: BTreeMap::from_iter(self.context.change.map(|change| ("change".into(), change.into()))),
            replayed: self.replayed,
            bytes: self.body.len(),
            sha256: hex::encode(Sha256::digest(self.body)).into(),
            encoding: BodyEncoding::Identity,
            body: std::str::from_utf8(self.body).ok().map(Into::into),
            body_omitted: false,
        };
        let mut message = QueueMessage {
            body: to_json(&record),
            attributes: [
                ("integration", integration.to_owned()),
                ("eventType", sanitize(event_type).into_owned()),
            ]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
            fifo: Some(FifoProperties { group_id, deduplication_id: id.clone() }),
            trace_header: trace_header.map(str::to_owned),
        };
        if record.body.is_none() || message.size() > IDENTITY_BYTES_MAX {
            record.encoding = BodyEncoding::GzipBase64;
            record.body = Some(STANDARD.encode(compress(self.body)).into());
            message.body = to_json(&record);
        }
        if message.size() > RAW_MESSAGE_BYTES_MAX {
            (record.body, record.body_omitted) = (None, true);
            message.body = to_json(&record);
        }
        message
    }
}

fn to_json(record: &RawDeliveryRecord<'_>) -> String {
    escape_noncharacters(serde_json::to_string(record).unwrap_or_default())
}
