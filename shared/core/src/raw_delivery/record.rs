//! The wire format of a message on the raw deliveries queue.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The start of the schema of raw deliveries, without its version.
pub(crate) const SCHEMA_FAMILY: &str = "urn:hookpost:schema:delivery:";

/// The schema of this version.
pub(crate) const SCHEMA: &str = "urn:hookpost:schema:delivery:1";

/// How `body` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum BodyEncoding {
    /// As text.
    #[serde(rename = "identity")]
    Identity,
    /// In gzip, then in base64: a body that is no UTF-8, or a large one.
    #[serde(rename = "gzip+base64")]
    GzipBase64,
}

/// One delivery on the queue.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawDeliveryRecord<'a> {
    pub(crate) schema: Cow<'a, str>,
    /// Identifies the event that was delivered, for one integration: equal for every delivery of it, over whichever
    /// subscription. It is the deduplication id of the message.
    pub(crate) id: Cow<'a, str>,
    pub(crate) integration: Cow<'a, str>,
    /// RFC 3339, UTC.
    pub(crate) received_at: String,
    /// Azure DevOps's event type, such as `git.push`.
    pub(crate) event_type: Cow<'a, str>,
    /// The project; absent when the delivery is of an event type that Hookpost does not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<NamedId>,
    /// The repository; absent likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<NamedId>,
    /// Those of [`KEPT_HEADERS`](super::KEPT_HEADERS) that the delivery had, by their names in lower case.
    pub(crate) headers: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// The query of the webhook URL, as far as Hookpost knows its parameters.
    pub(crate) query: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// `true` when the body was stored in between: in Azure DevOps's delivery log, which formats it again, or in the
    /// quarantine. Absent otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) replayed: bool,
    /// Length of the body, in bytes.
    pub(crate) bytes: usize,
    /// SHA-256 of the body, in lower-case hexadecimal.
    pub(crate) sha256: Cow<'a, str>,
    pub(crate) encoding: BodyEncoding,
    /// The body; absent when `bodyOmitted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Cow<'a, str>>,
    /// `true` when the body does not fit a message, even compressed. Absent otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) body_omitted: bool,
}

/// A project or a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct NamedId {
    /// The GUID, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name at the time of the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
