//! Pushes: one event for each ref.

use std::collections::HashSet;

use hookpost_events::{Commit, Common, GitIdentity, Payload, Push, RefChange, RefKind};
use serde_json::value::RawValue;

use crate::normalize::Normalized;
use crate::normalize::context::Context;
use crate::normalize::id::event_id;
use crate::normalize::people::{actor, owned};
use crate::normalize::repository::{Located, locate};
use crate::payload::lenient::scalar::Text;
use crate::payload::parse::parse_resource;
use crate::payload::push::{PushResource, RefUpdate, WireCommit, WireGitIdentity};
use crate::payload::timestamp;

/// Most refs of one push that are queued. Beyond that a delivery would not be done before its deadline, now or when it
/// is repeated; it is kept whole instead.
const REFS_MAX: usize = 1000;

/// Most copies of commits over all events of one push, where each event would get them all.
const COMMIT_COPIES_MAX: usize = 5000;

pub(super) fn normalize(resource: &RawValue, context: &Context<'_>) -> Normalized {
    let push: PushResource<'_> = match parse_resource(resource) {
        Ok(push) => push,
        Err(body) => return body.into(),
    };
    let Some(updates) = push.ref_updates.as_deref() else {
        return Normalized::nothing_but(
            "`resource.refUpdates` is missing: set the subscription's resource details to send to `All`",
        );
    };
    if updates.is_empty() {
        return Normalized::default();
    }
    if updates.len() > REFS_MAX {
        let refs = updates.len();
        return Normalized::nothing_but(format!(
            "the push updates {refs} refs, over the {REFS_MAX} that are queued"
        ));
    }
    let containers = context.notification.resource_containers.as_ref();
    let Some(located) = locate(push.repository.as_ref(), containers, &[push.url.as_ref()]) else {
        return Normalized::nothing_but("`resource.repository` does not say which repository was pushed to");
    };
    let mut normalized = Normalized::default();
    let holders = CommitHolders::of(&push);
    for (index, update) in updates.iter().enumerate() {
        match RefMove::of(update) {
            Ok(moved) => normalized.events.push(event(&push, &moved, &located, &holders, context)),
            Err(problem) => {
                normalized.defect.get_or_insert(format!("`resource.refUpdates[{index}]` {problem}"));
            }
        }
    }
    normalized
}

fn event(
    push: &PushResource<'_>,
    moved: &RefMove<'_>,
    located: &Located,
    holders: &CommitHolders<'_>,
    context: &Context<'_>,
) -> hookpost_events::Event {
    let (ref_kind, short_name) = kind_of(moved.name);
    let push_id = push.push_id.unsigned();
    let number = push_id.map_or_else(|| context.event_key(), |id| id.to_string());
    let id = event_id("push", &[context.integration.as_str(), &located.key, &number, moved.name]);
    let default_branch = located.repository.default_branch.as_deref();
    let (commits, commits_complete) = holders.commits(push, moved.after, located);
    let payload = Payload::Push(Push {
        common: Common {
            integration: context.integration.as_str().to_owned(),
            organization: located.organization.clone(),
            project: located.project.clone(),
            repository: located.repository.clone(),
            actor: actor(push.pushed_by.as_ref()),
            azure_devops: context.azure_devops(),
        },
        r#ref: moved.name.to_owned(),
        ref_kind,
        short_name: short_name.to_owned(),
        change: moved.change,
        before: moved.before.map(str::to_owned),
        after: moved.after.map(str::to_owned),
        is_default_branch: default_branch.map(|branch| branch == moved.name),
        push_id,
        commits,
        commits_complete,
    });
    let happened = timestamp::utc(push.date.as_ref()).or_else(|| context.created_date());
    context.event(id, located, moved.name, happened, payload)
}

