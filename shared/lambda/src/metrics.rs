//! Metrics in CloudWatch's embedded metric format: members of the log line, named in its `_aws` member.
//! CloudWatch reads them from the log; no call is made.
//!
//! A metric appears only in lines where it says something, so that quiet ones cost nothing.

use std::time::Duration;

use hookpost_core::endpoint::Endpoint;
use hookpost_core::outcome::{DeliveryRecord, Fault, Outcome};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// One line's worth of metrics.
pub(crate) struct Metrics<'a> {
    namespace: &'a str,
    timestamp_milliseconds: i64,
    endpoint: Endpoint,
    /// Only of requests that proved to be an integration's: a stranger must not be able to make metrics, which
    /// cost money each.
    integration: Option<&'a str>,
    measures: Vec<(&'static str, Measure)>,
}

#[derive(Clone, Copy)]
enum Measure {
    Count(u64),
    Milliseconds(f64),
    Bytes(u64),
}

impl<'a> Metrics<'a> {
    pub(crate) fn of(
        namespace: &'a str,
        endpoint: Endpoint,
        outcome: &Outcome,
        record: &'a DeliveryRecord,
        duration: Duration,
    ) -> Self {
        let mut measures = vec![
            ("Duration", Measure::Milliseconds(milliseconds(duration))),
            ("BodySize", Measure::Bytes(record.bytes as u64)),
        ];
        let (name, count) = match outcome {
            Outcome::Queued(events) => ("Queued", events.len() as u64),
            Outcome::Test { .. } => ("Tests", 1),
            Outcome::Ignored { .. } => ("Ignored", 1),
            Outcome::Quarantined { .. } => ("Quarantined", 1),
            // Strangers must not be able to raise an alarm about us, so what they cause counts as theirs.
            Outcome::Refused(_) | Outcome::Unavailable { fault: Fault::Busy, .. } => ("Refused", 1),
            Outcome::Unavailable { .. } => ("Unavailable", 1),
        };
        measures.push((name, Measure::Count(count)));
        if let Outcome::Quarantined { queued, .. } = outcome
            && !queued.is_empty()
        {
            measures.push(("Queued", Measure::Count(queued.len() as u64)));
        }
        if record.password_fetches > 0 {
            measures.push(("PasswordFetches", Measure::Count(record.password_fetches as u64)));
        }
        // Of events on the queue only: canned samples are years old.
        if let Some(lag) = record.lag_milliseconds.filter(|_| record.events > 0) {
            // The sender's clock may be ahead of ours.
            let lag = Duration::from_millis(lag.max(0).unsigned_abs());
            measures.push(("Lag", Measure::Milliseconds(milliseconds(lag))));
        }
        let integration = record.integration.as_deref().filter(|_| was_admitted(outcome));
        let timestamp_milliseconds = record.received_at.map_or(0, jiff::Timestamp::as_millisecond);
        Self { namespace, timestamp_milliseconds, endpoint, integration, measures }
    }
}

/// Whether the outcome is possible only after the password was proven.
fn was_admitted(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Queued(_)
        | Outcome::Test { .. }
        | Outcome::Ignored { .. }
        | Outcome::Quarantined { .. }
        | Outcome::Unavailable { fault: Fault::Queue, .. } => true,
        Outcome::Refused(_) | Outcome::Unavailable { .. } => false,
    }
}

/// To a hundredth.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}

impl Serialize for Metrics<'_> {
    /// As members of the log line; to be flattened into it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("Endpoint", self.endpoint.as_str())?;
        if let Some(integration) = self.integration {
            line.serialize_entry("Integration", integration)?;
        }
        for (name, measure) in &self.measures {
            match measure {
                Measure::Count(number) | Measure::Bytes(number) => {
                    line.serialize_entry(name, number)?;
                }
                Measure::Milliseconds(number) => line.serialize_entry(name, number)?,
            }
        }
        line.serialize_entry("_aws", &self.directive())?;
        line.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    cloud_watch_metrics: Vec<Directive<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [&'static [&'static str]; 1],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

impl Metrics<'_> {
    /// Everything by endpoint; by integration only what was counted, for each figure of each integration is paid for.
    fn directive(&self) -> Metadata<'_> {
        let mut directives = vec![self.by(&["Endpoint"], |_| true)];
        if self.integration.is_some() {
            let counted = |measure: &Measure| matches!(measure, Measure::Count(_));
            directives.push(self.by(&["Endpoint", "Integration"], counted));
        }
        Metadata { timestamp: self.timestamp_milliseconds, cloud_watch_metrics: directives }
    }

    fn by(&self, dimensions: &'static [&'static str], wanted: impl Fn(&Measure) -> bool) -> Directive<'_> {
        let wanted = self.measures.iter().filter(|(_, measure)| wanted(measure));
        let metrics = wanted.map(|&(name, measure)| Definition { name, unit: measure.unit() }).collect();
        Directive { namespace: self.namespace, dimensions: [dimensions], metrics }
    }
}

impl Measure {
    fn unit(self) -> &'static str {
        match self {
            Self::Count(_) => "Count",
            Self::Milliseconds(_) => "Milliseconds",
            Self::Bytes(_) => "Bytes",
        }
    }
}
