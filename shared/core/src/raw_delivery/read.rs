//! Reads a message of the raw deliveries queue. Its content is not trusted: a body is accepted only when its length and
//! digest are those that the message names.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::gzip::decompress;
use crate::quarantine::assemble::UnreadableReason;
use crate::raw_delivery::record::{BodyEncoding, NamedId, RawDeliveryRecord, SCHEMA, SCHEMA_FAMILY};

/// A delivery, as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDelivery {
    /// Identifies the event that was delivered; equal for every delivery of it.
    pub id: String,
    /// The integration that received it.
    pub integration: String,
    /// Azure DevOps's event type.
    pub event_type: String,
    /// The project, if known.
    pub project: Option<NamedId>,
    /// The repository, if known.
    pub repository: Option<NamedId>,
    /// The headers that were kept: names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; `None` when it did not fit the message.
    pub body: Option<Vec<u8>>,
}

impl RawDelivery {
    /// Reads the body of a message.
    ///
    /// # Errors
    ///
    /// When Hookpost did not write it, or another version did, or it is damaged.
    pub fn read(message: &str) -> Result<Self, UnreadableReason> {
        #[derive(Deserialize)]
        struct SchemaOnly<'a> {
            #[serde(borrow)]
            schema: Cow<'a, str>,
        }
        let SchemaOnly { schema } = serde_json::from_str(message).map_err(|_| UnreadableReason::Foreign)?;
        if !schema.starts_with(SCHEMA_FAMILY) {
            return Err(UnreadableReason::Foreign);
        }
        if schema != SCHEMA {
            return Err(UnreadableReason::Newer);
        }
        let record: RawDeliveryRecord<'_> =
            serde_json::from_str(message).map_err(|_| UnreadableReason::Damaged)?;
        let body = match &record.body {
            None if record.body_omitted => None,
            None => return Err(UnreadableReason::Damaged),
            Some(body) => {
                let raw = decode(record.encoding, body, record.bytes);
                let is_whole = |raw: &Vec<u8>| {
                    raw.len() == record.bytes && hex::encode(Sha256::digest(raw)) == record.sha256
                };
                Some(raw.filter(is_whole).ok_or(UnreadableReason::Damaged)?)
            }
        };
        let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
        Ok(Self {
            id: record.id.into_owned(),
            integration: record.integration.into_owned(),
            event_type: record.event_type.into_owned(),
            project: record.project,
            repository: record.repository,
            headers: record.headers.into_iter().map(owned).collect(),
            body,
        })
    }
}

fn decode(encoding: BodyEncoding, body: &str, bytes: usize) -> Option<Vec<u8>> {
    match encoding {
        BodyEncoding::Identity => Some(body.as_bytes().to_vec()),
        BodyEncoding::GzipBase64 => decompress(&STANDARD.decode(body).ok()?, bytes),
    }
}
