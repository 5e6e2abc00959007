//! Event types, resource versions and the filter of "pull request updated".
//!
//! Source: learn.microsoft.com, "Service hooks events" (Code).

/// A code event that Hookpost forwards.
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

    /// The version a careful subscriber pins: the newest that carries everything.
    pub const fn best_version(self) -> ResourceVersion {
        match self {
            Self::PullRequestCommented => ResourceVersion::V2,
            _ => ResourceVersion::V1,
        }
    }

    /// The event type with this id, if it is one of ours.
    pub fn with_id(id: &str) -> Option<Self> {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceVersion {
    /// `1.0`
    V1,
    /// `1.0-preview.1`
    V1Preview1,
    /// `2.0`, comments only: the pull request comes along.
    V2,
    /// `3.0-preview.1`, Team Foundation Server of 2015 to 2017.
    V3Preview1,
    /// Any other text: Azure DevOps stores it and delivers `resource: null`.
    Unsupported,
}

impl ResourceVersion {
    /// The body's `resourceVersion`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V1Preview1 => "1.0-preview.1",
            Self::V2 => "2.0",
            Self::V3Preview1 => "3.0-preview.1",
            Self::Unsupported => "unsupported",
        }
    }

    /// The inverse of [`Self::as_str`]. `latest` and no version at all mean the best there is.
    pub(super) fn wanted(text: Option<&str>, event_type: EventType) -> Self {
        match text {
            None | Some("latest") => event_type.best_version(),
            Some(text) => [Self::V1, Self::V1Preview1, Self::V2, Self::V3Preview1]
                .into_iter()
                .find(|version| version.as_str() == text)
                .unwrap_or(Self::Unsupported),
        }
    }
}

/// The input `notificationType` of a `git.pullrequest.updated` subscription. The body does not
/// repeat it, which is why each filtered subscription gets a webhook URL of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotificationType {
    /// New commits on the source branch.
    Source,
    /// The list of reviewers changed.
    Reviewers,
    /// Somebody voted.
    Vote,
    /// Completed, abandoned, reactivated, published or made a draft.
    Status,
}

impl NotificationType {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::Source, Self::Reviewers, Self::Vote, Self::Status];

    /// The value of the publisher input.
    pub const fn input(self) -> &'static str {
        match self {
            Self::Source => "PushNotification",
            Self::Reviewers => "ReviewersUpdateNotification",
            Self::Vote => "ReviewerVoteNotification",
            Self::Status => "StatusUpdateNotification",
        }
    }

    /// The filter with this value of the publisher input.
    pub fn with_input(input: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.input() == input)
    }

    /// The value of `?change=` in the webhook URL.
    pub const fn change(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Reviewers => "reviewers",
            Self::Vote => "vote",
            Self::Status => "status",
        }
    }
}