/// One ref update, with Azure DevOps's forty zeros for "none" taken out.
struct RefMove<'a> {
    name: &'a str,
    change: RefChange,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl<'a> RefMove<'a> {
    fn of(update: &'a RefUpdate<'_>) -> Result<Self, &'static str> {
        let text =
            |text: &'a Option<Text<'_>>| text.as_ref().map(Text::as_str).filter(|text| !text.is_empty());
        let name = text(&update.name).ok_or("has no `name`")?;
        let after = text(&update.new_object_id).ok_or("has no `newObjectId`")?;
        let before = text(&update.old_object_id);
        let (change, before, after) = match (before.map(is_zero), is_zero(after)) {
            (Some(true), true) => return Err("is zero on both sides"),
            (Some(true), false) => (RefChange::Created, None, Some(after)),
            (_, true) => (RefChange::Deleted, before, None),
            (_, false) => (RefChange::Updated, before, Some(after)),
        };
        Ok(Self { name, change, before, after })
    }
}

fn is_zero(object_id: &str) -> bool {
    object_id.bytes().all(|c| c == b'0')
}

/// Which ref updates the commits belong to: those that end at one of them, or all when none does.
struct CommitHolders<'a> {
    ends: Option<HashSet<&'a str>>,
    /// Most commits of one event.
    share: usize,
}

impl<'a> CommitHolders<'a> {
    fn of(push: &'a PushResource<'_>) -> Self {
        let ids = push.commits.iter().flatten().filter_map(|commit| commit.commit_id.as_ref());
        let ids: HashSet<&str> = ids.map(Text::as_str).collect();
        let updates = push.ref_updates.iter().flatten();
        let ends = updates.clone().filter_map(|update| update.new_object_id.as_ref());
        let holders = ends.filter(|end| ids.contains(end.as_str())).count();
        match holders {
            0 => Self { ends: None, share: share(updates.count()) },
            holders => Self { ends: Some(ids), share: share(holders) },
        }
    }

    /// The commits of one event, and whether they were cut.
    fn commits(
        &self,
        push: &PushResource<'_>,
        after: Option<&str>,
        located: &Located,
    ) -> (Vec<Commit>, Option<bool>) {
        let holds = self.ends.as_ref().is_none_or(|ends| after.is_some_and(|after| ends.contains(after)));
        let all = push.commits.as_deref().filter(|_| holds).unwrap_or_default();
        let commits = all.iter().take(self.share).map(|wire| commit(wire, located)).collect();
        (commits, (all.len() > self.share).then_some(false))
    }
}

/// How many commits each of several events may have. What one event has is limited by its size alone.
fn share(events: usize) -> usize {
    if events > 1 { COMMIT_COPIES_MAX / events } else { usize::MAX }
}

fn kind_of(name: &str) -> (RefKind, &str) {
    if let Some(short) = name.strip_prefix("refs/heads/") {
        (RefKind::Branch, short)
    } else if let Some(short) = name.strip_prefix("refs/tags/") {
        (RefKind::Tag, short)
    } else {
        (RefKind::Other, name.strip_prefix("refs/").unwrap_or(name))
    }
}

fn commit(wire: &WireCommit<'_>, located: &Located) -> Commit {
    let id = owned(wire.commit_id.as_ref());
    let web =
        located.repository.web_url.as_ref().zip(id.as_ref()).map(|(web, id)| format!("{web}/commit/{id}"));
    Commit {
        // Real deliveries link to the REST API, samples to the browser's page; this is always the latter.
        url: web.or_else(|| owned(wire.url.as_ref())),
        id,
        message: owned(wire.comment.as_ref()),
        author: wire.author.as_ref().map(git_identity),
        committer: wire.committer.as_ref().map(git_identity),
    }
}

fn git_identity(wire: &WireGitIdentity<'_>) -> GitIdentity {
    GitIdentity {
        name: owned(wire.name.as_ref()),
        email: owned(wire.email.as_ref()),
        date: timestamp::utc(wire.date.as_ref()),
    }
}
