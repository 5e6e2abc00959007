//! The delivery log of one organization. Source: learn.microsoft.com, REST reference, Service Hooks, Notifications.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::LogEntry;
use crate::{Timestamp, Uuid, time};

/// The notifications of one organization, oldest first.
#[derive(Debug, Default)]
pub(super) struct DeliveryLog {
    entries: Vec<LogEntry>,
    /// Where the notification of a subscription with a number is.
    positions: BTreeMap<(Uuid, u32), usize>,
}

impl DeliveryLog {
    /// Adds a notification, or the next attempt of one that is there.
    pub(super) fn record(&mut self, entry: LogEntry) {
        if let Some(old) = self.find(entry.subscription, entry.number) {
            *old = entry.after(old);
            return;
        }
        self.positions.insert((entry.subscription, entry.number), self.entries.len());
        self.entries.push(entry);
    }

    pub(super) fn find(&mut self, subscription: Uuid, number: u32) -> Option<&mut LogEntry> {
        self.positions.get(&(subscription, number)).map(|position| &mut self.entries[*position])
    }

    /// A delivery is not retried any more.
    pub(super) fn give_up(&mut self, subscription: Uuid, number: u32, now: Timestamp) {
        if let Some(entry) = self.find(subscription, number) {
            entry.give_up(now);
        }
    }

    pub(super) fn retry_later(&mut self, subscription: Uuid, number: u32) {
        if let Some(entry) = self.find(subscription, number) {
            entry.retry_later();
        }
    }

    /// Newest first. A week is kept.
    pub(super) fn last_week(&self, now: Timestamp) -> impl Iterator<Item = &LogEntry> {
        let oldest = time::later(now, SignedDuration::from_hours(-24 * 7));
        self.entries.iter().rev().filter(move |entry| entry.created >= oldest)
    }

    /// The number of the last test of a subscription that is not saved.
    pub(super) fn last_unsaved(&self) -> u32 {
        let unsaved = self.entries.iter().filter(|entry| entry.subscription.is_nil());
        unsaved.map(|entry| entry.number).max().unwrap_or_default()
    }

    /// The number of entries with each result, by subscription.
    pub(super) fn summary<'a>(entries: impl Iterator<Item = &'a LogEntry>) -> Value {
        let mut counts: BTreeMap<Uuid, BTreeMap<&str, u32>> = BTreeMap::new();
        for entry in entries {
            *counts.entry(entry.subscription).or_default().entry(entry.result()).or_default() += 1;
        }
        let results = |results: &BTreeMap<&str, u32>| -> Value {
            results
                .iter()
                .map(|(result, count)| json!({"result": result, "notificationCount": count}))
                .collect()
        };
        counts.iter().map(|(id, counts)| json!({"subscriptionId": id, "results": results(counts)})).collect()
    }
}
