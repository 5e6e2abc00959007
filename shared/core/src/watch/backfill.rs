//! What transition while a subscription notified nothing, found in the lists of pushes and pull requests.

use std::collections::BTreeSet;

use hookpost_events::{Event, Payload};
use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::message::encode::encode_event;
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::receiver::publisher::send;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::watch::Watch;
use crate::watch::checkpoint::GapProgress;
use crate::watch::context::{PassContext, PassState, out_of_time, queue_unavailable};
use crate::watch::gaps;
use crate::watch::gaps::{BackfillSource, CoverageGap};
use crate::watch::reconstruct;

/// How much is looked at in one go: the log of so long is kept in mind.
const STRETCH: SignedDuration = SignedDuration::from_hours(12);

/// How much later than it transition something may be notified of.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// How many seconds after it transition it is notified of, unless Azure DevOps is very late.
const SOON: i64 = 60;

impl<P: Ports> Watch<P> {
    /// Queues what the subscriptions in gap did not tell, up to now. `existing` are those whose log can be read.
    pub(super) async fn backfill_gaps(
        &self,
        context: &PassContext<'_, Organization<P>>,
        existing: &[&ExistingSubscription],
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let gaps = gaps::open(context.wanted, &mut state.checkpoint);
        if gaps.is_empty() {
            return Ok(());
        }
        let now = self.integrations.clock.now();
        let mut repositories = context
            .integration
            .organization
            .repositories()
            .await
            .context("what was missed could not be listed")?;
        repositories.sort_by(|one, other| one.id.cmp(&other.id));
        for gap in gaps {
            let logs: Vec<&str> = existing
                .iter()
                .filter(|one| one.kind() == Some(gap.kind) && one.project_id == gap.project_id)
                .map(|one| one.id.as_str())
                .collect();
            let mine: Vec<_> = repositories.iter().filter(|one| is_within(context, one, &gap)).collect();
            self.close(context, &gap, &logs, &mine, now, state).await?;
        }
        Ok(())
    }

    async fn close(
        &self,
        context: &PassContext<'_, Organization<P>>,
        gap: &CoverageGap,
        logs: &[&str],
        repositories: &[&RepositoryInfo],
        now: Timestamp,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let key = gap.key();
        while let Some(progress) = state.checkpoint.gaps.get(&key).cloned().filter(|it| it.from < now) {
            let GapProgress { from, position, mut pending_since } = progress;
            if position.is_none() && pending_since == Some(from) {
                // Looked for again from here on, and maybe notified by now.
                pending_since = None;
            }
            let (until, after) = position.unwrap_or_else(|| {
                (from.saturating_add(STRETCH).map_or(now, |until| until.min(now)), String::new())
            });
            if gap.backfill_source() == BackfillSource::None {
                let kind = gap.kind.event_type();
                state
                    .report
                    .remains
                    .push(format!("{kind} between {from} and {now} cannot be found out afterwards"));
                state.checkpoint.gaps.insert(key, GapProgress::since(now));
                return Ok(());
            }
            if self.integrations.clock.now() > context.deadline {
                return Err(out_of_time("before it had looked for what was not notified"));
            }
            let notified = notified(context, gap, logs, from, until)
                .await
                .context("what was missed could not be listed")?;
            for repository in repositories.iter().filter(|one| one.id > after) {
                if self.integrations.clock.now() > context.deadline {
                    return Err(out_of_time("before it had looked for what was not notified"));
                }
                let listed = listed(&context.integration.organization, repository, gap, from, until).await;
                for event in reconstruct::events_of(
                    context,
                    gap,
                    &listed.context("what was missed could not be listed")?,
                    now,
                ) {
                    let at = event.time.parse().unwrap_or(now);
                    if notified.keys.contains(&reconstruct::key(&event)) {
                        continue;
                    }
                    if notified.may_hold(&event, at) || may_be_told_yet(&event, at, now) {
                        state.report.waiting += 1;
                        pending_since = pending_since.into_iter().chain([at]).min();
                        continue;
                    }
                    self.queue(event, at, state).await?;
                }
                let position = Some((until, repository.id.clone()));
                state.checkpoint.gaps.insert(key.clone(), GapProgress { from, position, pending_since });
            }
            state
                .checkpoint
                .gaps
                .insert(key.clone(), GapProgress { from: until, position: None, pending_since });
        }
        // What waits is looked for from there on.
        if let Some(progress) = state.checkpoint.gaps.get_mut(&key) {
            progress.from = progress.pending_since.unwrap_or(progress.from);
        }
        Ok(())
    }

