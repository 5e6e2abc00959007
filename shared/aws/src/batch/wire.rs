//! Batches in the JSON that SQS speaks.
//!
//! Source: docs.aws.amazon.com, API reference of Amazon SQS, `SendMessageBatch`. A test compares with what the SDK sends.

use hookpost_core::message::QueueMessage;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::Settled;

pub(crate) const TARGET: &str = "AmazonSQS.SendMessageBatch";

/// The body of a request that sends the messages at these places, whose ids are the places.
pub(crate) fn request(queue_url: &str, messages: &[QueueMessage], places: &[usize]) -> Option<Vec<u8>> {
    let entries = places.iter().map(|place| Entry::new(*place, &messages[*place])).collect();
    let size: usize = places.iter().map(|place| messages[*place].size() + ENTRY_BYTES).sum();
    // A body is JSON in JSON: a backslash before each of its quotes.
    let mut body = Vec::with_capacity(size + size / 4);
    serde_json::to_writer(&mut body, &Request { queue_url, entries }).ok()?;
    Some(body)
}

/// What the answer says of each entry that it mentions. `None` when it cannot be read.
pub(crate) fn settled(body: &[u8]) -> Option<impl Iterator<Item = Settled> + use<>> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let sent = answer.successful.into_iter().flatten().map(|sent| Settled::sent(sent.id, sent.message_id));
    let failed = answer.failed.into_iter().flatten().map(|failed| {
        Settled::failed(failed.id, &failed.code, failed.message.as_deref(), failed.sender_fault)
    });
    Some(sent.chain(failed))
}

/// About what an entry has around its message.
const ENTRY_BYTES: usize = 1024;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    queue_url: &'a str,
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    id: String,
    message_body: &'a str,
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    message_attributes: Attributes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_deduplication_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_system_attributes: Option<SystemAttributes<'a>>,
}

impl<'a> Entry<'a> {
    fn new(place: usize, message: &'a QueueMessage) -> Self {
        Self {
            id: place.to_string(),
            message_body: &message.body,
            message_attributes: Attributes(&message.attributes),
            message_group_id: message.fifo.as_ref().map(|fifo| fifo.group_id.as_str()),
            message_deduplication_id: message.fifo.as_ref().map(|fifo| fifo.deduplication_id.as_str()),
            message_system_attributes: message
                .trace_header
                .as_deref()
                .map(|header| SystemAttributes { trace_header: Text::new(header) }),
        }
    }
}

struct Attributes<'a>(&'a [(&'static str, String)]);

impl Attributes<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, &Text::new(value))?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct SystemAttributes<'a> {
    #[serde(rename = "AWSTraceHeader")]
    trace_header: Text<'a>,
}

/// The value of an attribute.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Text<'a> {
    data_type: &'static str,
    string_value: &'a str,
}

impl<'a> Text<'a> {
    fn new(string_value: &'a str) -> Self {
        Self { data_type: "String", string_value }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    successful: Option<Vec<Successful>>,
    failed: Option<Vec<Failed>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Successful {
    id: String,
    message_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    id: String,
    code: String,
    message: Option<String>,
    #[serde(default)]
    sender_fault: bool,
}
