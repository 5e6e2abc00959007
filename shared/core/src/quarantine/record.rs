//! The wire format of one message in the quarantine, written by [`pack`](super::pack) and read by
//! [`assemble`](super::assemble).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What every schema of quarantine messages begins with; the version follows.
pub(crate) const SCHEMA_FAMILY: &str = "urn:hookpost:quarantine:";

/// The schema written and read here.
pub(crate) const SCHEMA: &str = "urn:hookpost:quarantine:1";

/// How `body` is encoded: gzip, cut into parts, each part in base64.
pub(crate) const ENCODING: &str = "gzip+base64";

/// One message in the quarantine. A large body takes several: decode each `body` from base64, join them in the order of
/// `part`, and unpack.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuarantineRecord<'a> {
    pub(crate) schema: Cow<'a, str>,
    /// The same for every part, and for a repeated delivery.
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
    pub(crate) parts: usize,
    /// Length of the raw body, unpacked and whole.
    pub(crate) bytes: usize,
    /// Of the raw body, in lower-case hexadecimal.
    pub(crate) sha256: Cow<'a, str>,
    pub(crate) encoding: Cow<'a, str>,
    pub(crate) body: String,
}
