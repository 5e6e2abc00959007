//! A delivery that was missed, read again: by the same normaliser to the same queue with the same ids.

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
pub(crate) struct Again<'a> {
    pub(crate) integration: &'a IntegrationName,
    pub(crate) body: &'a [u8],
    pub(crate) change: Option<&'a str>,
    pub(crate) activity_id: Option<&'a str>,
    pub(crate) received_at: Timestamp,
}

/// What became of it.
pub(crate) enum Outcome {
    /// It gave this many events.
    Queued(usize),
    /// It gives none, and why.
    NothingToDo(String),
    /// Why it cannot be read.
    NotUnderstood(String),
}

impl Again<'_> {
    /// Reads it, and puts its events on a queue when one is given.
    ///
    /// # Errors
    ///
    /// Why the queue did not take all of them. Those it took keep their ids when this is repeated.
    pub(crate) async fn read(&self, queue: Option<&impl MessageQueue>) -> Result<Outcome, String> {
        let body = readable(self.body);
        let notification = match parse(&Admission::of_replay(), &body) {
            Ok(notification) => notification,
            Err(bad) => return Ok(Outcome::NotUnderstood(bad.reason)),
        };
        if is_test(&notification) {
            return Ok(Outcome::NothingToDo("a test delivery".to_owned()));
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
            Prepared::Ignored(reason) => return Ok(Outcome::NothingToDo(reason)),
            Prepared::Messages { messages, defect } => (messages, defect),
        };
        let events = messages.len();
        if let Some(queue) = queue {
            let sent = send(queue, messages).await;
            if let Some(detail) = sent.unavailable {
                return Err(detail);
            }
            if let Some(reason) = sent.refused {
                return Ok(Outcome::NotUnderstood(reason));
            }
        }
        Ok(defect.map_or(Outcome::Queued(events), Outcome::NotUnderstood))
    }
}
