//! The log line of one request. CloudWatch makes metrics of its members with the template's metric filters.

use std::time::Duration;

use hookpost_core::receiver::outcome::{DeliveryRecord, Outcome};
use serde::Serialize;

use crate::log::{self, milliseconds, truncate};

/// One answered request. Never its body, never a credential.
pub(super) struct DeliveryLine<'a> {
    /// Lambda's id of the invocation.
    pub(super) request_id: &'a str,
    pub(super) status: u16,
    pub(super) duration: Duration,
    /// Whether this is the first request of the process.
    pub(super) cold_start: bool,
    pub(super) outcome: &'a Outcome,
    pub(super) record: &'a DeliveryRecord,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    status: u16,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantine_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_id: Option<u64>,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    lag_ms: Option<i64>,
    #[serde(skip_serializing_if = "is_zero")]
    password_fetches: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cold_start: bool,
    #[serde(flatten)]
    trace: Option<Trace<'a>>,
    /// In milliseconds.
    #[serde(rename = "Duration")]
    duration: f64,
    #[serde(rename = "Queued", skip_serializing_if = "is_zero")]
    queued: usize,
}

/// What else a request can be traced by. A queued delivery goes without: its events carry the first three, and its
/// subscription and notification find it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trace<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a str>,
    request_id: &'a str,
}

impl<'a> DeliveryLine<'a> {
    pub(super) fn write(&self) {
        log::write(self.level(), EVENT, &self.fields());
    }

    fn level(&self) -> &'static str {
        match self.outcome {
            Outcome::Queued(_) | Outcome::Test { .. } | Outcome::Ignored { .. } => "INFO",
            Outcome::Quarantined { .. } | Outcome::Rejected(_) => "WARN",
            Outcome::Unavailable { .. } => "ERROR",
        }
    }

    fn fields(&self) -> Fields<'a> {
        let (code, reason, quarantine_id) = match self.outcome {
            Outcome::Queued(_) => (None, None, None),
            Outcome::Test { message: reason } | Outcome::Ignored { reason } => (None, Some(reason), None),
            Outcome::Quarantined { id, reason, .. } => (None, Some(reason), Some(id.as_str())),
            Outcome::Rejected(refusal) => (Some(refusal.code()), None, None),
            Outcome::Unavailable { fault, detail } => (Some(fault.code()), Some(detail), None),
        };
        let record = self.record;
        Fields {
            integration: record.integration.as_deref(),
            status: self.status,
            outcome: self.outcome.status(),
            known: record.is_known,
            code,
            reason: reason.map(|text| truncate(text)),
            quarantine_id,
            event_type: record.event_type.as_deref(),
            subscription_id: record.subscription_id.as_deref(),
            notification_id: record.notification_id,
            bytes: record.bytes,
            // Not of a canned sample, which is years old. The sender's clock may be ahead.
            lag_ms: record.lag_milliseconds.filter(|_| record.events > 0).map(|lag| lag.max(0)),
            password_fetches: record.password_fetches,
            cold_start: self.cold_start,
            trace: (!matches!(self.outcome, Outcome::Queued(_))).then(|| Trace {
                event_id: record.event_id.as_deref(),
                activity_id: record.activity_id.as_deref().map(truncate),
                change: record.change.as_deref(),
                request_id: self.request_id,
            }),
            duration: milliseconds(self.duration),
            queued: record.events,
        }
    }
}

/// The `event` of these lines.
const EVENT: &str = "delivery";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests;
