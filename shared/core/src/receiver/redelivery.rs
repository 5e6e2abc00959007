//! A delivery that was missed, read again: by the same normalizer to the same queue with the same ids.

use jiff::Timestamp;

use crate::auth::ring::Admission;
use crate::integration::name::IntegrationName;
use crate::normalize::context::Context;
use crate::normalize::sample::is_test;
use crate::payload::parse::parse;
use crate::payload::parse::readable;
use crate::ports::MessageQueue;
use crate::receiver::publisher::{Prepared, prepare, send};

/// A delivery that is read again.
pub(crate) struct Redelivery<'a> {
    pub(crate) integration: &'a IntegrationName,
    pub(crate) body: &'a [u8],
    pub(crate) change: Option<&'a str>,
    pub(crate) activity_id: Option<&'a str>,
    pub(crate) received_at: Timestamp,
}

/// What became of it.
pub(crate) enum RedeliveryOutcome {
    /// It gave this many events.
    Queued(usize),
    /// It gives none, and why.
    Skipped(String),
    /// Why it cannot be read.
    Unreadable(String),
}

impl Redelivery<'_> {
    /// Reads it, and puts its events on a queue when one is given.
    ///
    /// # Errors
    ///
    /// Why the queue did not take all of them. Those it took keep their ids when this is repeated.
    pub(crate) async fn read(&self, queue: Option<&impl MessageQueue>) -> Result<RedeliveryOutcome, String> {
        let body = readable(self.body);
        let notification = match parse(&Admission::of_replay(), &body) {
            Ok(notification) => notification,
            Err(bad) => return Ok(RedeliveryOutcome::Unreadable(bad.reason)),
        };
        if is_test(&notification) {
            return Ok(RedeliveryOutcome::Skipped("a test delivery".to_owned()));
        }
        let context = Context {
            integration: self.integration,
            notification: &notification,
            change: self.change,
            activity_id: self.activity_id,
            traceparent: None,
            received_at: self.received_at,
            reconstructed: false,
        };
        let (messages, defect) = match prepare(&context, None) {
            Prepared::Ignored(reason) => return Ok(RedeliveryOutcome::Skipped(reason)),
            Prepared::Messages { messages, defect } => (messages, defect),
        };
        let events = messages.len();
        if let Some(queue) = queue {
            let sent = send(queue, messages).await;
            if let Some(detail) = sent.unavailable {
                return Err(detail);
            }
            if let Some(reason) = sent.refused {
                return Ok(RedeliveryOutcome::Unreadable(reason));
            }
        }
        Ok(defect.map_or(RedeliveryOutcome::Queued(events), RedeliveryOutcome::Unreadable))
    }
}
