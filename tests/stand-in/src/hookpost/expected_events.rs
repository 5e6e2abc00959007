//! The events that Hookpost should put on its queue for a notification: its event contract, written
//! down independently of the code that implements it.

use serde::Serialize;

use crate::{CodeEvent, CommentChange, EventType, Notification, ObjectId, PullRequestChange, RefUpdate};

/// The part of an event that identifies it to a reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExpectedEvent {
    /// The CloudEvents attribute `type`.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// `data.action` of pull requests, `data.change` of pushes, `data.comment.change` of comments;
    /// always the message attribute `action`.
    pub action: &'static str,
    /// The CloudEvents attribute `subject`.
    pub subject: String,
}

/// One event for each ref of a push, none for a test notification, else one.
///
/// Holds for subscriptions that send all details and the text message. Those to "updated" are filtered
/// and have the matching `?change=`, or have neither.
pub fn of(notification: &Notification) -> Vec<ExpectedEvent> {
    let event_type = cloud_event_type(notification.event_type);
    let pull_request = |number: u32, action| {
        vec![ExpectedEvent { event_type, action, subject: format!("pullrequest/{number}") }]
    };
    match &notification.code_event {
        CodeEvent::Pushed { refs, .. } => refs
            .iter()
            .map(|update| ExpectedEvent {
                event_type,
                action: ref_action(update),
                subject: update.name.clone(),
            })
            .collect(),
        CodeEvent::PullRequest { number, change } => pull_request(*number, action(*change)),
        CodeEvent::Commented { number, change } => pull_request(*number, comment_action(*change)),
        CodeEvent::Tested => Vec::new(),
    }
}

fn cloud_event_type(event_type: EventType) -> &'static str {
    match event_type {
        EventType::Push => "com.azure.dev.git.push",
        EventType::PullRequestCreated => "com.azure.dev.git.pullrequest.created",
        EventType::PullRequestUpdated => "com.azure.dev.git.pullrequest.updated",
        EventType::PullRequestMerged => "com.azure.dev.git.pullrequest.merged",
        EventType::PullRequestCommented => "com.azure.dev.git.pullrequest.commented",
    }
}

fn ref_action(update: &RefUpdate) -> &'static str {
    if update.old == ObjectId::ZERO {
        "created"
    } else if update.new == ObjectId::ZERO {
        "deleted"
    } else {
        "updated"
    }
}

fn action(change: PullRequestChange) -> &'static str {
    match change {
        PullRequestChange::Created => "created",
        PullRequestChange::SourceUpdated => "source_updated",
        PullRequestChange::ReviewersChanged => "reviewers_changed",
        PullRequestChange::Voted(_) => "voted",
        PullRequestChange::Completed | PullRequestChange::CompletionMerged => "completed",
        PullRequestChange::Abandoned => "abandoned",
        PullRequestChange::Reactivated => "reactivated",
        PullRequestChange::Published => "published",
        PullRequestChange::Drafted => "drafted",
        PullRequestChange::Edited => "updated",
        PullRequestChange::MergeAttempted(_) => "merge_attempted",
    }
}

fn comment_action(change: CommentChange) -> &'static str {
    match change {
        CommentChange::Created => "created",
        CommentChange::Edited => "edited",
        CommentChange::Deleted => "deleted",
    }
}
