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

/// Shows the first lines of a list of one kind and counts the others.
pub(crate) fn shorten(mut lines: Vec<String>) -> Vec<String> {
    if let Some(others @ 1..) = lines.len().checked_sub(NAMED_MAX) {
        lines.truncate(NAMED_MAX);
        lines.push(format!("and {others} more like these"));
    }
    lines
}

/// Most bytes of JSON that an answer may have. Lambda refuses answers of more than 6 MB.
const ANSWER_BYTES_MAX: usize = 5_000_000;

/// Most bytes of JSON that each list of an answer keeps when the whole is longer.
const LIST_BYTES_MAX: usize = 500_000;

/// Most bytes of JSON for all items that an action adds to [`Report::details`].
pub(crate) const DETAILS_BYTES_MAX: usize = 2_000_000;

/// A number of bytes of JSON that items may use up.
#[derive(Debug)]
pub(crate) struct ByteBudget(usize);

impl ByteBudget {
    pub(crate) fn of(bytes: usize) -> Self {
        Self(bytes)
    }

    /// Whether there is room for one more item, which then takes it.
    pub(crate) fn takes(&mut self, item: &impl Serialize) -> bool {
        // An item that cannot be written has no room either.
        let bytes = serde_json::to_vec(item).map_or(usize::MAX, |json| json.len().saturating_add(1));
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
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
    /// [`warnings`](Self::warnings). Of many, some are named and the others counted.
    pub(super) fn list_unmanaged(&mut self, plan: &Plan) {
        let unmanaged = describe_unmanaged(plan);
        self.remains.extend(shorten(unmanaged.problems));
        self.warnings.extend(shorten(unmanaged.warnings));
    }

    /// The report, shortened if Lambda would refuse it: of each list, the first lines and the number of the others.
    pub(super) fn bounded(mut self) -> Self {
        if ByteBudget::of(ANSWER_BYTES_MAX).takes(&self) {
            return self;
        }
        let lists =
            [&mut self.checked, &mut self.planned, &mut self.done, &mut self.remains, &mut self.warnings];
        for list in lists {
            let (all, mut space) = (list.len(), ByteBudget::of(LIST_BYTES_MAX));
            list.retain(|line| space.takes(line));
            if let Some(others @ 1..) = all.checked_sub(list.len()) {
                list.push(format!("and {others} more, which would make the answer too long"));
            }
        }
        self
    }
}

/// The unmanaged subscriptions of a plan, each in a sentence.
pub(super) struct Unmanaged {
    pub(super) problems: Vec<String>,
    /// Those that `watch` will delete.
    pub(super) warnings: Vec<String>,
}

/// Describes the unmanaged subscriptions of a plan.
pub(super) fn describe_unmanaged(plan: &Plan) -> Unmanaged {
    let mut described = Unmanaged { problems: Vec::new(), warnings: Vec::new() };
    for unmanaged in &plan.unmanaged {
        let existing = &unmanaged.existing;
        let name = describe_existing(existing);
        if superseded_by(&existing.url).is_some() {
            described.warnings.push(format!("{name}: {}", unmanaged.reason));
        } else if is_disabled_by_azure_devops(&existing.status) && existing.kind().is_some() {
            described.warnings.push(format!(
                "{name}: Azure DevOps disabled it; once it has a successor and its delivery log is read, `watch` deletes \
                 it"
            ));
        } else {
            described.problems.push(format!("{name}: {}", unmanaged.reason));
        }
    }
    described
}
