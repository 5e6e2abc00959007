//! What happened while a subscription told nothing, found in the lists of pushes and pull requests.

use std::collections::BTreeSet;

use hookpost_events::{Event, Payload};
use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::DeliveryState;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::message::truncate as fit;
use crate::ports::MessageQueue;
use crate::receiver::publisher::send;
use crate::secrets::store::Vault;
use crate::setup::error::SetupError;
use crate::setup::verify::refusal;
use crate::setup::{Directory, World};
use crate::watch::Watch;
use crate::watch::checkpoint::Silence;
use crate::watch::context::{Round, Work, out_of_time, untaken};
use crate::watch::gaps as doubt;
use crate::watch::gaps::{Doubt, Traces};
use crate::watch::lease::Passes;
use crate::watch::listed as record;

/// How much is looked at in one go: the log of so long is kept in mind.
const STRETCH: SignedDuration = SignedDuration::from_hours(12);

/// How much later than it happened something may be notified of.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// How many seconds after it happened it is notified of, unless Azure DevOps is very late.
const SOON: i64 = 60;

impl<D, V, Q, W, P> Watch<D, V, Q, W, P>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    /// Queues what the subscriptions in doubt did not tell, up to now. `existing` are those whose log can be read.
    pub(super) async fn close_doubts(
        &self,
        round: &Round<'_, D::Organization>,
        existing: &[&ExistingSubscription],
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let doubts = doubt::open(round.wanted, &mut work.progress);
        if doubts.is_empty() {
            return Ok(());
        }
        let now = self.setup.world.now();
        let mut repositories = round.linked.organization.repositories().await.map_err(unread)?;
        repositories.sort_by(|one, other| one.id.cmp(&other.id));
        for doubt in doubts {
            let logs: Vec<&str> = existing
                .iter()
                .filter(|one| one.kind() == Some(doubt.kind) && one.project_id == doubt.project_id)
                .map(|one| one.id.as_str())
                .collect();
            let mine: Vec<_> = repositories.iter().filter(|one| is_within(round, one, &doubt)).collect();
            self.close(round, &doubt, &logs, &mine, now, work).await?;
        }
        Ok(())
    }

    async fn close(
        &self,
        round: &Round<'_, D::Organization>,
        doubt: &Doubt,
        logs: &[&str],
        repositories: &[&RepositoryInfo],
        now: Timestamp,
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let key = doubt.key();
        while let Some(silence) = work.progress.doubts.get(&key).cloned().filter(|it| it.from < now) {
            let Silence { from, at, mut waiting } = silence;
            if at.is_none() && waiting == Some(from) {
                // Looked for again from here on, and maybe told by now.
                waiting = None;
            }
            let (until, after) = at.unwrap_or_else(|| {
                (from.saturating_add(STRETCH).map_or(now, |until| until.min(now)), String::new())
            });
            if doubt.traces() == Traces::None {
                let kind = doubt.kind.event_type();
                work.seen
                    .remains
                    .push(format!("{kind} between {from} and {now} cannot be found out afterwards"));
                work.progress.doubts.insert(key, Silence::since(now));
                return Ok(());
            }
            if self.setup.world.now() > round.until {
                return Err(out_of_time("before it had looked for what was not told"));
            }
            let told = told(round, doubt, logs, from, until).await.map_err(unread)?;
            for repository in repositories.iter().filter(|one| one.id > after) {
                if self.setup.world.now() > round.until {
                    return Err(out_of_time("before it had looked for what was not told"));
                }
                let listed = listed(&round.linked.organization, repository, doubt, from, until).await;
                for event in record::events_of(round, doubt, &listed.map_err(unread)?, now) {
                    let at = event.time.parse().unwrap_or(now);
                    if told.keys.contains(&record::key(&event)) {
                        continue;
                    }
                    if told.may_hold(&event, at) || may_be_told_yet(&event, at, now) {
                        work.seen.waiting += 1;
                        waiting = waiting.into_iter().chain([at]).min();
                        continue;
                    }
                    self.queue(event, at, work).await?;
                }
                let at = Some((until, repository.id.clone()));
                work.progress.doubts.insert(key.clone(), Silence { from, at, waiting });
            }
            work.progress.doubts.insert(key.clone(), Silence { from: until, at: None, waiting });
        }
        // What waits is looked for from there on.
        if let Some(silence) = work.progress.doubts.get_mut(&key) {
            silence.from = silence.waiting.unwrap_or(silence.from);
        }
        Ok(())
    }

    /// Unless it was made before.
    async fn queue(&self, event: Event, at: Timestamp, work: &mut Work<'_>) -> Result<(), SetupError> {
        let id = event.id.clone();
        if work.progress.made.contains_key(&id) {
            return Ok(());
        }
        let Ok(message) = fit::message(event, None) else {
            work.seen.remains.push(format!("{id}, of {at}, does not fit a message"));
            return Ok(());
        };
        let sent = send(&self.setup.events, vec![(id.clone(), message)]).await;
        if let Some(detail) = sent.unavailable {
            return Err(untaken("events", &detail));
        }
        match sent.refused {
            // For good: it must not stand in the way of all that is behind it.
            Some(detail) => work.seen.remains.push(format!("{id}, of {at}: {detail}")),
            None => work.seen.reconstructed += 1,
        }
        work.progress.made.insert(id, at);
        Ok(())
    }
}

