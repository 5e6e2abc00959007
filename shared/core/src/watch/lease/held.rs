//! The lease while a pass holds it, with the checkpoints as the pass has changed them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::integration::name::IntegrationName;
use crate::queue_receiver::{BATCH_MESSAGES_MAX, ReceiptHandle};
use crate::watch::checkpoint::Checkpoint;
use crate::watch::lease::{CheckpointError, CheckpointMessage, CheckpointQueue};
use crate::watch::stored::{LeaseRecord, StoredCheckpoint, StoredMessage};

/// How often the queue is asked for the messages that this pass has stored itself.
const ATTEMPTS: usize = 5;

/// The lease of a pass.
pub(in crate::watch) struct HeldLease<'a, Q> {
    queue: &'a Q,
    lease: Option<Lease>,
    checkpoints: BTreeMap<String, HeldCheckpoint>,
}

/// The lease: the newest record that was received, and the messages to delete once it was replaced.
#[derive(Default)]
struct Lease {
    record: LeaseRecord,
    receipts: Vec<ReceiptHandle>,
    receive_count: u32,
}

/// A checkpoint: the newest that was received, or what the pass has made of it.
struct HeldCheckpoint {
    checkpoint: Checkpoint,
    /// How often it was stored; 0 when never.
    revision: u64,
    /// The messages to delete once it was replaced. Those that this pass has sent have none before they are received.
    receipts: Vec<ReceiptHandle>,
    is_changed: bool,
}

/// What the queue has of an integration.
pub(in crate::watch) enum CheckpointLookup<'a> {
    /// The checkpoint of the integration.
    Checkpoint(&'a Checkpoint),
    /// Nothing: it is new.
    Nothing,
    /// The checkpoint is in flight: a pass that was cut off has received it, perhaps some minutes later than the lease.
    InFlight,
}

impl<'a, Q: CheckpointQueue> HeldLease<'a, Q> {
    /// Acquires the lease, and receives the checkpoints; `None` while another pass holds the lease.
    pub(in crate::watch) async fn acquire(
        queue: &'a Q,
        names: &[IntegrationName],
    ) -> Result<Option<Self>, CheckpointError> {
        let mut held = Self { queue, lease: None, checkpoints: BTreeMap::new() };
        held.receive_all(names).await?;
        // Placeholders of passes that found the lease taken may precede the real message, and SQS need not return both.
        if let Some(lease) = held.lease.take_if(|lease| lease.record.revision == 0) {
            queue.delete(&lease.receipts).await?;
            held.receive_all(names).await?;
        }
        if held.lease.is_none() {
            // Either another pass holds the lease, or there is no message yet. In the first case SQS keeps the new one
            // back.
            queue.send(vec![message(&StoredMessage::Lease(LeaseRecord::default()))?]).await?;
            held.receive_all(names).await?;
        }
        if held.lease.is_some() {
            return Ok(Some(held));
        }
        // The pass that holds the lease has stored these messages, and will receive them again.
        let not_ours = held.checkpoints.into_values().flat_map(|stored| stored.receipts).collect::<Vec<_>>();
        if !not_ours.is_empty() {
            queue.make_visible(&not_ours).await?;
        }
        Ok(None)
    }

    /// How many passes in a row were cut off while they held the lease.
    pub(in crate::watch) fn passes_cut_off(&self) -> u32 {
        self.lease.as_ref().map_or(0, |lease| lease.receive_count.saturating_sub(1))
    }

