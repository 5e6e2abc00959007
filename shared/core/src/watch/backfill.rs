//! Backfills coverage gaps: reconstructs events that were not delivered from the lists of pushes and pull requests.

use std::collections::BTreeSet;

use hookpost_events::{Event, Payload};
use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::{DeliveryState, KeptEvent};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::message::encode::encode_event;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::receiver::publisher::send;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::watch::checkpoint::GapProgress;
use crate::watch::context::{PassContext, PassState, out_of_time, queue_unavailable};
use crate::watch::gaps;
use crate::watch::gaps::{BackfillSource, CoverageGap};
use crate::watch::reconstruct;

/// Length of one backfill window; its delivery log is held in memory.
const WINDOW: SignedDuration = SignedDuration::from_hours(12);

/// Length of the part of the log that is read with one call.
const LOG_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Longest time after an event at which Azure DevOps may make its notification.
const NOTIFICATION_DELAY_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Seconds after an event within which Azure DevOps makes its notification, except in rare cases.
const USUAL_NOTIFICATION_DELAY_SECONDS: i64 = 60;

/// The error message when a list or the log cannot be read.
const NOT_LISTED: &str = "the missed events could not be listed";

/// Queues the events that were not delivered in the open gaps, up to now. `existing` are the subscriptions whose log
/// can be read.
///
/// # Errors
///
/// When a list or the log cannot be read, the events queue cannot be used, or the pass runs out of time. The next pass
/// continues with the same repository.
pub(super) async fn backfill_gaps<P: Ports>(
    context: &PassContext<'_, P>,
    existing: &[&ExistingSubscription],
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let gaps = gaps::retain_wanted(context.wanted, &mut state.checkpoint);
    if gaps.is_empty() {
        return Ok(());
    }
    let now = context.clock.now();
    let repositories = context.integration.organization.repositories().await;
    let mut repositories = repositories.context(NOT_LISTED)?;
    repositories.sort_by(|left, right| left.id.cmp(&right.id));
    for gap in &gaps {
        let logs = existing
            .iter()
            .filter(|existing| existing.kind() == Some(gap.kind) && existing.project_id == gap.project_id)
            .map(|existing| existing.id.as_str());
        let backfill = GapBackfill {
            context,
            gap,
            logs: logs.collect(),
            repositories: repositories
                .iter()
                .filter(|repository| is_covered(context, repository, gap))
                .collect(),
            now,
        };
        backfill.run(state).await?;
    }
    Ok(())
}

/// Whether the subscription with the gap delivers events of the repository.
fn is_covered<P: Ports>(
    context: &PassContext<'_, P>,
    repository: &RepositoryInfo,
    gap: &CoverageGap,
) -> bool {
    !repository.is_disabled
        && gap.project_id.as_ref().is_none_or(|id| *id == repository.project.id)
        && context.scope.repository_id.as_ref().is_none_or(|id| *id == repository.id)
}

/// The backfill of one gap.
struct GapBackfill<'a, P: Ports> {
    context: &'a PassContext<'a, P>,
    gap: &'a CoverageGap,
    /// Ids of the subscriptions whose logs list the deliveries of the gap: the present one and those it superseded.
    logs: Vec<&'a str>,
    /// In order of their ids.
    repositories: Vec<&'a RepositoryInfo>,
    /// The end of the gap.
    now: Timestamp,
}

