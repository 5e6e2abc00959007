//! One line of JSON per delivery.

use std::error::Error as _;

use serde::Serialize;
use serde_json::Value;

use super::DemoStep;
use crate::NotificationType;
use crate::delivery::WebhookResponse;
use crate::hookpost::expected_events::{self, ExpectedEvent};
use crate::http::HttpError;

/// A delivery, its response, and the events that Hookpost should queue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportLine<'a> {
    seq: usize,
    what: &'a str,
    event_type: &'static str,
    /// The `?change=` of the webhook URL.
    change: Option<&'static str>,
    url: &'a str,
    bytes: usize,
    /// Null when there was no response.
    status: Option<u16>,
    ms: f64,
    reply: Value,
    expect: Expect,
    /// Why there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A list only when it has to be one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Expect {
    One(ExpectedEvent),
    Several(Vec<ExpectedEvent>),
}

impl<'a> ReportLine<'a> {
    /// `seq` counts from 1.
    pub(crate) fn new(seq: usize, step: &'a DemoStep, response: &Result<WebhookResponse, HttpError>) -> Self {
        let notification = &step.notification;
        let response_ok = response.as_ref().ok();
        let milliseconds = |response: &WebhookResponse| response.elapsed.as_secs_f64() * 1e3;
        Self {
            seq,
            what: &step.description,
            event_type: notification.event_type.id(),
            change: notification.filter.map(NotificationType::change),
            url: &notification.url,
            bytes: notification.body.len(),
            status: response_ok.map(|response| response.status),
            ms: response_ok.map(milliseconds).map_or(0.0, |ms| (ms * 10.0).round() / 10.0),
            reply: response_ok.map(WebhookResponse::json).unwrap_or_default(),
            expect: expect(expected_events::of(notification)),
            error: response.as_ref().err().map(chain),
        }
    }
}

fn expect(mut events: Vec<ExpectedEvent>) -> Expect {
    match events.len() {
        1 => Expect::One(events.remove(0)),
        _ => Expect::Several(events),
    }
}

/// The error and its causes, in one line.
fn chain(error: &HttpError) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line.extend([": ", &inner.to_string()]);
        cause = inner.source();
    }
    line
}
