//! What one call of [`Backfill::fill`](super::Backfill::fill) takes, and how far it got.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::recovery::has_threads;
use crate::subscriptions::kind::SubscriptionKind;
use crate::watch::checkpoint::gap::GapProgress;

/// A time of a gap to be filled in some repositories, in order of their keys. The first of them may be done in part.
#[derive(Clone, Copy)]
pub(super) struct BackfillPart {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) with_threads: bool,
    /// The changes of the first repository before this time are done.
    pub(super) first_from: Timestamp,
    /// Threads of pull requests with this number or a higher one were read before, in the first repository.
    pub(super) below: u64,
}

impl BackfillPart {
    /// What is left of the window of a gap up to `until`. `first` is the first repository that is left.
    pub(super) fn of_window(
        progress: &GapProgress,
        until: Timestamp,
        first: Option<&RepositoryInfo>,
        kind: SubscriptionKind,
    ) -> Self {
        let is_first = |id: &str| first.is_some_and(|first| first.id == id);
        let done_until = progress.done_until.as_ref().filter(|(id, _)| is_first(id));
        let read_down_to = progress.threads_position.as_ref().filter(|(id, _)| is_first(id));
        Self {
            from: progress.from,
            until,
            with_threads: progress.evident_at.is_some() && has_threads(kind),
            first_from: done_until.map_or(progress.from, |(_, at)| *at),
            below: read_down_to.map_or(u64::MAX, |(_, number)| *number),
        }
    }
}

/// How far a part was filled.
#[derive(Default)]
pub(super) struct Filled {
    /// The key of the last repository that is done, or left unread.
    pub(super) done: Option<String>,
    /// The repository after it whose changes are done up to a time.
    pub(super) done_until: Option<(String, Timestamp)>,
    /// The repository whose threads were read in part, and the number of the last pull request that was read.
    pub(super) stopped_at: Option<(String, u64)>,
    /// Repositories that could not be read.
    pub(super) unread: BTreeSet<String>,
    /// Whether the checkpoint has no room for a repository that could not be read.
    pub(super) has_no_room: bool,
    /// The time of the earliest event that Azure DevOps may still deliver.
    pub(super) pending_since: Option<Timestamp>,
}

/// What the lists and threads of one repository show.
pub(super) struct ReadRepository<'a> {
    pub(super) repository: &'a RepositoryInfo,
    /// The changes up to this time can be reconciled with the log.
    pub(super) until: Timestamp,
    /// The number of the last pull request whose threads were read, when not all were.
    pub(super) stopped_at: Option<u64>,
}
