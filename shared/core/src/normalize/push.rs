//! Converts pushes, with one event for each ref update.

use std::collections::HashSet;

use hookpost_events::{Commit, Common, Event, GitIdentity, Payload, Push, RefChange, RefKind};
use serde_json::value::RawValue;

use crate::message::sanitize::truncate;
use crate::normalize::Normalized;
use crate::normalize::context::DeliveryContext;
use crate::normalize::fields::{actor, non_empty};
use crate::normalize::id::event_id;
use crate::normalize::location_sources::FallbackSources;
use crate::normalize::repository::locate;
use crate::payload::lenient::scalar::LenientText;
use crate::payload::parse::parse_resource;
use crate::payload::push::{PushResource, RefUpdate, WireCommit, WireGitIdentity};
use crate::payload::timestamp;

/// Most ref updates of one push that a receiver converts. A larger push would exceed the deadline on every delivery, so it
/// is quarantined, and taken apart by a replay.
pub(crate) const RECEIVER_REFS_MAX: usize = 1000;

/// Most commits in all events of one push together, since each event may get a copy of all of them.
const COMMIT_COPIES_MAX: usize = 5000;

/// Most bytes of a message in all events of one push together, since each event gets a copy.
const TEXT_COPIES_BYTES_MAX: usize = 1024 * 1024;

/// A message is not cut below this many bytes.
const TEXT_BYTES_MIN: usize = 256;

pub(super) fn normalize<'a>(resource: &'a RawValue, context: &'a DeliveryContext<'a>) -> Normalized<'a> {
    let push: PushResource<'a> = match parse_resource(resource) {
        Ok(push) => push,
        Err(body) => return body.into(),
    };
    let Some(updates) = push.ref_updates.as_deref() else {
        return Normalized::failed(
            "`resource.refUpdates` is missing: set the subscription's resource details to send to `All`",
        );
    };
    if updates.is_empty() {
        return Normalized::Ignored("the push updated no ref");
    }
    let (refs, refs_max) = (updates.len(), context.refs_max);
    if refs > refs_max {
        return Normalized::failed(format!(
            "the push updates {refs} refs, over the {refs_max} that a receiver has time for: run `replay` with \
             `quarantine`, which queues them"
        ));
    }
    let containers = context.notification.resource_containers.as_ref();
    let fallbacks = FallbackSources { containers, rest_urls: &[push.url.as_ref()], organization_url: None };
    let Some(location) = locate(push.repository.as_ref(), fallbacks) else {
        return Normalized::failed("`resource.repository` does not say which repository was pushed to");
    };
    let (source, repository_key) = (location.source().to_owned(), location.key.clone());
    let mut common = context.common(location, actor(push.pushed_by.as_ref()));
    if refs > 1 {
        let bytes = (TEXT_COPIES_BYTES_MAX / refs).max(TEXT_BYTES_MIN);
        cut(&mut common.message, &mut common.message_complete, bytes);
        cut(&mut common.detailed_message, &mut common.detailed_message_complete, bytes);
    }
    let assignment = CommitAssignment::of(&push);
    let events =
        PushEvents { push, assignment, source, repository_key, common: Some(common), context, next: 0 };
    Normalized::Events(Box::new(events))
}

/// Cuts a text that is longer than `bytes`.
fn cut(text: &mut Option<String>, complete: &mut Option<bool>, bytes: usize) {
    if let Some(text) = text.as_mut().filter(|text| text.len() > bytes) {
        text.truncate(truncate(text, bytes).len());
        *complete = Some(false);
    }
}

/// The events of a push, one for each ref.
struct PushEvents<'a> {
    push: PushResource<'a>,
    assignment: CommitAssignment,
    source: String,
    repository_key: String,
    /// The same for every event. The last one takes what the others copy.
    common: Option<Common>,
    context: &'a DeliveryContext<'a>,
    /// The index of the next ref update.
    next: usize,
}

impl Iterator for PushEvents<'_> {
    type Item = Result<Event, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        let updates = self.push.ref_updates.as_deref().unwrap_or_default();
        let update = updates.get(index)?;
        let is_last = index + 1 == updates.len();
        let common = if is_last { self.common.take() } else { self.common.clone() };
        self.next += 1;
        Some(match RefTransition::parse(update) {
            Ok(transition) => Ok(self.event(index, &transition, common.unwrap_or_default())),
            Err(problem) => Err(format!("`resource.refUpdates[{index}]` {problem}")),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.push.ref_updates.as_ref().map_or(0, Vec::len) - self.next;
        (left, Some(left))
    }
}

