//! Shortens events that exceed the message size. A flag in the event says what was shortened. First goes what is least
//! missed: the detailed message, which repeats other fields; then commits of a push, the description of a pull request
//! or the text of a comment; last the message.

use hookpost_events::{Event, Payload};

use crate::message::sanitize::{escape_noncharacters, truncate};

/// Bytes of a flag such as `"descriptionComplete":false,`, rounded up.
const FLAG_BYTES: usize = 32;

/// Removes about `excess` bytes from an event. `false` when there is nothing left to remove.
pub(crate) fn shorten_event(event: &mut Event, excess: usize) -> bool {
    let payload = &mut event.payload;
    shorten_detailed_message(payload, excess)
        || shorten_content(payload, excess)
        || shorten_message(payload, excess)
}

fn shorten_detailed_message(payload: &mut Payload, excess: usize) -> bool {
    payload.common_mut().is_some_and(|common| {
        shorten_text(&mut common.detailed_message, &mut common.detailed_message_complete, excess)
    })
}

fn shorten_message(payload: &mut Payload, excess: usize) -> bool {
    payload
        .common_mut()
        .is_some_and(|common| shorten_text(&mut common.message, &mut common.message_complete, excess))
}

/// Shortens what the event is about.
fn shorten_content(payload: &mut Payload, excess: usize) -> bool {
    match payload {
        Payload::Push(push) => {
            if push.commits.is_empty() {
                return false;
            }
            push.commits_complete = Some(false);
            // From the end, where the oldest commits are.
            let mut removed = 0;
            while removed < excess + FLAG_BYTES
                && let Some(commit) = push.commits.pop()
            {
                removed += serde_json::to_string(&commit).map_or(1, |json| json.len() + 1);
            }
            true
        }
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => {
            shorten_text(&mut pull_request.description, &mut pull_request.description_complete, excess)
        }
        Payload::PullRequestCommented(comment) => {
            shorten_text(&mut comment.comment.text, &mut comment.comment.text_complete, excess)
        }
        _ => false,
    }
}

/// Removes about `excess` bytes, as JSON, from the end of a text. `false` when the text is already empty.
///
/// Escapes make a text longer as JSON, so the bytes to remove are estimated from its average. When most escapes are at
/// the front, too little is removed and the caller shortens again.
fn shorten_text(text: &mut Option<String>, complete: &mut Option<bool>, excess: usize) -> bool {
    let Some(text) = text.as_mut().filter(|text| !text.is_empty()) else {
        return false;
    };
    *complete = Some(false);
    let json_bytes = serde_json::to_string(text).map_or(text.len(), |json| escape_noncharacters(json).len());
    let surplus = (excess + FLAG_BYTES).saturating_mul(text.len()).div_ceil(json_bytes.max(1));
    let kept_bytes = truncate(text, text.len().saturating_sub(surplus)).len();
    text.truncate(kept_bytes);
    true
}
