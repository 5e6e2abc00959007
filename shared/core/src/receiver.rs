//! The use case of a receiver: one request in, one outcome out.
//!
//! ```text
//! WebhookRequest -> BasicCredentials -> (PasswordRing) -> Admission -> Notification -> events -> messages -> Outcome
//! ```

pub mod endpoint;
pub mod outcome;
pub(crate) mod publisher;
pub(crate) mod redelivery;
pub mod request;
pub mod response;

use crate::auth::authenticator::Authenticator;
use crate::auth::cache::PasswordPolicy;
use crate::message::sanitize::truncate;
use crate::normalize::context::Context;
use crate::normalize::sample::is_test;
use crate::payload::lenient::scalar::Text;
use crate::payload::parse::parse;
use crate::payload::parse::readable;
use crate::payload::{EventType, Notification};
use crate::ports::{MessageQueue, PasswordSource};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome};
use crate::receiver::publisher::Publisher;
use crate::receiver::request::WebhookRequest;

/// One receiver with everything it needs. Holds nothing of a delivery once that is answered.
#[derive(Debug)]
pub struct Receiver<P, Q> {
    authenticator: Authenticator<P>,
    publisher: Publisher<Q>,
}

/// What a request ended in.
#[derive(Debug)]
pub struct HandledRequest {
    /// For the sender.
    pub outcome: Outcome,
    /// For the operator.
    pub record: DeliveryRecord,
}

impl<P: PasswordSource + Sync, Q: MessageQueue + Sync> Receiver<P, Q> {
    /// A receiver for one endpoint.
    pub fn new(endpoint: Endpoint, policy: PasswordPolicy, passwords: P, events: Q, quarantine: Q) -> Self {
        Self {
            authenticator: Authenticator::new(policy, passwords),
            publisher: Publisher::new(endpoint, events, quarantine),
        }
    }

    /// Handles one request. When this says [`Outcome::Queued`] or [`Outcome::Quarantined`], the queue has it.
    pub async fn receive(&self, request: WebhookRequest) -> HandledRequest {
        let mut record = DeliveryRecord {
            bytes: request.body.len(),
            activity_id: request.activity_id.clone(),
            change: request.change.clone(),
            received_at: Some(request.received_at),
            ..DeliveryRecord::default()
        };
        let outcome = self.outcome(&request, &mut record).await;
        HandledRequest { outcome, record }
    }

    async fn outcome(&self, request: &WebhookRequest, record: &mut DeliveryRecord) -> Outcome {
        if let Err(reason) = request.check_form() {
            return Outcome::Rejected(reason.into());
        }
        let (admission, integration) = match self.authenticator.authenticate(request, record).await {
            Ok(admitted) => admitted,
            Err(outcome) => return outcome,
        };
        let body = readable(&request.body);
        let notification = match parse(&admission, &body) {
            Ok(notification) => notification,
            Err(bad) => {
                return self.publisher.quarantine(&bad.reason, &request.body, record).await;
            }
        };
        note(&notification, record);
        let context = Context {
            integration: &integration,
            notification: &notification,
            change: request.change.as_deref(),
            activity_id: request.activity_id.as_deref(),
            traceparent: request.traceparent.as_deref(),
            received_at: request.received_at,
            reconstructed: false,
        };
        self.deliver(&context, request, record).await
    }

    async fn deliver(
        &self,
        context: &Context<'_>,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let notification = context.notification;
        let named = notification.event_type.as_ref().map(Text::as_str);
        let event_type = named.and_then(EventType::parse);
        if is_test(notification) {
            return self.test(event_type, named).await;
        }
        let misdirected =
            event_type.map(Endpoint::of).filter(|endpoint| *endpoint != self.publisher.endpoint());
        if let Some(endpoint) = misdirected {
            let named = named.unwrap_or_default();
            let reason =
                format!("`{named}` belongs to the `{endpoint}` endpoint: correct the subscription's URL");
            return self.publisher.quarantine(&reason, &request.body, record).await;
        }
        self.publisher.take(context, &request.body, request.trace_header.as_deref(), record).await
    }

    /// Somebody pressed Test: says what is proven, without putting anything on a queue.
    async fn test(&self, event_type: Option<EventType>, named: Option<&str>) -> Outcome {
        if let Err(error) = self.publisher.probe().await {
            return Outcome::Unavailable { fault: Fault::Queue, detail: error.to_string() };
        }
        let fine = "the webhook password is right and the events queue takes events";
        let endpoint = event_type.map(Endpoint::of);
        let message = match (endpoint, named) {
            (Some(endpoint), Some(named)) if endpoint != self.publisher.endpoint() => {
                format!(
                    "{fine}, but `{named}` belongs to the `{endpoint}` endpoint: correct the subscription's URL"
                )
            }
            (None, Some(named)) => format!("{fine}, but `{}` is not forwarded", truncate(named, 128)),
            _ => format!("{fine}; nothing was queued, since this is a test"),
        };
        Outcome::Test { message }
    }
}

/// Notes how Azure DevOps names the delivery.
fn note(notification: &Notification<'_>, record: &mut DeliveryRecord) {
    let text = |text: Option<&Text<'_>>| text.map(|text| truncate(text.as_str(), 256).to_owned());
    record.event_type = text(notification.event_type.as_ref());
    record.event_id = text(notification.id.as_ref());
    record.subscription_id = text(notification.subscription_id.as_ref());
    record.notification_id =
        notification.notification_id.and_then(crate::payload::lenient::scalar::Number::unsigned);
    let created =
        notification.created_date.as_ref().and_then(|date| crate::payload::timestamp::instant(date.as_str()));
    record.lag_milliseconds = created
        .zip(record.received_at)
        .map(|(created, received)| received.as_millisecond() - created.as_millisecond());
}
