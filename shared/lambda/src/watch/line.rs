//! The log lines of a pass, which are also its metrics records.

use std::borrow::Cow;

use hookpost_core::setup::error::SetupError;
use hookpost_core::watch::report::IntegrationReport;
use serde::Serialize;
use serde_json::{Value, json};

use crate::emf::Metrics;
use crate::excerpt::{self, LOG_FIELD_BYTES_MAX};
use crate::log;
use crate::system::now;

/// Most texts of one list in a line. The answer to an operator, and `status`, have more.
const LIST_TEXTS_MAX: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IntegrationFields<'a> {
    integration: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    done: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remains: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success_age_seconds: Option<i64>,
    #[serde(flatten)]
    metrics: Metrics<'a>,
}

/// One integration was checked, completely or not.
pub(super) fn integration_checked(seen: &IntegrationReport, namespace: &str) {
    let level = match (&seen.failure, seen.remains.is_empty()) {
        (Some(_), _) => "ERROR",
        (None, false) => "WARN",
        (None, true) => "INFO",
    };
    log::write(level, "integration_checked", &integration_fields(seen, namespace));
}

fn integration_fields<'a>(seen: &'a IntegrationReport, namespace: &'a str) -> IntegrationFields<'a> {
    let mut values: Vec<(&'static str, Value)> = vec![
        ("SubscriptionsNotDelivering", seen.not_enabled.saturating_sub(seen.healed).into()),
        ("SubscriptionsHealed", seen.healed.into()),
        ("DeliveriesMissed", seen.missed.into()),
        ("DeliveriesReplayed", seen.replayed.into()),
        ("EventsReconstructed", seen.reconstructed.into()),
        ("WatchFailureAge", seen.failing_seconds.into()),
    ];
    if let Some(days) = seen.token_days_left {
        values.push(("TokenDaysLeft", days.into()));
    }
    IntegrationFields {
        integration: &seen.integration,
        done: excerpt::of_list(&seen.done, LIST_TEXTS_MAX, LOG_FIELD_BYTES_MAX),
        remains: excerpt::of_list(&seen.remains, LIST_TEXTS_MAX, LOG_FIELD_BYTES_MAX),
        code: seen.failure.as_ref().map(|failure| failure.code().as_str()),
        reason: seen.failure.as_ref().map(|failure| excerpt::of_text(failure.message(), LOG_FIELD_BYTES_MAX)),
        last_success_age_seconds: seen.last_success_age_seconds,
        metrics: metrics(namespace, values),
    }
}

/// Logs that a pass completed, with or without failures.
pub(super) fn pass_completed(integrations: usize, duration_ms: f64, namespace: &str) {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct PassFields<'a> {
        integrations: usize,
        duration_ms: f64,
        #[serde(flatten)]
        metrics: Metrics<'a>,
    }

    let metrics = metrics(namespace, vec![("PassesCompleted", 1.into())]);
    log::write("INFO", "pass_completed", &PassFields { integrations, duration_ms, metrics });
}

/// A pass failed as a whole. That makes no metrics: Lambda counts the function error.
pub(super) fn pass_failed(error: &SetupError, duration_ms: f64) {
    let fields = json!({"code": error.code().as_str(), "reason": error.message(), "durationMs": duration_ms});
    log::write("ERROR", "pass_failed", &fields);
}

fn metrics<'a>(namespace: &'a str, values: Vec<(&'static str, Value)>) -> Metrics<'a> {
    Metrics { namespace, at: now(), dimension: None, values }
}

#[cfg(test)]
mod tests;
