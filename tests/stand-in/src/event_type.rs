//! Event types, resource versions and the filter of "pull request updated".
//!
//! Source: learn.microsoft.com, "Service hooks events" (Code).

use serde::{Deserialize, Serialize};

/// An event type of the category "Code".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// "Code pushed": branches and tags alike.
    Push,
    /// "Pull request created", drafts included.
    PullRequestCreated,
    /// "Pull request updated": anything from a vote to the completion.
    PullRequestUpdated,
    /// "Pull request merge attempted": fires for a mere preview too.
    PullRequestMerged,
    /// "Pull request commented on": written, edited, deleted.
    PullRequestCommented,
}

impl EventType {
    /// Every event type.
    pub const ALL: [Self; 5] = [
        Self::Push,
        Self::PullRequestCreated,
        Self::PullRequestUpdated,
        Self::PullRequestMerged,
        Self::PullRequestCommented,
    ];

    /// The body's `eventType`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Push => "git.push",
            Self::PullRequestCreated => "git.pullrequest.created",
            Self::PullRequestUpdated => "git.pullrequest.updated",
            Self::PullRequestMerged => "git.pullrequest.merged",
            Self::PullRequestCommented => "ms.vss-code.git-pullrequest-comment-event",
        }
    }

    /// The newest version that has every member.
    pub(super) const fn best_version(self) -> ResourceVersion {
        match self {
            Self::PullRequestCommented => ResourceVersion::V2,
            _ => ResourceVersion::V1,
        }
    }

    /// The event type with this id.
    pub(super) fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event_type| event_type.id() == id)
    }

    /// A subscription with a version outside this set delivers `resource: null`.
    pub(super) const fn supports(self, version: ResourceVersion) -> bool {
        match version {
            ResourceVersion::Unsupported => false,
            ResourceVersion::V1 | ResourceVersion::V1Preview1 => true,
            ResourceVersion::V2 => matches!(self, Self::PullRequestCommented),
            ResourceVersion::V3Preview1 => !matches!(self, Self::PullRequestCommented),
        }
    }
}

/// Which schema the `resource` of a body follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResourceVersion {
    /// The version of everything but comments.
    #[serde(rename = "1.0")]
    V1,
    /// The same version, as a preview.
    #[serde(rename = "1.0-preview.1")]
    V1Preview1,
    /// Comments only: the pull request comes along.
    #[serde(rename = "2.0")]
    V2,
    /// Team Foundation Server of 2015 to 2017.
    #[serde(rename = "3.0-preview.1")]
    V3Preview1,
    /// Any other text: Azure DevOps stores it and delivers `resource: null`.
    #[serde(rename = "unsupported")]
    Unsupported,
}

/// The input `notificationType` of a `git.pullrequest.updated` subscription. Bodies do not repeat it,
/// so a receiver that needs it must get it from the webhook URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NotificationType {
    /// New commits on the source branch.
    #[serde(rename = "PushNotification")]
    Source,
    /// The list of reviewers changed.
    #[serde(rename = "ReviewersUpdateNotification")]
    Reviewers,
    /// A vote.
    #[serde(rename = "ReviewerVoteNotification")]
    Vote,
    /// Completed, abandoned, reactivated, published or made a draft.
    #[serde(rename = "StatusUpdateNotification")]
    Status,
}

impl NotificationType {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::Source, Self::Reviewers, Self::Vote, Self::Status];

    /// A short name, which Hookpost's webhook URLs have in `?change=`.
    pub const fn change(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Reviewers => "reviewers",
            Self::Vote => "vote",
            Self::Status => "status",
        }
    }
}
