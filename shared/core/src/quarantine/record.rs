//! The wire format of a message in the quarantine. [`pack`](super::pack) writes it, [`assemble`](super::assemble) reads it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The start of the schema of quarantine messages, without its version.
pub(crate) const SCHEMA_FAMILY: &str = "urn:hookpost:quarantine:";

/// The schema of this version.
pub(crate) const SCHEMA: &str = "urn:hookpost:quarantine:1";

/// The encoding of `body`: the raw body in gzip, split into parts, each part in base64.
pub(crate) const ENCODING: &str = "gzip+base64";

/// One message in the quarantine. A large delivery has several. To restore its body, decode each `body` from base64, join
/// them in the order of `part`, and decompress the result with gzip.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuarantineRecord<'a> {
    pub(crate) schema: Cow<'a, str>,
    /// Identifies the delivery. Every part and every repetition of the delivery has the same id.
    pub(crate) id: Cow<'a, str>,
    pub(crate) reason: Cow<'a, str>,
    pub(crate) integration: Cow<'a, str>,
    pub(crate) endpoint: Cow<'a, str>,
    pub(crate) change: Option<Cow<'a, str>>,
    /// RFC 3339, UTC.
    pub(crate) received_at: String,
    pub(crate) event_type: Option<Cow<'a, str>>,
    pub(crate) event_id: Option<Cow<'a, str>>,
    pub(crate) subscription_id: Option<Cow<'a, str>>,
    pub(crate) notification_id: Option<u64>,
    pub(crate) activity_id: Option<Cow<'a, str>>,
    /// From 1 to `parts`.
    pub(crate) part: usize,
    /// Number of messages of the delivery.
    pub(crate) parts: usize,
    /// Length of the raw body, in bytes.
    pub(crate) bytes: usize,
    /// SHA-256 of the raw body, in lower-case hexadecimal.
    pub(crate) sha256: Cow<'a, str>,
    pub(crate) encoding: Cow<'a, str>,
    pub(crate) body: String,
}
