//! The line that says how an integration is, with its metrics in CloudWatch's embedded metric format: what alarms and the
//! dashboard look at without a dimension, over all integrations, and how one is by its name. Each costs $0.30 a month for
//! each value of its dimension, so there are no more than that.

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
        line.insert("Integration".to_owned(), json!(seen.integration));
        line.insert("passMs".to_owned(), json!(duration_ms));
        let alarming = [
            ("SubscriptionsLeft", json!(seen.not_enabled - seen.healed), COUNT),
            ("SubscriptionsHealed", json!(seen.healed), COUNT),
            ("DeliveriesMissed", json!(seen.missed), COUNT),
            ("DeliveriesReplayed", json!(seen.replayed), COUNT),
            ("EventsReconstructed", json!(seen.reconstructed), COUNT),
            ("WatchFailingTime", json!(seen.failing_seconds), "Seconds"),
        ];
        let age = seen.last_success_age_seconds.map(|age| ("LastSuccessAge", json!(age), "Seconds"));
        let days = seen.token_days_left.map(|days| ("TokenDaysLeft", json!(days), COUNT));
        let known: Vec<Metric> = [age, days].into_iter().flatten().collect();
        let own = [("SubscriptionsNotEnabled", json!(seen.not_enabled), COUNT)];
        let of_all = alarming.into_iter().chain(known.iter().cloned()).collect();
        let of_one = own.into_iter().chain(known).collect();
        announce(&mut line, namespace, vec![(json!([]), of_all), (json!(["Integration"]), of_one)]);
        Self(line)
    }

    /// A pass that came to its end, whatever came of each integration.
    pub(crate) fn of_end(integrations: usize, namespace: &str, duration_ms: f64) -> Self {
        let mut line = begin("INFO");
        line.insert("event".to_owned(), json!("passed"));
        line.insert("integrations".to_owned(), json!(integrations));
        line.insert("passMs".to_owned(), json!(duration_ms));
        let metrics = vec![("PassesEnded", json!(1), COUNT)];
        announce(&mut line, namespace, vec![(json!([]), metrics)]);
        Self(line)
    }

    /// A pass that did not come to any integration. Lambda counts it as an error; it needs no metrics of its own.
    pub(crate) fn of_failure(failure: &SetupError, duration_ms: f64) -> Self {
        let mut line = begin("ERROR");
        tell(&mut line, failure);
        line.insert("passMs".to_owned(), json!(duration_ms));
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

/// A name, a value, and a unit of CloudWatch's.
type Metric = (&'static str, Value, &'static str);

const COUNT: &str = "Count";

/// Adds metrics, by their dimensions.
fn announce(line: &mut Map<String, Value>, namespace: &str, metrics: Vec<(Value, Vec<Metric>)>) {
    let directives: Vec<Value> = metrics
        .iter()
        .map(|(dimensions, metrics)| {
            let metrics: Vec<Value> =
                metrics.iter().map(|(name, _, unit)| json!({"Name": name, "Unit": unit})).collect();
            json!({"Namespace": namespace, "Dimensions": [dimensions], "Metrics": metrics})
        })
        .collect();
    for (name, value, _) in metrics.into_iter().flat_map(|(_, metrics)| metrics) {
        line.insert(name.to_owned(), value);
    }
    let now = clock::now().as_millisecond();
    line.insert("_aws".to_owned(), json!({"Timestamp": now, "CloudWatchMetrics": directives}));
}
