//! What the targets share: requests written as text, notifications changed at will, and what must hold whatever comes.

pub mod properties;
pub mod request;
pub mod mutation;
pub mod values;

use std::sync::Mutex;

use hookpost_core::fakes;
use hookpost_core::fakes::{FixedPasswords, RecordingQueue};
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::receiver::outcome::Outcome;
use jiff::{SignedDuration, Timestamp};

use crate::request::Request;

/// The one integration there is.
pub const INTEGRATION: &str = "northwind";
/// Its password.
pub const PASSWORD: &str = "correct-horse";

/// What received of a request.
#[derive(Debug)]
pub struct Received {
    /// As the receiver says.
    pub outcome: Outcome,
    /// What it put on the events queue.
    pub events: Vec<QueueMessage>,
    /// What it put into the quarantine.
    pub quarantine: Vec<QueueMessage>,
}

/// Hands a request to a receiver that has nothing wrong around it.
pub fn receive(request: &Request, request: WebhookRequest) -> Received {
    let passwords =
        FixedPasswords { integration: INTEGRATION, password: PASSWORD, asked: Mutex::default(), down: false };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let receipt = fakes::receive(request.endpoint, &passwords, &events, &quarantine, request);
    let sent = |queue: RecordingQueue| queue.sent.into_inner().expect("not poisoned");
    Received { outcome: receipt.outcome, events: sent(events), quarantine: sent(quarantine) }
}

/// The whole of a run: the request, and once more an hour later as another attempt at the same delivery.
pub fn run(request: &Request) {
    let received = receive(request, request(request, &request.activity_id, 0));
    properties::hold(request, &received);
    let again = receive(request, request(request, "another attempt", 1));
    properties::alike(&received, &again);
}

fn request(request: &Request, activity_id: &str, hours: i64) -> WebhookRequest {
    let received_at: Timestamp = "2026-03-02T16:00:00Z".parse().expect("a timestamp");
    WebhookRequest {
        method: request.method.clone(),
        integration: request.integration.clone(),
        // As the gateway hands it on.
        change: request.change.as_ref().map(|change| change.chars().take(64).collect()),
        content_type: request.content_type.clone(),
        authorization: request.authorization.as_deref().map(AuthorizationHeader::new),
        traceparent: request.traceparent.clone(),
        activity_id: Some(activity_id.to_owned()),
        trace_header: None,
        body: request.body.clone(),
        received_at: received_at + SignedDuration::from_hours(hours),
    }
}
