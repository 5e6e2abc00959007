//! Metrics in CloudWatch's embedded metric format: members of a log line that its `_aws` member names. CloudWatch reads
//! them from the log, so no call is made. It needs no units.
//!
//! Every metric here is on the dashboard or has an alarm: CloudWatch charges $0.30 a month for each, and again for each
//! value of a dimension, so there is none for integrations.

use jiff::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A dimension: its name and its value.
type Dimension = (&'static str, &'static str);

/// The metrics of one log line; flatten them into it.
pub(crate) struct Metrics<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) dimension: Option<Dimension>,
    /// By name.
    pub(crate) values: Vec<(&'static str, Value)>,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        if let Some((name, value)) = &self.dimension {
            line.serialize_entry(name, value)?;
        }
        for (name, value) in &self.values {
            line.serialize_entry(name, value)?;
        }
        let directive = Directive {
            namespace: self.namespace,
            dimensions: [self.dimension.iter().map(|(name, _)| *name).collect()],
            metrics: self.values.iter().map(|&(name, _)| Definition { name }).collect(),
        };
        let metadata = Metadata { timestamp: self.at.as_millisecond(), cloud_watch_metrics: [directive] };
        line.serialize_entry("_aws", &metadata)?;
        line.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    cloud_watch_metrics: [Directive<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [Vec<&'static str>; 1],
    metrics: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
}