    /// Unless it was made before.
    async fn queue(&self, event: Event, at: Timestamp, state: &mut PassState<'_>) -> Result<(), SetupError> {
        let id = event.id.clone();
        if state.checkpoint.reconstructed.contains_key(&id) {
            return Ok(());
        }
        let Ok(message) = encode_event(event, None) else {
            state.report.remains.push(format!("{id}, of {at}, does not fit a message"));
            return Ok(());
        };
        let sent = send(&self.events, vec![(id.clone(), message)]).await;
        if let Some(detail) = sent.unavailable {
            return Err(queue_unavailable("events", &detail));
        }
        match sent.refused {
            // For good: it must not stand in the way of all that is behind it.
            Some(detail) => state.report.remains.push(format!("{id}, of {at}: {detail}")),
            None => state.report.reconstructed += 1,
        }
        state.checkpoint.reconstructed.insert(id, at);
        Ok(())
    }
}

/// Whether Azure DevOps may only be late with it. Of a push that does not matter: it would have the same id.
fn may_be_told_yet(event: &Event, at: Timestamp, now: Timestamp) -> bool {
    !matches!(event.payload, Payload::Push(_)) && now.duration_since(at) < LATE
}

/// What Azure DevOps did tell of.
#[derive(Default)]
struct Notified {
    /// By [`reconstruct::key`].
    keys: BTreeSet<String>,
    /// When something was notified of that is still under way, and not shown.
    hidden: Vec<Timestamp>,
}

impl Notified {
    /// Whether this may be what is not shown. Of a push that does not matter: it would have the same id.
    fn may_hold(&self, event: &Event, at: Timestamp) -> bool {
        let notified = |hidden: &Timestamp| (-1..=SOON).contains(&hidden.duration_since(at).as_secs());
        !matches!(event.payload, Payload::Push(_)) && self.hidden.iter().any(notified)
    }
}

async fn notified<O: AzureDevOps>(
    context: &PassContext<'_, O>,
    gap: &CoverageGap,
    logs: &[&str],
    from: Timestamp,
    until: Timestamp,
) -> Result<Notified, RestError> {
    let until = until.saturating_add(LATE).unwrap_or(until);
    let mut notified = Notified::default();
    let mut low = from;
    while low < until {
        let high = low.saturating_add(SignedDuration::from_hours(1)).map_or(until, |high| high.min(until));
        let logged = context.integration.organization.deliveries(logs, DeliveryState::Any, low, high).await?;
        for delivery in logged {
            match delivery.body {
                Some(body) => notified.keys.extend(reconstruct::keys_of(context, gap, &body)),
                None => notified.hidden.extend(delivery.created),
            }
        }
        low = high;
    }
    Ok(notified)
}

async fn listed<O: AzureDevOps>(
    organization: &O,
    repository: &RepositoryInfo,
    gap: &CoverageGap,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<String>, RestError> {
    match gap.backfill_source() {
        BackfillSource::Pushes => organization.pushes(repository, from, until).await,
        BackfillSource::PullRequests(transition) => {
            organization.pull_requests(repository, transition, from, until).await
        }
        BackfillSource::None => Ok(Vec::new()),
    }
}

fn is_within<O>(context: &PassContext<'_, O>, repository: &RepositoryInfo, gap: &CoverageGap) -> bool {
    !repository.is_disabled
        && gap.project_id.as_ref().is_none_or(|id| *id == repository.project.id)
        && context.scope.repository_id.as_ref().is_none_or(|id| *id == repository.id)
}
