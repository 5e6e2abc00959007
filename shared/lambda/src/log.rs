//! The log: one JSON object per line on standard output, which Lambda hands to CloudWatch.
//!
//! Each line has `timestamp`, `level` and a stable `event`: `started`, `delivery`, `panic` or
//! `configuration_invalid`. Lambda filters by the first two when its log format is JSON.

use std::io::{self, Write as _};
use std::panic::Location;
use std::time::Duration;

use hookpost_core::endpoint::Endpoint;
use hookpost_core::outcome::{DeliveryRecord, Fault, Outcome};
use hookpost_core::settings::SettingsError;
use serde::Serialize;

use crate::clock;
use crate::metrics::{Metrics, milliseconds};

/// What most lines have room in.
const TYPICAL_BYTES: usize = 2 * 1024;

/// Longest text in a line, in characters. Where it comes from a body or a header, a stranger may have sent it.
const TEXT_CHARS_MAX: usize = 256;

/// One request, answered. Never its body, never a credential.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryLine<'a> {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    request_id: &'a str,
    endpoint: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    status: u16,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantine_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
    events: usize,
    bytes: usize,
    duration_ms: f64,
    cold_start: bool,
    #[serde(flatten)]
    metrics: Metrics<'a>,
}

/// How and by whom a request was served.
pub(crate) struct Served<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) endpoint: Endpoint,
    pub(crate) request_id: &'a str,
    pub(crate) status: u16,
    pub(crate) duration: Duration,
    /// The first request this process served.
    pub(crate) cold_start: bool,
}

impl<'a> DeliveryLine<'a> {
    pub(crate) fn new(served: &Served<'a>, outcome: &'a Outcome, record: &'a DeliveryRecord) -> Self {
        let (level, code, reason, quarantine_id) = match outcome {
            Outcome::Queued(_) => ("INFO", None, None, None),
            Outcome::Test { message } => ("INFO", None, Some(message), None),
            Outcome::Ignored { reason } => ("INFO", None, Some(reason), None),
            Outcome::Quarantined { id, reason, .. } => ("WARN", None, Some(reason), Some(id)),
            Outcome::Refused(refusal) => ("WARN", Some(refusal.code()), None, None),
            Outcome::Unavailable { fault, detail } => {
                let level = if *fault == Fault::Busy { "WARN" } else { "ERROR" };
                (level, Some(fault.code()), Some(detail), None)
            }
        };
        let Served { namespace, endpoint, request_id, status, duration, cold_start } = *served;
        Self {
            timestamp: timestamp(),
            level,
            event: "delivery",
            request_id,
            endpoint: endpoint.as_str(),
            integration: record.integration.as_deref(),
            status,
            outcome: outcome.status(),
            code,
            reason: reason.map(|text| beginning(text)),
            quarantine_id: quarantine_id.map(String::as_str),
            event_type: record.event_type.as_deref().map(beginning),
            event_id: record.event_id.as_deref().map(beginning),
            subscription_id: record.subscription_id.as_deref().map(beginning),
            notification_id: record.notification_id,
            activity_id: record.activity_id.as_deref().map(beginning),
            change: record.change.as_deref().map(beginning),
            events: record.events,
            bytes: record.bytes,
            duration_ms: milliseconds(duration),
            cold_start,
            metrics: Metrics::of(namespace, endpoint, outcome, record, duration),
        }
    }
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(TEXT_CHARS_MAX).map_or(text, |(end, _)| &text[..end])
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartedLine {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    function: &'static str,
    version: &'static str,
    init_ms: f64,
}

/// The process is ready for its first request.
pub(crate) fn started(function: &'static str, init: Duration) {
    write(&StartedLine {
        timestamp: timestamp(),
        level: "INFO",
        event: "started",
        function,
        version: env!("CARGO_PKG_VERSION"),
        init_ms: milliseconds(init),
    });
}

#[derive(Serialize)]
struct ConfigurationLine<'a> {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    function: &'static str,
    problems: &'a [String],
}

/// The process cannot start. Problems name settings, never their values.
pub(crate) fn configuration_invalid(function: &'static str, error: &SettingsError) {
    write(&ConfigurationLine {
        timestamp: timestamp(),
        level: "FATAL",
        event: "configuration_invalid",
        function,
        problems: &error.0,
    });
}

#[derive(Serialize)]
struct PanicLine {
    timestamp: String,
    level: &'static str,
    event: &'static str,
    location: Option<String>,
}

/// A defect of ours, by its place only: what a panic says may quote what was being read.
pub(crate) fn panic(location: Option<&Location<'_>>) {
    write(&PanicLine {
        timestamp: timestamp(),
        level: "ERROR",
        event: "panic",
        location: location.map(ToString::to_string),
    });
}

/// RFC 3339, UTC, to the millisecond.
pub(crate) fn timestamp() -> String {
    format!("{:.3}", clock::now())
}

/// One write, so that lines of several threads do not mix. When standard output is gone there is nobody to tell.
pub(crate) fn write(line: &impl Serialize) {
    let mut text = Vec::with_capacity(TYPICAL_BYTES);
    if serde_json::to_writer(&mut text, line).is_ok() {
        text.push(b'\n');
        drop(io::stdout().lock().write_all(&text));
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
