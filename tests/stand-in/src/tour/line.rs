//! One line of JSON per delivery.

use std::error::Error as _;

use serde::Serialize;
use serde_json::Value;

use super::Step;
use crate::NotificationType;
use crate::delivery::Answer;
use crate::expectation::{self, Expected};
use crate::http::HttpError;

/// A delivery, what came of it, and what it should lead to on the queue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    seq: usize,
    what: &'a str,
    event_type: &'static str,
    /// The `?change=` of the webhook URL.
    change: Option<&'static str>,
    url: &'a str,
    bytes: usize,
    /// Null when there was no answer.
    status: Option<u16>,
    ms: f64,
    reply: Value,
    expect: Expect,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A list only when it has to be one.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Expect {
    One(Expected),
    Several(Vec<Expected>),
}

impl<'a> Line<'a> {
    /// `seq` counts from 1.
    pub fn new(seq: usize, step: &'a Step, answer: &Result<Answer, HttpError>) -> Self {
        let notification = &step.notification;
        let answered = answer.as_ref().ok();
        let milliseconds = |answer: &Answer| answer.elapsed.as_secs_f64() * 1e3;
        Self {
            seq,
            what: &step.what,
            event_type: notification.event_type.id(),
            change: notification.filter.map(NotificationType::change),
            url: &notification.url,
            bytes: notification.body.len(),
            status: answered.map(|answer| answer.status),
            ms: answered.map(milliseconds).map_or(0.0, |ms| (ms * 10.0).round() / 10.0),
            reply: answered.map(Answer::json).unwrap_or_default(),
            expect: expect(expectation::events(notification)),
            error: answer.as_ref().err().map(chain),
        }
    }

    /// Whether the answer was 200 to 299.
    pub fn accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

fn expect(mut events: Vec<Expected>) -> Expect {
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
