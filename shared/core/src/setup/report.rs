//! The report that `setup` returns to the operator.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan::{Plan, is_disabled_by_azure_devops};
use crate::subscriptions::webhook_url::superseded_by;

/// Most items that one sentence or one line of a log names.
pub(crate) const NAMED_MAX: usize = 20;

/// Names the first items and counts the others.
pub(crate) fn enumerate<T: AsRef<str>>(items: &[T]) -> String {
    let named: Vec<&str> = items.iter().take(NAMED_MAX).map(AsRef::as_ref).collect();
    let named = named.join(", ");
    match items.len().checked_sub(NAMED_MAX) {
        None | Some(0) => named,
        Some(others) => format!("{named} and {others} more"),
    }
}

/// The result of an action. All actions share this form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The action, as in the request.
    pub action: &'static str,
    /// The integration; `None` when the action concerns all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// The result in one sentence.
    pub summary: String,
    /// Checks that were made, each with its result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<String>,
    /// Changes that a run without `dryRun` would make.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<String>,
    /// Changes that were made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// Problems that remain, each with its solution.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<String>,
    /// Conditions that may become problems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the operator should do next.
    pub next: String,
    /// Further fields, which depend on the action.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

impl Report {
    /// An empty report of an action.
    pub fn of(action: &'static str) -> Self {
        Self { action, ..Self::default() }
    }

    /// Adds a field to [`details`](Self::details).
    pub fn detail(&mut self, name: &str, value: impl Into<Value>) {
        self.details.insert(name.to_owned(), value.into());
    }

    /// Adds the unmanaged subscriptions of a plan to [`remains`](Self::remains), and those that `watch` will delete to
    /// [`warnings`](Self::warnings).
    pub(super) fn list_unmanaged(&mut self, plan: &Plan) {
        for unmanaged in &plan.unmanaged {
            let existing = &unmanaged.existing;
            let name = describe_existing(existing);
            if superseded_by(&existing.url).is_some() {
                self.warnings.push(format!("{name}: {}", unmanaged.reason));
            } else if is_disabled_by_azure_devops(&existing.status) && existing.kind().is_some() {
                self.warnings.push(format!(
                    "{name}: Azure DevOps disabled it; once it has a successor and its delivery log is read, `watch` \
                     deletes it"
                ));
            } else {
                self.remains.push(format!("{name}: {}", unmanaged.reason));
            }
        }
    }
}
