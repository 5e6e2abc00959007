//! Publishes the events of a delivery to the events queue, or its raw body to the quarantine.

use std::iter;

use futures_util::future::join;

use crate::message::encode::{TooLarge, encode_event};
use crate::message::queue_message::QueueMessage;
use crate::message::sanitize::truncate;
use crate::normalize::context::DeliveryContext;
use crate::normalize::{Events, Normalized, normalize};
use crate::payload::EventType;
use crate::payload::lenient::scalar::LenientText;
use crate::ports::{MessageQueue, SendFailure, SendResult};
use crate::quarantine::pack::pack;
use crate::raw_delivery::encode::NewRawDelivery;
use crate::raw_delivery::origin::Origin;
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome, QueuedEvent};
use crate::receiver::request::WebhookRequest;

/// The queues of one endpoint.
#[derive(Debug)]
pub(crate) struct Publisher<Q> {
    endpoint: Endpoint,
    events: Q,
    quarantine: Q,
    /// The queue of raw deliveries; `None` unless the stack keeps them.
    pub(crate) deliveries: Option<Q>,
}

impl<Q: MessageQueue + Sync> Publisher<Q> {
    pub(crate) fn new(endpoint: Endpoint, events: Q, quarantine: Q) -> Self {
        Self { endpoint, events, quarantine, deliveries: None }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    pub(crate) async fn probe(&self) -> Result<(), SendFailure> {
        self.events.probe().await?;
        match &self.deliveries {
            Some(deliveries) => deliveries.probe().await,
            None => Ok(()),
        }
    }

    /// Publishes every event of a delivery, and keeps the delivery where raw deliveries are kept. The body is quarantined
    /// when a part of it cannot be published.
    pub(crate) async fn publish(
        &self,
        context: &DeliveryContext<'_>,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let (raw, trace_header) = (request.body.as_slice(), request.trace_header.as_deref());
        let keep = |origin| {
            let headers = &request.kept_headers;
            NewRawDelivery { context, body: raw, headers, origin, replayed: false }.encode(trace_header)
        };
        let mut conversion = match prepare(context) {
            Prepared::DeliveredElsewhere => {
                return Outcome::Ignored { reason: DELIVERED_ELSEWHERE.to_owned() };
            }
            Prepared::Ignored(reason) => {
                let Some(deliveries) = &self.deliveries else { return Outcome::Ignored { reason } };
                let report = SendReport::default().with_kept(deliveries.send(vec![keep(None)]).await);
                return match (report.unavailable, report.refused) {
                    (Some(detail), _) => Outcome::Unavailable { fault: Fault::Queue, detail },
                    (None, Some(reason)) => self.quarantine(&reason, raw, record).await,
                    (None, None) => Outcome::Ignored { reason },
                };
            }
            Prepared::Failed(reason) => return self.quarantine(&reason, raw, record).await,
            Prepared::Events(conversion) => conversion,
        };
        let kept = self.deliveries.as_ref().map(|deliveries| (deliveries, keep(conversion.origin())));
        let messages = conversion.messages(usize::MAX, trace_header);
        let report = match kept.filter(|_| !messages.is_empty()) {
            None => send(&self.events, messages).await,
            Some((deliveries, message)) => {
                let (report, kept) = join(send(&self.events, messages), deliveries.send(vec![message])).await;
                report.with_kept(kept)
            }
        };
        record.events = report.queued.len();
        if let Some(detail) = report.unavailable {
            return Outcome::Unavailable { fault: Fault::Queue, detail };
        }
        match report.refused.or(conversion.problem) {
            Some(reason) => self.quarantine_with_events(&reason, raw, record, report.queued).await,
            None => Outcome::Queued(report.queued),
        }
    }

    /// Quarantines a body without events.
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

/// Why there is no event of a change that another subscription delivers.
pub(crate) const DELIVERED_ELSEWHERE: &str =
    "another subscription, which is filtered by this kind of change, delivers this update";

/// What to do with a delivery.
pub(crate) enum Prepared<'a> {
    /// Nothing, for this reason.
    Ignored(String),
    /// Nothing, and it is not kept as a raw delivery either: the other subscription's delivery is.
    DeliveredElsewhere,
    /// The delivery cannot be converted, for this reason.
    Failed(String),
    /// Send the messages of its events.
    Events(Conversion<'a>),
}

/// Finds out what to do with a delivery.
pub(crate) fn prepare<'a>(context: &'a DeliveryContext<'a>) -> Prepared<'a> {
    let Some(type_name) = context.notification.event_type.as_ref().map(LenientText::as_str) else {
        return Prepared::Failed("`eventType` is missing".to_owned());
    };
    let Some(event_type) = EventType::parse(type_name) else {
        return Prepared::Ignored(format!("event type `{}` is not forwarded", truncate(type_name, 128)));
    };
    match normalize(event_type, context) {
        Normalized::Ignored(reason) => Prepared::Ignored(reason.to_owned()),
        Normalized::DeliveredElsewhere => Prepared::DeliveredElsewhere,
        Normalized::Failed(problem) => Prepared::Failed(problem),
        Normalized::Events(events) => Prepared::Events(Conversion { events, problem: None }),
    }
}

/// A delivery that is being converted into messages.
pub(crate) struct Conversion<'a> {
    events: Events<'a>,
    /// Why a part of the delivery is not among the messages so far.
    pub(crate) problem: Option<String>,
}

impl Conversion<'_> {
    /// The messages of the next `count` parts of the delivery, each with its event id.
    pub(crate) fn messages(
        &mut self,
        count: usize,
        trace_header: Option<&str>,
    ) -> Vec<(String, QueueMessage)> {
        let mut messages = Vec::with_capacity(self.events.size_hint().0.min(count));
        for event in self.events.by_ref().take(count) {
            let message = event.and_then(|event| {
                let id = event.id.clone();
                let message = encode_event(event, trace_header);
                message
                    .map(|message| (id, message))
                    .map_err(|TooLarge| "the event does not fit a message of SQS, even truncated".to_owned())
            });
            match message {
                Ok(message) => messages.push(message),
                Err(problem) => {
                    self.problem.get_or_insert(problem);
                }
            }
        }
        messages
    }

