//! Backfills coverage gaps: queues the events that were not delivered, made from lists and threads.

mod queue;
mod unread;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::search::Threads;
use crate::recovery::{Failures, has_list, has_threads, is_covered};
use crate::setup::error::Context as _;
use crate::setup::error::{SetupError, refusal};
use crate::watch::checkpoint::{GapProgress, UNREAD_REPOSITORIES_MAX};
use crate::watch::context::{PassContext, PassState, midpoint, out_of_time};
use crate::watch::gaps;
use crate::watch::gaps::CoverageGap;

/// Length of one window of a gap that is filled from lists; its changes and its delivery log are held in memory. Threads
/// are read for the whole gap at once, since each has all changes of its pull request.
const WINDOW: SignedDuration = SignedDuration::from_hours(12);

/// Changes that are held in memory before those found so far are queued.
const CHANGES_MAX: usize = 20_000;

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
    let mut repositories = context.integration.organization.repositories().await.context(NOT_LISTED)?;
    repositories.sort_by(|left, right| left.id.cmp(&right.id));
    let mut gaps: Vec<OpenGap<'_>> =
        gaps.iter().map(|gap| OpenGap::new(gap, existing, &repositories, context)).collect();
    // Otherwise a gap that takes all the time of every pass would keep the others waiting.
    gaps.sort_by_key(|gap| state.checkpoint.gaps.get(&gap.key).and_then(|progress| progress.tried_at));
    let reader = PullRequestReader::new(state.checkpoint.gaps_start(now), now);
    let mut backfill = Backfill { context, state, reader, failures: Failures::default(), now };
    for gap in &gaps {
        backfill.fill_gap(gap).await?;
    }
    backfill.retry_unread(&gaps).await?;
    let is_unfinished = |progress: &&GapProgress| progress.from < now && progress.pending_since.is_none();
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
    /// The repositories that the subscription delivers events of, in order of their ids.
    repositories: Vec<&'a RepositoryInfo>,
}

impl<'a> OpenGap<'a> {
    fn new<P: Ports>(
        gap: &'a CoverageGap,
        existing: &[&'a ExistingSubscription],
        repositories: &'a [RepositoryInfo],
        context: &PassContext<'_, P>,
    ) -> Self {
        let of_gap = existing
            .iter()
            .filter(|existing| existing.kind() == Some(gap.kind) && existing.project_id == gap.project_id);
        let covered = repositories
            .iter()
            .filter(|repository| is_covered(context.scope, repository, gap.project_id.as_deref()));
        Self {
            gap,
            key: gap.key(),
            logs: of_gap.map(|existing| existing.id.as_str()).collect(),
            repositories: covered.collect(),
        }
    }
}

/// A part of a gap that is filled at once.
#[derive(Clone, Copy)]
struct Part {
    from: Timestamp,
    until: Timestamp,
    with_threads: bool,
    /// Threads of pull requests with this number or a higher one were read before, in the first repository.
    below: u64,
}

/// How far a part was filled.
#[derive(Default)]
struct Filled {
    /// The id of the last repository that is done, or left unread.
    done: Option<String>,
    /// The repository whose threads were read in part, and the number of the last pull request that was read.
    stopped_at: Option<(String, u64)>,
    /// Repositories that could not be read.
    unread: BTreeSet<String>,
    /// Whether the checkpoint has no room for a repository that could not be read.
    has_no_room: bool,
    /// The time of the earliest event that Azure DevOps may still deliver.
    pending_since: Option<Timestamp>,
}

/// The backfill of an integration's gaps.
struct Backfill<'a, 'state, P: Ports> {
    context: &'a PassContext<'a, P>,
    state: &'state mut PassState,
    reader: PullRequestReader,
    failures: Failures,
    /// The end of the gaps.
    now: Timestamp,
}

impl<P: Ports> Backfill<'_, '_, P> {
    /// Fills a gap window by window, up to now.
    async fn fill_gap(&mut self, gap: &OpenGap<'_>) -> Result<(), SetupError> {
        while let Some(progress) =
            self.state.checkpoint.gaps.get(&gap.key).filter(|progress| progress.from < self.now).cloned()
        {
            if !self.fill_window(gap, progress).await? {
                return Ok(());
            }
        }
        if let Some(progress) = self.state.checkpoint.gaps.get_mut(&gap.key) {
            // The next pass begins at the earliest event that Azure DevOps may still deliver.
            progress.from = progress.pending_since.unwrap_or(progress.from);
            if progress.pending_since.is_none() && !self.state.retrying.contains(&gap.key) {
                self.state.checkpoint.gaps.remove(&gap.key);
            }
        }
        self.name_not_found(gap);
        Ok(())
    }

