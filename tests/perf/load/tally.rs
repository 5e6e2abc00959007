//! The events that were sent against the messages on the queue.

use std::collections::BTreeMap;

use hookpost_stand_in::Notification;
use hookpost_stand_in::hookpost::expected_events;
use serde_json::Value;

/// Identifies an event by what Azure DevOps wrote: event type, event id and subject.
type Key = [String; 3];

/// Events by what became of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Events that must be on the queue.
    pub(crate) sent: usize,
    /// Messages on the queue.
    pub(crate) queued: usize,
    /// Not on the queue.
    pub(crate) lost: Vec<Key>,
    /// On the queue more than once.
    pub(crate) duplicated: Vec<Key>,
    /// On the queue and never sent.
    pub(crate) unknown: Vec<Key>,
}

impl Tally {
    /// `queued` are the bodies of all messages.
    pub(crate) fn new(sent: &[Notification], queued: &[&str]) -> Self {
        let mut counts: BTreeMap<Key, usize> = sent.iter().flat_map(keys).map(|key| (key, 0)).collect();
        let mut tally = Self { sent: counts.len(), queued: queued.len(), ..Self::default() };
        for key in queued.iter().copied().map(key) {
            match counts.get_mut(&key) {
                Some(count) => *count += 1,
                None => tally.unknown.push(key),
            }
        }
        for (key, count) in counts {
            match count {
                0 => tally.lost.push(key),
                1 => {}
                _ => tally.duplicated.push(key),
            }
        }
        tally
    }

    /// Everything that was sent is queued, once.
    pub(crate) fn is_right(&self) -> bool {
        self.lost.is_empty() && self.duplicated.is_empty() && self.unknown.is_empty()
    }
}

/// For each event that a notification must produce.
fn keys(notification: &Notification) -> Vec<Key> {
    let id = notification.event_id.to_string();
    let events = expected_events::of(notification).into_iter();
    events.map(|event| [event.event_type.to_owned(), id.clone(), event.subject]).collect()
}

fn key(body: &str) -> Key {
    let event: Value = serde_json::from_str(body).unwrap_or_default();
    [&event["type"], &event["data"]["azureDevOps"]["eventId"], &event["subject"]]
        .map(|value| value.as_str().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::notifications::notifications;

    #[test]
    fn lost_duplicated_and_unknown_events_are_told_apart() {
        let sent = notifications("http://127.0.0.1:1", "contoso", 36);
        let body = |[r#type, id, subject]: Key| {
            json!({"type": r#type, "subject": subject, "data": {"azureDevOps": {"eventId": id}}}).to_string()
        };
        let bodies: Vec<String> = sent.iter().flat_map(keys).map(body).collect();
        let mut queued: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let right = Tally::new(&sent, &queued);
        assert!(right.is_right(), "{right:?}");
        assert_eq!([right.sent, right.queued], [queued.len(); 2], "each event has a key of its own");
        queued[1] = queued[0];
        queued.push("{}");
        let wrong = Tally::new(&sent, &queued);
        assert_eq!([wrong.lost.len(), wrong.duplicated.len(), wrong.unknown.len()], [1, 1, 1]);
    }
}
