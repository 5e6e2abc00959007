//! The `CloudEvents` envelope.

use serde::{Deserialize, Serialize};

use crate::{PullRequest, PullRequestComment, Push};

/// Version of the `CloudEvents` specification every event follows.
pub const SPEC_VERSION: &str = "1.0";

/// Version of the event contract, the last part of `dataschema`. It rises when a field changes its meaning or goes;
/// new fields and new enumeration values do not raise it.
pub const SCHEMA_VERSION: u32 = 1;

/// One happening in a repository, as one message on the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Version of the `CloudEvents` specification: `1.0`.
    pub specversion: String,
    /// Names the happening; the same again when it is delivered again. Also the FIFO deduplication id. Consumers that
    /// must not act twice keep the ids they have seen: SQS itself forgets after five minutes.
    pub id: String,
    /// The repository's canonical URL, such as `https://dev.azure.com/contoso/Shop/_git/web`.
    pub source: String,
    /// The full ref of a push (`refs/heads/main`), or `pullrequest/{number}`.
    pub subject: String,
    /// When it happened.
    pub time: String,
    /// The media type of `data`: `application/json`.
    pub datacontenttype: String,
    /// Names the schema of `data` and its version, such as `urn:hookpost:schema:push:1`.
    pub dataschema: String,
    /// The integration the delivery came through.
    pub integration: String,
    /// The message group: events with the same key are in order.
    pub partitionkey: String,
    /// The W3C trace context of the delivery, when it had one.
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
    /// A pull request was opened.
    #[serde(rename = "com.azure.dev.git.pullrequest.created")]
    PullRequestCreated(PullRequest),
    /// A pull request changed; `action` says how, as far as that is known.
    #[serde(rename = "com.azure.dev.git.pullrequest.updated")]
    PullRequestUpdated(PullRequest),
    /// A merge was attempted, for a preview as well as for good; `merged` tells whether it is done.
    #[serde(rename = "com.azure.dev.git.pullrequest.merged")]
    PullRequestMerged(PullRequest),
    /// A comment on a pull request was made, edited or deleted.
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
