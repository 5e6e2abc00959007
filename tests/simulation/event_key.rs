//! Keys by which an event on the queue is recognized as one that was expected.

use hookpost_stand_in::Timestamp;
use serde_json::Value;

/// A ref that a push moved.
pub(crate) fn pushed(repository: &str, push: &impl ToString, name: &str) -> String {
    format!("push {repository} {} {name}", push.to_string())
}

/// An event that was delivered.
pub(crate) fn delivered(event_type: &str, event_id: &str) -> String {
    format!("delivered {event_type} {event_id}")
}

/// An event of a pull request that `watch` makes from a list or a thread. It has no event id: what happened, and when,
/// identify it.
pub(crate) fn reconstructed(repository: &str, number: u64, what: &str, at: Timestamp) -> String {
    format!("{}{}", reconstructed_at_any_time(repository, number, what), at.as_millisecond())
}

/// What the keys of such events begin with, whenever they happened.
pub(crate) fn reconstructed_at_any_time(repository: &str, number: u64, what: &str) -> String {
    format!("reconstructed {repository} {number} {what} at ")
}

/// What such a key says without the time; `None` for other keys.
pub(crate) fn change_of(key: &str) -> Option<&str> {
    Some(key.strip_prefix("reconstructed ")?.rsplit_once(" at ")?.0)
}

/// What happened to a comment.
pub(crate) fn comment(thread: &str, id: u64, change: &str) -> String {
    format!("comment {thread}/{id} {change}")
}

/// The key of an event on the queue.
pub(crate) fn of(event: &Value) -> String {
    let data = &event["data"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let repository = text(&data["repository"]["id"]);
    if !data["pushId"].is_null() {
        return pushed(&repository, &data["pushId"], data["ref"].as_str().unwrap_or_default());
    }
    let event_type = match event["type"].as_str().unwrap_or_default() {
        "com.azure.dev.git.pullrequest.created" => "git.pullrequest.created",
        "com.azure.dev.git.pullrequest.merged" => "git.pullrequest.merged",
        "com.azure.dev.git.pullrequest.commented" => "ms.vss-code.git-pullrequest-comment-event",
        _ => "git.pullrequest.updated",
    };
    if data["azureDevOps"]["reconstructed"] != true {
        return delivered(event_type, &text(&data["azureDevOps"]["eventId"]));
    }
    let what = match event_type {
        "git.pullrequest.created" => "created".to_owned(),
        "git.pullrequest.merged" => "merged".to_owned(),
        "git.pullrequest.updated" => text(&data["action"]),
        _ => {
            let comment_data = &data["comment"];
            let id = comment_data["id"].as_u64().unwrap_or_default();
            comment(&comment_data["threadId"].to_string(), id, &text(&comment_data["change"]))
        }
    };
    let number = data["number"].as_u64().or_else(|| data["pullRequest"]["number"].as_u64());
    let at = event["time"].as_str().and_then(|time| time.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    reconstructed(&repository, number.unwrap_or_default(), &what, at)
}
