//! The receiver, in process, as a function from a notification to its messages.

use std::sync::Mutex;

use base64::Engine as _;
use hookpost_core::endpoint::Endpoint;
use hookpost_core::fakes::{self, FixedPasswords, RecordingQueue};
use hookpost_core::inbound::{AuthorizationHeader, Inbound};
use hookpost_core::reply::Reply;
use hookpost_stand_in::{EventType, Notification};
use serde_json::Value;

/// What came of a notification.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) reply: Value,
    pub(crate) events: Vec<Value>,
}

impl Received {
    /// The one event there is.
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
    let passwords =
        FixedPasswords { integration: "northwind", password: "s3cret", asked: Mutex::default(), down: false };
    let (events, quarantine) = (RecordingQueue::default(), RecordingQueue::default());
    let credentials = base64::engine::general_purpose::STANDARD.encode(":s3cret");
    let inbound = Inbound {
        method: "POST".to_owned(),
        integration: Some("northwind".to_owned()),
        change: notification.url.split_once("?change=").map(|(_, change)| change.to_owned()),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        authorization: Some(AuthorizationHeader::new(format!("Basic {credentials}").as_bytes())),
        traceparent: None,
        activity_id: Some("6b1f2c6e-2f51-4c7e-8a53-0c0e6f7a1d22".to_owned()),
        trace_header: None,
        body: notification.body.clone(),
        received_at: "2026-03-02T16:00:09Z".parse().expect("a timestamp"),
    };
    let receipt = fakes::receive(endpoint, &passwords, &events, &quarantine, inbound);
    let sent = events.sent.into_inner().expect("not poisoned");
    Received {
        reply: serde_json::from_str(&Reply::to(&receipt.outcome).body).expect("a reply is JSON"),
        events: sent
            .iter()
            .map(|message| serde_json::from_str(&message.body).expect("an event is JSON"))
            .collect(),
    }
}
