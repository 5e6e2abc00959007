//! What is admitted, on its way to the queues: all of its events, or a fault, or the quarantine.

use crate::message::queue_message::QueueMessage;
use crate::message::sanitize::truncate;
use crate::message::truncate;
use crate::message::truncate::TooLarge;
use crate::normalize::context::Context;
use crate::normalize::{Normalized, normalize};
use crate::payload::EventType;
use crate::payload::lenient::scalar::Text;
use crate::ports::{MessageQueue, SendFailure};
use crate::quarantine::pack as quarantine;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome};
use crate::receiver::response::QueuedEvent;

/// The two queues, and the endpoint that what arrives came in by.
#[derive(Debug)]
pub(crate) struct Publisher<Q> {
    endpoint: Endpoint,
    events: Q,
    quarantine: Q,
}

impl<Q: MessageQueue + Sync> Publisher<Q> {
    pub(crate) fn new(endpoint: Endpoint, events: Q, quarantine: Q) -> Self {
        Self { endpoint, events, quarantine }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    pub(crate) async fn probe(&self) -> Result<(), SendFailure> {
        self.events.probe().await
    }

    /// Queues every event of a delivery. `raw` is its body, in case it has to be kept.
    pub(crate) async fn take(
        &self,
        context: &Context<'_>,
        raw: &[u8],
        trace_header: Option<&str>,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let (messages, defect) = match prepare(context, trace_header) {
            Prepared::Ignored(reason) => return Outcome::Ignored { reason },
            Prepared::Messages { messages, defect } => (messages, defect),
        };
        let sent = send(&self.events, messages).await;
        record.events = sent.queued.len();
        if let Some(detail) = sent.unavailable {
            return Outcome::Unavailable { fault: Fault::Queue, detail };
        }
        match sent.refused.or(defect) {
            Some(reason) => self.quarantine_beside(&reason, raw, record, sent.queued).await,
            None => Outcome::Queued(sent.queued),
        }
    }

    /// Keeps a body that gave no event.
    pub(crate) async fn quarantine(&self, reason: &str, raw: &[u8], record: &DeliveryRecord) -> Outcome {
        self.quarantine_beside(reason, raw, record, Vec::new()).await
    }

    async fn quarantine_beside(
        &self,
        reason: &str,
        raw: &[u8],
        record: &DeliveryRecord,
        queued: Vec<QueuedEvent>,
    ) -> Outcome {
        let packed = quarantine::pack(self.endpoint, record, reason, raw);
        let parts = packed.messages.len();
        let results = self.quarantine.send(packed.messages).await;
        let answered = results.len();
        let failure = results.into_iter().find_map(Result::err).map(|error| error.to_string());
        match failure.or_else(|| (answered < parts).then(|| UNANSWERED.to_owned())) {
            Some(detail) => {
                let detail = format!("quarantine: {detail} ({reason})");
                Outcome::Unavailable { fault: Fault::Queue, detail }
            }
            None => Outcome::Quarantined { id: packed.id, reason: reason.to_owned(), queued },
        }
    }
}

/// What there is to do with a delivery.
pub(crate) enum Prepared {
    /// Nothing, and why.
    Ignored(String),
    /// Messages by event id, and what could not be understood.
    Messages { messages: Vec<(String, QueueMessage)>, defect: Option<String> },
}

/// Makes messages of a delivery.
pub(crate) fn prepare(context: &Context<'_>, trace_header: Option<&str>) -> Prepared {
    let defective =
        |defect: &str| Prepared::Messages { messages: Vec::new(), defect: Some(defect.to_owned()) };
    let Some(named) = context.notification.event_type.as_ref().map(Text::as_str) else {
        return defective("`eventType` is missing");
    };
    let Some(event_type) = EventType::parse(named) else {
        return Prepared::Ignored(format!("event type `{}` is not forwarded", truncate(named, 128)));
    };
    let Normalized { events, mut defect } = normalize(event_type, context.notification, context);
    if events.is_empty() && defect.is_none() {
        return Prepared::Ignored("the push updated no ref".to_owned());
    }
    let mut messages = Vec::with_capacity(events.len());
    for event in events {
        let id = event.id.clone();
        match truncate::message(event, trace_header) {
            Ok(message) => messages.push((id, message)),
            Err(TooLarge) => {
                defect.get_or_insert("the event does not fit a message, even cut".to_owned());
            }
        }
    }
    Prepared::Messages { messages, defect }
}

/// What became of the messages of a delivery.
pub(crate) struct Sending {
    pub(crate) queued: Vec<QueuedEvent>,
    /// Why some are not on the queue and may be later. Then none of it counts as done.
    pub(crate) unavailable: Option<String>,
    /// Why some never will be.
    pub(crate) refused: Option<String>,
}

/// Puts messages on a queue: all of them, or it is said which way they failed.
pub(crate) async fn send(queue: &impl MessageQueue, messages: Vec<(String, QueueMessage)>) -> Sending {
    let (ids, messages): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let results = if messages.is_empty() { Vec::new() } else { queue.send(messages).await };
    let unavailable = (results.len() < ids.len()).then(|| UNANSWERED.to_owned());
    let mut sending = Sending { queued: Vec::with_capacity(ids.len()), unavailable, refused: None };
    for (id, result) in ids.into_iter().zip(results) {
        match result {
            Ok(sent) => sending.queued.push(QueuedEvent { id, message_id: sent.message_id }),
            Err(SendFailure::Unavailable(detail)) => sending.unavailable = Some(detail),
            Err(SendFailure::Refused(detail)) => {
                sending.refused = Some(format!("the queue refuses the event: {detail}"));
            }
        }
    }
    sending
}

const UNANSWERED: &str = "the queue did not answer for every message";
