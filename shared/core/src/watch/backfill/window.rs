//! Fills a gap window by window, and records how far it is.

use crate::azure_devops::catalog::RepositoryInfo;
use crate::error::OperatorError;
use crate::ports::Ports;
use crate::recovery::has_list;
use crate::watch::backfill::part::{BackfillPart, Filled};
use crate::watch::backfill::{Backfill, OpenGap};
use crate::watch::checkpoint::gap::GapProgress;
use crate::watch::checkpoint::repository_key;

impl<P: Ports> Backfill<'_, '_, P> {
    /// Fills the next window of a gap, or the rest of the window in which an earlier pass was interrupted, and closes
    /// the gap after its last window. Whether there is another window for this pass.
    pub(super) async fn fill_gap(&mut self, gap: &OpenGap<'_>) -> Result<bool, OperatorError> {
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
    async fn fill_window(
        &mut self,
        gap: &OpenGap<'_>,
        mut progress: GapProgress,
    ) -> Result<bool, OperatorError> {
        self.check_deadline()?;
        progress.tried_at = Some(self.context.now);
        if let Some(stored) = self.state.checkpoint.gaps.get_mut(&gap.key) {
            stored.tried_at = progress.tried_at;
        }
        let end = progress.position.as_ref().map(|(until, _)| *until);
        let Some((rows, until)) = self.log_of(gap, progress.from, end).await? else { return Ok(false) };
        if progress.position.is_none() && progress.pending_since == Some(progress.from) {
            // The event that was pending is in this window and is checked again.
            progress.pending_since = None;
        }
        let left = gap.repositories_left(&progress);
        let until = until.min(progress.until.unwrap_or(self.now));
        let part = BackfillPart::of_window(&progress, until, left.first().copied(), gap.gap.kind);
        let (filled, result) = self.fill(gap, part, &left, &rows).await;
        if filled.has_no_room {
            return result.map(|()| false);
        }
        progress.pending_since = progress.pending_since.into_iter().chain(filled.pending_since).min();
        let last = left.last().map(|last| repository_key(last));
        let is_done = result.is_ok() && last.is_none_or(|last| filled.done.as_ref() == Some(&last));
        let goes_on = filled.stopped_at.is_none() || self.reader.has_calls_left();
        let progress = if is_done {
            self.after_window(gap, part, &progress)
        } else {
            within_window(part, left.first().copied(), filled, progress)
        };
        self.state.checkpoint.gaps.insert(gap.key.clone(), progress);
        self.state.checkpoint.forget_handled();
        result.map(|()| goes_on)
    }

    /// The progress when a window is done.
    fn after_window(&self, gap: &OpenGap<'_>, part: BackfillPart, progress: &GapProgress) -> GapProgress {
        let GapProgress { until: gap_end, pending_since, tried_at, .. } = *progress;
        // The evidence is about the time before the window ended. Otherwise a search that takes several passes would
        // never end.
        let is_evident = |at: &_| *at > part.until || pending_since.is_some();
        let evident_at = progress.evident_at.filter(is_evident);
        let is_searched_further = has_list(gap.gap.kind) || evident_at.is_some();
        let from = if is_searched_further { part.until } else { gap_end.unwrap_or(self.now) };
        GapProgress { until: gap_end, pending_since, tried_at, ..GapProgress::since(from, evident_at) }
    }
}

/// The progress when a window was interrupted. `first` is the first repository that was left of it.
fn within_window(
    part: BackfillPart,
    first: Option<&RepositoryInfo>,
    filled: Filled,
    progress: GapProgress,
) -> GapProgress {
    // What was known of the first repository counts until that is done.
    let first = first.filter(|_| filled.done.is_none()).map(|first| first.id.clone());
    let read_before = Some(part.below).filter(|below| *below < u64::MAX);
    let done_before = Some(part.first_from).filter(|at| *at > part.from);
    let last_done = progress.position.map(|(_, done)| done);
    GapProgress {
        position: Some((part.until, filled.done.or(last_done).unwrap_or_default())),
        threads_position: filled.stopped_at.or(first.clone().zip(read_before)),
        done_until: filled.done_until.or(first.zip(done_before)),
        ..progress
    }
}
