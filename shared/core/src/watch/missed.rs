//! What failed or hangs in Azure DevOps's log of deliveries, read again.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::memory::Progress;
use super::{DELIVERIES_MAX, Passes, Seen, UNDER_WAY, Watch};
use crate::again::{Again, Outcome};
use crate::endpoint::Endpoint;
use crate::integration::IntegrationName;
use crate::outcome::DeliveryRecord;
use crate::port::MessageQueue;
use crate::quarantine;
use crate::setup::azure_devops::{
    AzureDevOps as _, DeliveryState, EventKind, ExistingSubscription, LoggedDelivery,
};
use crate::setup::failure::{Code, SetupError};
use crate::setup::integration::Linked;
use crate::setup::vault::Vault;
use crate::setup::verify::refusal;
use crate::setup::webhook::change_of;
use crate::setup::{Directory, World};

/// What a pass has settled, and what it had to leave.
#[derive(Debug)]
pub(super) struct Settled {
    done: Vec<(Timestamp, String)>,
    /// Nothing of this moment or later counts as settled for good.
    until: Timestamp,
}

impl Settled {
    /// `until` is how far the log can be believed to be complete.
    pub(super) fn new(until: Timestamp) -> Self {
        Self { done: Vec::new(), until }
    }

    pub(super) fn done(&mut self, at: Timestamp, key: String) {
        self.done.push((at, key));
    }

    pub(super) fn left(&mut self, at: Timestamp) {
        self.until = self.until.min(at);
    }

    /// The last moment before which all is settled.
    pub(super) fn checkpoint(&self) -> Timestamp {
        self.until.saturating_sub(jiff::SignedDuration::from_millis(1)).unwrap_or(self.until)
    }

    /// What is settled after a moment.
    pub(super) fn after(self, moment: Timestamp) -> BTreeSet<String> {
        self.done.into_iter().filter(|(at, _)| *at >= moment).map(|(_, key)| key).collect()
    }
}

impl<D, V, Q, W, P> Watch<D, V, Q, W, P>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    /// Of one subscription, everything since the checkpoint.
    #[expect(clippy::too_many_arguments, reason = "one pass over one integration shares all of it")]
    pub(super) async fn bring_in_missed(
        &self,
        name: &IntegrationName,
        linked: &Linked<D::Organization>,
        subscription: &ExistingSubscription,
        now: Timestamp,
        progress: &mut Progress,
        settled: &mut Settled,
        seen: &mut Seen,
    ) -> Result<(), SetupError> {
        for state in [DeliveryState::Failed, DeliveryState::Pending] {
            let logged =
                linked.organization.deliveries(&subscription.id, state, progress.checkpoint, now).await;
            let logged =
                logged.map_err(|error| refusal(&error, "the log of deliveries could not be read"))?;
            for delivery in &logged {
                let at = delivery.created.unwrap_or(now);
                let is_fresh = now.duration_since(at) < UNDER_WAY;
                let is_hidden = state == DeliveryState::Pending && delivery.body.is_none();
                if (state == DeliveryState::Pending && is_fresh) || is_hidden {
                    settled.left(at);
                    continue;
                }
                let key = key(delivery);
                if !progress.done.contains(&key) {
                    if seen.missed >= DELIVERIES_MAX as u64 {
                        settled.left(at);
                        seen.remains
                            .push(format!("more than {DELIVERIES_MAX} deliveries: the next pass goes on"));
                        return Ok(());
                    }
                    self.bring_in(name, subscription, delivery, at, seen).await?;
                    progress.done.insert(key.clone());
                }
                settled.done(at, key);
            }
        }
        Ok(())
    }

    async fn bring_in(
        &self,
        name: &IntegrationName,
        subscription: &ExistingSubscription,
        delivery: &LoggedDelivery,
        at: Timestamp,
        seen: &mut Seen,
    ) -> Result<(), SetupError> {
        let what = format!("delivery {} of subscription {}", delivery.notification_id, subscription.id);
        let change = change_of(&subscription.url);
        let Some(body) = &delivery.body else {
            seen.missed += 1;
            seen.remains.push(format!("{what}: Azure DevOps did not keep its event"));
            return Ok(());
        };
        let again = Again {
            integration: name,
            body: body.as_bytes(),
            change: change.as_deref(),
            activity_id: None,
            received_at: at,
        };
        match again.read(Some(&self.setup.events)).await.map_err(|detail| untaken("events", &detail))? {
            // A test, or a type of event that is not forwarded.
            Outcome::NothingToDo(_) => return Ok(()),
            Outcome::Queued(_) => seen.replayed += 1,
            Outcome::NotUnderstood(reason) => {
                self.keep(&again, &reason, subscription).await?;
                seen.remains.push(format!("{what}: {reason}; it is in quarantine"));
            }
        }
        seen.missed += 1;
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

/// What a delivery is remembered by.
fn key(delivery: &LoggedDelivery) -> String {
    format!("{}/{}", delivery.subscription_id, delivery.notification_id)
}

pub(super) fn untaken(queue: &str, detail: &str) -> SetupError {
    let message = format!("the {queue} queue did not take a message: {detail}; the next pass does it again");
    SetupError::new(Code::QueueUnavailable, message)
}
