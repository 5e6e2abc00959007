//! Backfills coverage gaps: queues the events that were not delivered, made from lists and threads.

mod fill;
mod log;
mod part;
mod queue;
mod read_log;
mod unread;

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::{Failures, has_list, has_threads, is_covered};
use crate::setup::error::Context as _;
use crate::setup::error::{SetupError, refusal};
use crate::watch::backfill::log::GapLog;
use crate::watch::backfill::part::BackfillPart;
use crate::watch::checkpoint::gap::GapProgress;
use crate::watch::checkpoint::{UNREAD_REPOSITORIES_MAX, repository_key};
use crate::watch::context::{PassContext, PassState, out_of_time};
use crate::watch::gaps;
use crate::watch::gaps::CoverageGap;

/// The error message when a list or the log cannot be read.
const NOT_LISTED: &str = "the missed events could not be listed";

/// Queues the events that were not delivered in the open gaps, up to now, and closes the gaps. `existing` are the
/// subscriptions whose log can be read.
///
/// A repository or a log that cannot be read is named and passed over; what is left of the gap there stays open.
///
/// # Errors
///
/// When Azure DevOps or the events queue cannot be used, or the pass runs out of time. The next pass continues with the
/// same repository.
pub(super) async fn backfill_gaps<P: Ports>(
    context: &PassContext<'_, P>,
    existing: &[&ExistingSubscription],
    state: &mut PassState,
) -> Result<(), SetupError> {
    let gaps = gaps::retain_wanted(context.wanted, &mut state.checkpoint);
    if gaps.is_empty() {
        return Ok(());
    }
    let now = context.clock.now();
    let repositories = context.recovery.repositories().await.context(NOT_LISTED)?;
    let mut repositories: Vec<&RepositoryInfo> = repositories.iter().collect();
    repositories.sort_by_cached_key(|repository| repository_key(repository));
    let mut gaps: Vec<OpenGap<'_>> =
        gaps.iter().map(|gap| OpenGap::new(gap, existing, &repositories, context)).collect();
    // Otherwise a gap that takes all the time of every pass would keep the others waiting.
    gaps.sort_by_key(|gap| state.checkpoint.gaps.get(&gap.key).and_then(|progress| progress.tried_at));
    let reader = PullRequestReader::new(state.checkpoint.gaps_start(now), now);
    let reader = if context.scope.repository_id.is_none() { reader.by_project() } else { reader };
    let log = GapLog::new(gaps.iter().flat_map(|gap| gap.logs.iter().copied()).collect());
    let failures = Failures::default();
    let mut backfill = Backfill { context, state, reader, log, failures, refused: None, now };
    for progress in backfill.state.checkpoint.gaps.values_mut() {
        progress.until.get_or_insert(now);
    }
    let mut open: Vec<&OpenGap<'_>> = gaps.iter().collect();
    // In each round, every gap is filled by one window, because the gaps share the log of a window.
    while !open.is_empty() {
        let mut goes_on = Vec::new();
        for gap in open {
            if backfill.fill_gap(gap).await? {
                goes_on.push(gap);
            }
        }
        open = goes_on;
    }
    backfill.retry_unread(&gaps).await?;
    let is_unfinished = |progress: &&GapProgress| {
        progress.until.is_some_and(|until| progress.from < until) && progress.pending_since.is_none()
    };
    let unfinished = backfill.state.checkpoint.gaps.values().filter(is_unfinished).count();
    backfill.state.report.unfinished_gaps = unfinished as u64;
    let left_out: Vec<String> = backfill.reader.describe_left_out().collect();
    state.report.remains.extend(left_out);
    Ok(())
}

/// An open gap, with what can be read of it.
struct OpenGap<'a> {
    gap: &'a CoverageGap,
    key: String,
    /// Ids of the subscriptions whose logs list the deliveries of the gap: the present one and those it superseded.
    logs: Vec<&'a str>,
    /// The repositories that the subscription delivers events of, in order of their keys.
    repositories: Vec<&'a RepositoryInfo>,
}

impl<'a> OpenGap<'a> {
    fn new<P: Ports>(
        gap: &'a CoverageGap,
        existing: &[&'a ExistingSubscription],
        repositories: &[&'a RepositoryInfo],
        context: &PassContext<'_, P>,
    ) -> Self {
        let of_gap = existing
            .iter()
            .filter(|existing| existing.kind() == Some(gap.kind) && existing.project_id == gap.project_id);
        let covered = repositories
            .iter()
            .copied()
            .filter(|repository| is_covered(context.scope, repository, gap.project_id.as_deref()));
        Self {
            gap,
            key: gap.key(),
            logs: of_gap.map(|existing| existing.id.as_str()).collect(),
            repositories: covered.collect(),
        }
    }

    fn repository(&self, id: &str) -> Option<&'a RepositoryInfo> {
        self.repositories.iter().copied().find(|repository| repository.id == id)
    }
}

/// The backfill of an integration's gaps.
struct Backfill<'a, 'state, P: Ports> {
    context: &'a PassContext<'a, P>,
    state: &'state mut PassState,
    reader: PullRequestReader,
    log: GapLog,
    failures: Failures,
    /// The repository, by its id, that could not be read last.
    refused: Option<String>,
    /// The end of the gaps.
    now: Timestamp,
}

impl<P: Ports> Backfill<'_, '_, P> {
    /// Fills the next window of a gap, or the rest of the window in which an earlier pass was interrupted, and closes
    /// the gap after its last window. Whether there is another window for this pass.
    async fn fill_gap(&mut self, gap: &OpenGap<'_>) -> Result<bool, SetupError> {
        let is_left = |progress: &&GapProgress| progress.until.is_none_or(|until| progress.from < until);
        if let Some(progress) = self.state.checkpoint.gaps.get(&gap.key).filter(is_left).cloned() {
            if !self.fill_window(gap, progress).await? {
                return Ok(false);
            }
            if self.state.checkpoint.gaps.get(&gap.key).as_ref().is_some_and(is_left) {
                return Ok(true);
            }
        }
        if let Some(progress) = self.state.checkpoint.gaps.get_mut(&gap.key) {
            // The next pass begins at the earliest event that Azure DevOps may still deliver.
            progress.from = progress.pending_since.unwrap_or(progress.from);
            progress.until = None;
            if progress.pending_since.is_none() && !self.state.retrying.contains(&gap.key) {
                self.state.checkpoint.gaps.remove(&gap.key);
            }
        }
        self.report_not_found(gap);
        Ok(false)
    }

