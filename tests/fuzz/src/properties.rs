//! The properties of a receiver, for any request.

use hookpost_core::message::queue_message::QueueMessage;
use hookpost_core::quarantine::assemble::assemble;
use hookpost_core::queue_receiver::{ReceiptHandle, ReceivedMessage};
use hookpost_core::receiver::outcome::{Outcome, Rejection};
use hookpost_core::receiver::request::BODY_BYTES_MAX;
use hookpost_core::receiver::response::WebhookResponse;
use hookpost_events::Event;
use jiff::Timestamp;
use serde_json::Value;

use crate::Received;
use crate::request::Request;

/// The documented limit: a quarter of SQS's.
const MESSAGE_BYTES_MAX: usize = 262_144;

/// Checks every property of one request.
pub(crate) fn check(request: &Request, received: &Received) {
    let response = WebhookResponse::to(&received.outcome);
    serde_json::from_str::<Value>(&response.body).expect("every answer is JSON");
    received.events.iter().chain(&received.quarantine).for_each(check_limits);
    let events: Vec<String> = received.events.iter().map(check_event).collect();
    match &received.outcome {
        Outcome::Unavailable { fault, detail } => panic!("nothing is broken, and yet: {fault:?} {detail}"),
        Outcome::Rejected(refusal) => {
            check_refusal(request, *refusal);
            assert!(
                events.is_empty() && received.quarantine.is_empty(),
                "an unauthenticated request puts nothing on a queue"
            );
        }
        Outcome::Test { .. } | Outcome::Ignored { .. } => {
            assert!(events.is_empty() && received.quarantine.is_empty(), "{:?}", received.outcome);
        }
        Outcome::Queued(queued) => {
            assert!(!events.is_empty() && received.quarantine.is_empty(), "{:?}", received.outcome);
            assert!(
                queued.iter().map(|event| &event.id).eq(&events),
                "the outcome names the events that were sent"
            );
        }
        Outcome::Quarantined { id, queued, .. } => {
            assert!(
                queued.iter().map(|event| &event.id).eq(&events),
                "the outcome names the events that were sent"
            );
            check_quarantined(request, id, &received.quarantine);
        }
    }
    if !matches!(received.outcome, Outcome::Rejected(_)) {
        assert!(request.is_genuine(), "an unauthenticated request was accepted");
        assert!(matches!(response.status, 200 | 202), "{}", response.status);
    }
}

/// Checks that a later attempt at the same delivery has the same outcome, ids and attributes.
pub(crate) fn check_repeated(first: &Received, second: &Received) {
    assert_eq!(first.outcome, second.outcome);
    let names =
        |received: &Received| received.events.iter().map(|message| message.fifo.clone()).collect::<Vec<_>>();
    assert_eq!(names(first), names(second));
    let attributes = |received: &Received| {
        received.events.iter().map(|message| message.attributes.clone()).collect::<Vec<_>>()
    };
    assert_eq!(attributes(first), attributes(second));
}

fn check_refusal(request: &Request, refusal: Rejection) {
    match refusal {
        Rejection::MethodNotAllowed => assert_ne!(request.method, "POST"),
        Rejection::UnsupportedMediaType => {
            let given = request.content_type.as_deref().expect("a delivery without one is taken");
            assert!(!given.starts_with("application/json;") && given != "application/json", "{given}");
        }
        Rejection::BodyTooLarge => assert!(request.body.len() > BODY_BYTES_MAX),
        Rejection::Unauthorized => assert!(!request.is_genuine(), "a genuine delivery was refused"),
    }
}

/// Checks SQS's limits. Sizes are counted as SQS documents: the body, and name, type and value of each attribute.
fn check_limits(message: &QueueMessage) {
    let attributes = message.attributes.iter();
    let size = attributes.map(|(name, value)| name.len() + "String".len() + value.len()).sum::<usize>()
        + message.body.len();
    assert!(size <= MESSAGE_BYTES_MAX, "{size} bytes");
    assert!(!message.body.is_empty() && sqs_takes(&message.body), "{}", message.body);
    assert!(message.attributes.len() <= 10);
    for (name, value) in &message.attributes {
        assert!(!value.is_empty() && sqs_takes(value), "{name}: {value:?}");
    }
}

/// Tab, line feed, carriage return, U+0020 to U+D7FF, U+E000 to U+FFFD, U+10000 to U+10FFFF.
fn sqs_takes(text: &str) -> bool {
    let refused =
        |c| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    !text.contains(refused)
}

/// Whether a FIFO queue accepts the id: 1 to 128 letters, digits and punctuation of ASCII.
fn is_queue_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Checks that consumers can parse the event, and that `CloudEvents` allows its attributes. Gives its id.
fn check_event(message: &QueueMessage) -> String {
    let value: Value = serde_json::from_str(&message.body).expect("an event is JSON");
    let event: Event = serde_json::from_str(&message.body).expect("an event is what consumers parse");
    assert_eq!(serde_json::to_value(&event).expect("JSON"), value, "nothing is lost on the way");
    let fifo = message.fifo.as_ref().expect("events go to a FIFO queue");
    assert!(is_queue_id(&fifo.group_id), "{}", fifo.group_id);
    assert!(is_queue_id(&fifo.deduplication_id), "{}", fifo.deduplication_id);
    assert_eq!((&event.id, &event.partitionkey), (&fifo.deduplication_id, &fifo.group_id));
    for attribute in [&event.source, &event.subject, &event.time].into_iter().chain(&event.sequence) {
        let is_plain = !attribute.is_empty() && !attribute.chars().any(char::is_control);
        assert!(is_plain, "{attribute:?}");
    }
    assert!(!event.source.contains(char::is_whitespace), "a source is a URI: {}", event.source);
    event.time.parse::<Timestamp>().expect("a time is RFC 3339");
    event.id
}

/// Checks that the body comes back out of the quarantine byte for byte.
fn check_quarantined(request: &Request, id: &str, messages: &[QueueMessage]) {
    let message = |(index, message): (usize, &QueueMessage)| {
        assert!(message.fifo.is_none(), "the quarantine is a standard queue");
        ReceivedMessage {
            body: message.body.clone(),
            receipt_handle: ReceiptHandle(index.to_string()),
            sent_at: None,
            receive_count: 1,
        }
    };
    let assembled = assemble(messages.iter().enumerate().map(message).collect());
    assert!(assembled.incomplete.is_empty() && assembled.unreadable.is_empty(), "{assembled:?}");
    let [delivery] = assembled.whole.as_slice() else { panic!("one delivery, not {assembled:?}") };
    assert_eq!((delivery.id.as_str(), delivery.endpoint), (id, request.endpoint));
    assert!(delivery.raw == request.body, "the body is another one");
    assert_eq!(delivery.receipt_handles.len(), messages.len());
}
