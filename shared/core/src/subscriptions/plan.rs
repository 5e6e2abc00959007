//! The plan: compares the wanted subscriptions with the existing ones, and lists the steps that make them equal. No
//! I/O.

use std::cmp::Reverse;

use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::integration::selection::short_branch;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::scope::Scope;
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls, superseded_by};

/// The steps that make the existing subscriptions the wanted ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Subscriptions that are as they should be.
    pub kept: Vec<ExistingSubscription>,
    /// Subscriptions to delete after the steps.
    pub retirements: Vec<Retirement>,
    /// Subscriptions that deliver to this integration and are not wanted. They are reported, and no step
    /// changes them: somebody may have created them on purpose. `watch` deletes those that it has replaced.
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

/// A subscription that `setup` once created and that is not wanted, because another one delivers its events, too. Only
/// to be deleted when `covered_by` delivers and the deliveries of `existing` that failed are known, since its log is
/// deleted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The existing subscription.
    pub existing: ExistingSubscription,
    /// The wanted subscription that delivers the same events.
    pub covered_by: WantedSubscription,
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
    /// The existing subscriptions that are wanted, whether or not they are as they should be, and those that are to be
    /// retired.
    pub(crate) fn existing(&self) -> impl Iterator<Item = &ExistingSubscription> {
        let replaced = self.steps.iter().filter_map(|step| match step {
            Step::Replace { existing, .. } => Some(existing.as_ref()),
            Step::Create(_) => None,
        });
        let retired = self.retirements.iter().map(|retirement| &retirement.existing);
        self.kept.iter().chain(replaced).chain(retired)
    }

    /// Takes the subscriptions that `setup` made for a wider selection out of those that are left alone. Code says all
    /// that its integration has.
    pub(crate) fn take_exceeding(&mut self, urls: &WebhookUrls) -> Vec<ExistingSubscription> {
        let (exceeding, left): (Vec<_>, _) =
            self.unmanaged.drain(..).partition(|unmanaged| is_retirable(&unmanaged.existing, urls));
        self.unmanaged = left;
        exceeding.into_iter().map(|unmanaged| unmanaged.existing).collect()
    }
}

/// Compares the wanted subscriptions of a scope with the existing ones. After the steps of a plan have been applied,
/// the next plan has no steps.
pub fn plan(
    scope: &Scope,
    wanted: &[WantedSubscription],
    existing: &[ExistingSubscription],
    urls: &WebhookUrls,
) -> Plan {
    let mut plan = Plan::default();
    let owned = |ownership: Ownership| {
        existing.iter().filter(move |existing| urls.ownership(&existing.url) == ownership)
    };
    let (superseded, mut ours): (Vec<&ExistingSubscription>, Vec<_>) =
        owned(Ownership::Ours).partition(|existing| superseded_by(&existing.url).is_some());
    for wanted in wanted {
        // Among several candidates, the one with the fewest differences; among equals, one that is not disabled, then
        // the newest, since it may be the successor of the others. Two plans made at the same time keep the same one.
        let candidates =
            ours.iter().enumerate().filter(|(_, existing)| delivers_same_events(existing, wanted));
        let best = candidates.min_by_key(|(_, existing)| {
            let differences = differences(existing, wanted).len();
            let is_disabled = is_disabled_by_azure_devops(&existing.status);
            (differences, is_disabled, Reverse(existing.created), &existing.id)
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
    let is_set_aside = |existing: &ExistingSubscription| {
        existing.project_id.as_ref().is_some_and(|id| scope.set_aside.contains(id))
    };
    ours.retain(|existing| !is_set_aside(existing));
    for existing in ours {
        match covering(existing, wanted).filter(|_| is_retirable(existing, urls)) {
            Some(covered_by) => plan
                .retirements
                .push(Retirement { existing: existing.clone(), covered_by: covered_by.clone() }),
            None => plan.unmanaged.push(UnmanagedSubscription {
                existing: existing.clone(),
                reason: unmanaged_reason(existing),
            }),
        }
    }
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
    plan.unmanaged.extend(elsewhere.chain(superseded));
    plan
}

/// The wanted subscription that delivers every event of an existing one that is not wanted itself. Where updates of pull
/// requests are no longer wanted without a filter, any filtered one counts.
fn covering<'a>(
    existing: &ExistingSubscription,
    wanted: &'a [WantedSubscription],
) -> Option<&'a WantedSubscription> {
    let kind = existing.kind()?;
    let has_the_kind = |wanted: &WantedSubscription| {
        wanted.kind == kind
            || (kind == SubscriptionKind::PullRequestUpdatedAny && wanted.kind.change().is_some())
    };
    let covers = |wanted: &&WantedSubscription| {
        has_the_kind(wanted)
            && (wanted.project_id.is_none() || wanted.project_id == existing.project_id)
            && (wanted.repository_id.is_none() || wanted.repository_id == existing.repository_id)
            && (wanted.branch.is_none() || wanted.branch.as_deref() == branch_of(existing))
    };
    wanted.iter().find(covers)
}

/// Whether a subscription that is not wanted may be deleted: `setup` made it, and it delivers. A disabled one costs
/// nothing, and `watch` deletes it when it has read its log.
fn is_retirable(existing: &ExistingSubscription, urls: &WebhookUrls) -> bool {
    urls.is_managed(&existing.url)
        && existing.other_filters.is_empty()
        && matches!(existing.status, SubscriptionStatus::Enabled | SubscriptionStatus::OnProbation)
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
        && branch_of(existing) == wanted.branch.as_deref()
        && existing.other_filters.is_empty()
}

/// The name of the branch that an existing subscription is filtered to.
fn branch_of(existing: &ExistingSubscription) -> Option<&str> {
    existing.branch.as_deref().map(short_branch)
}

/// The differences between an existing subscription and the wanted one, in words; empty when there are none.
pub fn differences(existing: &ExistingSubscription, wanted: &WantedSubscription) -> Vec<String> {
    let mut differences = Vec::new();
    if let Some(problem) = delivery_problem(&existing.status) {
        differences.push(problem.to_owned());
    }
    if !address(&existing.url).eq_ignore_ascii_case(address(&wanted.url)) {
        differences.push(format!("it delivers to the former address, {}", address(&existing.url)));
    } else if existing.url != wanted.url {
        differences.push("its URL is not the one that goes with the webhook password in use".to_owned());
    }
    if !existing.has_password {
        differences.push("it sends no password".to_owned());
    }
    if existing.branch != wanted.branch {
        // Nothing shows that a full ref matches any branch: Azure DevOps's own examples have the name.
        differences.push("its branch filter is a full ref and should be the name of the branch".to_owned());
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

/// The URL without its query.
fn address(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
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
    if existing.kind() == Some(SubscriptionKind::PullRequestUpdatedAny) {
        "it is not filtered by kind of change, so every update comes twice: delete it, or run `connect` with \
         `unfiltered`: true, which takes it over"
            .to_owned()
    } else if existing.kind().is_none() {
        "its filter is not one that this version knows: delete it, or point it elsewhere".to_owned()
    } else {
        "it is a duplicate, or its filters differ from this integration: delete it if it is not needed"
            .to_owned()
    }
}

#[cfg(test)]
mod tests;
