//! Handles one webhook request: authenticates it, parses the delivery, and publishes its events or quarantines its body.
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
use crate::normalize::context::DeliveryContext;
use crate::normalize::push::RECEIVER_REFS_MAX;
use crate::normalize::sample::is_test_delivery;
use crate::payload::lenient::scalar::{LenientText, Number};
use crate::payload::parse::{parse, repair_encoding};
use crate::payload::timestamp::instant;
use crate::payload::{EventType, Notification};
use crate::ports::{MessageQueue, PasswordSource};
use crate::receiver::endpoint::Endpoint;
use crate::receiver::outcome::{DeliveryRecord, Fault, Outcome};
use crate::receiver::publisher::Publisher;
use crate::receiver::request::WebhookRequest;

/// A receiver. It keeps nothing of a delivery after answering it.
#[derive(Debug)]
pub struct Receiver<P, Q> {
    authenticator: Authenticator<P>,
    publisher: Publisher<Q>,
}

/// The result of handling a request.
#[derive(Debug)]
pub struct HandledRequest {
    /// The outcome, which becomes the response.
    pub outcome: Outcome,
    /// What is logged.
    pub record: DeliveryRecord,
}

impl<P: PasswordSource + Sync, Q: MessageQueue + Sync> Receiver<P, Q> {
    /// Creates a receiver for one endpoint.
    pub fn new(endpoint: Endpoint, policy: PasswordPolicy, passwords: P, events: Q, quarantine: Q) -> Self {
        Self {
            authenticator: Authenticator::new(policy, passwords),
            publisher: Publisher::new(endpoint, events, quarantine),
        }
    }

    /// Keeps each delivery on `deliveries`, too, before it is answered. Without a queue nothing changes.
    #[must_use]
    pub fn keeping_deliveries(mut self, deliveries: Option<Q>) -> Self {
        self.publisher.deliveries = deliveries;
        self
    }

    /// Whether deliveries are kept, and requests need their headers.
    pub fn keeps_deliveries(&self) -> bool {
        self.publisher.deliveries.is_some()
    }

    /// Handles one request. After [`Outcome::Queued`] and [`Outcome::Quarantined`], the delivery is durable in SQS.
    pub async fn receive(&self, request: WebhookRequest) -> HandledRequest {
        let mut record = DeliveryRecord {
            bytes: request.body.len(),
            activity_id: request.activity_id.clone(),
            change: request.change.clone(),
            received_at: Some(request.received_at),
            ..DeliveryRecord::default()
        };
        let outcome = self.handle(&request, &mut record).await;
        HandledRequest { outcome, record }
    }

    async fn handle(&self, request: &WebhookRequest, record: &mut DeliveryRecord) -> Outcome {
        if let Err(reason) = request.validate() {
            return Outcome::Rejected(reason.into());
        }
        let (admission, integration) = match self.authenticator.authenticate(request, record).await {
            Ok(admitted) => admitted,
            Err(outcome) => return outcome,
        };
        let body = repair_encoding(&request.body);
        let notification = match parse(&admission, &body) {
            Ok(notification) => notification,
            Err(bad) => {
                return self.publisher.quarantine(&bad.reason, &request.body, record).await;
            }
        };
        record_identifiers(&notification, record);
        let context = DeliveryContext {
            integration: &integration,
            notification: &notification,
            change: request.change.as_deref(),
            activity_id: request.activity_id.as_deref(),
            traceparent: request.traceparent.as_deref(),
            received_at: request.received_at,
            refs_max: RECEIVER_REFS_MAX,
            reconstructed: false,
        };
        self.publish(&context, request, record).await
    }

    async fn publish(
        &self,
        context: &DeliveryContext<'_>,
        request: &WebhookRequest,
        record: &mut DeliveryRecord,
    ) -> Outcome {
        let notification = context.notification;
        let type_name = notification.event_type.as_ref().map(LenientText::as_str);
        let event_type = type_name.and_then(EventType::parse);
        if is_test_delivery(notification) {
            return self.handle_test(event_type, type_name).await;
        }
        let other_endpoint =
            event_type.map(Endpoint::of).filter(|endpoint| *endpoint != self.publisher.endpoint());
        if let Some(endpoint) = other_endpoint {
            let type_name = type_name.unwrap_or_default();
            let reason =
                format!("`{type_name}` belongs to the `{endpoint}` endpoint: correct the subscription's URL");
            return self.publisher.quarantine(&reason, &request.body, record).await;
        }
        self.publisher.publish(context, request, record).await
    }

    /// Answers a test delivery with what it proves. Nothing is queued.
    async fn handle_test(&self, event_type: Option<EventType>, type_name: Option<&str>) -> Outcome {
        if let Err(error) = self.publisher.probe().await {
            return Outcome::Unavailable { fault: Fault::Queue, detail: error.to_string() };
        }
        let success = "the webhook password is right and the events queue accepts messages";
        let endpoint = event_type.map(Endpoint::of);
        let message = match (endpoint, type_name) {
            (Some(endpoint), Some(type_name)) if endpoint != self.publisher.endpoint() => {
                format!(
                    "{success}, but `{type_name}` belongs to the `{endpoint}` endpoint: correct the subscription's URL"
                )
            }
            (None, Some(type_name)) => {
                format!("{success}, but `{}` is not forwarded", truncate(type_name, 128))
            }
            _ => format!("{success}; nothing was queued, since this is a test"),
        };
        Outcome::Test { message }
    }
}

/// Copies Azure DevOps's identifiers of the delivery into the log record.
fn record_identifiers(notification: &Notification<'_>, record: &mut DeliveryRecord) {
    let shortened = |text: Option<&LenientText<'_>>| text.map(|text| truncate(text.as_str(), 256).to_owned());
    record.event_type = shortened(notification.event_type.as_ref());
    record.event_id = shortened(notification.id.as_ref());
    record.subscription_id = shortened(notification.subscription_id.as_ref());
    record.notification_id = notification.notification_id.and_then(Number::unsigned);
    let created = notification.created_date.as_ref().and_then(|date| instant(date.as_str()));
    record.lag_milliseconds = created
        .zip(record.received_at)
        .map(|(created, received)| received.as_millisecond() - created.as_millisecond());
}
