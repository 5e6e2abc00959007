//! The `type` of an event and its `data`, which belong together.

use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{Common, PullRequest, PullRequestComment, Push};

const PUSH: &str = "com.azure.dev.git.push";
const CREATED: &str = "com.azure.dev.git.pullrequest.created";
const UPDATED: &str = "com.azure.dev.git.pullrequest.updated";
const MERGED: &str = "com.azure.dev.git.pullrequest.merged";
const COMMENTED: &str = "com.azure.dev.git.pullrequest.commented";

/// What happened: the `type` of the event and its `data`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(tag = "type", content = "data", transform = allow_other_types))]
#[non_exhaustive]
pub enum Payload {
    /// One ref was created, moved or deleted.
    #[cfg_attr(feature = "schema", schemars(rename = "com.azure.dev.git.push"))]
    Push(Push),
    /// A pull request was created.
    #[cfg_attr(feature = "schema", schemars(rename = "com.azure.dev.git.pullrequest.created"))]
    PullRequestCreated(PullRequest),
    /// A pull request was updated. `action` is the change, as far as it is known.
    #[cfg_attr(feature = "schema", schemars(rename = "com.azure.dev.git.pullrequest.updated"))]
    PullRequestUpdated(PullRequest),
    /// A merge was attempted, as a preview or to complete the pull request. `merged` says whether it is completed.
    #[cfg_attr(feature = "schema", schemars(rename = "com.azure.dev.git.pullrequest.merged"))]
    PullRequestMerged(PullRequest),
    /// A comment on a pull request was created, edited or deleted.
    #[cfg_attr(feature = "schema", schemars(rename = "com.azure.dev.git.pullrequest.commented"))]
    PullRequestCommented(PullRequestComment),
    /// A type that this version of the crate does not know.
    #[cfg_attr(feature = "schema", schemars(skip))]
    Unknown {
        /// The `type` attribute.
        event_type: String,
        /// The `data`, as it was sent.
        data: Value,
    },
}

impl Payload {
    /// The `type` attribute.
    pub fn event_type(&self) -> &str {
        match self {
            Self::Push(_) => PUSH,
            Self::PullRequestCreated(_) => CREATED,
            Self::PullRequestUpdated(_) => UPDATED,
            Self::PullRequestMerged(_) => MERGED,
            Self::PullRequestCommented(_) => COMMENTED,
            Self::Unknown { event_type, .. } => event_type,
        }
    }

    /// The fields that every event has; `None` for a type that this version of the crate does not know.
    pub fn common(&self) -> Option<&Common> {
        match self {
            Self::Push(push) => Some(&push.common),
            Self::PullRequestCreated(pull_request)
            | Self::PullRequestUpdated(pull_request)
            | Self::PullRequestMerged(pull_request) => Some(&pull_request.common),
            Self::PullRequestCommented(comment) => Some(&comment.common),
            Self::Unknown { .. } => None,
        }
    }

    /// The fields that every event has, to be changed.
    pub fn common_mut(&mut self) -> Option<&mut Common> {
        match self {
            Self::Push(push) => Some(&mut push.common),
            Self::PullRequestCreated(pull_request)
            | Self::PullRequestUpdated(pull_request)
            | Self::PullRequestMerged(pull_request) => Some(&mut pull_request.common),
            Self::PullRequestCommented(comment) => Some(&mut comment.common),
            Self::Unknown { .. } => None,
        }
    }

    /// The `dataschema` attribute of the types that this version of the crate knows.
    pub fn data_schema(&self) -> Option<&'static str> {
        match self {
            Self::Push(_) => Some("urn:hookpost:schema:push:1"),
            Self::PullRequestCreated(_) | Self::PullRequestUpdated(_) | Self::PullRequestMerged(_) => {
                Some("urn:hookpost:schema:pull-request:1")
            }
            Self::PullRequestCommented(_) => Some("urn:hookpost:schema:pull-request-comment:1"),
            Self::Unknown { .. } => None,
        }
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Payload", 2)?;
        fields.serialize_field("type", self.event_type())?;
        match self {
            Self::Push(push) => fields.serialize_field("data", push),
            Self::PullRequestCreated(pull_request)
            | Self::PullRequestUpdated(pull_request)
            | Self::PullRequestMerged(pull_request) => fields.serialize_field("data", pull_request),
            Self::PullRequestCommented(comment) => fields.serialize_field("data", comment),
            Self::Unknown { data, .. } => fields.serialize_field("data", data),
        }?;
        fields.end()
    }
}

/// `data` is read when `type` is known, whichever of them comes first.
#[derive(Deserialize)]
struct TypeAndData {
    r#type: String,
    #[serde(default)]
    data: Value,
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let TypeAndData { r#type: event_type, data } = TypeAndData::deserialize(deserializer)?;
        let payload = match event_type.as_str() {
            PUSH => serde_json::from_value(data).map(Self::Push),
            CREATED => serde_json::from_value(data).map(Self::PullRequestCreated),
            UPDATED => serde_json::from_value(data).map(Self::PullRequestUpdated),
            MERGED => serde_json::from_value(data).map(Self::PullRequestMerged),
            COMMENTED => serde_json::from_value(data).map(Self::PullRequestCommented),
            _ => Ok(Self::Unknown { event_type, data }),
        };
        payload.map_err(|error| D::Error::custom(format!("`data`: {error}")))
    }
}

/// Lets the schema accept other values of `type`, with any `data`.
#[cfg(feature = "schema")]
fn allow_other_types(schema: &mut schemars::Schema) {
    if let Some(types) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        types.push(serde_json::json!({
            "description": "A type that a later version adds.",
            "type": "object",
            "properties": {
                "type": {"type": "string", "not": {"enum": [PUSH, CREATED, UPDATED, MERGED, COMMENTED]}},
            },
            "required": ["type"],
        }));
    }
}
