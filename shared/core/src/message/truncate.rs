//! Events as messages that fit. What is too much is cut in a fixed order and said to be cut: commits, description,
//! comment text.

use hookpost_events::{Action, Event, Payload};

use crate::message::queue_message::{FifoProperties, MESSAGE_BYTES_MAX, QueueMessage};
use crate::message::sanitize::{escape_noncharacters, sanitize, truncate};

/// What most events have room in, so that the text does not grow in steps.
const TYPICAL_BYTES: usize = 8 * 1024;

/// Room for a flag that says something was cut.
const FLAG_BYTES: usize = 32;

/// The event is too large even without everything that may be cut.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Writes an event as a message of at most [`MESSAGE_BYTES_MAX`] bytes.
pub(crate) fn message(mut event: Event, trace_header: Option<&str>) -> Result<QueueMessage, TooLarge> {
    let attributes = attributes(&event);
    let mut message = QueueMessage {
        body: body(&event),
        attributes,
        fifo: Some(FifoProperties {
            group_id: event.partitionkey.clone(),
            deduplication_id: event.id.clone(),
        }),
        trace_header: trace_header.map(str::to_owned),
    };
    while message.size() > MESSAGE_BYTES_MAX {
        let excess = message.size() - MESSAGE_BYTES_MAX;
        if !cut(&mut event, excess) {
            return Err(TooLarge);
        }
        message.body = body(&event);
    }
    Ok(message)
}

fn body(event: &Event) -> String {
    let mut json = Vec::with_capacity(TYPICAL_BYTES);
    // Writing to memory cannot fail, and no map of an event has keys that are not text.
    let written = serde_json::to_writer(&mut json, event).ok();
    let text = written.and_then(|()| String::from_utf8(json).ok());
    escape_noncharacters(text.unwrap_or_default())
}

/// Takes out about `excess` bytes. `false` when there is nothing left to take out.
fn cut(event: &mut Event, excess: usize) -> bool {
    match &mut event.payload {
        Payload::Push(push) => {
            if push.commits.is_empty() {
                return false;
            }
            push.commits_complete = Some(false);
            // From the end, where the oldest are. The flag itself takes room too.
            let mut taken = 0;
            while taken < excess + FLAG_BYTES
                && let Some(commit) = push.commits.pop()
            {
                taken += serde_json::to_string(&commit).map_or(1, |json| json.len() + 1);
            }
            true
        }
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => {
            shorten(&mut pull_request.description, &mut pull_request.description_complete, excess)
        }
        Payload::PullRequestCommented(commented) => {
            shorten(&mut commented.comment.text, &mut commented.comment.text_complete, excess)
        }
    }
}

/// Cuts text from its end; too little when the escapes stand in front, and is then asked again.
fn shorten(text: &mut Option<String>, complete: &mut Option<bool>, excess: usize) -> bool {
    let Some(whole) = text.as_mut().filter(|whole| !whole.is_empty()) else {
        return false;
    };
    *complete = Some(false);
    // Text of many escapes is longer as JSON than it is here; what is to go is counted in JSON.
    let json = serde_json::to_string(whole).map_or(whole.len(), |json| escape_noncharacters(json).len());
    let surplus = (excess + FLAG_BYTES).saturating_mul(whole.len()).div_ceil(json.max(1));
    let keep = whole.len().saturating_sub(surplus);
    let kept = truncate(whole, keep).len();
    whole.truncate(kept);
    true
}

/// For filtering without parsing. SQS takes at most ten and refuses empty ones.
fn attributes(event: &Event) -> Vec<(&'static str, String)> {
    let (common, r#ref, action) = match &event.payload {
        Payload::Push(push) => {
            let change = match push.change {
                hookpost_events::RefChange::Created => "created",
                hookpost_events::RefChange::Updated => "updated",
                hookpost_events::RefChange::Deleted => "deleted",
            };
            (&push.common, Some(&push.r#ref), change)
        }
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => {
            (&pull_request.common, pull_request.target.r#ref.as_ref(), Action::as_str(pull_request.action))
        }
        Payload::PullRequestCommented(commented) => (
            &commented.common,
            commented.pull_request.target.r#ref.as_ref(),
            commented.comment.change.as_str(),
        ),
    };
    let text = |value: Option<&String>| value.map(|value| sanitize(value).into_owned());
    [
        ("type", Some(event.payload.event_type().to_owned())),
        ("integration", Some(event.integration.clone())),
        ("organization", text(common.organization.name.as_ref())),
        ("project", text(common.project.name.as_ref())),
        ("repository", text(common.repository.name.as_ref())),
        ("ref", text(r#ref)),
        ("action", Some(action.to_owned())),
        ("contentType", Some("application/cloudevents+json; charset=utf-8".to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
    .collect()
}
