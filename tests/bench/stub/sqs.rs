//! `SendMessageBatch`: what came in, and an answer that the clients of all contestants take for SQS's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use serde::Deserialize;

/// A message as SQS got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    /// Attributes of the message, and of the system.
    pub(crate) attributes: [BTreeMap<String, String>; 2],
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    #[serde(borrow)]
    entries: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    id: &'a str,
    #[serde(borrow)]
    message_body: Cow<'a, str>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
    #[serde(default)]
    message_attributes: Attributes,
    #[serde(default)]
    message_system_attributes: Attributes,
}

type Attributes = BTreeMap<String, Attribute>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    string_value: String,
}

/// The messages of a batch, and the answer.
pub(crate) fn accept(body: &[u8]) -> serde_json::Result<(Vec<Message>, Vec<u8>)> {
    let batch: Batch<'_> = serde_json::from_slice(body)?;
    let mut answer = String::from(r#"{"Successful":["#);
    for (place, entry) in batch.entries.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let id = entry.id;
        // The AWS SDK for JavaScript compares the digest.
        let digest = hex(&Md5::digest(entry.message_body.as_bytes()));
        // Writing to a text cannot fail.
        let _ = write!(
            answer,
            r#"{comma}{{"Id":"{id}","MD5OfMessageBody":"{digest}","MessageId":"5fea7756-0ea4-451a-a703-{place:012}","#
        );
        let _ = write!(answer, r#""SequenceNumber":"18849496460467696128"}}"#);
    }
    answer.push_str("]}");
    Ok((batch.entries.into_iter().map(message).collect(), answer.into_bytes()))
}

fn message(entry: Entry<'_>) -> Message {
    let texts = |attributes: Attributes| {
        attributes.into_iter().map(|(name, attribute)| (name, attribute.string_value)).collect()
    };
    Message {
        body: entry.message_body.into_owned(),
        group: entry.message_group_id,
        deduplication: entry.message_deduplication_id,
        attributes: [entry.message_attributes, entry.message_system_attributes].map(texts),
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