    /// Where the delivery comes from, as its first part says; `None` when that part cannot be converted. Call this before
    /// [`Self::messages`].
    pub(crate) fn origin(&mut self) -> Option<Origin> {
        let first = self.events.next()?;
        let origin = first.as_ref().ok().map(Origin::of);
        let rest = std::mem::replace(&mut self.events, Box::new(iter::empty()));
        self.events = Box::new(iter::once(first).chain(rest));
        origin
    }

    /// Whether every part has been converted.
    pub(crate) fn is_complete(&self) -> bool {
        self.events.size_hint().1 == Some(0)
    }
}

/// The result of sending the messages of a delivery.
#[derive(Default)]
pub(crate) struct SendReport {
    pub(crate) queued: Vec<QueuedEvent>,
    /// Why some messages were not queued now. Sending them again may succeed.
    pub(crate) unavailable: Option<String>,
    /// Why some messages can never be queued, because the queue refuses them.
    pub(crate) refused: Option<String>,
}

impl SendReport {
    /// Adds the result of sending the raw delivery.
    pub(crate) fn with_kept(mut self, results: Vec<SendResult>) -> Self {
        match results.into_iter().next() {
            Some(Ok(_)) => {}
            Some(Err(SendFailure::Refused(detail))) => {
                self.refused = Some(format!("the deliveries queue refuses the delivery: {detail}"));
            }
            Some(Err(SendFailure::Unavailable(detail))) => {
                self.unavailable = Some(format!("deliveries: {detail}"));
            }
            None => self.unavailable = Some(format!("deliveries: {MISSING_RESULT}")),
        }
        self
    }
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
