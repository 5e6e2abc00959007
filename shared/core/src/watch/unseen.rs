//! Subscriptions that the token's owner cannot see for a time: those of a project that is hidden from the owner, and those
//! of a project in which the owner lacks "View subscriptions". They may miss events like any other, and neither their
//! status nor their log shows it. Once they are seen again, the whole time is a gap.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::azure_devops::subscription::ExistingSubscription;
use crate::subscriptions::plan::{Plan, Step};
use crate::subscriptions::scope::Scope;
use crate::watch::checkpoint::{Checkpoint, UnseenProject};
use crate::watch::gaps;

/// What the log is read for again.
pub(super) struct SeenAgain {
    /// The projects, or empty for the whole organization.
    projects: BTreeSet<String>,
    /// For all other projects, no delivery before this time is left to replay.
    settled_until: Timestamp,
}

impl SeenAgain {
    /// Whether a delivery of the time `at` needs no look: an earlier pass has settled it.
    pub(super) fn is_handled(&self, subscription: &ExistingSubscription, at: Timestamp) -> bool {
        let project = subscription.project_id.as_deref().unwrap_or_default();
        at < self.settled_until && !self.projects.contains(project)
    }
}

/// Notes which projects are unseen. Opens the gaps of those that are seen again, and sets the checkpoint back, so that
/// their log is read for the whole time. `hidden` are the projects in which the owner lacks the permission, `None` being
/// the whole organization.
///
/// Gaps of an unseen project are not filled: without the log, what was delivered cannot be told from what was not.
pub(super) fn update(
    scope: &Scope,
    hidden: &BTreeSet<Option<String>>,
    plan: &Plan,
    checkpoint: &mut Checkpoint,
    now: Timestamp,
) -> SeenAgain {
    let settled_until = checkpoint.settled_until;
    let hidden = hidden.iter().map(|project| project.clone().unwrap_or_default());
    let unseen: BTreeSet<String> = scope.set_aside.iter().cloned().chain(hidden).collect();
    for project in &unseen {
        let gap_from = take_gaps(project, checkpoint).map_or(settled_until, |from| from.min(settled_until));
        let known = UnseenProject { gap_from, settled_until };
        checkpoint.unseen.entry(project.clone()).or_insert(known);
    }
    let (mut seen_again, delivering) =
        (SeenAgain { projects: BTreeSet::new(), settled_until }, delivering(plan));
    for (project, known) in std::mem::take(&mut checkpoint.unseen) {
        if unseen.contains(&project) {
            checkpoint.unseen.insert(project, known);
            continue;
        }
        for (key, created) in delivering.iter().filter(|(key, _)| is_of(key, &project)) {
            let from = created.map_or(known.gap_from, |created| created.max(known.gap_from));
            checkpoint.open_gap(key, from, Some(now));
        }
        checkpoint.settled_until = checkpoint.settled_until.min(known.settled_until);
        seen_again.projects.insert(project);
    }
    seen_again
}

/// Removes the gaps of a project. The beginning of the earliest.
fn take_gaps(project: &str, checkpoint: &mut Checkpoint) -> Option<Timestamp> {
    let mut beginnings = Vec::new();
    checkpoint.gaps.retain(|key, gap| {
        let is_taken = is_of(key, project);
        beginnings.extend(is_taken.then_some(gap.from));
        !is_taken
    });
    checkpoint.unread_repositories.retain(|key, parts| {
        let is_taken = is_of(key, project);
        beginnings.extend(parts.values().filter(|_| is_taken).map(|part| part.from));
        !is_taken
    });
    beginnings.into_iter().min()
}

/// Whether a key of `gaps` is that of a subscription of the project.
fn is_of(key: &str, project: &str) -> bool {
    key.rsplit('/').next() == Some(project)
}

/// The keys of the wanted subscriptions, each with its time of creation. Those that a person disabled are left out: their
/// events are not wanted.
fn delivering(plan: &Plan) -> Vec<(String, Option<Timestamp>)> {
    let steps = plan.steps.iter().filter_map(|step| match step {
        Step::Create(wanted) => Some((gaps::key_of_wanted(wanted), None)),
        Step::Replace { existing, wanted, .. } => {
            existing.status.should_deliver().then(|| (gaps::key_of_wanted(wanted), existing.created))
        }
    });
    let kept = plan.kept.iter().filter_map(|existing| {
        Some((gaps::key(existing.kind()?, existing.project_id.as_deref()), existing.created))
    });
    steps.chain(kept).collect()
}
