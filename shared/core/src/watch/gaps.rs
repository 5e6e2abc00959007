//! Coverage gaps: periods in which a subscription may have missed events. Azure DevOps makes no notifications for a
//! subscription that is on probation or disabled, so the events of such a period are in no delivery log.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::recovery::has_list;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{Plan, Step, is_disabled_by_azure_devops};
use crate::subscriptions::webhook_url::superseded_by;
use crate::watch::checkpoint::Checkpoint;

/// Longest interval between passes in which no probation can start and end unnoticed. A probation ends with the first
/// delivery that succeeds after a pause. Microsoft ("Troubleshoot service hooks") says that the failed delivery is retried
/// after 20 minutes; others report a pause of 18 to 22 minutes, after which the next new event is tried. A minute is left
/// for different clocks and a slow pass.
pub(super) const SAFE_PASS_INTERVAL: SignedDuration = SignedDuration::from_mins(17);

/// A subscription that has an open gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CoverageGap {
    /// The events that may be missing.
    pub(super) kind: SubscriptionKind,
    /// The project of the subscription; `None` for the whole organization.
    pub(super) project_id: Option<String>,
}

/// The key of a subscription in [`Checkpoint::gaps`]. It has no id, because the id changes when a subscription is
/// recreated.
pub(super) fn key(kind: SubscriptionKind, project_id: Option<&str>) -> String {
    let change = kind.change_word().unwrap_or_default();
    format!("{}/{change}/{}", kind.event_type(), project_id.unwrap_or_default())
}

/// The [`key`] of a wanted subscription.
pub(super) fn key_of_wanted(wanted: &WantedSubscription) -> String {
    key(wanted.kind, wanted.project_id.as_deref())
}

/// The [`key`] of an existing subscription; `None` when its events are in no list.
pub(super) fn key_if_listed(existing: &ExistingSubscription) -> Option<String> {
    let kind = existing.kind().filter(|kind| has_list(*kind))?;
    Some(key(kind, existing.project_id.as_deref()))
}

/// Opens the gaps that follow from the present status of the subscriptions. `hidden` are the projects, `None` being the
/// whole organization, in which subscriptions only look missing.
pub(super) fn open_by_status(
    plan: &Plan,
    hidden: &BTreeSet<Option<String>>,
    checkpoint: &mut Checkpoint,
    now: Timestamp,
) {
    for step in &plan.steps {
        match step {
            Step::Create(wanted) if hidden.contains(&wanted.project_id) => {}
            // Without an earlier check there was no subscription that could miss anything.
            Step::Create(wanted) => {
                if let Some(checked_at) = checkpoint.subscriptions_checked_at {
                    checkpoint.open_gap(&key_of_wanted(wanted), checked_at, Some(now));
                }
            }
            Step::Replace { existing, wanted, .. } if existing.status.is_stopped_by_azure_devops() => {
                let from = earliest_miss(existing, checkpoint);
                checkpoint.open_gap(&key_of_wanted(wanted), from, Some(now));
            }
            Step::Replace { .. } => {}
        }
    }
    open_for_changed_by_others(plan, checkpoint, now);
    open_for_unnoticed_probations(plan, checkpoint, now);
}

/// Opens gaps for subscriptions that `setup` or a person has made deliver since the last pass: their present status does
/// not show what they missed until then.
fn open_for_changed_by_others(plan: &Plan, checkpoint: &mut Checkpoint, now: Timestamp) {
    let not_healed = std::mem::take(&mut checkpoint.not_healed);
    let Some(checked_at) = checkpoint.subscriptions_checked_at else { return };
    let changed: Vec<String> = delivering(plan)
        .filter(|existing| {
            not_healed.contains(existing.project_id.as_deref().unwrap_or_default())
                || existing.created.is_some_and(|created| created > checked_at)
                    && has_dead_predecessor(plan, existing, checkpoint)
        })
        .filter_map(|existing| Some(key(existing.kind()?, existing.project_id.as_deref())))
        .collect();
    for key in changed {
        checkpoint.open_gap(&key, checked_at, Some(now));
    }
}

