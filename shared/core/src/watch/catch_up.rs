//! What failed or hangs in Azure DevOps's log of deliveries, read again.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::ports::MessageQueue;
use crate::quarantine::pack as quarantine;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;
use crate::receiver::redelivery::{Again, Outcome};
use crate::secrets::store::Vault;
use crate::setup::error::SetupError;
use crate::setup::verify::refusal;
use crate::setup::{Directory, World};
use crate::subscriptions::kind::EventKind;
use crate::subscriptions::plan::is_dead;
use crate::subscriptions::webhook_url::change_of;
use crate::watch::context::{Round, Work, out_of_time, untaken};
use crate::watch::gaps as doubt;
use crate::watch::lease::Passes;
use crate::watch::{DELIVERIES_MAX, LOG, UNDER_WAY, Watch};

/// How much of the log is read at once, to begin with; twice as much after each stretch that held little.
const STRETCH: SignedDuration = SignedDuration::from_hours(1);

/// What counts as little.
const FEW: usize = 20;

impl<D, V, Q, W, P> Watch<D, V, Q, W, P>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    /// Everything since the checkpoint, oldest first. Where it fails, all before that is settled.
    pub(super) async fn bring_in_missed(
        &self,
        round: &Round<'_, D::Organization>,
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let (mut from, mut stretch) = (work.progress.checkpoint, STRETCH);
        let pending = log(round, DeliveryState::Pending, round.now - LOG, round.now).await;
        let pending = pending.inspect_err(|_| work.leave(from))?;
        for delivery in &pending {
            let subscription = round.existing.iter().find(|one| one.id == delivery.subscription_id);
            let alive = subscription.filter(|one| !is_dead(&one.status));
            work.tried_again.extend(alive.and_then(|one| doubt::of_existing(one)));
        }
        while from < round.now {
            if self.setup.world.now() > round.until {
                work.leave(from);
                return Err(out_of_time("before it had read all of the log"));
            }
            let to = from.saturating_add(stretch).map_or(round.now, |to| to.min(round.now));
            let failed = log(round, DeliveryState::Failed, from, to).await;
            let failed = failed.inspect_err(|_| work.leave(from))?;
            let logged = in_order(&failed, &pending, from, to);
            if logged.len() < FEW {
                stretch = stretch.saturating_mul(2);
            }
            for (delivery, state) in &logged {
                let at = delivery.created.unwrap_or(round.now);
                let ended = self.look_at(round, delivery, *state, at, work).await;
                ended.inspect_err(|_| work.leave(at))?;
            }
            from = to;
        }
        Ok(())
    }

    async fn look_at(
        &self,
        round: &Round<'_, D::Organization>,
        delivery: &LoggedDelivery,
        state: DeliveryState,
        at: Timestamp,
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let is_fresh = round.now.duration_since(at) < UNDER_WAY;
        let is_hidden = state == DeliveryState::Pending && delivery.body.is_none();
        let id = &delivery.subscription_id;
        let subscription = round.existing.iter().find(|one| one.id == *id);
        if (state == DeliveryState::Pending && is_fresh) || is_hidden {
            work.leave(at);
            work.left.insert(id.clone());
            // It may have failed, and its subscription have been on probation until another delivery went well.
            if let Some(subscription) = subscription.filter(|_| round.before.is_none_or(|before| at > before))
            {
                doubt::suspect(subscription, at, &mut work.progress);
            }
            return Ok(());
        }
        let key = key(delivery);
        if work.progress.done.contains_key(&key) {
            return Ok(());
        }
        if work.seen.missed >= DELIVERIES_MAX || self.setup.world.now() > round.until {
            return Err(out_of_time("before it had brought in every delivery"));
        }
        let Some(subscription) = subscription else { return Ok(()) };
        // From here on it may have been on probation.
        if let Some(kind) = subscription.kind() {
            work.progress.doubt(&doubt::key(kind, subscription.project_id.as_deref()), at);
        }
        self.bring_in(round, subscription, delivery, at, work).await?;
        work.progress.done.insert(key, at);
        Ok(())
    }

    async fn bring_in(
        &self,
        round: &Round<'_, D::Organization>,
        subscription: &ExistingSubscription,
        delivery: &LoggedDelivery,
        at: Timestamp,
        work: &mut Work<'_>,
    ) -> Result<(), SetupError> {
        let what = format!("delivery {} of subscription {}", delivery.notification_id, subscription.id);
        let change = change_of(&subscription.url);
        let Some(body) = &delivery.body else {
            work.seen.missed += 1;
            work.seen.remains.push(format!("{what}: Azure DevOps did not keep its event"));
            return Ok(());
        };
        let again = Again {
            integration: round.name,
            body: body.as_bytes(),
            change: change.as_deref(),
            activity_id: None,
            received_at: at,
        };
        match again.read(Some(&self.setup.events)).await.map_err(|detail| untaken("events", &detail))? {
            // A test, or a type of event that is not forwarded.
            Outcome::NothingToDo(_) => return Ok(()),
            Outcome::Queued(_) => work.seen.replayed += 1,
            Outcome::NotUnderstood(reason) => {
                self.keep(&again, &reason, subscription).await?;
                work.seen.remains.push(format!("{what}: {reason}; it is in quarantine"));
            }
        }
        work.seen.missed += 1;
        Ok(())
    }

    /// Keeps a body that nobody understands, as a receiver would have.
    async fn keep(
        &self,
        again: &Again<'_>,
        reason: &str,
        subscription: &ExistingSubscription,
    ) -> Result<(), SetupError> {
        let endpoint = subscription.kind().map_or(Endpoint::PullRequest, EventKind::endpoint);
        let record = DeliveryRecord {
            integration: Some(again.integration.to_string()),
            change: again.change.map(str::to_owned),
            received_at: Some(again.received_at),
            event_type: Some(subscription.event_type.clone()),
            subscription_id: Some(subscription.id.clone()),
            ..DeliveryRecord::default()
        };
        let packed = quarantine::pack(endpoint, &record, reason, again.body);
        let parts = packed.messages.len();
        let results = self.quarantine.send(packed.messages).await;
        if results.len() < parts {
            return Err(untaken("quarantine", "it did not answer for every message"));
        }
        match results.into_iter().find_map(Result::err) {
            Some(failure) => Err(untaken("quarantine", &failure.to_string())),
            None => Ok(()),
        }
    }
}

