//! The line that says how an integration is, with its metrics in CloudWatch's embedded metric format: once for the
//! integration, and once, without a dimension, for alarms on all of them.

use hookpost_core::setup::failure::SetupError;
use hookpost_core::watch::Seen;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::log;

/// One line.
#[derive(serde::Serialize)]
#[serde(transparent)]
pub(crate) struct WatchLine(Map<String, Value>);

impl WatchLine {
    /// How one integration is.
    pub(crate) fn of(seen: &Seen, namespace: &str, duration_ms: f64) -> Self {
        let level = match (&seen.failure, seen.remains.is_empty()) {
            (Some(_), _) => "ERROR",
            (None, false) => "WARN",
            (None, true) => "INFO",
        };
        let mut line = begin(level);
        line.insert("integration".to_owned(), json!(seen.integration));
        line.insert("done".to_owned(), json!(seen.done));
        line.insert("remains".to_owned(), json!(seen.remains));
        if let Some(failure) = &seen.failure {
            tell(&mut line, failure);
        }
        let mut metrics: Vec<(&str, Value, &str)> = vec![
            ("SubscriptionsNotEnabled", json!(seen.not_enabled), "Count"),
            ("SubscriptionsHealed", json!(seen.healed), "Count"),
            ("SubscriptionsLeft", json!(seen.not_enabled - seen.healed), "Count"),
            ("DeliveriesMissed", json!(seen.missed), "Count"),
            ("DeliveriesReplayed", json!(seen.replayed), "Count"),
            ("EventsReconstructed", json!(seen.reconstructed), "Count"),
            ("WatchFailed", json!(u8::from(seen.failure.is_some())), "Count"),
            ("WatchPassMs", json!(duration_ms), "Milliseconds"),
        ];
        metrics.extend(
            seen.last_success_age_seconds.map(|age| ("LastSuccessAgeSeconds", json!(age), "Seconds")),
        );
        metrics.extend(seen.token_days_left.map(|days| ("TokenDaysLeft", json!(days), "Count")));
        line.insert("Integration".to_owned(), json!(seen.integration));
        announce(&mut line, namespace, &[json!([]), json!(["Integration"])], metrics);
        Self(line)
    }

    /// A pass that did not come to any integration.
    pub(crate) fn of_failure(failure: &SetupError, namespace: &str, duration_ms: f64) -> Self {
        let mut line = begin("ERROR");
        tell(&mut line, failure);
        let metrics =
            vec![("WatchFailed", json!(1), "Count"), ("WatchPassMs", json!(duration_ms), "Milliseconds")];
        announce(&mut line, namespace, &[json!([])], metrics);
        Self(line)
    }
}

fn begin(level: &str) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("timestamp".to_owned(), json!(log::timestamp()));
    line.insert("level".to_owned(), json!(level));
    line.insert("event".to_owned(), json!("watched"));
    line
}

fn tell(line: &mut Map<String, Value>, failure: &SetupError) {
    line.insert("code".to_owned(), json!(failure.code().as_str()));
    line.insert("reason".to_owned(), json!(failure.message()));
}

fn announce(
    line: &mut Map<String, Value>,
    namespace: &str,
    dimensions: &[Value],
    metrics: Vec<(&str, Value, &str)>,
) {
    let definitions: Vec<Value> =
        metrics.iter().map(|(name, _, unit)| json!({"Name": name, "Unit": unit})).collect();
    for (name, value, _) in metrics {
        line.insert(name.to_owned(), value);
    }
    let directive = json!({"Namespace": namespace, "Dimensions": dimensions, "Metrics": definitions});
    let now = clock::now().as_millisecond();
    line.insert("_aws".to_owned(), json!({"Timestamp": now, "CloudWatchMetrics": [directive]}));
}