impl PushEvents<'_> {
    /// The event of one ref update.
    fn event(&self, index: usize, transition: &RefTransition<'_>, common: Common) -> Event {
        let (push, context) = (&self.push, self.context);
        let (ref_kind, short_name) = split_ref(transition.name);
        let push_id = push.push_id.unsigned();
        let number = push_id.map_or_else(|| context.event_key(), |id| id.to_string());
        let parts = [context.integration.as_str(), &self.repository_key, &number, transition.name];
        let default_branch = common.repository.default_branch.as_deref();
        let web_url = common.repository.web_url.as_deref();
        let (commits, commits_complete) = self.assignment.commits(push, index, web_url);
        let payload = Payload::Push(Push {
            is_default_branch: default_branch.map(|branch| branch == transition.name),
            common,
            r#ref: transition.name.to_owned(),
            ref_kind,
            short_name: short_name.to_owned(),
            change: transition.change.clone(),
            before: transition.before.map(str::to_owned),
            after: transition.after.map(str::to_owned),
            push_id,
            commits,
            commits_complete,
        });
        let time = timestamp::utc(push.date.as_ref()).or_else(|| context.created_date());
        let id = event_id("push", &parts);
        context.event(id, self.source.clone(), &self.repository_key, transition.name, time, payload)
    }
}

/// One ref update. Azure DevOps's all-zero object id is `None`.
struct RefTransition<'a> {
    name: &'a str,
    change: RefChange,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl<'a> RefTransition<'a> {
    /// # Errors
    ///
    /// What is wrong with the update, as the end of a sentence.
    fn parse(update: &'a RefUpdate<'_>) -> Result<Self, &'static str> {
        let non_empty = |text: &'a Option<LenientText<'_>>| {
            text.as_ref().map(LenientText::as_str).filter(|text| !text.is_empty())
        };
        let name = non_empty(&update.name).ok_or("has no `name`")?;
        let after = non_empty(&update.new_object_id).ok_or("has no `newObjectId`")?;
        let before = non_empty(&update.old_object_id);
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

/// Which events get the commits of a push: those whose ref ends at one of the commits, or all events when no ref does.
struct CommitAssignment {
    /// Whether each ref ends at one of the commits; `None` when no ref does.
    ends_at_commit: Option<Vec<bool>>,
    /// Most commits of one event.
    max_commits: usize,
}

impl CommitAssignment {
    fn of(push: &PushResource<'_>) -> Self {
        let ids = push.commits.iter().flatten().filter_map(|commit| commit.commit_id.as_ref());
        let ids: HashSet<&str> = ids.map(LenientText::as_str).collect();
        let ends = push.ref_updates.iter().flatten().map(|update| update.new_object_id.as_ref());
        let ends: Vec<bool> = ends.map(|end| end.is_some_and(|end| ids.contains(end.as_str()))).collect();
        match ends.iter().filter(|ends| **ends).count() {
            0 => Self { ends_at_commit: None, max_commits: max_commits_per_event(ends.len()) },
            refs => Self { ends_at_commit: Some(ends), max_commits: max_commits_per_event(refs) },
        }
    }

    /// The commits of the event of one ref update, and `Some(false)` when some were left out.
    fn commits(
        &self,
        push: &PushResource<'_>,
        index: usize,
        web_url: Option<&str>,
    ) -> (Vec<Commit>, Option<bool>) {
        let is_assigned = self.ends_at_commit.as_ref().is_none_or(|ends| ends.get(index) == Some(&true));
        let all = push.commits.as_deref().filter(|_| is_assigned).unwrap_or_default();
        let commits = all.iter().take(self.max_commits).map(|wire| commit(wire, web_url)).collect();
        (commits, (all.len() > self.max_commits).then_some(false))
    }
}

/// Most commits of each event. A single event is limited only by the message size.
fn max_commits_per_event(events: usize) -> usize {
    if events > 1 { COMMIT_COPIES_MAX / events } else { usize::MAX }
}

/// The kind and the short name of a ref.
fn split_ref(name: &str) -> (RefKind, &str) {
    if let Some(short) = name.strip_prefix("refs/heads/") {
        (RefKind::Branch, short)
    } else if let Some(short) = name.strip_prefix("refs/tags/") {
        (RefKind::Tag, short)
    } else {
        (RefKind::Other, name.strip_prefix("refs/").unwrap_or(name))
    }
}

fn commit(wire: &WireCommit<'_>, web_url: Option<&str>) -> Commit {
    let id = non_empty(wire.commit_id.as_ref());
    let web = web_url.zip(id.as_ref()).map(|(web, id)| format!("{web}/commit/{id}"));
    Commit {
        // Deliveries link to the REST API, and samples to the page for browsers. The event always has the page.
        url: web.or_else(|| non_empty(wire.url.as_ref())),
        id,
        message: non_empty(wire.comment.as_ref()),
        author: wire.author.as_ref().map(git_identity),
        committer: wire.committer.as_ref().map(git_identity),
    }
}

fn git_identity(wire: &WireGitIdentity<'_>) -> GitIdentity {
    GitIdentity {
        name: non_empty(wire.name.as_ref()),
        email: non_empty(wire.email.as_ref()),
        date: timestamp::utc(wire.date.as_ref()),
    }
}
