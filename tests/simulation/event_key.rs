//! Keys by which an event on the queue is recognized as one that was expected.

use serde_json::Value;

/// A ref that a push moved.
pub(crate) fn pushed(repository: &str, push: &impl ToString, name: &str) -> String {
    format!("push {repository} {} {name}", push.to_string())
}

/// An event that was delivered.
pub(crate) fn delivered(event_type: &str, event_id: &str) -> String {
    format!("delivered {event_type} {event_id}")
}

/// An event of a pull request that `watch` reconstructs from a list. `closed_at` is to the second, and empty for `created`.
pub(crate) fn reconstructed(repository: &str, number: u64, action: &str, closed_at: &str) -> String {
    format!("reconstructed {repository} {number} {action} {closed_at}")
}

/// A date without the fraction of its second.
pub(crate) fn second(date: &Value) -> &str {
    date.as_str().and_then(|date| date.get(..19)).unwrap_or_default()
}

/// The key of an event on the queue.
pub(crate) fn of(event: &Value) -> String {
    let data = &event["data"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let repository = text(&data["repository"]["id"]);
    if !data["pushId"].is_null() {
        return pushed(&repository, &data["pushId"], data["ref"].as_str().unwrap_or_default());
    }
    if data["azureDevOps"]["reconstructed"] == true {
        let action = text(&data["action"]);
        let closed_at = if action == "created" { "" } else { second(&data["closedAt"]) };
        return reconstructed(&repository, data["number"].as_u64().unwrap_or_default(), &action, closed_at);
    }
    let event_type = match event["type"].as_str().unwrap_or_default() {
        "com.azure.dev.git.pullrequest.created" => "git.pullrequest.created",
        "com.azure.dev.git.pullrequest.merged" => "git.pullrequest.merged",
        "com.azure.dev.git.pullrequest.commented" => "ms.vss-code.git-pullrequest-comment-event",
        _ => "git.pullrequest.updated",
    };
    delivered(event_type, &text(&data["azureDevOps"]["eventId"]))
}
