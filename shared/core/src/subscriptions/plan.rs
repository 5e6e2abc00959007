//! The plan: compares the wanted subscriptions with the existing ones, and lists the steps that make them equal. No
//! I/O.

use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls, superseded_by};

/// The projects, repository and branch that an integration subscribes to.
#[derive(Clone, Debug)]
pub struct Scope {
    /// GUIDs of the projects; empty for the whole organization.
    pub project_ids: Vec<String>,
    /// The GUID of the repository; `None` for all.
    pub repository_id: Option<String>,
    /// The branch; `None` for all.
    pub branch: Option<String>,
}

/// The steps that make the existing subscriptions the wanted ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Subscriptions that are as they should be.
    pub kept: Vec<ExistingSubscription>,
    /// Subscriptions that deliver to this integration and are not wanted. They are reported and never changed: somebody
    /// may have created them on purpose.
    pub unmanaged: Vec<UnmanagedSubscription>,
}

/// One change to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Create a subscription.
    Create(WantedSubscription),
    /// Give an existing subscription the wanted settings.
    Replace {
        /// The existing subscription.
        existing: Box<ExistingSubscription>,
        /// The wanted subscription.
        wanted: WantedSubscription,
        /// Each difference between the two, in words.
        differences: Vec<String>,
    },
}

/// A subscription that delivers to this integration and is not wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmanagedSubscription {
    /// The subscription.
    pub existing: ExistingSubscription,
    /// Why the subscription is not wanted, and what to do about it.
    pub reason: String,
}

impl Plan {
    /// The existing subscriptions that are wanted, whether or not they are as they should be.
    pub(crate) fn existing(&self) -> impl Iterator<Item = &ExistingSubscription> {
        let replaced = self.steps.iter().filter_map(|step| match step {
            Step::Replace { existing, .. } => Some(existing.as_ref()),
            Step::Create(_) => None,
        });
        self.kept.iter().chain(replaced)
    }
}

/// The wanted subscriptions of a scope: eight for each project, or eight for the whole organization. `version` is the
/// version of the webhook password that they get.
pub fn wanted(scope: &Scope, urls: &WebhookUrls, version: &VersionId) -> Vec<WantedSubscription> {
    let projects: Vec<Option<&String>> =
        if scope.project_ids.is_empty() { vec![None] } else { scope.project_ids.iter().map(Some).collect() };
    let kinds = projects.into_iter().flat_map(|project| SubscriptionKind::ALL.map(|kind| (project, kind)));
    kinds
        .map(|(project, kind)| WantedSubscription {
            kind,
            project_id: project.cloned(),
            repository_id: scope.repository_id.clone(),
            branch: scope.branch.clone(),
            url: urls.of(kind, version),
        })
        .collect()
}

/// Compares the wanted subscriptions with the existing ones. After the steps of a plan have been applied, the next plan
/// has no steps.
pub fn plan(wanted: &[WantedSubscription], existing: &[ExistingSubscription], urls: &WebhookUrls) -> Plan {
    let mut plan = Plan::default();
    let owned = |ownership: Ownership| {
        existing.iter().filter(move |existing| urls.ownership(&existing.url) == ownership)
    };
    let (superseded, mut ours): (Vec<&ExistingSubscription>, Vec<_>) =
        owned(Ownership::Ours).partition(|existing| superseded_by(&existing.url).is_some());
    for wanted in wanted {
        // Among several candidates, the one with the fewest differences; among equals, one that is not disabled.
        let candidates =
            ours.iter().enumerate().filter(|(_, existing)| delivers_same_events(existing, wanted));
        let best = candidates.min_by_key(|(_, existing)| {
            (differences(existing, wanted).len(), is_disabled_by_azure_devops(&existing.status))
        });
        match best.map(|(index, _)| index) {
            None => plan.steps.push(Step::Create(wanted.clone())),
            Some(index) => {
                let existing = ours.remove(index);
                let differences = differences(existing, wanted);
                if differences.is_empty() {
                    plan.kept.push(existing.clone());
                } else {
                    let existing = Box::new(existing.clone());
                    plan.steps.push(Step::Replace { existing, wanted: wanted.clone(), differences });
                }
            }
        }
    }
    let unmatched = ours.into_iter().map(|existing| UnmanagedSubscription {
        existing: existing.clone(),
        reason: unmanaged_reason(existing),
    });
    // They may belong to another stack that uses the same name for the same organization, so they are not changed.
    let elsewhere = owned(Ownership::OursElsewhere).map(|existing| UnmanagedSubscription {
        existing: existing.clone(),
        reason: format!("it delivers to another address, {}: delete it if that stack is gone", existing.url),
    });
    // They are disabled, and enabling one would deliver every event twice.
    let superseded = superseded.into_iter().map(|existing| UnmanagedSubscription {
        existing: existing.clone(),
        reason: "it was renewed: `watch` deletes it once its delivery log is read".to_owned(),
    });
    plan.unmanaged = unmatched.chain(elsewhere).chain(superseded).collect();
    plan
}