async fn log<O: AzureDevOps>(
    round: &Round<'_, O>,
    state: DeliveryState,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LoggedDelivery>, SetupError> {
    let ids: Vec<&str> = round.existing.iter().map(|existing| existing.id.as_str()).collect();
    let found = round.linked.organization.deliveries(&ids, state, from, to).await;
    found.map_err(|error| refusal(&error, "the log of deliveries could not be read"))
}

/// What failed, and what has not ended, of one stretch of time, oldest first.
fn in_order<'a>(
    failed: &'a [LoggedDelivery],
    pending: &'a [LoggedDelivery],
    from: Timestamp,
    to: Timestamp,
) -> Vec<(&'a LoggedDelivery, DeliveryState)> {
    let is_within =
        |delivery: &&LoggedDelivery| delivery.created.is_none_or(|created| from <= created && created <= to);
    let failed = failed.iter().map(|delivery| (delivery, DeliveryState::Failed));
    let pending = pending.iter().filter(is_within).map(|delivery| (delivery, DeliveryState::Pending));
    let mut all: Vec<_> = failed.chain(pending).collect();
    all.sort_by_key(|(delivery, _)| (delivery.created, delivery.notification_id));
    all
}

/// What a delivery is remembered by.
fn key(delivery: &LoggedDelivery) -> String {
    format!("{}/{}", delivery.subscription_id, delivery.notification_id)
}