/// Whether Azure DevOps may only be late with it. Of a push that does not matter: it would have the same id.
fn may_be_told_yet(event: &Event, at: Timestamp, now: Timestamp) -> bool {
    !matches!(event.payload, Payload::Push(_)) && now.duration_since(at) < LATE
}

/// What Azure DevOps did tell of.
#[derive(Default)]
struct Told {
    /// By [`record::key`].
    keys: BTreeSet<String>,
    /// When something was notified of that is still under way, and not shown.
    hidden: Vec<Timestamp>,
}

impl Told {
    /// Whether this may be what is not shown. Of a push that does not matter: it would have the same id.
    fn may_hold(&self, event: &Event, at: Timestamp) -> bool {
        let notified = |hidden: &Timestamp| (-1..=SOON).contains(&hidden.duration_since(at).as_secs());
        !matches!(event.payload, Payload::Push(_)) && self.hidden.iter().any(notified)
    }
}

async fn told<O: AzureDevOps>(
    round: &Round<'_, O>,
    doubt: &Doubt,
    logs: &[&str],
    from: Timestamp,
    until: Timestamp,
) -> Result<Told, RestError> {
    let until = until.saturating_add(LATE).unwrap_or(until);
    let mut told = Told::default();
    let mut low = from;
    while low < until {
        let high = low.saturating_add(SignedDuration::from_hours(1)).map_or(until, |high| high.min(until));
        let logged = round.linked.organization.deliveries(logs, DeliveryState::Any, low, high).await?;
        for delivery in logged {
            match delivery.body {
                Some(body) => told.keys.extend(record::keys_of(round, doubt, &body)),
                None => told.hidden.extend(delivery.created),
            }
        }
        low = high;
    }
    Ok(told)
}

async fn listed<O: AzureDevOps>(
    organization: &O,
    repository: &RepositoryInfo,
    doubt: &Doubt,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<String>, RestError> {
    match doubt.traces() {
        Traces::Pushes => organization.pushes(repository, from, until).await,
        Traces::PullRequests(happened) => organization.pull_requests(repository, happened, from, until).await,
        Traces::None => Ok(Vec::new()),
    }
}

fn is_within<O>(round: &Round<'_, O>, repository: &RepositoryInfo, doubt: &Doubt) -> bool {
    !repository.is_disabled
        && doubt.project_id.as_ref().is_none_or(|id| *id == repository.project.id)
        && round.scope.repository_id.as_ref().is_none_or(|id| *id == repository.id)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn unread(error: RestError) -> SetupError {
    refusal(&error, "what was missed could not be listed")
}
