//! Writes what a pass saw of each integration into the overview. What the pass could not look at is taken over from the
//! overview of the pass before.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::error::{ErrorCode, OperatorError};
use crate::overview::fit::FAILED_DELIVERIES_MAX;
use crate::overview::queue::OverviewError;
use crate::overview::{FailedDelivery, Failure, IntegrationOverview, Overview, Repairs};
use crate::ports::{Clock as _, Ports};
use crate::watch::context::LOG_RETENTION;
use crate::watch::report::IntegrationReport;
use crate::watch::{PassOutcome, Watch};

/// An integration that no pass had time for in so many seconds needs attention: the alarm `watch-failing` goes by the same
/// hour.
const WAITING_SECONDS_MAX: i64 = 3600;

/// How long a failed delivery is shown: as long as Azure DevOps keeps its log.
const FAILED_DELIVERIES_KEPT: SignedDuration = LOG_RETENTION;

impl<P: Ports> Watch<P> {
    /// Writes what a pass saw into the overview. A pass that did not run writes nothing.
    ///
    /// # Errors
    ///
    /// When the queue with the overview cannot be used. Nothing else depends on it, and the next pass writes again.
    pub async fn write_overview(&self, outcome: &PassOutcome) -> Result<(), OverviewError> {
        let (reports, has_seen_all) = match outcome {
            PassOutcome::AlreadyRunning => return Ok(()),
            PassOutcome::Completed(reports) => (reports, true),
            PassOutcome::NotStored { reports, .. } => (reports, false),
        };
        let at = self.integrations.clock.now();
        self.overview.replace(|last| next(last, reports, has_seen_all, at)).await
    }
}

/// The overview after `last`, ordered by the names of the integrations. After a pass that has seen all integrations, one
/// without a report was unlinked.
fn next(
    last: Option<Overview>,
    reports: &[IntegrationReport],
    has_seen_all: bool,
    at: Timestamp,
) -> Overview {
    let last = last.map_or_else(Vec::new, |last| last.integrations).into_iter();
    let mut last: BTreeMap<String, IntegrationOverview> =
        last.map(|entry| (entry.integration.clone(), entry)).collect();
    let mut entries = BTreeMap::new();
    for report in reports {
        let name = &report.integration;
        entries.insert(name.clone(), entry(last.remove(name).unwrap_or_default(), report, at));
    }
    if !has_seen_all {
        entries.append(&mut last);
    }
    Overview { at, integrations: entries.into_values().collect() }
}

/// The entry after `last` of the integration.
fn entry(last: IntegrationOverview, report: &IntegrationReport, at: Timestamp) -> IntegrationOverview {
    let observed = &report.observed;
    let was_reached =
        !observed.is_changing && (observed.organization_url.is_some() || !report.remains.is_empty());
    let was_listed = observed.subscriptions.is_some();
    let failing_since = || observed.failing_since.or(last.failing_since).unwrap_or(at);
    // With many integrations, passes take turns, and one that has to wait needs nobody.
    let waits = |error: &OperatorError| {
        error.code() == ErrorCode::OutOfTime && report.failing_seconds < WAITING_SECONDS_MAX
    };
    let (failure, failing_since) = match report.failure.as_ref().filter(|error| !waits(error)) {
        Some(error) => {
            let (code, message) = (error.code().as_str().to_owned(), error.message().to_owned());
            (Some(Failure { code, message }), Some(failing_since()))
        }
        None if was_listed => (None, None),
        None => (last.failure, last.failing_since),
    };
    IntegrationOverview {
        integration: report.integration.clone(),
        organization_url: observed.organization_url.clone().or(last.organization_url),
        connected_by: observed.connected_by.clone().or(last.connected_by),
        subscriptions: observed.subscriptions.clone().or(last.subscriptions),
        last_delivery: observed.last_delivery.max(last.last_delivery),
        failed_deliveries: failed_deliveries(last.failed_deliveries, &observed.failed_deliveries, at),
        last_work: work(report, at).or(last.last_work),
        remains: if was_reached { report.remains.clone() } else { last.remains },
        failure,
        failing_since,
    }
}

/// The last failed deliveries, newest first. A pass that is repeated finds the same ones again.
fn failed_deliveries(
    last: Vec<FailedDelivery>,
    found: &[FailedDelivery],
    at: Timestamp,
) -> Vec<FailedDelivery> {
    let mut failed = last;
    failed.retain(|delivery| at.duration_since(delivery.at) < FAILED_DELIVERIES_KEPT);
    for delivery in found {
        failed.retain(|known| known != delivery);
        failed.push(delivery.clone());
    }
    failed.sort_by_key(|delivery| std::cmp::Reverse(delivery.at));
    failed.truncate(FAILED_DELIVERIES_MAX);
    failed
}

/// What the pass did; `None` when that is nothing.
fn work(report: &IntegrationReport, at: Timestamp) -> Option<Repairs> {
    let IntegrationReport { healed, replayed, reconstructed, done, .. } = report;
    let did_something = healed + replayed + reconstructed > 0 || !done.is_empty();
    did_something.then(|| Repairs {
        at,
        healed: *healed,
        replayed: *replayed,
        reconstructed: *reconstructed,
        done: done.clone(),
    })
}
