//! Publishes the events of a delivery to the events queue, or its raw body to the quarantine.

use crate::message::encode::{TooLarge, encode_event};
use crate::message::queue_message::QueueMessage;
use crate::message::sanitize::truncate;
use crate::normalize::context::Context;
use crate::normalize::{Normalized, normalize};
use crate::payload::EventType;
use crate::payload::lenient::scalar::Text;
use crate::ports::{MessageQueue, SendFailure};
use crate::quarantine::pack::pack;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome, QueuedEvent};

/// The events queue and the quarantine of one endpoint.
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

    /// Publishes every event of a delivery. `raw` is its body, which is quarantined when a part of it cannot be published.
    pub(crate) async fn publish(
        &self,
        context: &Context<'_>,
        raw: &[u8],
        trace_header: Option<&str>,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let (messages, problem) = match prepare(context, trace_header) {
            Prepared::Ignored(reason) => return Outcome::Ignored { reason },
            Prepared::Messages { messages, problem } => (messages, problem),
        };
        let report = send(&self.events, messages).await;
        record.events = report.queued.len();
        if let Some(detail) = report.unavailable {
            return Outcome::Unavailable { fault: Fault::Queue, detail };
        }
        match report.refused.or(problem) {
            Some(reason) => self.quarantine_with_events(&reason, raw, record, report.queued).await,
            None => Outcome::Queued(report.queued),
        }
    }

    /// Quarantines a body that gave no event.
    pub(crate) async fn quarantine(&self, reason: &str, raw: &[u8], record: &DeliveryRecord) -> Outcome {
        self.quarantine_with_events(reason, raw, record, Vec::new()).await
    }

    /// Quarantines a body, of which some events may have been queued.
    async fn quarantine_with_events(
        &self,
        reason: &str,
        raw: &[u8],
        record: &DeliveryRecord,
        queued: Vec<QueuedEvent>,
    ) -> Outcome {
        let packed = pack(self.endpoint, record, reason, raw);
        let parts = packed.messages.len();
        let results = self.quarantine.send(packed.messages).await;
        let result_count = results.len();
        let failure = results.into_iter().find_map(Result::err).map(|error| error.to_string());
        match failure.or_else(|| (result_count < parts).then(|| MISSING_RESULT.to_owned())) {
            Some(detail) => {
                let detail = format!("quarantine: {detail} ({reason})");
                Outcome::Unavailable { fault: Fault::Queue, detail }
            }
            None => Outcome::Quarantined { id: packed.id, reason: reason.to_owned(), queued },
        }
    }
}

/// What to do with a delivery.
pub(crate) enum Prepared {
    /// Nothing, for this reason.
    Ignored(String),
    /// Send these messages, each with its event id. `problem` says why a part of the delivery is not among them.
    Messages { messages: Vec<(String, QueueMessage)>, problem: Option<String> },
}

/// Converts a delivery into messages.
pub(crate) fn prepare(context: &Context<'_>, trace_header: Option<&str>) -> Prepared {
    let failed =
        |problem: &str| Prepared::Messages { messages: Vec::new(), problem: Some(problem.to_owned()) };
    let Some(type_name) = context.notification.event_type.as_ref().map(Text::as_str) else {
        return failed("`eventType` is missing");
    };
    let Some(event_type) = EventType::parse(type_name) else {
        return Prepared::Ignored(format!("event type `{}` is not forwarded", truncate(type_name, 128)));
    };
    let Normalized { events, mut problem, ignored } = normalize(event_type, context.notification, context);
    if let Some(reason) = ignored {
        return Prepared::Ignored(reason.to_owned());
    }
    let mut messages = Vec::with_capacity(events.len());
    for event in events {
        let id = event.id.clone();
        match encode_event(event, trace_header) {
            Ok(message) => messages.push((id, message)),
            Err(TooLarge) => {
                problem.get_or_insert("the event does not fit a message, even cut".to_owned());
            }
        }
    }
    Prepared::Messages { messages, problem }
}

/// The result of sending the messages of a delivery.
pub(crate) struct SendReport {
    pub(crate) queued: Vec<QueuedEvent>,
    /// Why some messages were not queued now. Sending them again may succeed.
    pub(crate) unavailable: Option<String>,
    /// Why some messages can never be queued, because the queue refuses them.
    pub(crate) refused: Option<String>,
}

/// Sends messages to a queue, and reports which were queued and why others were not.
pub(crate) async fn send(queue: &impl MessageQueue, messages: Vec<(String, QueueMessage)>) -> SendReport {
    let (ids, messages): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    let results = if messages.is_empty() { Vec::new() } else { queue.send(messages).await };
    let unavailable = (results.len() < ids.len()).then(|| MISSING_RESULT.to_owned());
    let mut report = SendReport { queued: Vec::with_capacity(ids.len()), unavailable, refused: None };
    for (id, result) in ids.into_iter().zip(results) {
        match result {
            Ok(sent) => report.queued.push(QueuedEvent { id, message_id: sent.message_id }),
            Err(SendFailure::Unavailable(detail)) => report.unavailable = Some(detail),
            Err(SendFailure::Refused(detail)) => {
                report.refused = Some(format!("the queue refuses the event: {detail}"));
            }
        }
    }
    report
}

const MISSING_RESULT: &str = "the queue did not answer for every message";
