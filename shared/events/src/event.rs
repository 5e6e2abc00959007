//! The `CloudEvents` envelope.

use serde::{Deserialize, Serialize};

use crate::Payload;

/// The version of the `CloudEvents` specification that every event follows.
pub const SPEC_VERSION: &str = "1.0";

/// The version of the event contract, which is the last part of `dataschema`. It increases when a field changes its meaning
/// or is removed. New fields and new enumeration values do not increase it.
pub const SCHEMA_VERSION: u32 = 1;

/// One event in a repository, which is one message in the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Version of the `CloudEvents` specification: `1.0`.
    pub specversion: String,
    /// Identifies the event; equal when Azure DevOps delivers the event again. Also the FIFO deduplication id. Consumers that
    /// must not process an event twice must store its id, because SQS deduplicates for five minutes only.
    pub id: String,
    /// The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    pub source: String,
    /// The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    pub subject: String,
    /// When the event happened.
    pub time: String,
    /// The media type of `data`: `application/json`.
    pub datacontenttype: String,
    /// The schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    pub dataschema: String,
    /// The integration that received the delivery.
    pub integration: String,
    /// The message group: one branch or other ref, or one pull request. Its events come in the order in which they reached
    /// the queue. After a retry, a replay or an outage an older one may come behind a newer: compare `sequence`.
    pub partitionkey: String,
    // Computed in `core::normalize::sequence`.
    /// The place of the event among those with the same `partitionkey`. Compared as text, the lesser one is that of the older
    /// event; events with equal ones are not ordered. Of a push it is the `pushId` in 20 digits, of a pull request the time at
    /// which Azure DevOps recorded the event. The same however often the event is delivered. Absent when Azure DevOps did not
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// The W3C trace context of the delivery, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// `type` and `data`, which belong together.
    #[serde(flatten)]
    pub payload: Payload,
}
