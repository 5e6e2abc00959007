//! Queues the events of the changes that were not delivered.

use hookpost_events::Event;
use jiff::Timestamp;

use crate::azure_devops::deliveries::LoggedDelivery;
use crate::message::encode::encode_event;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::receiver::publisher::send;
use crate::recovery::change::Change;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::judging::{Case, Verdict};
use crate::setup::error::{Context as _, SetupError};
use crate::watch::backfill::{Backfill, Filled, NOT_LISTED, OpenGap, Part, cannot_be_read, late};
use crate::watch::checkpoint::ExaminedDelivery;
use crate::watch::context::{midpoint, queue_unavailable};

impl<P: Ports> Backfill<'_, '_, P> {
    /// Queues the events of the changes that were not delivered.
    pub(super) async fn queue_missed(
        &mut self,
        gap: &OpenGap<'_>,
        part: Part,
        changes: &[Change],
        rows: &[LoggedDelivery],
        filled: &mut Filled,
    ) -> Result<(), SetupError> {
        let recovery = &self.context.recovery;
        let not_shown = self.state.not_shown.keys().cloned().collect();
        let clock = self.context.clock;
        let judge_until = midpoint(clock.now(), self.context.deadline);
        let known = &self.state.checkpoint.examined;
        let examined = rows.iter().map(DeliveryId::of);
        let examined =
            examined.filter_map(|id| known.get(&id.key()).map(|delivery| (id, delivery.keys.clone())));
        let case = Case {
            kind: gap.gap.kind,
            from: part.from,
            changes,
            rows,
            not_shown: &not_shown,
            settled: &self.state.checkpoint.reconstructed,
            examined: &examined.collect(),
            has_time: &|| clock.now() < judge_until,
        };
        let judgment = recovery.judge(&case).await.context(NOT_LISTED)?;
        // They need not be proven again when the pass ends here.
        let proven = judgment.proven.iter().map(|change| (changes[*change].id(), changes[*change].at));
        self.state.checkpoint.reconstructed.extend(proven);
        let examined = judgment.examined.into_iter().filter_map(|(row, keys)| {
            let delivery = ExaminedDelivery { at: rows[row].created?, keys: Vec::from_iter(keys) };
            Some((DeliveryId::of(&rows[row]).key(), delivery))
        });
        self.state.checkpoint.examined.extend(examined);
        if judgment.has_doubts {
            self.state.report.remains.push(format!(
                "{} events between {} and {}: too many deliveries would have to be read to tell which events were \
                 delivered; some may come a second time, marked as reconstructed",
                gap.gap.kind.event_type(),
                part.from,
                part.until
            ));
        }
        let is_unfinished = judgment.verdicts.contains(&Verdict::Unjudged);
        let mut has_queued = false;
        for (change, verdict) in changes.iter().zip(judgment.verdicts) {
            if change.at < part.from {
                continue;
            }
            match verdict {
                Verdict::Delivered | Verdict::Unjudged => continue,
                Verdict::Pending => {
                    self.state.report.waiting += 1;
                    filled.pending_since = filled.pending_since.into_iter().chain([change.at]).min();
                    continue;
                }
                Verdict::NotShown(row) => drop(self.state.not_shown.remove(&DeliveryId::of(&rows[row]))),
                Verdict::Missed => {}
            }
            let id = change.id();
            if change.is_in(&self.state.checkpoint.reconstructed) {
                continue;
            }
            // At least one is queued, or a pass that is short of time would get nowhere.
            if has_queued {
                self.check_deadline()?;
            }
            has_queued = true;
            let Some(repository) =
                gap.repositories.iter().find(|repository| repository.id == change.repository_id)
            else {
                continue;
            };
            let events = recovery.events(gap.gap.kind, change, &mut self.reader).await;
            match self.note(events, &cannot_be_read(repository))? {
                Ok(events) => self.queue(id, change.at, events).await?,
                Err(error) => self.leave_unread(gap, repository, part, &error, filled),
            }
        }
        if is_unfinished { Err(late()) } else { Ok(()) }
    }

    /// Queues the events of a change.
    async fn queue(&mut self, id: String, at: Timestamp, events: Vec<Event>) -> Result<(), SetupError> {
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
        let sent = send(self.context.events, messages).await;
        if let Some(detail) = sent.unavailable {
            return Err(queue_unavailable("events", &detail));
        }
        // SQS will never accept an event that it refuses. It is skipped, so that the events behind it are not blocked.
        if let Some(detail) = sent.refused {
            self.state.report.remains.push(format!("change {id}: {detail}"));
        }
        self.state.report.reconstructed += sent.queued.len() as u64;
        self.state.checkpoint.reconstructed.insert(id, at);
        Ok(())
    }

    /// Names the failed deliveries of the gap whose events were not found.
    pub(super) fn name_not_found(&mut self, gap: &OpenGap<'_>) {
        let not_shown = std::mem::take(&mut self.state.not_shown);
        let (of_gap, others) = not_shown.into_iter().partition(|(_, delivery)| delivery.gap_key == gap.key);
        self.state.not_shown = others;
        let sentences = of_gap.into_values().map(|delivery| {
            format!("{}, and no list or thread that can be read shows it", delivery.description)
        });
        self.state.report.remains.extend(sentences);
    }
}
