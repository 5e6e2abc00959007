//! Encodes an event as a queue message: its JSON, its attributes and its FIFO properties.

use hookpost_events::{Event, Payload};

use crate::message::queue_message::{FifoProperties, MESSAGE_BYTES_MAX, QueueMessage};
use crate::message::sanitize::{escape_noncharacters, sanitize};
use crate::message::shorten::shorten_event;

/// Initial capacity of the JSON. Most events fit, so that it is not reallocated.
const TYPICAL_BYTES: usize = 8 * 1024;

/// The event exceeds [`MESSAGE_BYTES_MAX`] even after everything that may be cut is cut.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Encodes an event as a message of at most [`MESSAGE_BYTES_MAX`] bytes, shortening it as far as needed.
///
/// # Errors
///
/// [`TooLarge`] when shortening is not enough.
pub(crate) fn encode_event(mut event: Event, trace_header: Option<&str>) -> Result<QueueMessage, TooLarge> {
    let mut message = QueueMessage {
        body: to_json(&event),
        attributes: attributes(&event),
        fifo: Some(FifoProperties {
            group_id: event.partitionkey.clone(),
            deduplication_id: event.id.clone(),
        }),
        trace_header: trace_header.map(str::to_owned),
    };
    while message.size() > MESSAGE_BYTES_MAX {
        let excess = message.size() - MESSAGE_BYTES_MAX;
        if !shorten_event(&mut event, excess) {
            return Err(TooLarge);
        }
        message.body = to_json(&event);
    }
    Ok(message)
}

fn to_json(event: &Event) -> String {
    let mut json = Vec::with_capacity(TYPICAL_BYTES);
    // Writing to memory cannot fail, and every map of an event has text as keys.
    let written = serde_json::to_writer(&mut json, event).ok();
    let text = written.and_then(|()| String::from_utf8(json).ok());
    escape_noncharacters(text.unwrap_or_default())
}

/// The message attributes, which let consumers filter without parsing. SQS accepts at most ten, and no empty value.
fn attributes(event: &Event) -> Vec<(&'static str, String)> {
    let common = event.payload.common();
    let (r#ref, action) = match &event.payload {
        Payload::Push(push) => (Some(&push.r#ref), Some(push.change.as_str())),
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => {
            (pull_request.target.r#ref.as_ref(), Some(pull_request.action.as_str()))
        }
        Payload::PullRequestCommented(comment) => {
            (comment.pull_request.target.r#ref.as_ref(), Some(comment.comment.change.as_str()))
        }
        _ => (None, None),
    };
    let sanitized = |value: Option<&String>| value.map(|value| sanitize(value).into_owned());
    [
        ("type", Some(event.payload.event_type().to_owned())),
        ("integration", Some(event.integration.clone())),
        ("organization", sanitized(common.and_then(|common| common.organization.name.as_ref()))),
        ("project", sanitized(common.and_then(|common| common.project.name.as_ref()))),
        ("repository", sanitized(common.and_then(|common| common.repository.name.as_ref()))),
        ("ref", sanitized(r#ref)),
        ("action", action.map(str::to_owned)),
        ("contentType", Some("application/cloudevents+json; charset=utf-8".to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
    .collect()
}
