//! The receiver, in process: a function from a notification to its response and events.

use std::sync::Mutex;

use base64::Engine as _;
use hookpost_core::fakes;
use hookpost_core::fakes::{FixedPasswords, RecordingQueue};
use hookpost_core::receiver::endpoint::Endpoint;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::receiver::response::WebhookResponse;
use hookpost_stand_in::{EventType, Notification};
use serde_json::Value;

/// The response to a notification, and its events.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) reply: Value,
    pub(crate) events: Vec<Value>,
}

impl Received {
    /// The only event.
    #[track_caller]
    pub(crate) fn event(mut self) -> Value {
        assert_eq!(self.events.len(), 1, "{}", self.reply);
        self.events.remove(0)
    }
}

pub(crate) fn receive(notification: &Notification) -> Received {
    let endpoint = match notification.event_type {
        EventType::Push => Endpoint::CodePushed,
        _ => Endpoint::PullRequest,
    };
    let passwords = FixedPasswords {
        integration: "northwind",
        password: "s3cret",
        fetches: Mutex::default(),
        down: false,
    };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let credentials = base64::engine::general_purpose::STANDARD.encode(":s3cret");
    let request = WebhookRequest {
        method: "POST".to_owned(),
        integration: Some("northwind".to_owned()),
        change: notification.url.split_once("?change=").map(|(_, change)| change.to_owned()),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        authorization: Some(AuthorizationHeader::new(format!("Basic {credentials}").as_bytes())),
        traceparent: None,
        activity_id: Some("6b1f2c6e-2f51-4c7e-8a53-0c0e6f7a1d22".to_owned()),
        kept_headers: Vec::new(),
        trace_header: None,
        body: notification.body.clone(),
        received_at: "2026-03-02T16:00:09Z".parse().expect("a timestamp"),
    };
    let receipt = fakes::receive(endpoint, &passwords, &events, &quarantine, request);
    let sent = events.sent.into_inner().expect("not poisoned");
    Received {
        reply: serde_json::from_str(&WebhookResponse::to(&receipt.outcome).body).expect("a reply is JSON"),
        events: sent
            .iter()
            .map(|message| serde_json::from_str(&message.body).expect("an event is JSON"))
            .collect(),
    }
}
