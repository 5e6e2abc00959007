//! Coverage gaps: periods in which a subscription may have missed events. Azure DevOps makes no notifications for a
//! subscription that is on probation or disabled, so the events of such a period are in no delivery log.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::port::PullRequestTransition;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};
use crate::subscriptions::plan::{Plan, Step};
use crate::watch::checkpoint::Checkpoint;

/// Longest interval between passes in which no probation can start and end unnoticed. The first retry of a probation,
/// which may end it, comes after 20 minutes (Microsoft, "Troubleshoot service hooks").
const SAFE_PASS_INTERVAL: SignedDuration = SignedDuration::from_mins(19);

/// A subscription that has an open gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CoverageGap {
    /// The events that may be missing.
    pub(super) kind: SubscriptionKind,
    /// The project of the subscription; `None` for the whole organization.
    pub(super) project_id: Option<String>,
}

/// The list in Azure DevOps from which missed events can be reconstructed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BackfillSource {
    /// The list of pushes.
    Pushes,
    /// The list of pull requests.
    PullRequests(PullRequestTransition),
    /// No list has these events.
    None,
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

/// The [`key`] of an existing subscription; `None` when its events cannot be reconstructed.
pub(super) fn key_if_backfillable(existing: &ExistingSubscription) -> Option<String> {
    let kind = existing.kind().filter(|kind| backfill_source(*kind) != BackfillSource::None)?;
    Some(key(kind, existing.project_id.as_deref()))
}

/// Whether `watch` re-enables or recreates a subscription with this status: Azure DevOps stopped its deliveries, not a
/// person.
pub(super) fn is_healable(status: &SubscriptionStatus) -> bool {
    match status {
        SubscriptionStatus::OnProbation
        | SubscriptionStatus::DisabledBySystem
        | SubscriptionStatus::DisabledByInactiveIdentity => true,
        SubscriptionStatus::Enabled | SubscriptionStatus::DisabledByUser | SubscriptionStatus::Other(_) => {
            false
        }
    }
}

/// Opens the gaps that follow from the present status of the subscriptions.
pub(super) fn open_by_status(plan: &Plan, checkpoint: &mut Checkpoint, now: Timestamp) {
    for step in &plan.steps {
        match step {
            // Without an earlier check there was no subscription that could miss anything.
            Step::Create(wanted) => {
                if let Some(checked_at) = checkpoint.subscriptions_checked_at {
                    checkpoint.open_gap(&key_of_wanted(wanted), checked_at);
                }
            }
            Step::Replace { existing, wanted, .. } if is_healable(&existing.status) => {
                let from = earliest_miss(existing, checkpoint);
                checkpoint.open_gap(&key_of_wanted(wanted), from);
            }
            Step::Replace { .. } | Step::Retire { .. } => {}
        }
    }
    open_for_unnoticed_probations(plan, checkpoint, now);
}

/// Opens gaps for subscriptions that may have been on probation since the last pass, when that pass is too long ago.
fn open_for_unnoticed_probations(plan: &Plan, checkpoint: &mut Checkpoint, now: Timestamp) {
    let unchecked_since = match checkpoint.subscriptions_checked_at {
        Some(checked_at) if now.duration_since(checked_at) <= SAFE_PASS_INTERVAL => return,
        Some(checked_at) => checked_at,
        None => checkpoint.settled_until,
    };
    let replaced = plan.steps.iter().filter_map(|step| match step {
        Step::Replace { existing, .. } => Some(&**existing),
        Step::Create(_) | Step::Retire { .. } => None,
    });
    // Events of a subscription that a person disabled are not wanted.
    let replaced = replaced
        .filter(|existing| existing.status == SubscriptionStatus::Enabled || is_healable(&existing.status));
    for existing in plan.kept.iter().chain(replaced) {
        let from = existing.created.map_or(unchecked_since, |created| created.max(unchecked_since));
        open_if_backfillable(existing, from, checkpoint);
    }
}

/// Opens a gap for a subscription that may have missed events, but need not have. Opens none where the events cannot be
/// reconstructed: there is nothing to backfill, and too little evidence for a report.
pub(super) fn open_if_backfillable(
    existing: &ExistingSubscription,
    from: Timestamp,
    checkpoint: &mut Checkpoint,
) {
    if let Some(key) = key_if_backfillable(existing) {
        checkpoint.open_gap(&key, from);
    }
}

/// The open gaps of the wanted subscriptions. Removes the gaps of all other subscriptions.
pub(super) fn retain_wanted(wanted: &[WantedSubscription], checkpoint: &mut Checkpoint) -> Vec<CoverageGap> {
    let is_wanted = |key: &String| wanted.iter().any(|wanted| key_of_wanted(wanted) == *key);
    checkpoint.gaps.retain(|key, _| is_wanted(key));
    let with_gap = wanted.iter().filter(|wanted| checkpoint.gaps.contains_key(&key_of_wanted(wanted)));
    let gaps =
        with_gap.map(|wanted| CoverageGap { kind: wanted.kind, project_id: wanted.project_id.clone() });
    gaps.collect()
}

/// The earliest time since which the subscription may have missed events: the later of the last check and its creation.
/// At the last check it either delivered or already had a gap. The time of its last successful delivery does not help: the subscription was enabled then, but the
/// present probation may be its second one since the check.
fn earliest_miss(existing: &ExistingSubscription, checkpoint: &Checkpoint) -> Timestamp {
    let checked_at = checkpoint.subscriptions_checked_at.unwrap_or(checkpoint.settled_until);
    existing.created.map_or(checked_at, |created| created.max(checked_at))
}

impl CoverageGap {
    /// The [`key`] of the subscription.
    pub(super) fn key(&self) -> String {
        key(self.kind, self.project_id.as_deref())
    }

    /// The list from which the missed events can be reconstructed.
    pub(super) fn backfill_source(&self) -> BackfillSource {
        backfill_source(self.kind)
    }
}

fn backfill_source(kind: SubscriptionKind) -> BackfillSource {
    match kind {
        SubscriptionKind::Push => BackfillSource::Pushes,
        SubscriptionKind::PullRequestCreated => BackfillSource::PullRequests(PullRequestTransition::Created),
        SubscriptionKind::PullRequestUpdated(ChangeKind::Status) => {
            BackfillSource::PullRequests(PullRequestTransition::Closed)
        }
        // Commits pushed to a source branch are reconstructed as pushes. No list has the times of changes of reviewers,
        // votes, comments and merge attempts.
        SubscriptionKind::PullRequestUpdated(_)
        | SubscriptionKind::PullRequestUpdatedAny
        | SubscriptionKind::PullRequestMerged
        | SubscriptionKind::PullRequestCommented => BackfillSource::None,
    }
}