    /// Fills the next window, or the rest of the window in which an earlier pass was interrupted. `false` when the rest is
    /// left to the next pass.
    async fn fill_window(&mut self, gap: &OpenGap<'_>, progress: GapProgress) -> Result<bool, SetupError> {
        let tried_at = Some(self.context.now);
        if let Some(progress) = self.state.checkpoint.gaps.get_mut(&gap.key) {
            progress.tried_at = tried_at;
        }
        let GapProgress { from, position, mut pending_since, evident_at, threads_position, .. } = progress;
        if position.is_none() && pending_since == Some(from) {
            // The event that was pending is in this window and is checked again.
            pending_since = None;
        }
        let reads_threads = evident_at.is_some() && has_threads(gap.gap.kind);
        let (until, last_done) = position.unwrap_or_else(|| {
            let window = from.saturating_add(WINDOW).map_or(self.now, |until| until.min(self.now));
            (if reads_threads { self.now } else { window }, String::new())
        });
        let left: Vec<&RepositoryInfo> =
            gap.repositories.iter().copied().filter(|repository| repository.id > last_done).collect();
        let below = threads_position
            .filter(|(id, _)| left.first().is_some_and(|first| first.id == *id))
            .map_or(u64::MAX, |(_, number)| number);
        let part = Part { from, until, with_threads: reads_threads, below };
        let Some(filled) = self.fill(gap, part, &left).await? else { return Ok(false) };
        if filled.has_no_room {
            return Ok(false);
        }
        pending_since = pending_since.into_iter().chain(filled.pending_since).min();
        let is_done = filled.stopped_at.is_none()
            && left.last().is_none_or(|last| filled.done.as_ref() == Some(&last.id));
        let goes_on = filled.stopped_at.is_none() || self.reader.has_calls_left();
        let threads_position = filled.stopped_at;
        let progress = if is_done {
            // The evidence is about the time before the window ended. Otherwise a search that takes several passes would
            // never end.
            let evident_at = evident_at.filter(|evident| *evident > until || pending_since.is_some());
            let from = if has_list(gap.gap.kind) || evident_at.is_some() { until } else { self.now };
            GapProgress { pending_since, tried_at, ..GapProgress::since(from, evident_at) }
        } else {
            let position = Some((until, filled.done.unwrap_or(last_done)));
            GapProgress { from, position, pending_since, evident_at, threads_position, tried_at }
        };
        self.state.checkpoint.gaps.insert(gap.key.clone(), progress);
        Ok(goes_on)
    }

    /// Queues the events of a part of the gap that were not delivered, in as many of the repositories as time allows.
    /// `None` when the log cannot be read, so that nothing can be said.
    async fn fill(
        &mut self,
        gap: &OpenGap<'_>,
        part: Part,
        repositories: &[&RepositoryInfo],
    ) -> Result<Option<Filled>, SetupError> {
        self.check_deadline()?;
        let rows = self.context.recovery.log(&gap.logs, part.from, part.until).await;
        let operation =
            format!("the log of the {} subscription could not be read", gap.gap.kind.event_type());
        let rows = match self.note(rows, &operation)? {
            Ok(rows) => rows,
            Err(error) => {
                self.state.report.remains.push(error.message().to_owned());
                return Ok(None);
            }
        };
        // A part of the time is left for judging and queuing, or a pass that is short of time would get nowhere.
        let (clock, deadline) = (self.context.clock, self.context.deadline);
        let read_until = midpoint(clock.now(), deadline);
        let has_time = || clock.now() < read_until;
        let (mut filled, mut changes) = (Filled::default(), Vec::new());
        for (index, repository) in repositories.iter().enumerate() {
            if index > 0 && (!has_time() || changes.len() >= CHANGES_MAX) {
                break;
            }
            let below = if index == 0 { part.below } else { u64::MAX };
            let threads = Threads { reader: &mut self.reader, below, has_time: &has_time };
            let threads = part.with_threads.then_some(threads);
            let span = (part.from, part.until);
            let found = self.context.recovery.changes(gap.gap.kind, repository, span, threads).await;
            match self.note(found, &cannot_be_read(repository))? {
                Ok(found) => {
                    changes.extend(found.listed);
                    if let Some(error) = found.threads_error
                        && let Err(error) = self.note(Err::<(), _>(error), &cannot_be_read(repository))?
                    {
                        self.leave_unread(gap, repository, part, &error, &mut filled);
                    }
                    if let Some(number) = found.stopped_at {
                        filled.stopped_at = Some((repository.id.clone(), number));
                        break;
                    }
                }
                Err(error) => self.leave_unread(gap, repository, part, &error, &mut filled),
            }
            filled.done = Some(repository.id.clone());
        }
        changes.sort_by_key(|change| change.at);
        self.queue_missed(gap, part, &changes, &rows, &mut filled).await?;
        Ok(Some(filled))
    }

    fn check_deadline(&self) -> Result<(), SetupError> {
        if self.context.is_late() {
            return Err(late());
        }
        Ok(())
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
