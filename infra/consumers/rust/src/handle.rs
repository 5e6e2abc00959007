//! Your code.

use hookpost_events::{Event, Payload};
use serde_json::json;

use crate::Error;

/// Handles an event, once for each happening. Fail to get it again; after five failures SQS moves it to the dead-letter
/// queue.
///
/// Do not deploy a `late` event: a newer one of its branch or pull request was received before.
pub(crate) async fn handle(event: &Event, late: bool) -> Result<(), Error> {
    let action = match &event.payload {
        Payload::Push(push) => push.change.as_str(),
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => pull_request.action.as_str(),
        Payload::PullRequestCommented(comment) => comment.comment.change.as_str(),
        _ => return Ok(()),
    };
    let kind = event.payload.event_type();
    println!(
        "{}",
        json!({"id": event.id, "type": kind, "subject": event.subject, "action": action, "late": late})
    );
    Ok(())
}
