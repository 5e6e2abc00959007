//! Describes what is wrong with subscriptions, and what to do about it.

use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::subscriptions::plan::{Step, delivery_problem};
use crate::subscriptions::scope::Scope;

/// Describes the subscription of a step that does not deliver, and what to do; `None` when it delivers.
pub(crate) fn describe_not_delivering(step: &Step, scope: &Scope) -> Option<String> {
    match step {
        Step::Create(_) => describe_missing(step, scope),
        Step::Replace { existing, .. } => {
            delivery_problem(&existing.status)?;
            describe_wrong(step).map(|(_, problem)| problem)
        }
    }
}

/// Describes the subscription that a step creates, and what to do.
pub(crate) fn describe_missing(step: &Step, scope: &Scope) -> Option<String> {
    let Step::Create(wanted) = step else { return None };
    let change = wanted.kind.change_word().map_or_else(String::new, |change| format!(" ({change})"));
    let project = wanted.project_id.as_deref();
    let project = project.map_or_else(String::new, |id| format!(" of `{}`", scope.project_name(id)));
    let event_type = wanted.kind.event_type();
    Some(format!("the subscription{project} to {event_type}{change} is missing: run `connect` again"))
}

/// Describes what is wrong with the subscription that a step replaces, and what to do. The first text tells its kind.
pub(crate) fn describe_wrong(step: &Step) -> Option<(&str, String)> {
    let Step::Replace { existing, differences, .. } = step else { return None };
    let problem = format!(
        "subscription {} ({}): {}: {}",
        existing.id,
        existing.event_type,
        differences.join("; "),
        solution(existing)
    );
    Some((differences.first().map_or("", String::as_str), problem))
}

/// What the operator should do about a subscription that does not deliver as it should.
fn solution(existing: &ExistingSubscription) -> String {
    let owner = existing.created_by.as_ref().map_or("its creator", |identity| identity.display_name.as_str());
    match existing.status {
        SubscriptionStatus::OnProbation => {
            "see its history for why a delivery failed; `watch` enables it and brings in what it missed".to_owned()
        }
        SubscriptionStatus::DisabledBySystem => {
            "see its history for why deliveries failed; `watch` enables it and brings in what it missed".to_owned()
        }
        SubscriptionStatus::DisabledByUser => {
            "run `connect` again; Azure DevOps Services shows who disabled it under Organization settings, Auditing"
                .to_owned()
        }
        SubscriptionStatus::DisabledByInactiveIdentity => {
            format!(
                "{owner} is no longer active: if the token is theirs, pass that of an active user to `replace-token`; \
                 `watch` recreates the subscription and brings in what it missed"
            )
        }
        _ => "run `connect` again".to_owned(),
    }
}