impl<P: Ports> GapBackfill<'_, P> {
    /// Backfills the gap window by window, up to now.
    async fn run(&self, state: &mut PassState<'_>) -> Result<(), SetupError> {
        if self.gap.backfill_source() == BackfillSource::None {
            self.report_unrecoverable(state);
            return Ok(());
        }
        let key = self.gap.key();
        while let Some(progress) = state.checkpoint.gaps.get(&key).filter(|gap| gap.from < self.now).cloned()
        {
            self.backfill_window(progress, state).await?;
        }
        // The next pass begins at the earliest event that Azure DevOps may still deliver.
        if let Some(progress) = state.checkpoint.gaps.get_mut(&key) {
            progress.from = progress.pending_since.unwrap_or(progress.from);
        }
        Ok(())
    }

    /// Reports a gap whose events are in no list, and counts it as filled.
    fn report_unrecoverable(&self, state: &mut PassState<'_>) {
        let Some(progress) = state.checkpoint.gaps.get_mut(&self.gap.key()) else { return };
        if progress.from < self.now {
            let (event_type, from, now) = (self.gap.kind.event_type(), progress.from, self.now);
            *progress = GapProgress::since(now);
            let sentence = format!(
                "{event_type} events between {from} and {now} cannot be recovered: no list of Azure DevOps has them"
            );
            state.report.remains.push(sentence);
        }
    }

    /// Backfills the next window, or the rest of the window in which an earlier pass was interrupted. Records the
    /// progress after each repository.
    async fn backfill_window(
        &self,
        progress: GapProgress,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let GapProgress { from, position, mut pending_since } = progress;
        if position.is_none() && pending_since == Some(from) {
            // The event that was pending is in this window and is checked again.
            pending_since = None;
        }
        let (until, last_done) = position.unwrap_or_else(|| {
            (from.saturating_add(WINDOW).map_or(self.now, |until| until.min(self.now)), String::new())
        });
        self.check_deadline()?;
        let delivered = self.delivered(from, until).await.context(NOT_LISTED)?;
        let key = self.gap.key();
        for repository in self.repositories.iter().filter(|repository| repository.id > last_done) {
            self.check_deadline()?;
            let records = self.records(repository, from, until).await.context(NOT_LISTED)?;
            let pending = self.queue_missed(&records, &delivered, state).await?;
            pending_since = pending_since.into_iter().chain(pending).min();
            let position = Some((until, repository.id.clone()));
            state.checkpoint.gaps.insert(key.clone(), GapProgress { from, position, pending_since });
        }
        state.checkpoint.gaps.insert(key, GapProgress { from: until, position: None, pending_since });
        Ok(())
    }

    fn check_deadline(&self) -> Result<(), SetupError> {
        if self.context.is_late() {
            return Err(out_of_time("before it had looked for every event that was not delivered"));
        }
        Ok(())
    }

    /// The deliveries of the window, from the logs. Notifications may be made up to [`NOTIFICATION_DELAY_MAX`] after
    /// it.
    async fn delivered(&self, from: Timestamp, until: Timestamp) -> Result<Delivered, RestError> {
        let organization = &self.context.integration.organization;
        let until = until.saturating_add(NOTIFICATION_DELAY_MAX).unwrap_or(until);
        let mut delivered = Delivered::default();
        let mut low = from;
        while low < until {
            let high = low.saturating_add(LOG_WINDOW).map_or(until, |high| high.min(until));
            for delivery in organization.deliveries(&self.logs, DeliveryState::Any, low, high).await? {
                let (subscription, number) = (&delivery.subscription_id, delivery.notification_id);
                match organization.kept_event(subscription, number).await? {
                    KeptEvent::Whole(body) => {
                        delivered.keys.extend(reconstruct::keys_of(self.context, self.gap, &body));
                    }
                    _ => delivered.without_body.extend(delivery.created),
                }
            }
            low = high;
        }
        Ok(delivered)
    }

    /// The records of the repository in the list that has the events of the gap.
    async fn records(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        let organization = &self.context.integration.organization;
        match self.gap.backfill_source() {
            BackfillSource::Pushes => organization.pushes(repository, from, until).await,
            BackfillSource::PullRequests(transition) => {
                let mut records = Vec::new();
                for listed in organization.pull_requests(repository, transition, from, until).await? {
                    records.push(organization.pull_request(&repository.id, listed.number).await?);
                }
                Ok(records)
            }
            BackfillSource::None => Ok(Vec::new()),
        }
    }

    /// Queues the events of the records that were not delivered. Returns the time of the earliest event that Azure
    /// DevOps may still deliver.
    async fn queue_missed(
        &self,
        records: &[String],
        delivered: &Delivered,
        state: &mut PassState<'_>,
    ) -> Result<Option<Timestamp>, SetupError> {
        let mut pending_since: Option<Timestamp> = None;
        for event in reconstruct::events_of(self.context, self.gap, records, self.now) {
            let at = event.time.parse().unwrap_or(self.now);
            if delivered.keys.contains(&reconstruct::key(&event)) {
                continue;
            }
            // A push need not wait: the reconstructed event has the same id as the delivered one.
            let is_push = matches!(event.payload, Payload::Push(_));
            let is_recent = self.now.duration_since(at) < NOTIFICATION_DELAY_MAX;
            if !is_push && (is_recent || delivered.may_include(at)) {
                state.report.waiting += 1;
                pending_since = pending_since.into_iter().chain([at]).min();
                continue;
            }
            self.queue(event, at, state).await?;
        }
        Ok(pending_since)
    }

    /// Queues an event, unless an earlier pass has queued it.
    async fn queue(&self, event: Event, at: Timestamp, state: &mut PassState<'_>) -> Result<(), SetupError> {
        let id = event.id.clone();
        if state.checkpoint.reconstructed.contains_key(&id) {
            return Ok(());
        }
        let Ok(message) = encode_event(event, None) else {
            state.report.remains.push(format!("event {id} of {at} does not fit a message"));
            return Ok(());
        };
        let sent = send(self.context.events, vec![(id.clone(), message)]).await;
        if let Some(detail) = sent.unavailable {
            return Err(queue_unavailable("events", &detail));
        }
        match sent.refused {
            // SQS will never accept this event. It is skipped, so that the events behind it are not blocked.
            Some(detail) => state.report.remains.push(format!("event {id} of {at}: {detail}")),
            None => state.report.reconstructed += 1,
        }
        state.checkpoint.reconstructed.insert(id, at);
        Ok(())
    }
}

/// The deliveries of one window, as the logs list them.
#[derive(Default)]
struct Delivered {
    /// The [`reconstruct::key`]s of the events in the bodies.
    keys: BTreeSet<String>,
    /// When the notifications were made whose bodies Azure DevOps does not show yet.
    without_body: Vec<Timestamp>,
}

impl Delivered {
    /// Whether a delivery without a body may be that of an event of the time `at`: its notification was made between
    /// one second before and [`USUAL_NOTIFICATION_DELAY_SECONDS`] after.
    fn may_include(&self, at: Timestamp) -> bool {
        let mut delays = self.without_body.iter().map(|created| created.duration_since(at).as_secs());
        delays.any(|delay| (-1..=USUAL_NOTIFICATION_DELAY_SECONDS).contains(&delay))
    }
}
