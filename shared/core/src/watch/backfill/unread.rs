//! Repositories that could not be read: what is left of a gap there is tried again in later passes.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::error::OperatorError;
use crate::ports::Ports;
use crate::watch::backfill::part::{BackfillPart, Filled};
use crate::watch::backfill::{Backfill, OpenGap, no_room};
use crate::watch::checkpoint::gap::UnreadRepository;
use crate::watch::context::LOG_RETENTION;

/// Most repositories that one pass tries again.
const UNREAD_REPOSITORIES_PER_PASS: usize = 20;

/// Time after which a repository with threads is tried again: that takes a call for each of its pull requests.
const THREADS_RETRY_INTERVAL: SignedDuration = SignedDuration::from_hours(1);

impl<P: Ports> Backfill<'_, '_, P> {
    /// Names a repository that could not be read, and leaves its part of the gap to later passes.
    pub(super) fn leave_unread(
        &mut self,
        gap: &OpenGap<'_>,
        repository: &RepositoryInfo,
        part: BackfillPart,
        error: &OperatorError,
        filled: &mut Filled,
    ) {
        if !filled.unread.insert(repository.id.clone()) {
            return;
        }
        let unread = UnreadRepository {
            from: part.from,
            until: part.until,
            tried_at: self.context.now,
            with_threads: part.with_threads,
            below: None,
        };
        let has_room = self.state.checkpoint.leave_unread(&gap.key, &repository.id, unread);
        let sentence = if has_room {
            format!(
                "{}; the next passes look again for its {} events since {}",
                error.message(),
                gap.gap.kind.event_type(),
                part.from
            )
        } else {
            no_room()
        };
        filled.has_no_room |= !has_room;
        if !self.state.report.remains.contains(&sentence) {
            self.state.report.remains.push(sentence);
        }
    }

    /// Tries the repositories again that earlier passes could not read, those first that have waited longest.
    pub(super) async fn retry_unread(&mut self, gaps: &[OpenGap<'_>]) -> Result<(), OperatorError> {
        self.give_up_expired();
        let mut waiting: Vec<(Timestamp, &OpenGap<'_>, String)> = Vec::new();
        for gap in gaps {
            let parts = self.state.checkpoint.unread_repositories.get(&gap.key).into_iter().flatten();
            let due = parts.filter(|(_, part)| self.is_due(part));
            waiting.extend(due.map(|(id, part)| (part.tried_at, gap, id.clone())));
        }
        waiting.sort_by_key(|(tried_at, _, _)| *tried_at);
        for (_, gap, id) in waiting.into_iter().take(UNREAD_REPOSITORIES_PER_PASS) {
            self.check_deadline()?;
            self.retry(gap, &id).await?;
        }
        Ok(())
    }

    /// Whether it is time to try a repository again. One that was tried in this pass has to wait.
    fn is_due(&self, part: &UnreadRepository) -> bool {
        let waited = self.context.now.duration_since(part.tried_at);
        let is_continued = part.below.is_some();
        waited > SignedDuration::ZERO
            && (!part.with_threads || is_continued || waited >= THREADS_RETRY_INTERVAL)
    }

    /// Tries a repository again.
    async fn retry(&mut self, gap: &OpenGap<'_>, id: &str) -> Result<(), OperatorError> {
        let parts = self.state.checkpoint.unread_repositories.get_mut(&gap.key);
        let Some(unread) = parts.and_then(|parts| parts.get_mut(id)) else { return Ok(()) };
        unread.tried_at = self.context.now;
        let unread = unread.clone();
        // A repository that is not listed may be listed again, when the token's owner gets back the permission.
        let Some(repository) = gap.repositories.iter().find(|repository| repository.id == id) else {
            return Ok(());
        };
        // Threads are read for the whole part at once, since each has all changes of its pull request.
        let end = unread.with_threads.then_some(unread.until);
        let Some((rows, until)) = self.log_of(gap, unread.from, end).await? else { return Ok(()) };
        let until = until.min(unread.until);
        let part = BackfillPart {
            from: unread.from,
            until,
            with_threads: unread.with_threads,
            first_from: unread.from,
            below: unread.below.unwrap_or(u64::MAX),
        };
        let (filled, result) = self.fill(gap, part, &[*repository], &rows).await;
        if filled.unread.contains(id) {
            return result;
        }
        let done_until = filled.done_until.map(|(_, at)| at);
        if result.is_err() && done_until.is_none() {
            return result;
        }
        let parts = self.state.checkpoint.unread_repositories.entry(gap.key.clone()).or_default();
        let next = done_until.or(Some(part.until).filter(|until| *until < unread.until));
        let left = match (filled.stopped_at, filled.pending_since) {
            (Some((_, number)), _) => Some(UnreadRepository { below: Some(number), ..unread }),
            (None, Some(pending_since)) => {
                Some(UnreadRepository { from: pending_since, below: None, ..unread })
            }
            (None, None) => next.map(|from| UnreadRepository { from, below: None, ..unread }),
        };
        match left {
            Some(left) => drop(parts.insert(id.to_owned(), left)),
            None => drop(parts.remove(id)),
        }
        result
    }

    /// Gives up what is older than the log. Without the log, events that were delivered cannot be distinguished from events
    /// that were not.
    fn give_up_expired(&mut self) {
        let log_start = self.context.now - LOG_RETENTION;
        let mut lost = Vec::new();
        for (key, parts) in &mut self.state.checkpoint.unread_repositories {
            parts.retain(|id, part| {
                let is_expired = part.until < log_start;
                if is_expired {
                    lost.push(format!(
                        "{key}: events of repository {id} between {} and {} are lost: it could not be read for a week",
                        part.from, part.until
                    ));
                }
                part.from = part.from.max(log_start);
                !is_expired
            });
        }
        self.state.report.remains.extend(lost);
    }
}
