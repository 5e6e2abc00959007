//! How a visit ends, and how a pass does: what is recorded of it.

use jiff::SignedDuration;

use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::ports::Ports;
use crate::watch::checkpoint::Checkpoint;
use crate::watch::context::out_of_time;
use crate::watch::lease::CheckpointError;
use crate::watch::pass::Pass;
use crate::watch::report::IntegrationReport;
use crate::watch::visit::{Visit, VisitPhase};

impl<P: Ports> Pass<'_, P> {
    /// Ends the pass: stores the checkpoints and releases the lease. Returns the reports, and an error when it is unknown
    /// whether the checkpoints were stored.
    pub(in crate::watch) async fn end(
        mut self,
        names: &[IntegrationName],
    ) -> (Vec<IntegrationReport>, Result<(), CheckpointError>) {
        for visit in std::mem::take(&mut self.visits) {
            let left = out_of_time("before it had replayed every delivery and looked for every missed event");
            let is_behind = visit.phase != VisitPhase::Delete || !visit.to_heal.is_empty();
            self.finish(visit, is_behind.then_some(left));
        }
        let is_linked = |name: &&IntegrationName| !self.unlinked.contains(name);
        let linked: Vec<IntegrationName> = names.iter().filter(is_linked).cloned().collect();
        (self.reports, self.lease.release(&linked).await)
    }

    /// Ends the visit if it failed or is done, else queues it again.
    pub(super) fn finish_or_requeue(&mut self, mut visit: Visit<P>, result: Result<(), OperatorError>) {
        self.has_unstored_work |= visit.state.report.has_work() || visit.phase == VisitPhase::Delete;
        if result.is_err() || visit.is_done() {
            self.finish(visit, result.err());
            return;
        }
        visit.state.fit();
        self.lease.put(&visit.facts.name, visit.state.checkpoint.clone());
        self.visits.push(visit);
    }

    /// Ends the visit of an integration, and records its report.
    fn finish(&mut self, visit: Visit<P>, failure: Option<OperatorError>) {
        let name = visit.facts.name.clone();
        let (checkpoint, report) = visit.end();
        match failure {
            Some(error) => self.record_failure(&name, checkpoint, error, report),
            None => self.record_report(&name, checkpoint, report),
        }
    }

    pub(super) fn record_failure(
        &mut self,
        name: &IntegrationName,
        checkpoint: Checkpoint,
        error: OperatorError,
        report: IntegrationReport,
    ) {
        self.watch.integrations.sign_in.forget_if_refused(&error);
        self.record_report(name, checkpoint, IntegrationReport { failure: Some(error), ..report });
    }

    fn record_report(
        &mut self,
        name: &IntegrationName,
        mut checkpoint: Checkpoint,
        mut report: IntegrationReport,
    ) {
        let (now, checked_at) = (self.now(), checkpoint.subscriptions_checked_at);
        // Running out of time counts as failing only for the time since the subscriptions were last checked.
        let failing = match &report.failure {
            Some(error) if error.code() == ErrorCode::OutOfTime => {
                checked_at.map_or(SignedDuration::ZERO, |at| now.duration_since(at))
            }
            failure => checkpoint.record_outcome(failure.is_some(), now),
        };
        report.failing_seconds = failing.as_secs();
        report.observed.failing_since = checkpoint.failing_since;
        report.remains.extend(checkpoint.fit());
        self.lease.put(name, checkpoint);
        self.reports.push(report);
    }
}
