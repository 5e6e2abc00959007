//! The use case of a receiver: one request in, one outcome out.
//!
//! ```text
//! Inbound -> BasicCredentials -> (PasswordRing) -> Admission -> Notification -> events -> messages -> Outcome
//! ```

use crate::endpoint::Endpoint;
use crate::fit::{self, TooLarge};
use crate::gate::Gate;
use crate::inbound::Inbound;
use crate::message::QueueMessage;
use crate::normalise::{Context, Normalised, is_test, normalise};
use crate::notification::{EventType, Notification, Text, parse, readable};
use crate::outcome::{DeliveryRecord, Fault, Outcome};
use crate::password_cache::PasswordPolicy;
use crate::port::{MessageQueue, PasswordSource, SendFailure};
use crate::quarantine;
use crate::reply::QueuedEvent;
use crate::text::beginning;

/// One receiver with everything it needs. Holds nothing of a delivery once that is answered.
#[derive(Debug)]
pub struct Receiver<P, Q> {
    endpoint: Endpoint,
    gate: Gate<P>,
    events: Q,
    quarantine: Q,
}

/// What a request ended in.
#[derive(Debug)]
pub struct Receipt {
    /// For the sender.
    pub outcome: Outcome,
    /// For the operator.
    pub record: DeliveryRecord,
}

impl<P: PasswordSource + Sync, Q: MessageQueue + Sync> Receiver<P, Q> {
    /// A receiver for one endpoint.
    pub fn new(endpoint: Endpoint, policy: PasswordPolicy, passwords: P, events: Q, quarantine: Q) -> Self {
        Self { endpoint, gate: Gate::new(policy, passwords), events, quarantine }
    }

    /// Handles one request. When this says [`Outcome::Queued`] or [`Outcome::Quarantined`], the queue has it.
    pub async fn receive(&self, inbound: Inbound) -> Receipt {
        let mut record = DeliveryRecord {
            bytes: inbound.body.len(),
            activity_id: inbound.activity_id.clone(),
            change: inbound.change.clone(),
            received_at: Some(inbound.received_at),
            ..DeliveryRecord::default()
        };
        let outcome = self.outcome(&inbound, &mut record).await;
        Receipt { outcome, record }
    }

    async fn outcome(&self, inbound: &Inbound, record: &mut DeliveryRecord) -> Outcome {
        if let Err(reason) = inbound.check_form() {
            return Outcome::Refused(reason.into());
        }
        let (admission, integration) = match self.gate.admit(inbound, record).await {
            Ok(admitted) => admitted,
            Err(outcome) => return outcome,
        };
        let body = readable(&inbound.body);
        let notification = match parse(&admission, &body) {
            Ok(notification) => notification,
            Err(bad) => {
                return self.quarantine(&bad.reason, &inbound.body, record, Vec::new()).await;
            }
        };
        note(&notification, record);
        let context = Context {
            integration: &integration,
            notification: &notification,
            change: inbound.change.as_deref(),
            activity_id: inbound.activity_id.as_deref(),
            traceparent: inbound.traceparent.as_deref(),
            received_at: inbound.received_at,
        };
        self.deliver(&notification, &context, inbound, record).await
    }

    async fn deliver(
        &self,
        notification: &Notification<'_>,
        context: &Context<'_>,
        inbound: &Inbound,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let named = notification.event_type.as_ref().map(Text::as_str);
        let event_type = named.and_then(EventType::parse);
        if is_test(notification) {
            return self.test(event_type, named).await;
        }
        let Some(named) = named else {
            return self.quarantine("`eventType` is missing", &inbound.body, record, Vec::new()).await;
        };
        let Some(event_type) = event_type else {
            let reason = format!("event type `{}` is not forwarded", beginning(named, 128));
            return Outcome::Ignored { reason };
        };
        let endpoint = Endpoint::of(event_type);
        if endpoint != self.endpoint {
            let reason =
                format!("`{named}` belongs to the `{endpoint}` endpoint: correct the subscription's URL");
            return self.quarantine(&reason, &inbound.body, record, Vec::new()).await;
        }
        let Normalised { events, defect } = normalise(event_type, notification, context);
        if events.is_empty() && defect.is_none() {
            return Outcome::Ignored { reason: "the push updated no ref".to_owned() };
        }
        let mut ids = Vec::with_capacity(events.len());
        let mut messages = Vec::with_capacity(events.len());
        let mut defect = defect;
        for event in events {
            let id = event.id.clone();
            match fit::message(event, inbound.trace_header.as_deref()) {
                Ok(message) => {
                    ids.push(id);
                    messages.push(message);
                }
                Err(TooLarge) => {
                    defect.get_or_insert("the event does not fit a message, even cut".to_owned());
                }
            }
        }
        self.enqueue(ids, messages, defect, inbound, record).await
    }

