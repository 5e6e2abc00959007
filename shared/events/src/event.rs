//! The `CloudEvents` envelope.

use serde::{Deserialize, Serialize};

use crate::{PullRequest, PullRequestComment, Push};

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
    /// The message group. Events with the same key are in order.
    pub partitionkey: String,
    /// The W3C trace context of the delivery, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// `type` and `data`, which belong together.
    #[serde(flatten)]
    pub payload: Payload,
}

/// What happened: the `type` of the event and its `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "data")]
pub enum Payload {
    /// One ref was created, moved or deleted.
    #[serde(rename = "com.azure.dev.git.push")]
    Push(Push),
    /// A pull request was created.
    #[serde(rename = "com.azure.dev.git.pullrequest.created")]
    PullRequestCreated(PullRequest),
    /// A pull request was updated. `action` is the change, as far as it is known.
    #[serde(rename = "com.azure.dev.git.pullrequest.updated")]
    PullRequestUpdated(PullRequest),
    /// A merge was attempted, as a preview or to complete the pull request. `merged` says whether it is completed.
    #[serde(rename = "com.azure.dev.git.pullrequest.merged")]
    PullRequestMerged(PullRequest),
    /// A comment on a pull request was created, edited or deleted.
    #[serde(rename = "com.azure.dev.git.pullrequest.commented")]
    PullRequestCommented(PullRequestComment),
}

impl Payload {
    /// The `type` attribute.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Push(_) => "com.azure.dev.git.push",
            Self::PullRequestCreated(_) => "com.azure.dev.git.pullrequest.created",
            Self::PullRequestUpdated(_) => "com.azure.dev.git.pullrequest.updated",
            Self::PullRequestMerged(_) => "com.azure.dev.git.pullrequest.merged",
            Self::PullRequestCommented(_) => "com.azure.dev.git.pullrequest.commented",
        }
    }

    /// The `dataschema` attribute.
    pub fn data_schema(&self) -> &'static str {
        match self {
            Self::Push(_) => "urn:hookpost:schema:push:1",
            Self::PullRequestCreated(_) | Self::PullRequestUpdated(_) | Self::PullRequestMerged(_) => {
                "urn:hookpost:schema:pull-request:1"
            }
            Self::PullRequestCommented(_) => "urn:hookpost:schema:pull-request-comment:1",
        }
    }
}
