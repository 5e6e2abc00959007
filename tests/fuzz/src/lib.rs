//! The fuzz targets: each takes any bytes, and panics when a property of a parser does not hold. `libfuzzer` feeds them
//! with inputs that reach new code; the tests here feed them with the corpus.

pub mod azure_devops_responses;
mod mutation;
mod properties;
mod request;
pub mod setup_request;
pub mod stored;
mod values;

use std::sync::Mutex;

use arbitrary::Unstructured;
use hookpost_core::fakes;
use hookpost_core::fakes::{FixedPasswords, RecordingQueue};
use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::outcome::Outcome;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use jiff::{SignedDuration, Timestamp};

use crate::request::Request;

/// The only integration.
const INTEGRATION: &str = "northwind";
/// Its password.
const PASSWORD: &str = "correct-horse";

/// What a receiver made of a request.
#[derive(Debug)]
pub(crate) struct Received {
    /// The receiver's outcome.
    outcome: Outcome,
    /// Messages on the events queue.
    events: Vec<QueueMessage>,
    /// Messages in the quarantine.
    quarantine: Vec<QueueMessage>,
}

/// Hands a request to a receiver whose queues and Secrets Manager work.
fn receive(endpoint: Endpoint, request: WebhookRequest) -> Received {
    let passwords = FixedPasswords {
        integration: INTEGRATION,
        password: PASSWORD,
        fetches: Mutex::default(),
        down: false,
    };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let handled = fakes::receive(endpoint, &passwords, &events, &quarantine, request);
    let sent = |queue: RecordingQueue| queue.sent.into_inner().expect("not poisoned");
    Received { outcome: handled.outcome, events: sent(events), quarantine: sent(quarantine) }
}

/// Target `delivery`: any HTTP request to a receiver, written as text.
pub fn delivery(data: &[u8]) {
    check(&Request::read(data));
}

/// Target `normalizer`: a notification as Azure DevOps writes it, with changes.
pub fn normalizer(data: &[u8]) {
    // Too short an input makes no notification.
    if let Ok(request) = mutation::delivery(&mut Unstructured::new(data)) {
        check(&request);
    }
}

/// Sends the request, and sends it an hour later as another attempt at the same delivery.
fn check(request: &Request) {
    let first = receive(request.endpoint, webhook_request(request, &request.activity_id, 0));
    properties::check(request, &first);
    let second = receive(request.endpoint, webhook_request(request, "another attempt", 1));
    properties::check_repeated(&first, &second);
}

fn webhook_request(request: &Request, activity_id: &str, hours: i64) -> WebhookRequest {
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
        kept_headers: Vec::new(),
        trace_header: None,
        body: request.body.clone(),
        received_at: received_at + SignedDuration::from_hours(hours),
    }
}