    /// All messages, or a fault: never silently a part of them.
    async fn enqueue(
        &self,
        ids: Vec<String>,
        messages: Vec<QueueMessage>,
        mut defect: Option<String>,
        inbound: &Inbound,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let results = if messages.is_empty() { Vec::new() } else { self.events.send(messages).await };
        let mut queued = Vec::with_capacity(ids.len());
        let mut unavailable =
            (results.len() < ids.len()).then(|| "the queue did not answer for every message".to_owned());
        for (id, result) in ids.into_iter().zip(results) {
            match result {
                Ok(sent) => queued.push(QueuedEvent { id, message_id: sent.message_id }),
                Err(SendFailure::Unavailable(detail)) => unavailable = Some(detail),
                Err(SendFailure::Refused(detail)) => {
                    defect = Some(format!("the queue refuses the event: {detail}"));
                }
            }
        }
        record.events = queued.len();
        if let Some(detail) = unavailable {
            return Outcome::Unavailable { fault: Fault::Queue, detail };
        }
        match defect {
            Some(reason) => self.quarantine(&reason, &inbound.body, record, queued).await,
            None => Outcome::Queued(queued),
        }
    }

    /// Somebody pressed Test: says what is proven, without putting anything on a queue.
    async fn test(&self, event_type: Option<EventType>, named: Option<&str>) -> Outcome {
        if let Err(error) = self.events.probe().await {
            return Outcome::Unavailable { fault: Fault::Queue, detail: error.to_string() };
        }
        let fine = "the webhook password is right and the events queue takes events";
        let message = match (event_type, named) {
            (Some(event_type), Some(named)) if Endpoint::of(event_type) != self.endpoint => {
                format!(
                    "{fine}, but `{named}` belongs to the `{}` endpoint: correct the subscription's URL",
                    Endpoint::of(event_type)
                )
            }
            (None, Some(named)) => {
                format!("{fine}, but `{}` is not forwarded", beginning(named, 128))
            }
            _ => format!("{fine}; nothing was queued, since this is a test"),
        };
        Outcome::Test { message }
    }

    async fn quarantine(
        &self,
        reason: &str,
        raw: &[u8],
        record: &DeliveryRecord,
        queued: Vec<QueuedEvent>,
    ) -> Outcome {
        let packed = quarantine::pack(self.endpoint, record, reason, raw);
        let results = self.quarantine.send(packed.messages).await;
        match results.into_iter().find_map(Result::err) {
            Some(error) => Outcome::Unavailable {
                fault: Fault::Queue,
                detail: format!("quarantine: {error} ({reason})"),
            },
            None => Outcome::Quarantined { id: packed.id, reason: reason.to_owned(), queued },
        }
    }
}

/// Notes how Azure DevOps names the delivery.
fn note(notification: &Notification<'_>, record: &mut DeliveryRecord) {
    let text = |text: Option<&Text<'_>>| text.map(|text| beginning(text.as_str(), 256).to_owned());
    record.event_type = text(notification.event_type.as_ref());
    record.event_id = text(notification.id.as_ref());
    record.subscription_id = text(notification.subscription_id.as_ref());
    record.notification_id = notification.notification_id.and_then(crate::notification::Number::unsigned);
    let created =
        notification.created_date.as_ref().and_then(|date| crate::normalise::instant(date.as_str()));
    record.lag_milliseconds = created
        .zip(record.received_at)
        .map(|(created, received)| received.as_millisecond() - created.as_millisecond());
}
