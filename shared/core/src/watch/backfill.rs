//! Backfills coverage gaps: queues the events that were not delivered, made from lists and threads.
//!
//! A *gap* is the time in which one subscription may have missed events. It is filled by *windows*, each as long as
//! time and memory allow to read its delivery log. A window is filled repository by repository, in order of their keys. A
//! *part* is what one call of [`Backfill::fill`] takes: the rest of a window, or the time of a repository that could not be
//! read before.
//!
//! ```text
//! gap       |----------------------------------------------------|
//! windows   |---- filled ----|---- this one ----|----- later ----|
//!                            repository a: done
//!                            repository b: done up to here |
//!                            repository c: left         }  the part of the next pass
//! ```
//!
//! The checkpoint keeps how far each gap is ([`GapProgress`]). A pass goes in *rounds*: in each, every open gap gets one
//! window, because the gaps share the log of a window.

mod fill;
mod gap_log;
mod missed;
mod part;
mod read_log;
mod unread;
mod window;

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::RestResultExt as _;
use crate::error::{OperatorError, failed_call};
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::{Failures, is_covered};
use crate::watch::backfill::gap_log::GapLog;
use crate::watch::checkpoint::gap::GapProgress;
use crate::watch::checkpoint::{UNREAD_REPOSITORIES_MAX, repository_key};
use crate::watch::context::{VisitContext, VisitState, out_of_time};
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
    context: &VisitContext<'_, P>,
    existing: &[&ExistingSubscription],
    state: &mut VisitState,
) -> Result<(), OperatorError> {
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
    let mut backfill = Backfill { context, state, reader, log, failures, last_failed: None, now };
    for progress in backfill.state.checkpoint.gaps.values_mut() {
        progress.until.get_or_insert(now);
    }
    let mut open: Vec<&OpenGap<'_>> = gaps.iter().collect();
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
        context: &VisitContext<'_, P>,
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

    /// The repositories that are left of the present window.
    fn repositories_left(&self, progress: &GapProgress) -> Vec<&'a RepositoryInfo> {
        let last_done = progress.position.as_ref().map_or("", |(_, done)| done.as_str());
        let is_left = |repository: &&RepositoryInfo| repository_key(repository).as_str() > last_done;
        self.repositories.iter().copied().filter(is_left).collect()
    }

    fn repository(&self, id: &str) -> Option<&'a RepositoryInfo> {
        self.repositories.iter().copied().find(|repository| repository.id == id)
    }
}

/// The backfill of an integration's gaps.
struct Backfill<'a, 'state, P: Ports> {
    context: &'a VisitContext<'a, P>,
    state: &'state mut VisitState,
    reader: PullRequestReader,
    log: GapLog,
    failures: Failures,
    /// The id of the repository whose calls failed last.
    last_failed: Option<String>,
    /// When the backfill began: the end of the gaps that had none.
    now: Timestamp,
}

impl<P: Ports> Backfill<'_, '_, P> {
    fn check_deadline(&self) -> Result<(), OperatorError> {
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
    ) -> Result<Result<T, OperatorError>, OperatorError> {
        if result.is_err() && self.last_failed.replace(repository.id.clone()).as_ref() == Some(&repository.id)
        {
            self.failures = Failures::default();
        }
        self.note(result, &cannot_be_read(repository))
    }

    /// Notes how a call for one item ended. An inner error is about this item.
    fn note<T>(
        &mut self,
        result: Result<T, RestError>,
        operation: &str,
    ) -> Result<Result<T, OperatorError>, OperatorError> {
        match self.failures.note(result) {
            Ok(result) => Ok(result.map_err(|error| failed_call(&error, operation))),
            Err(error) => Err(failed_call(&error, operation)),
        }
    }
}

fn late() -> OperatorError {
    out_of_time("before it had looked for every event that was not delivered")
}

fn cannot_be_read(repository: &RepositoryInfo) -> String {
    format!("repository {} could not be read", repository.name)
}

/// The message when the checkpoint has no room for another repository.
fn no_room() -> String {
    format!("more than {UNREAD_REPOSITORIES_MAX} repositories cannot be read; the whole gap stays open")
}
