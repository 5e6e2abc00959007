//! Fills a part of a gap: lists the changes of some repositories, and has those queued that were not delivered.

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::LoggedDelivery;
use crate::error::OperatorError;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::change::Change;
use crate::recovery::search::Threads;
use crate::watch::backfill::part::{BackfillPart, Filled, ReadRepository};
use crate::watch::backfill::{Backfill, OpenGap};
use crate::watch::context::midpoint;

/// Changes that are held in memory before those found so far are queued. A push is some 2 kB.
const CHANGES_MAX: usize = 10_000;

impl<P: Ports> Backfill<'_, '_, P> {
    /// Queues the events of a part of the gap that were not delivered, in as many of the repositories as time allows. What
    /// was done counts whatever the result is.
    pub(super) async fn fill(
        &mut self,
        gap: &OpenGap<'_>,
        part: BackfillPart,
        repositories: &[&RepositoryInfo],
        rows: &[LoggedDelivery],
    ) -> (Filled, Result<(), OperatorError>) {
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
        part: BackfillPart,
        repositories: &[&'r RepositoryInfo],
        filled: &mut Filled,
        found: &mut Vec<ReadRepository<'r>>,
        changes: &mut Vec<Change>,
    ) -> Result<(), OperatorError> {
        // A part of the time is left for reconciling and queuing, or a pass that is short of time would make no progress.
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
            found.push(ReadRepository { repository, until, stopped_at });
            if until < part.until || stopped_at.is_some() {
                break;
            }
        }
        Ok(())
    }
}