    /// Fills the next window, or the rest of one. `false` when the rest is left to the next pass.
    async fn fill_window(&mut self, gap: &OpenGap<'_>, progress: GapProgress) -> Result<bool, SetupError> {
        self.check_deadline()?;
        let tried_at = Some(self.context.now);
        if let Some(progress) = self.state.checkpoint.gaps.get_mut(&gap.key) {
            progress.tried_at = tried_at;
        }
        let GapProgress {
            from,
            until: gap_until,
            position,
            done_until,
            mut pending_since,
            evident_at,
            threads_position,
            ..
        } = progress;
        let gap_end = gap_until.unwrap_or(self.now);
        if position.is_none() && pending_since == Some(from) {
            // The event that was pending is in this window and is checked again.
            pending_since = None;
        }
        let (end, last_done) = position.map_or((None, String::new()), |(until, done)| (Some(until), done));
        let Some((rows, until)) = self.log_of(gap, from, end).await? else { return Ok(false) };
        let until = until.min(gap_end);
        let left: Vec<&RepositoryInfo> = gap
            .repositories
            .iter()
            .copied()
            .filter(|repository| repository_key(repository) > last_done)
            .collect();
        let is_first = |id: &String| left.first().is_some_and(|first| first.id == *id);
        let part = BackfillPart {
            from,
            until,
            with_threads: evident_at.is_some() && has_threads(gap.gap.kind),
            first_from: done_until.filter(|(id, _)| is_first(id)).map_or(from, |(_, at)| at),
            below: threads_position.filter(|(id, _)| is_first(id)).map_or(u64::MAX, |(_, number)| number),
        };
        let (filled, result) = self.fill(gap, part, &left, &rows).await;
        if filled.has_no_room {
            return result.map(|()| false);
        }
        pending_since = pending_since.into_iter().chain(filled.pending_since).min();
        let last = left.last().map(|last| repository_key(last));
        let is_done = result.is_ok() && last.is_none_or(|last| filled.done.as_ref() == Some(&last));
        let goes_on = filled.stopped_at.is_none() || self.reader.has_calls_left();
        let progress = if is_done {
            // The evidence is about the time before the window ended. Otherwise a search that takes several passes would
            // never end.
            let evident_at = evident_at.filter(|evident| *evident > until || pending_since.is_some());
            let from = if has_list(gap.gap.kind) || evident_at.is_some() { until } else { gap_end };
            GapProgress { until: gap_until, pending_since, tried_at, ..GapProgress::since(from, evident_at) }
        } else {
            let has_advanced = filled.done.is_some();
            let position = Some((until, filled.done.unwrap_or(last_done)));
            let before = |kept: Option<(String, u64)>| kept.filter(|_| !has_advanced);
            let first = left.first().map(|first| first.id.clone());
            let threads_position = filled
                .stopped_at
                .or(before(first.clone().zip(Some(part.below).filter(|below| *below < u64::MAX))));
            let kept = first.zip(Some(part.first_from)).filter(|(_, at)| *at > from && !has_advanced);
            let done_until = filled.done_until.or(kept);
            GapProgress {
                from,
                until: gap_until,
                position,
                done_until,
                pending_since,
                evident_at,
                threads_position,
                tried_at,
            }
        };
        self.state.checkpoint.gaps.insert(gap.key.clone(), progress);
        self.state.checkpoint.forget_reconstructed();
        result.map(|()| goes_on)
    }

    fn check_deadline(&self) -> Result<(), SetupError> {
        if self.context.is_late() {
            return Err(late());
        }
        Ok(())
    }

    /// Notes how the calls for a repository ended. That one repository fails for several kinds of events makes no outage.
    fn note_repository<T>(
        &mut self,
        result: Result<T, RestError>,
        repository: &RepositoryInfo,
    ) -> Result<Result<T, SetupError>, SetupError> {
        if result.is_err() && self.refused.replace(repository.id.clone()).as_ref() == Some(&repository.id) {
            self.failures = Failures::default();
        }
        self.note(result, &cannot_be_read(repository))
    }

    /// Notes how a call for one item ended. An inner error is about this item.
    fn note<T>(
        &mut self,
        result: Result<T, RestError>,
        operation: &str,
    ) -> Result<Result<T, SetupError>, SetupError> {
        match self.failures.note(result) {
            Ok(result) => Ok(result.map_err(|error| refusal(&error, operation))),
            Err(error) => Err(refusal(&error, operation)),
        }
    }
}

fn late() -> SetupError {
    out_of_time("before it had looked for every event that was not delivered")
}

fn cannot_be_read(repository: &RepositoryInfo) -> String {
    format!("repository {} could not be read", repository.name)
}

/// The message when the checkpoint has no room for another repository.
fn no_room() -> String {
    format!("more than {UNREAD_REPOSITORIES_MAX} repositories cannot be read; the whole gap stays open")
}
