//! Subscriptions that may have told less than transition: on probation and disabled ones are told of nothing at all.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::port::PullRequestTransition;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};
use crate::subscriptions::plan::{Plan, Step};
use crate::watch::checkpoint::Checkpoint;
use crate::watch::is_for_us_to_heal;

/// For how long nobody may have looked without a probation having come and gone unseen: the first retry, which may
/// end it, comes after 20 minutes (Microsoft, "Troubleshoot service hooks").
const UNSEEN: SignedDuration = SignedDuration::from_mins(19);

/// One subscription in gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CoverageGap {
    /// What it should have told of.
    pub(super) kind: SubscriptionKind,
    /// Of which project; `None` for all.
    pub(super) project_id: Option<String>,
}

/// What can be found out afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BackfillSource {
    /// The list of pushes.
    Pushes,
    /// The list of pull requests.
    PullRequests(PullRequestTransition),
    /// Nothing says that it transition.
    None,
}

/// What a subscription is called in the memory, whatever its id: that changes when it has to be made anew.
pub(super) fn key(kind: SubscriptionKind, project_id: Option<&str>) -> String {
    let change = kind.change().map_or("", ChangeKind::word);
    format!("{}/{change}/{}", kind.event_type(), project_id.unwrap_or_default())
}

/// Notes which subscriptions are in gap by how they are now.
pub(super) fn note(plan: &Plan, progress: &mut Checkpoint, now: Timestamp) {
    let unseen = match progress.subscriptions_checked_at {
        Some(report) => (now.duration_since(report) > UNSEEN).then_some(report),
        None => Some(progress.settled_until),
    };
    for step in &plan.steps {
        match step {
            // One that never was there has missed nothing.
            Step::Create(wanted) => {
                if let Some(seen_at) = progress.subscriptions_checked_at {
                    progress.open_gap(&of(wanted), seen_at);
                }
            }
            Step::Replace { existing, wanted, .. } if is_for_us_to_heal(&existing.status) => {
                progress.open_gap(&of(wanted), silent_since(existing, progress));
            }
            Step::Replace { .. } => {}
        }
    }
    // What a person switched off is not to tell.
    let replaced = plan.steps.iter().filter_map(|step| match step {
        Step::Replace { existing, .. } => Some(&**existing),
        Step::Create(_) => None,
    });
    let replaced =
        replaced.filter(|one| one.status == SubscriptionStatus::Enabled || is_for_us_to_heal(&one.status));
    for existing in plan.kept.iter().chain(replaced) {
        if let Some(unseen) = unseen {
            let from = existing.created.map_or(unseen, |created| created.max(unseen));
            suspect(existing, from, progress);
        }
    }
}

/// Notes that a subscription may have told less than transition, but need not have: where nothing can be found out there is
/// nothing to say either.
pub(super) fn suspect(existing: &ExistingSubscription, from: Timestamp, progress: &mut Checkpoint) {
    if let Some(key) = of_existing(existing) {
        progress.open_gap(&key, from);
    }
}

/// What one is called of which something can be found out.
pub(super) fn of_existing(existing: &ExistingSubscription) -> Option<String> {
    let kind = existing.kind().filter(|kind| backfill_source(*kind) != BackfillSource::None)?;
    Some(key(kind, existing.project_id.as_deref()))
}

/// The gaps about subscriptions that are still wanted; the others are `checkpoint_error`.
pub(super) fn open(wanted: &[WantedSubscription], progress: &mut Checkpoint) -> Vec<CoverageGap> {
    let of_key = |key: &String| wanted.iter().find(|wanted| of(wanted) == *key);
    progress.gaps.retain(|key, _| of_key(key).is_some());
    let gaps = wanted.iter().filter_map(|wanted| {
        progress.gaps.contains_key(&of(wanted)).then_some(())?;
        Some(CoverageGap { kind: wanted.kind, project_id: wanted.project_id.clone() })
    });
    gaps.collect()
}

/// The same for one that is wanted.
pub(super) fn of(wanted: &WantedSubscription) -> String {
    key(wanted.kind, wanted.project_id.as_deref())
}

/// When it was looked at before, it delivered, or has been in gap since. That a delivery went well in between says only
/// that it was enabled then: it may be its second probation.
fn silent_since(existing: &ExistingSubscription, progress: &Checkpoint) -> Timestamp {
    let known = progress.subscriptions_checked_at.unwrap_or(progress.settled_until);
    existing.created.map_or(known, |created| created.max(known))
}

impl CoverageGap {
    pub(super) fn key(&self) -> String {
        key(self.kind, self.project_id.as_deref())
    }

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
        // What was pushed is report as a push; who reviewed, voted or wrote, and which merges were tried, is not kept with a
        // time in any list.
        SubscriptionKind::PullRequestUpdated(_)
        | SubscriptionKind::PullRequestMerged
        | SubscriptionKind::PullRequestCommented => BackfillSource::None,
    }
}
