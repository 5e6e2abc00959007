//! What failed or hangs in Azure DevOps's log of deliveries, read again.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::ports::Clock as _;
use crate::ports::MessageQueue;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::quarantine::pack as quarantine;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::DeliveryRecord;
use crate::receiver::redelivery::{Redelivery, RedeliveryOutcome};
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::is_disabled_by_azure_devops;
use crate::subscriptions::webhook_url::change_of;
use crate::watch::context::{PassContext, PassState, out_of_time, queue_unavailable};
use crate::watch::gaps;
use crate::watch::{DELIVERIES_MAX, LOG, UNDER_WAY, Watch};

/// How much of the log is read at once, to begin with; twice as much after each stretch that held little.
const STRETCH: SignedDuration = SignedDuration::from_hours(1);

/// What counts as little.
const FEW: usize = 20;

impl<P: Ports> Watch<P> {
    /// Everything since the checkpoint, oldest first. Where it fails, all before that is settled.
    pub(super) async fn replay_missed(
        &self,
        context: &PassContext<'_, Organization<P>>,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let (mut from, mut stretch) = (state.checkpoint.settled_until, STRETCH);
        let pending = log(context, DeliveryState::Pending, context.now - LOG, context.now).await;
        let pending = pending.inspect_err(|_| state.hold_back(from))?;
        for delivery in &pending {
            let subscription = context.existing.iter().find(|one| one.id == delivery.subscription_id);
            let alive = subscription.filter(|one| !is_disabled_by_azure_devops(&one.status));
            state.retrying.extend(alive.and_then(|one| gaps::of_existing(one)));
        }
        while from < context.now {
            if self.integrations.clock.now() > context.deadline {
                state.hold_back(from);
                return Err(out_of_time("before it had read all of the log"));
            }
            let to = from.saturating_add(stretch).map_or(context.now, |to| to.min(context.now));
            let failed = log(context, DeliveryState::Failed, from, to).await;
            let failed = failed.inspect_err(|_| state.hold_back(from))?;
            let logged = in_order(&failed, &pending, from, to);
            if logged.len() < FEW {
                stretch = stretch.saturating_mul(2);
            }
            for (delivery, delivery_state) in &logged {
                let at = delivery.created.unwrap_or(context.now);
                let ended = self.process_logged(context, delivery, *delivery_state, at, state).await;
                ended.inspect_err(|_| state.hold_back(at))?;
            }
            from = to;
        }
        Ok(())
    }

    async fn process_logged(
        &self,
        context: &PassContext<'_, Organization<P>>,
        delivery: &LoggedDelivery,
        delivery_state: DeliveryState,
        at: Timestamp,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let is_fresh = context.now.duration_since(at) < UNDER_WAY;
        let is_hidden = delivery_state == DeliveryState::Pending && delivery.body.is_none();
        let id = &delivery.subscription_id;
        let subscription = context.existing.iter().find(|one| one.id == *id);
        if (delivery_state == DeliveryState::Pending && is_fresh) || is_hidden {
            state.hold_back(at);
            state.unfinished_logs.insert(id.clone());
            // It may have failed, and its subscription have been on probation until another delivery went well.
            if let Some(subscription) =
                subscription.filter(|_| context.log_read_until.is_none_or(|before| at > before))
            {
                gaps::suspect(subscription, at, &mut state.checkpoint);
            }
            return Ok(());
        }
        let key = key(delivery);
        if state.checkpoint.replayed.contains_key(&key) {
            return Ok(());
        }
        if state.report.missed >= DELIVERIES_MAX || self.integrations.clock.now() > context.deadline {
            return Err(out_of_time("before it had brought in every delivery"));
        }
        let Some(subscription) = subscription else { return Ok(()) };
        // From here on it may have been on probation.
        if let Some(kind) = subscription.kind() {
            state.checkpoint.open_gap(&gaps::key(kind, subscription.project_id.as_deref()), at);
        }
        self.replay(context, subscription, delivery, at, state).await?;
        state.checkpoint.replayed.insert(key, at);
        Ok(())
    }

    async fn replay(
        &self,
        context: &PassContext<'_, Organization<P>>,
        subscription: &ExistingSubscription,
        delivery: &LoggedDelivery,
        at: Timestamp,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let what = format!("delivery {} of subscription {}", delivery.notification_id, subscription.id);
        let change = change_of(&subscription.url);
        let Some(body) = &delivery.body else {
            state.report.missed += 1;
            state.report.remains.push(format!("{what}: Azure DevOps did not keep its event"));
            return Ok(());
        };
        let again = Redelivery {
            integration: context.name,
            body: body.as_bytes(),
            change: change.as_deref(),
            activity_id: None,
            received_at: at,
        };
        match again.read(Some(&self.events)).await.map_err(|detail| queue_unavailable("events", &detail))? {
            // A test, or a type of event that is not forwarded.
            RedeliveryOutcome::Skipped(_) => return Ok(()),
            RedeliveryOutcome::Queued(_) => state.report.replayed += 1,
            RedeliveryOutcome::Unreadable(reason) => {
                self.keep(&again, &reason, subscription).await?;
                state.report.remains.push(format!("{what}: {reason}; it is in quarantine"));
            }
        }
        state.report.missed += 1;
        Ok(())
    }

    /// Keeps a body that nobody understands, as a receiver would have.
    async fn keep(
        &self,
        again: &Redelivery<'_>,
        reason: &str,
        subscription: &ExistingSubscription,
    ) -> Result<(), SetupError> {
        let endpoint = subscription.kind().map_or(Endpoint::PullRequest, SubscriptionKind::endpoint);
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
            return Err(queue_unavailable("quarantine", "it did not answer for every message"));
        }
        match results.into_iter().find_map(Result::err) {
            Some(failure) => Err(queue_unavailable("quarantine", &failure.to_string())),
            None => Ok(()),
        }
    }
}

async fn log<O: AzureDevOps>(
    context: &PassContext<'_, O>,
    state: DeliveryState,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<LoggedDelivery>, SetupError> {
    let ids: Vec<&str> = context.existing.iter().map(|existing| existing.id.as_str()).collect();
    let found = context.integration.organization.deliveries(&ids, state, from, to).await;
    found.context("the log of deliveries could not be read")
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
