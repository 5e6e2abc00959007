//! Describes subscriptions and plans to the operator.

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{Retirement, Step};
use crate::subscriptions::scope::Scope;

/// What a step does, with the names of projects.
pub(crate) fn describe_step(step: &Step, scope: &Scope) -> String {
    match step {
        Step::Create(wanted) => format!("create: {}", describe_subscription(wanted, scope)),
        Step::Replace { wanted, differences, .. } => {
            format!("update: {}, because {}", describe_subscription(wanted, scope), differences.join(" and "))
        }
    }
}

/// What deleting a subscription that another one covers does.
pub(crate) fn describe_retirement(retirement: &Retirement, scope: &Scope) -> String {
    let Retirement { existing, covered_by } = retirement;
    let kind = existing.kind().unwrap_or(covered_by.kind);
    let events = describe_events(kind, existing.project_id.as_deref(), scope);
    format!("delete: {events} ({}), because another subscription delivers what is selected", existing.id)
}

/// The deletion of a subscription that `setup` made for a wider selection.
pub(crate) fn describe_exceeding(existing: &ExistingSubscription) -> String {
    format!("delete: {}, because it is not selected any more", describe_existing(existing))
}

/// A wanted subscription, with the name of its project.
pub(crate) fn describe_subscription(wanted: &WantedSubscription, scope: &Scope) -> String {
    describe_events(wanted.kind, wanted.project_id.as_deref(), scope)
}

/// The events of a kind in a project, `None` being the whole organization.
pub(crate) fn describe_events(kind: SubscriptionKind, project_id: Option<&str>, scope: &Scope) -> String {
    let change = kind.change_word().map_or_else(String::new, |change| format!(" ({change})"));
    let projects = match project_id {
        None => "the whole organization".to_owned(),
        Some(id) => format!("project `{}`", scope.project_name(id)),
    };
    format!("{}{change} of {projects}", kind.event_type())
}

/// An existing subscription, in a sentence.
pub(crate) fn describe_existing(existing: &ExistingSubscription) -> String {
    format!("subscription {} ({})", existing.id, existing.event_type)
}
