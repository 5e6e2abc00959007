//! Queues the events of the changes that were not delivered.

use std::collections::BTreeMap;

use hookpost_events::Event;
use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::LoggedDelivery;
use crate::error::{OperatorError, RestResultExt as _};
use crate::message::encode::encode_event;
use crate::message::queue_message::QueueMessage;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::queue_receiver::BATCH_MESSAGES_MAX;
use crate::receiver::publisher::send;
use crate::recovery::change::Change;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::reconcile::ChangeOutcome;
use crate::recovery::reconcile::input::ReconciliationInput;
use crate::watch::backfill::part::{BackfillPart, Filled, ReadRepository};
use crate::watch::backfill::{Backfill, NOT_LISTED, OpenGap, late};
use crate::watch::checkpoint::{ExaminedDelivery, repository_key};
use crate::watch::context::{midpoint, queue_unavailable};

/// The events of changes that are sent together.
#[derive(Default)]
struct Batch {
    /// The ids and times of the changes.
    changes: Vec<(String, Timestamp)>,
    messages: Vec<(String, QueueMessage)>,
}

impl<P: Ports> Backfill<'_, '_, P> {
    /// Queues the events of the changes in the repositories `found` that were not delivered, repository by repository.
    pub(super) async fn queue_missed(
        &mut self,
        gap: &OpenGap<'_>,
        part: BackfillPart,
        (changes, found): (&[Change], &[ReadRepository<'_>]),
        rows: &[LoggedDelivery],
        filled: &mut Filled,
    ) -> Result<(), OperatorError> {
        let is_whole = |found: &ReadRepository<'_>| found.until == part.until && found.stopped_at.is_none();
        let is_partial = found.len() < gap.repositories.len()
            || part.first_from > part.from
            || part.below < u64::MAX
            || !filled.unread.is_empty()
            || !found.last().is_none_or(is_whole);
        let outcomes = self.reconcile(gap, part, (changes, is_partial), rows).await?;
        let mut of_repositories: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, change) in changes.iter().enumerate() {
            of_repositories.entry(&change.repository_id).or_default().push(index);
        }
        let mut has_queued = false;
        for (place, found) in found.iter().enumerate() {
            let from = if place == 0 { part.first_from } else { part.from };
            let indices = of_repositories.remove(found.repository.id.as_str()).unwrap_or_default();
            let is_meant = |index: &usize| (from..=found.until).contains(&changes[*index].at);
            let indices = indices.into_iter().filter(is_meant);
            let missed: Vec<(&Change, ChangeOutcome)> =
                indices.map(|index| (&changes[index], outcomes[index])).collect();
            let mut done_until = None;
            let of_repository = (found.repository, missed.as_slice());
            let queued = self.queue_repository(
                gap,
                part,
                of_repository,
                rows,
                filled,
                &mut has_queued,
                &mut done_until,
            );
            if let Err(error) = queued.await {
                filled.done_until =
                    done_until.filter(|_| !part.with_threads).map(|at| (found.repository.id.clone(), at));
                return Err(error);
            }
            if found.until < part.until {
                filled.done_until = Some((found.repository.id.clone(), found.until));
                break;
            }
            if let Some(number) = found.stopped_at {
                filled.stopped_at = Some((found.repository.id.clone(), number));
                break;
            }
            filled.done = Some(repository_key(found.repository));
        }
        Ok(())
    }

    /// Reconciles the changes with the log, and remembers what need not be found out again.
    async fn reconcile(
        &mut self,
        gap: &OpenGap<'_>,
        part: BackfillPart,
        (changes, is_partial): (&[Change], bool),
        rows: &[LoggedDelivery],
    ) -> Result<Vec<ChangeOutcome>, OperatorError> {
        let not_shown = self.state.not_shown.keys().cloned().collect();
        let clock = self.context.clock;
        let reconcile_until = midpoint(clock.now(), self.context.deadline);
        let known = &self.state.checkpoint.examined;
        let examined = rows.iter().map(DeliveryId::of);
        let examined =
            examined.filter_map(|id| known.get(&id.key()).map(|delivery| (id, delivery.keys.clone())));
        let handled = (0..changes.len()).filter(|change| self.is_handled(gap, &changes[*change])).collect();
        let checkpoint = &self.state.checkpoint;
        let replayed = (0..rows.len()).filter(|row| checkpoint.is_replayed(&rows[*row])).collect();
        let input = ReconciliationInput {
            kind: gap.gap.kind,
            from: part.from,
            until: part.until,
            changes,
            rows,
            not_shown: &not_shown,
            replayed: &replayed,
            handled: &handled,
            examined: &examined.collect(),
            is_partial,
            has_time: &|| clock.now() < reconcile_until,
        };
        let reconciliation = self.context.recovery.reconcile(&input).await.context(NOT_LISTED)?;
        // They need not be confirmed again when the pass ends here.
        for change in reconciliation.confirmed.iter().map(|index| &changes[*index]) {
            if let Some(repository) = gap.repository(&change.repository_id) {
                self.mark_handled(gap, repository, change.id(), change.at);
            }
        }
        let examined = reconciliation.examined.into_iter().filter_map(|(row, keys)| {
            let delivery = ExaminedDelivery { at: rows[row].created?, keys: Vec::from_iter(keys) };
            Some((DeliveryId::of(&rows[row]).key(), delivery))
        });
        self.state.checkpoint.examined.extend(examined);
        if reconciliation.has_unresolved_pushes {
            self.state.report.remains.push(format!(
                "{} events between {} and {}: too many deliveries would have to be read to tell which events were \
                 delivered; some may come a second time, marked as reconstructed",
                gap.gap.kind.event_type(),
                part.from,
                part.until
            ));
        }
        Ok(reconciliation.outcomes)
    }

    /// Queues the events of the changes of one repository that were not delivered, oldest first. When it is interrupted,
    /// the changes before `done_until` are done.
    #[expect(clippy::too_many_arguments, reason = "what is done has to be known when it is interrupted")]
    async fn queue_repository(
        &mut self,
        gap: &OpenGap<'_>,
        part: BackfillPart,
        (repository, changes): (&RepositoryInfo, &[(&Change, ChangeOutcome)]),
        rows: &[LoggedDelivery],
        filled: &mut Filled,
        has_queued: &mut bool,
        done_until: &mut Option<Timestamp>,
    ) -> Result<(), OperatorError> {
        let mut batch = Batch::default();
        for (change, outcome) in changes {
            let is_late = match outcome {
                ChangeOutcome::Delivered => continue,
                ChangeOutcome::Undetermined => true,
                ChangeOutcome::Pending => {
                    self.state.report.waiting += 1;
                    filled.pending_since = filled.pending_since.into_iter().chain([change.at]).min();
                    continue;
                }
                ChangeOutcome::NotShown(row) => {
                    self.state.not_shown.remove(&DeliveryId::of(&rows[*row]));
                    false
                }
                ChangeOutcome::Missed => false,
            };
            if self.is_handled(gap, change) {
                continue;
            }
            // At least one is queued, or a pass that is short of time would make no progress.
            if is_late || (*has_queued && self.context.is_late()) {
                self.send(gap, repository, &mut batch).await?;
                *done_until = Some(change.at);
                return Err(late());
            }
            let recovery = &self.context.recovery;
            let events = recovery.events(gap.gap.kind, change, &mut self.reader).await;
            match self.note_repository(events, repository)? {
                Ok(events) => {
                    *has_queued = true;
                    let messages = self.encode(events, change.at);
                    if batch.messages.len() + messages.len() > BATCH_MESSAGES_MAX {
                        self.send(gap, repository, &mut batch).await?;
                        *done_until = Some(change.at);
                    }
                    batch.messages.extend(messages);
                    batch.changes.push((change.id(), change.at));
                }
                Err(error) => self.leave_unread(gap, repository, part, &error, filled),
            }
        }
        self.send(gap, repository, &mut batch).await
    }

    /// Makes messages of events. Names those that do not fit.
    fn encode(&mut self, events: Vec<Event>, at: Timestamp) -> Vec<(String, QueueMessage)> {
        let mut messages = Vec::new();
        for event in events {
            let event_id = event.id.clone();
            if let Ok(message) = encode_event(event, None) {
                messages.push((event_id, message));
            } else {
                let sentence = format!("event {event_id} of {at} does not fit a message");
                self.state.report.remains.push(sentence);
            }
        }
        messages
    }

    /// Queues the events of some changes of a repository.
    async fn send(
        &mut self,
        gap: &OpenGap<'_>,
        repository: &RepositoryInfo,
        batch: &mut Batch,
    ) -> Result<(), OperatorError> {
        let Batch { changes, messages } = std::mem::take(batch);
        let sent = send(self.context.events, messages).await;
        if let Some(detail) = sent.unavailable {
            return Err(queue_unavailable("events", &detail));
        }
        // SQS will never accept an event that it refuses. It is skipped, so that the events behind it are not blocked.
        if let Some(detail) = sent.refused {
            self.state.report.remains.push(format!("repository {}: {detail}", repository.name));
        }
        self.state.report.reconstructed += sent.queued.len() as u64;
        for (id, at) in changes {
            self.mark_handled(gap, repository, id, at);
        }
        Ok(())
    }

    /// Whether the events of a change were reconstructed, or are known to be delivered.
    fn is_handled(&self, gap: &OpenGap<'_>, change: &Change) -> bool {
        let Some(handled) = self.state.checkpoint.handled.get(&gap.key) else { return false };
        let key = gap.repository(&change.repository_id).map(repository_key);
        key.and_then(|key| handled.get(&key)).is_some_and(|of_repository| change.is_in(of_repository))
    }

    /// Remembers a change whose events were reconstructed, or are known to be delivered.
    fn mark_handled(&mut self, gap: &OpenGap<'_>, repository: &RepositoryInfo, id: String, at: Timestamp) {
        let of_gap = self.state.checkpoint.handled.entry(gap.key.clone()).or_default();
        of_gap.entry(repository_key(repository)).or_default().insert(id, at);
    }

    /// Names the failed deliveries of the gap whose events were not found.
    pub(super) fn report_not_found(&mut self, gap: &OpenGap<'_>) {
        let not_shown = std::mem::take(&mut self.state.not_shown);
        let (of_gap, others) = not_shown.into_iter().partition(|(_, delivery)| delivery.gap_key == gap.key);
        self.state.not_shown = others;
        let sentences = of_gap.into_values().map(|delivery| {
            format!("{}, and no list or thread that can be read shows it", delivery.description)
        });
        self.state.report.remains.extend(sentences);
    }
}
