//! What has to be done to the subscriptions: those wanted against those there are. Pure.

use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::secrets::version::VersionId;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls};

/// What is to be subscribed to.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Project GUIDs; empty for the whole organization.
    pub project_ids: Vec<String>,
    /// A repository GUID.
    pub repository_id: Option<String>,
    /// A branch.
    pub branch: Option<String>,
}

/// Everything that is to be done, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to do.
    pub steps: Vec<Step>,
    /// What is fine as it is.
    pub kept: Vec<ExistingSubscription>,
    /// What delivers to us and is not wanted. It is reported and left alone: somebody may have made it on purpose.
    pub unmanaged: Vec<UnmanagedSubscription>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make a subscription.
    Create(WantedSubscription),
    /// Make one that is there what it should be.
    Replace {
        /// The one that is there.
        existing: Box<ExistingSubscription>,
        /// What it should be.
        wanted: WantedSubscription,
        /// What is wrong with it.
        why: Vec<String>,
    },
}

/// A subscription that delivers to us without being wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmanagedSubscription {
    /// It.
    pub existing: ExistingSubscription,
    /// Why it is not wanted, and what to do.
    pub why: String,
}

/// The subscriptions of a scope: eight for each project, or for the organization.
pub fn wanted(scope: &Scope, urls: &WebhookUrls, version: &VersionId) -> Vec<WantedSubscription> {
    let projects: Vec<Option<&String>> =
        if scope.project_ids.is_empty() { vec![None] } else { scope.project_ids.iter().map(Some).collect() };
    let each = projects.into_iter().flat_map(|project| SubscriptionKind::ALL.map(|kind| (project, kind)));
    each.map(|(project, kind)| WantedSubscription {
        kind,
        project_id: project.cloned(),
        repository_id: scope.repository_id.clone(),
        branch: scope.branch.clone(),
        url: urls.of(kind, version),
    })
    .collect()
}

/// Compares. Running what comes out of it, and planning again, gives no steps.
pub fn plan(wanted: &[WantedSubscription], existing: &[ExistingSubscription], urls: &WebhookUrls) -> Plan {
    let mut plan = Plan::default();
    let at =
        |whose: Ownership| existing.iter().filter(move |existing| urls.ownership(&existing.url) == whose);
    let mut ours: Vec<&ExistingSubscription> = at(Ownership::Ours).collect();
    for wanted in wanted {
        // Of several, the one that needs least, and among those the one that is nearest to delivering.
        let candidates = ours.iter().enumerate().filter(|(_, existing)| is_for(existing, wanted));
        let best = candidates.min_by_key(|(_, existing)| {
            (differences(existing, wanted).len(), is_disabled_by_azure_devops(&existing.status))
        });
        match best.map(|(index, _)| index) {
            None => plan.steps.push(Step::Create(wanted.clone())),
            Some(index) => {
                let existing = ours.remove(index);
                let why = differences(existing, wanted);
                if why.is_empty() {
                    plan.kept.push(existing.clone());
                } else {
                    let existing = Box::new(existing.clone());
                    plan.steps.push(Step::Replace { existing, wanted: wanted.clone(), why });
                }
            }
        }
    }
    let left = ours.into_iter().map(|existing| UnmanagedSubscription {
        existing: existing.clone(),
        why: unmanaged_reason(existing),
    });
    // Another stack may use the same name for the same organization, so these are nobody's to change from here.
    let elsewhere = at(Ownership::OursElsewhere).map(|existing| UnmanagedSubscription {
        existing: existing.clone(),
        why: format!("it delivers to another address, {}: delete it if that stack is gone", existing.url),
    });
    plan.unmanaged = left.chain(elsewhere).collect();
    plan
}

/// Whether Azure DevOps switched it off, which it may not take back.
pub(crate) fn is_disabled_by_azure_devops(status: &SubscriptionStatus) -> bool {
    matches!(status, SubscriptionStatus::DisabledBySystem | SubscriptionStatus::DisabledByInactiveIdentity)
}

/// Whether a subscription is the one that is wanted, maybe with wrong settings.
pub(crate) fn is_for(existing: &ExistingSubscription, wanted: &WantedSubscription) -> bool {
    existing.kind() == Some(wanted.kind)
        && existing.project_id == wanted.project_id
        && existing.repository_id == wanted.repository_id
        && existing.branch == wanted.branch
        && existing.other_filters.is_empty()
}

/// What is wrong with a subscription, in words.
pub(crate) fn differences(existing: &ExistingSubscription, wanted: &WantedSubscription) -> Vec<String> {
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
    for (name, got, expected) in [
        ("resource version", &existing.resource_version, wanted.kind.resource_version()),
        ("resource details to send", &existing.details, "all"),
        ("messages to send", &existing.messages, "text"),
        ("detailed messages to send", &existing.detailed_messages, "none"),
    ] {
        if got.as_deref() != Some(expected) {
            let got = got.as_deref().unwrap_or("not set");
            differences.push(format!("its {name} should be `{expected}` and is `{got}`"));
        }
    }
    differences
}

/// What a status means for deliveries; `None` when all is well.
pub(crate) fn delivery_problem(status: &SubscriptionStatus) -> Option<&'static str> {
    match status {
        SubscriptionStatus::Enabled => None,
        SubscriptionStatus::OnProbation => Some("it is on probation, so events are being lost"),
        SubscriptionStatus::DisabledByUser => Some("somebody disabled it"),
        SubscriptionStatus::DisabledBySystem => Some("Azure DevOps disabled it after too many failures"),
        SubscriptionStatus::DisabledByInactiveIdentity => {
            Some("it is disabled because whoever made it is no longer active")
        }
        SubscriptionStatus::Other(_) => Some("it has a status that is not known here"),
    }
}

fn unmanaged_reason(existing: &ExistingSubscription) -> String {
    if existing.event_type
        == SubscriptionKind::PullRequestUpdated(crate::subscriptions::kind::ChangeKind::Source).event_type()
        && existing.notification_type.is_none()
    {
        "it is not filtered by kind of change, so every update comes twice: delete it".to_owned()
    } else if existing.kind().is_none() {
        "its event type is not forwarded: delete it, or point it elsewhere".to_owned()
    } else {
        "it is a second one, or has other filters than this integration: delete it if nobody needs it"
            .to_owned()
    }
}

#[cfg(test)]
mod tests;
