//! Pull requests: their state and their changes.

use serde::Serialize;

use crate::{Commit, EventType, Identity, NotificationType, ObjectId, RepositoryId, Thread, Timestamp, Uuid};

/// A pull request of one [`Organization`](super::Organization); means nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PullRequestId(pub(super) usize);

/// The pull request to create.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The repository of the target branch.
    pub repository: RepositoryId,
    /// The fork the source branch is in; `None` when it is in `repository` itself.
    pub fork: Option<RepositoryId>,
    /// Full name, `refs/heads/…`.
    pub source: String,
    /// Full name, `refs/heads/…`.
    pub target: String,
    /// Also part of messages.
    pub title: String,
    /// Left out of the body when empty.
    pub description: String,
    /// Whether it starts as a draft.
    pub draft: bool,
    /// Reviewers from the start.
    pub reviewers: Vec<Reviewer>,
}

impl Proposal {
    /// From one branch of a repository into another; no draft, no description, no reviewers.
    pub fn new(repository: RepositoryId, source: &str, target: &str, title: &str) -> Self {
        Self {
            repository,
            fork: None,
            source: source.to_owned(),
            target: target.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            draft: false,
            reviewers: Vec::new(),
        }
    }
}

/// A reviewer of a pull request.
#[derive(Clone, Debug)]
pub struct Reviewer {
    /// A person or a team.
    pub identity: Identity,
    /// The vote so far.
    pub vote: Vote,
    /// Whether completion needs their approval.
    pub required: bool,
}

impl Reviewer {
    /// An optional reviewer, without a vote yet.
    pub fn optional(identity: &Identity) -> Self {
        Self { identity: identity.clone(), vote: Vote::None, required: false }
    }

    /// A required reviewer, without a vote yet.
    pub fn required(identity: &Identity) -> Self {
        Self { required: true, ..Self::optional(identity) }
    }
}

/// A reviewer's vote; a number in bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vote {
    /// "Approve".
    Approved = 10,
    /// "Approve with suggestions".
    ApprovedWithSuggestions = 5,
    /// None yet, or taken back.
    None = 0,
    /// "Wait for author".
    WaitingForAuthor = -5,
    /// "Reject".
    Rejected = -10,
}

impl Vote {
    /// The body's `vote`.
    pub const fn number(self) -> i64 {
        self as i64
    }
}

/// How an attempt to merge ended: the member `mergeStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MergeOutcome {
    /// There is a merge commit.
    Succeeded,
    /// Both branches changed the same lines.
    Conflicts,
    /// A branch policy forbids it.
    RejectedByPolicy,
    /// `failure`, for no reason given.
    #[serde(rename = "failure")]
    ApiError,
}

/// The change. The body of `git.pullrequest.updated` does not name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PullRequestChange {
    /// It was opened.
    Created,
    /// New commits on the source branch.
    SourceUpdated,
    /// Another list of reviewers.
    ReviewersChanged,
    /// A vote given or taken back.
    Voted(Vote),
    /// Merged, and closed.
    Completed,
    /// Closed without merging.
    Abandoned,
    /// Open again after having been abandoned.
    Reactivated,
    /// No draft any more.
    Published,
    /// A draft again.
    Drafted,
    /// Another title, description or target. No filter lets it through.
    Edited,
    /// The merge job tried a preview.
    MergeAttempted(MergeOutcome),
    /// The merge attempt of the completion itself.
    CompletionMerged,
}

impl PullRequestChange {
    /// The type of its event.
    pub(super) const fn event_type(self) -> EventType {
        match self {
            Self::Created => EventType::PullRequestCreated,
            Self::MergeAttempted(_) | Self::CompletionMerged => EventType::PullRequestMerged,
            _ => EventType::PullRequestUpdated,
        }
    }

    /// The filter of "pull request updated" that lets the change through, if any.
    pub(super) const fn notification_type(self) -> Option<NotificationType> {
        match self {
            Self::SourceUpdated => Some(NotificationType::Source),
            Self::ReviewersChanged => Some(NotificationType::Reviewers),
            Self::Voted(_) => Some(NotificationType::Vote),
            Self::Completed | Self::Abandoned | Self::Reactivated | Self::Published | Self::Drafted => {
                Some(NotificationType::Status)
            }
            Self::Created | Self::Edited | Self::MergeAttempted(_) | Self::CompletionMerged => None,
        }
    }
}

/// A pull request as the service keeps it.
#[derive(Clone, Debug)]
pub(super) struct PullRequest {
    pub(super) number: u32,
    pub(super) proposal: Proposal,
    pub(super) created_by: Identity,
    pub(super) created: Timestamp,
    pub(super) status: Status,
    pub(super) merge: Merge,
    /// In the order of their numbers.
    pub(super) threads: Vec<Thread>,
}

#[derive(Clone, Debug)]
pub(super) enum Status {
    Active,
    Abandoned { by: Identity, at: Timestamp },
    Completed { by: Identity, at: Timestamp, queued: Timestamp },
}

impl Status {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Abandoned { .. } => "abandoned",
            Self::Completed { .. } => "completed",
        }
    }
}

/// The state of the merge job.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    pub(super) id: Uuid,
    /// `None` while the job is queued.
    pub(super) outcome: Option<MergeOutcome>,
    pub(super) source: ObjectId,
    pub(super) target: ObjectId,
    pub(super) commit: Option<Commit>,
}