/// Whether Azure DevOps disabled a subscription to the same events, and neither `watch` nor a renewal replaced it.
fn has_dead_predecessor(plan: &Plan, existing: &ExistingSubscription, checkpoint: &Checkpoint) -> bool {
    plan.unmanaged.iter().map(|unmanaged| &unmanaged.existing).any(|dead| {
        is_disabled_by_azure_devops(&dead.status)
            && superseded_by(&dead.url).is_none()
            && !checkpoint.superseded.contains_key(&dead.id)
            && dead.kind() == existing.kind()
            && dead.project_id == existing.project_id
    })
}

/// Opens gaps for subscriptions that may have been on probation since the last pass, when that pass is too long ago. Threads
/// are searched only for those that show a probation in that time: they take a call for each pull request.
fn open_for_unnoticed_probations(plan: &Plan, checkpoint: &mut Checkpoint, now: Timestamp) {
    let unchecked_since = match checkpoint.subscriptions_checked_at {
        Some(checked_at) if now.duration_since(checked_at) <= SAFE_PASS_INTERVAL => return,
        Some(checked_at) => checked_at,
        None => checkpoint.settled_until,
    };
    for existing in delivering(plan) {
        let from = existing.created.map_or(unchecked_since, |created| created.max(unchecked_since));
        match existing.kind().filter(|_| was_on_probation(existing, from)) {
            Some(kind) => checkpoint.open_gap(&key(kind, existing.project_id.as_deref()), from, Some(now)),
            None => open_if_listed(existing, from, checkpoint),
        }
    }
}

/// The existing subscriptions that are wanted, without those that a person disabled: their events are not wanted.
fn delivering(plan: &Plan) -> impl Iterator<Item = &ExistingSubscription> {
    let replaced = plan.steps.iter().filter_map(|step| match step {
        Step::Replace { existing, .. } => Some(&**existing),
        Step::Create(_) => None,
    });
    let replaced = replaced.filter(|existing| existing.status.should_deliver());
    plan.kept.iter().chain(replaced)
}

/// Whether a subscription shows a probation since `from`.
fn was_on_probation(existing: &ExistingSubscription, from: Timestamp) -> bool {
    match existing.last_probation_retry {
        Some(retried_at) => retried_at >= from,
        None => existing.probation_retries.is_some_and(|retries| retries > 0),
    }
}

/// Opens a gap for a subscription that may have missed events, but need not have. Opens none where the events are in no
/// list.
pub(super) fn open_if_listed(existing: &ExistingSubscription, from: Timestamp, checkpoint: &mut Checkpoint) {
    if let Some(key) = key_if_listed(existing) {
        checkpoint.open_gap(&key, from, None);
    }
}

/// The open gaps of the wanted subscriptions, and those with repositories that were left unread. Removes the gaps of all
/// other subscriptions.
pub(super) fn retain_wanted(wanted: &[WantedSubscription], checkpoint: &mut Checkpoint) -> Vec<CoverageGap> {
    let is_wanted = |key: &String| wanted.iter().any(|wanted| key_of_wanted(wanted) == *key);
    checkpoint.gaps.retain(|key, _| is_wanted(key));
    checkpoint.unread_repositories.retain(|key, parts| is_wanted(key) && !parts.is_empty());
    let with_gap = wanted.iter().filter(|wanted| checkpoint.needs_log(&key_of_wanted(wanted)));
    let gaps =
        with_gap.map(|wanted| CoverageGap { kind: wanted.kind, project_id: wanted.project_id.clone() });
    gaps.collect()
}

/// The earliest time since which the subscription may have missed events: the later of the last check and its creation.
/// At the last check it either delivered or already had a gap. The time of its last successful delivery does not help:
/// the subscription was enabled then, but the present probation may be its second one since the check.
fn earliest_miss(existing: &ExistingSubscription, checkpoint: &Checkpoint) -> Timestamp {
    let checked_at = checkpoint.subscriptions_checked_at.unwrap_or(checkpoint.settled_until);
    existing.created.map_or(checked_at, |created| created.max(checked_at))
}

impl CoverageGap {
    /// The [`key`] of the subscription.
    pub(super) fn key(&self) -> String {
        key(self.kind, self.project_id.as_deref())
    }
}