/// Whether Azure DevOps disabled the subscription. It may refuse to enable such a subscription again.
pub(crate) fn is_disabled_by_azure_devops(status: &SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::DisabledBySystem | SubscriptionStatus::DisabledByInactiveIdentity)
}

/// Whether an existing subscription delivers exactly the events of a wanted one. Its other settings may differ.
pub fn delivers_same_events(existing: &ExistingSubscription, wanted: &WantedSubscription) -> bool {
    existing.kind() == Some(wanted.kind)
        && existing.project_id == wanted.project_id
        && existing.repository_id == wanted.repository_id
        && existing.branch == wanted.branch
        && existing.other_filters.is_empty()
}

/// The differences between an existing subscription and the wanted one, in words; empty when there are none.
pub fn differences(existing: &ExistingSubscription, wanted: &WantedSubscription) -> Vec<String> {
    let mut differences = Vec::new();
    if let Some(problem) = delivery_problem(&existing.status) {
        differences.push(problem.to_owned());
    }
    if existing.url != wanted.url {
        differences.push("its URL is not the one that goes with the webhook password in use".to_owned());
    }
    if !existing.has_password {
        differences.push("it sends no password".to_owned());
    }
    for (name, actual, expected) in [
        ("resource version", &existing.resource_version, wanted.kind.resource_version()),
        ("resource details to send", &existing.details, "all"),
        ("messages to send", &existing.messages, "text"),
        ("detailed messages to send", &existing.detailed_messages, "none"),
    ] {
        if actual.as_deref() != Some(expected) {
            let actual = actual.as_deref().unwrap_or("not set");
            differences.push(format!("its {name} should be `{expected}` and is `{actual}`"));
        }
    }
    differences
}

/// Why a subscription with this status does not deliver, in words; `None` when it delivers.
pub(crate) fn delivery_problem(status: &SubscriptionStatus) -> Option<&'static str> {
    match status {
        SubscriptionStatus::Enabled => None,
        SubscriptionStatus::OnProbation => Some("it is on probation, so events are being lost"),
        SubscriptionStatus::DisabledByUser => Some("somebody disabled it"),
        SubscriptionStatus::DisabledBySystem => Some("Azure DevOps disabled it after too many failures"),
        SubscriptionStatus::DisabledByInactiveIdentity => {
            Some("it is disabled because its creator is no longer active")
        }
        SubscriptionStatus::Other(_) => Some("it has a status that this version does not know"),
    }
}

/// Why a subscription that delivers to this integration is not wanted, and what to do about it, in words.
fn unmanaged_reason(existing: &ExistingSubscription) -> String {
    if existing.event_type == SubscriptionKind::PullRequestUpdated(ChangeKind::Source).event_type()
        && existing.notification_type.is_none()
    {
        "it is not filtered by kind of change, so every update comes twice: delete it".to_owned()
    } else if existing.kind().is_none() {
        "its event type is not forwarded: delete it, or point it elsewhere".to_owned()
    } else {
        "it is a duplicate, or its filters differ from this integration: delete it if it is not needed"
            .to_owned()
    }
}

#[cfg(test)]
mod tests;