    /// What the queue has of an integration.
    pub(in crate::watch) fn get(&self, name: &IntegrationName) -> CheckpointLookup<'_> {
        match self.checkpoints.get(name.as_str()) {
            Some(stored) => CheckpointLookup::Checkpoint(&stored.checkpoint),
            None if self.integration_names().is_some_and(|names| names.contains(name.as_str())) => {
                CheckpointLookup::InFlight
            }
            None => CheckpointLookup::Nothing,
        }
    }

    /// Replaces the checkpoint of an integration. [`store`](Self::store) stores it.
    pub(in crate::watch) fn put(&mut self, name: &IntegrationName, checkpoint: Checkpoint) {
        match self.checkpoints.entry(name.to_string()) {
            Entry::Vacant(free) => {
                free.insert(HeldCheckpoint {
                    checkpoint,
                    revision: 0,
                    receipts: Vec::new(),
                    is_changed: true,
                });
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                (known.checkpoint, known.is_changed) = (checkpoint, true);
            }
        }
    }

    /// Number of checkpoints that were replaced and not stored.
    pub(in crate::watch) fn unstored(&self) -> usize {
        self.checkpoints.values().filter(|stored| stored.is_changed).count()
    }

    /// Stores the checkpoints that were replaced.
    ///
    /// # Errors
    ///
    /// When it is unknown whether they were stored. The pass has to end: work after that could not be
    /// recorded, and would be repeated.
    pub(in crate::watch) async fn store(&mut self) -> Result<(), CheckpointError> {
        self.replace(Vec::new(), Vec::new()).await
    }

    /// Stores the checkpoints, forgets those of other integrations than `names`, and releases the lease.
    ///
    /// # Errors
    ///
    /// When it is unknown whether they were stored. The next pass may then repeat what was done since.
    pub(in crate::watch) async fn release(
        mut self,
        names: &[IntegrationName],
    ) -> Result<(), CheckpointError> {
        let is_connected = |stored: &String| names.iter().any(|name| name.as_str() == stored);
        let mut old = Vec::new();
        self.checkpoints.retain(|name, stored| {
            let stays = is_connected(name);
            if !stays {
                old.append(&mut stored.receipts);
            }
            stays
        });
        let Some(lease) = self.lease.take() else { return Ok(()) };
        old.extend(lease.receipts);
        let in_flight = lease.record.integrations.into_iter().filter(&is_connected);
        let integrations = self.checkpoints.keys().cloned().chain(in_flight).collect();
        let record = LeaseRecord { revision: lease.record.revision + 1, integrations };
        self.replace(vec![message(&StoredMessage::Lease(record))?], old).await
    }

    /// Sends the changed checkpoints and further messages, then deletes the messages that they replace and others.
    async fn replace(
        &mut self,
        mut new: Vec<(String, String)>,
        mut old: Vec<ReceiptHandle>,
    ) -> Result<(), CheckpointError> {
        self.receive_stored().await?;
        for (name, stored) in self.checkpoints.iter().filter(|(_, stored)| stored.is_changed) {
            new.push(message(&StoredMessage::Checkpoint(Box::new(StoredCheckpoint {
                integration: name.clone(),
                revision: stored.revision + 1,
                checkpoint: stored.checkpoint.clone(),
            })))?);
        }
        if !new.is_empty() {
            self.queue.send(new).await?;
        }
        for stored in self.checkpoints.values_mut().filter(|stored| stored.is_changed) {
            stored.revision += 1;
            stored.is_changed = false;
            old.append(&mut stored.receipts);
        }
        if old.is_empty() { Ok(()) } else { self.queue.delete(&old).await }
    }

    /// Receives the messages of this pass that are to be replaced again.
    async fn receive_stored(&mut self) -> Result<(), CheckpointError> {
        for _ in 0..ATTEMPTS {
            let is_missing = |stored: &HeldCheckpoint| {
                stored.is_changed && stored.revision > 0 && stored.receipts.is_empty()
            };
            if !self.checkpoints.values().any(is_missing) {
                return Ok(());
            }
            for message in self.queue.receive().await? {
                self.add(message);
            }
        }
        Err(CheckpointError { detail: "a checkpoint that was stored cannot be received again".to_owned() })
    }

    /// Receives messages until those of the lease and of all integrations are there, or no more come.
    async fn receive_all(&mut self, names: &[IntegrationName]) -> Result<(), CheckpointError> {
        loop {
            let messages = self.queue.receive().await?;
            let (received, mut new) = (messages.len(), 0);
            for message in messages {
                new += usize::from(self.add(message));
            }
            if new == 0 || (received < BATCH_MESSAGES_MAX && self.is_complete(names)) {
                return Ok(());
            }
        }
    }

    fn is_complete(&self, names: &[IntegrationName]) -> bool {
        let is_here = |name: &str| self.checkpoints.contains_key(name);
        let listed = names.iter().all(|name| is_here(name.as_str()));
        listed && self.integration_names().is_some_and(|names| names.iter().all(|name| is_here(name)))
    }

    /// The integrations whose checkpoints the last pass left in the queue, by the record of the lease.
    fn integration_names(&self) -> Option<&BTreeSet<String>> {
        self.lease.as_ref().map(|lease| &lease.record.integrations)
    }

    /// Adds a message; `false` when it is known. An unreadable one counts as a placeholder of the lease.
    fn add(&mut self, received: CheckpointMessage) -> bool {
        let CheckpointMessage { body, receipt_handle, receive_count } = received;
        match StoredMessage::from_json(&body) {
            Ok(StoredMessage::Checkpoint(stored)) => self.add_checkpoint(*stored, receipt_handle),
            Ok(StoredMessage::Lease(record)) => self.add_lease(record, receipt_handle, receive_count),
            Err(_) => self.add_lease(LeaseRecord::default(), receipt_handle, receive_count),
        }
    }

    fn add_checkpoint(&mut self, stored: StoredCheckpoint, receipt: ReceiptHandle) -> bool {
        let StoredCheckpoint { integration, revision, checkpoint } = stored;
        match self.checkpoints.entry(integration) {
            Entry::Vacant(free) => {
                let receipts = vec![receipt];
                free.insert(HeldCheckpoint { checkpoint, revision, receipts, is_changed: false });
                true
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.receipts.push(receipt);
                if revision > known.revision {
                    (known.checkpoint, known.revision) = (checkpoint, revision);
                    return true;
                }
                false
            }
        }
    }

    fn add_lease(&mut self, record: LeaseRecord, receipt: ReceiptHandle, receive_count: u32) -> bool {
        let is_new = self.lease.as_ref().is_none_or(|known| record.revision > known.record.revision);
        let known = self.lease.get_or_insert_with(Lease::default);
        known.receipts.push(receipt);
        if record.revision >= known.record.revision {
            (known.record, known.receive_count) = (record, receive_count);
        }
        is_new
    }
}

/// A message as the queue takes it.
fn message(stored: &StoredMessage) -> Result<(String, String), CheckpointError> {
    let body = stored.to_json().map_err(|error| CheckpointError { detail: error.to_string() })?;
    Ok((stored.group(), body))
}
