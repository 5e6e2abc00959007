//! What was sent against what is on the queue.

use std::collections::BTreeMap;

use hookpost_stand_in::Notification;

use crate::deliveries::Key;

/// Events by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Must be on the queue.
    pub(crate) sent: usize,
    /// Messages on the queue.
    pub(crate) queued: usize,
    /// Not on the queue.
    pub(crate) lost: Vec<Key>,
    /// On the queue more than once.
    pub(crate) doubled: Vec<Key>,
    /// On the queue and never sent.
    pub(crate) unknown: Vec<Key>,
}

impl Tally {
    pub(crate) fn of(sent: &[Notification], queued: &[String]) -> Self {
        let mut counts: BTreeMap<Key, usize> = sent.iter().flat_map(Key::of).map(|key| (key, 0)).collect();
        let mut tally = Self { sent: counts.len(), queued: queued.len(), ..Self::default() };
        for key in queued.iter().map(|body| Key::read(body)) {
            match counts.get_mut(&key) {
                Some(count) => *count += 1,
                None => tally.unknown.push(key),
            }
        }
        for (key, count) in counts {
            match count {
                0 => tally.lost.push(key),
                1 => {}
                _ => tally.doubled.push(key),
            }
        }
        tally
    }

    /// Sent = queued, each exactly once.
    pub(crate) fn is_right(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.unknown.is_empty()
    }
}
