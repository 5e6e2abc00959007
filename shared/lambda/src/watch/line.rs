//! The log lines of a pass. CloudWatch makes metrics of their figures with the template's metric filters.

use std::borrow::Cow;

use hookpost_core::error::OperatorError;
use hookpost_core::overview::queue::OverviewError;
use hookpost_core::watch::report::IntegrationReport;
use serde::Serialize;
use serde_json::json;

use crate::excerpt::{self, LOG_FIELD_BYTES_MAX};
use crate::log;

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
    figures: Figures,
}

/// What a pass found and did, of one integration or of all. The names are those of the metrics.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Figures {
    subscriptions_not_delivering: u64,
    subscriptions_healed: u64,
    deliveries_missed: u64,
    deliveries_replayed: u64,
    events_reconstructed: u64,
    /// In seconds; of all integrations, the highest.
    watch_failure_age: i64,
    /// Of all integrations, the lowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_days_left: Option<i64>,
}

impl Figures {
    fn of(report: &IntegrationReport) -> Self {
        Self {
            subscriptions_not_delivering: report.found_not_delivering.saturating_sub(report.healed),
            subscriptions_healed: report.healed,
            deliveries_missed: report.missed,
            deliveries_replayed: report.replayed,
            events_reconstructed: report.reconstructed,
            watch_failure_age: report.failing_seconds,
            token_days_left: report.token_days_left,
        }
    }

    fn of_all(integrations: &[IntegrationReport]) -> Self {
        let each = || integrations.iter().map(Self::of);
        Self {
            subscriptions_not_delivering: each().map(|figures| figures.subscriptions_not_delivering).sum(),
            subscriptions_healed: each().map(|figures| figures.subscriptions_healed).sum(),
            deliveries_missed: each().map(|figures| figures.deliveries_missed).sum(),
            deliveries_replayed: each().map(|figures| figures.deliveries_replayed).sum(),
            events_reconstructed: each().map(|figures| figures.events_reconstructed).sum(),
            watch_failure_age: each().map(|figures| figures.watch_failure_age).max().unwrap_or(0),
            token_days_left: each().filter_map(|figures| figures.token_days_left).min(),
        }
    }
}

/// One integration was checked, completely or not.
pub(super) fn integration_checked(report: &IntegrationReport) {
    let level = match (&report.failure, report.remains.is_empty()) {
        (Some(_), _) => "ERROR",
        (None, false) => "WARN",
        (None, true) => "INFO",
    };
    log::write(level, "integration_checked", &integration_fields(report));
}

fn integration_fields(report: &IntegrationReport) -> IntegrationFields<'_> {
    IntegrationFields {
        integration: &report.integration,
        done: excerpt::of_list(&report.done, LIST_TEXTS_MAX, LOG_FIELD_BYTES_MAX),
        remains: excerpt::of_list(&report.remains, LIST_TEXTS_MAX, LOG_FIELD_BYTES_MAX),
        code: report.failure.as_ref().map(|failure| failure.code().as_str()),
        reason: report
            .failure
            .as_ref()
            .map(|failure| excerpt::of_text(failure.message(), LOG_FIELD_BYTES_MAX)),
        last_success_age_seconds: report.last_success_age_seconds,
        figures: Figures::of(report),
    }
}

/// A pass completed, with or without failures.
pub(super) fn pass_completed(integrations: &[IntegrationReport], duration_ms: f64) {
    log::write("INFO", "pass_completed", &pass_fields(integrations, duration_ms));
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PassFields {
    integrations: usize,
    duration_ms: f64,
    #[serde(flatten)]
    figures: Figures,
}

fn pass_fields(integrations: &[IntegrationReport], duration_ms: f64) -> PassFields {
    PassFields { integrations: integrations.len(), duration_ms, figures: Figures::of_all(integrations) }
}

/// A pass failed as a whole. No `pass_completed` line follows: the alarm `watch-stopped` goes by those.
pub(super) fn pass_failed(error: &OperatorError, duration_ms: f64) {
    let fields = json!({"code": error.code().as_str(), "reason": error.message(), "durationMs": duration_ms});
    log::write("ERROR", "pass_failed", &fields);
}

/// The overview was not written. The page shows the one before, and the next pass writes again.
pub(super) fn overview_not_written(error: &OverviewError) {
    log::write("WARN", "overview_not_written", &json!({"reason": error.to_string()}));
}

#[cfg(test)]
mod tests;
