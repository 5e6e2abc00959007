//! Subscriptions that may have told less than happened: on probation and disabled ones are told of nothing at all.

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::port::Happened;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus, WantedSubscription};
use crate::subscriptions::kind::{ChangeKind, EventKind};
use crate::subscriptions::plan::{Plan, Step};
use crate::watch::checkpoint::Progress;
use crate::watch::is_for_us_to_heal;

/// For how long nobody may have looked without a probation having come and gone unseen: the first retry, which may
/// end it, comes after 20 minutes (Microsoft, "Troubleshoot service hooks").
const UNSEEN: SignedDuration = SignedDuration::from_mins(19);

/// One subscription in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// What it should have told of.
    pub(super) kind: EventKind,
    /// Of which project; `None` for all.
    pub(super) project_id: Option<String>,
}

/// What can be found out afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Traces {
    /// The list of pushes.
    Pushes,
    /// The list of pull requests.
    PullRequests(Happened),
    /// Nothing says that it happened.
    None,
}

/// What a subscription is called in the memory, whatever its id: that changes when it has to be made anew.
pub(super) fn key(kind: EventKind, project_id: Option<&str>) -> String {
    let change = kind.change().map_or("", ChangeKind::word);
    format!("{}/{change}/{}", kind.event_type(), project_id.unwrap_or_default())
}

/// Notes which subscriptions are in doubt by how they are now.
pub(super) fn note(plan: &Plan, progress: &mut Progress, now: Timestamp) {
    let unseen = match progress.seen_at {
        Some(seen) => (now.duration_since(seen) > UNSEEN).then_some(seen),
        None => Some(progress.checkpoint),
    };
    for step in &plan.steps {
        match step {
            // One that never was there has missed nothing.
            Step::Create(wanted) => {
                if let Some(seen_at) = progress.seen_at {
                    progress.doubt(&of(wanted), seen_at);
                }
            }
            Step::Replace { existing, wanted, .. } if is_for_us_to_heal(&existing.status) => {
                progress.doubt(&of(wanted), silent_since(existing, progress));
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

/// Notes that a subscription may have told less than happened, but need not have: where nothing can be found out there is
/// nothing to say either.
pub(super) fn suspect(existing: &ExistingSubscription, from: Timestamp, progress: &mut Progress) {
    if let Some(key) = of_existing(existing) {
        progress.doubt(&key, from);
    }
}

/// What one is called of which something can be found out.
pub(super) fn of_existing(existing: &ExistingSubscription) -> Option<String> {
    let kind = existing.kind().filter(|kind| traces(*kind) != Traces::None)?;
    Some(key(kind, existing.project_id.as_deref()))
}

/// The doubts about subscriptions that are still wanted; the others are forgotten.
pub(super) fn open(wanted: &[WantedSubscription], progress: &mut Progress) -> Vec<Doubt> {
    let of_key = |key: &String| wanted.iter().find(|wanted| of(wanted) == *key);
    progress.doubts.retain(|key, _| of_key(key).is_some());
    let doubts = wanted.iter().filter_map(|wanted| {
        progress.doubts.contains_key(&of(wanted)).then_some(())?;
        Some(Doubt { kind: wanted.kind, project_id: wanted.project_id.clone() })
    });
    doubts.collect()
}

/// The same for one that is wanted.
pub(super) fn of(wanted: &WantedSubscription) -> String {
    key(wanted.kind, wanted.project_id.as_deref())
}

/// When it was looked at before, it delivered, or has been in doubt since. That a delivery went well in between says only
/// that it was enabled then: it may be its second probation.
fn silent_since(existing: &ExistingSubscription, progress: &Progress) -> Timestamp {
    let known = progress.seen_at.unwrap_or(progress.checkpoint);
    existing.created.map_or(known, |created| created.max(known))
}

impl Doubt {
    pub(super) fn key(&self) -> String {
        key(self.kind, self.project_id.as_deref())
    }

    pub(super) fn traces(&self) -> Traces {
        traces(self.kind)
    }
}

fn traces(kind: EventKind) -> Traces {
    match kind {
        EventKind::Push => Traces::Pushes,
        EventKind::PullRequestCreated => Traces::PullRequests(Happened::Created),
        EventKind::PullRequestUpdated(ChangeKind::Status) => Traces::PullRequests(Happened::Closed),
        // What was pushed is seen as a push; who reviewed, voted or wrote, and which merges were tried, is not kept with a
        // time in any list.
        EventKind::PullRequestUpdated(_) | EventKind::PullRequestMerged | EventKind::PullRequestCommented => {
            Traces::None
        }
    }
}
