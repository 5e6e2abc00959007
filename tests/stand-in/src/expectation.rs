//! What a consumer should read on the queue for a notification of the stand-in: the other side of
//! the event contract, written down independently of the code that implements it.

use serde::Serialize;

use crate::{CommentChange, EventType, Happening, Notification, ObjectId, PullRequestChange, RefUpdate};

/// The part of an event that identifies it to a reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Expected {
    /// The CloudEvents attribute `type`.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// `data.action` of pull requests, `data.change` of pushes, `data.comment.change` of comments;
    /// always the message attribute `action`.
    pub action: &'static str,
    /// The CloudEvents attribute `subject`.
    pub subject: String,
}

/// One event per ref of a push, one for anything else, none for a test.
///
/// Holds for subscriptions that send all details and the text message; for "updated" they are
/// filtered with the matching `?change=`, or unfiltered without one.
pub fn events(notification: &Notification) -> Vec<Expected> {
    let event_type = cloud_event_type(notification.event_type);
    let pull_request =
        |number: u32, action| vec![Expected { event_type, action, subject: format!("pullrequest/{number}") }];
    match &notification.happening {
        Happening::Pushed { refs, .. } => refs
            .iter()
            .map(|update| Expected { event_type, action: ref_action(update), subject: update.name.clone() })
            .collect(),
        Happening::PullRequest { number, change } => pull_request(*number, action(*change)),
        Happening::Commented { number, change } => pull_request(*number, comment_action(*change)),
        Happening::Tested => Vec::new(),
    }
}

/// The CloudEvents `type` an event type becomes.
pub fn cloud_event_type(event_type: EventType) -> &'static str {
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
        PullRequestChange::Completed | PullRequestChange::MergedForGood => "completed",
        PullRequestChange::Abandoned => "abandoned",
        PullRequestChange::Reactivated => "reactivated",
        PullRequestChange::Published => "published",
        PullRequestChange::Drafted => "drafted",
        PullRequestChange::Retitled => "updated",
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
