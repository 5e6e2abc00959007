//! Fills a part of a gap: lists the changes of some repositories, and has those queued that were not delivered.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::LoggedDelivery;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::change::Change;
use crate::recovery::search::Threads;
use crate::setup::error::SetupError;
use crate::watch::backfill::{Backfill, OpenGap};
use crate::watch::context::midpoint;

/// Changes that are held in memory before those found so far are queued. A push is some 2 kB.
const CHANGES_MAX: usize = 10_000;

/// A part of a gap that is filled at once.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) with_threads: bool,
    /// The changes of the first repository before this time are done.
    pub(super) first_from: Timestamp,
    /// Threads of pull requests with this number or a higher one were read before, in the first repository.
    pub(super) below: u64,
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
pub(super) struct Found<'a> {
    pub(super) repository: &'a RepositoryInfo,
    /// The changes up to this time are listed.
    pub(super) until: Timestamp,
    /// The number of the last pull request whose threads were read, when not all were.
    pub(super) stopped_at: Option<u64>,
}

impl<P: Ports> Backfill<'_, '_, P> {
    /// Queues the events of a part of the gap that were not delivered, in as many of the repositories as time allows. What
    /// was done counts whatever the result is.
    pub(super) async fn fill(
        &mut self,
        gap: &OpenGap<'_>,
        part: Part,
        repositories: &[&RepositoryInfo],
        rows: &[LoggedDelivery],
    ) -> (Filled, Result<(), SetupError>) {
        let mut filled = Filled::default();
        let (mut found, mut changes) = (Vec::new(), Vec::new());
        let read = self.read(gap, part, repositories, &mut filled, &mut found, &mut changes).await;
        changes.sort_by_key(|change: &Change| change.at);
        let queued = self.queue_missed(gap, part, (&changes, &found), rows, &mut filled).await;
        (filled, queued.and(read))
    }

    /// Lists the changes of repositories, until half of the time that is left is over.
    async fn read<'r>(
        &mut self,
        gap: &OpenGap<'_>,
        part: Part,
        repositories: &[&'r RepositoryInfo],
        filled: &mut Filled,
        found: &mut Vec<Found<'r>>,
        changes: &mut Vec<Change>,
    ) -> Result<(), SetupError> {
        // A part of the time is left for judging and queuing, or a pass that is short of time would get nowhere.
        let (clock, deadline) = (self.context.clock, self.context.deadline);
        let read_until = midpoint(clock.now(), deadline);
        let has_time = || clock.now() < read_until;
        for (index, repository) in repositories.iter().copied().enumerate() {
            if index > 0 && (!has_time() || changes.len() >= CHANGES_MAX) {
                break;
            }
            let below = if index == 0 { part.below } else { u64::MAX };
            let threads = part.with_threads.then_some(Threads { below, has_time: &has_time });
            let span = (if index == 0 { part.first_from } else { part.from }, part.until);
            let recovery = &self.context.recovery;
            let result = recovery.changes(gap.gap.kind, repository, span, &mut self.reader, threads).await;
            let (mut until, mut stopped_at) = (part.until, None);
            match self.note_repository(result, repository)? {
                Ok(of_repository) => {
                    changes.extend(of_repository.listed);
                    (until, stopped_at) = (of_repository.until, of_repository.stopped_at);
                    if let Some(error) = of_repository.threads_error
                        && let Err(error) = self.note_repository(Err::<(), _>(error), repository)?
                    {
                        self.leave_unread(gap, repository, part, &error, filled);
                    }
                }
                Err(error) => self.leave_unread(gap, repository, part, &error, filled),
            }
            found.push(Found { repository, until, stopped_at });
            if until < part.until || stopped_at.is_some() {
                break;
            }
        }
        Ok(())
    }
}
