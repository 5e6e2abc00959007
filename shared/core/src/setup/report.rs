//! What an operator is told: what was checked, what was done, what remains, and the next step.

use serde::Serialize;
use serde_json::{Map, Value};

/// The answer to a request. The same form for every action.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What was asked for.
    pub action: &'static str,
    /// Of which integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// In one sentence.
    pub summary: String,
    /// What was looked at, and how it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<String>,
    /// What would be done, when only a plan was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<String>,
    /// What was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// What is left to do, each with how.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<String>,
    /// What may become a problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What to do next.
    pub next: String,
    /// More, by action.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

impl Report {
    /// An empty report of an action.
    pub fn of(action: &'static str) -> Self {
        Self { action, ..Self::default() }
    }

    /// Adds a detail under a name of its own.
    pub fn detail(&mut self, name: &str, value: impl Into<Value>) {
        self.details.insert(name.to_owned(), value.into());
    }
}
