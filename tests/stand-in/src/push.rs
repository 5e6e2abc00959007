//! Pushes of branches and tags.

use jiff::SignedDuration;

use crate::notification::Resource;
use crate::{
    CodeEvent, EventType, Identity, Notification, ObjectId, Organization, RepositoryId, Timestamp, time,
};

/// A change of one ref, as `git push` makes it.
#[derive(Clone, Debug)]
pub enum RefChange {
    /// New commits, oldest first; the ref is created when it does not exist.
    Commit(String, Vec<String>),
    /// The ref points at an object that exists already: a tag, a branch off another, a merge commit
    /// made by the server, a reset. No commits are listed.
    Point(String, ObjectId),
    /// The ref is deleted. One that never existed gives zeros on both sides.
    Delete(String),
}

impl RefChange {
    /// See [`Self::Commit`].
    pub fn commit(name: &str, comments: &[&str]) -> Self {
        let comments = comments.iter().map(|&comment| comment.to_owned()).collect();
        Self::Commit(name.to_owned(), comments)
    }

    /// See [`Self::Point`].
    pub fn point(name: &str, to: ObjectId) -> Self {
        Self::Point(name.to_owned(), to)
    }

    /// See [`Self::Delete`].
    pub fn delete(name: &str) -> Self {
        Self::Delete(name.to_owned())
    }
}

/// A change of one ref, as the body has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// Full name of the ref.
    pub name: String,
    /// Zeros when the ref is new.
    pub old: ObjectId,
    /// Zeros when the ref is gone.
    pub new: ObjectId,
}

#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) author: Identity,
    pub(super) date: Timestamp,
    pub(super) comment: String,
}

/// A push as the service keeps it.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) id: u32,
    pub(super) repository: RepositoryId,
    pub(super) by: Identity,
    pub(super) at: Timestamp,
    pub(super) updates: Vec<RefUpdate>,
    /// Newest first.
    pub(super) commits: Vec<Commit>,
}

impl Push {
    /// The same push for each ref alone. That each has all commits is assumed.
    fn of_each_ref(&self) -> Vec<Self> {
        let alone = |update: &RefUpdate| Self { updates: vec![update.clone()], ..self.clone() };
        self.updates.iter().map(alone).collect()
    }
}

impl Organization {
    /// One `git push` of one or several refs: one event with one entry for each ref, or one event for each
    /// ref: see [`event_per_ref`](crate::ServiceBehavior::event_per_ref).
    pub fn push(
        &mut self,
        at: Timestamp,
        by: &Identity,
        repository: RepositoryId,
        changes: &[RefChange],
    ) -> Vec<Notification> {
        let mut commits = Vec::new();
        let updates =
            changes.iter().map(|change| self.apply(at, by, repository, change, &mut commits)).collect();
        commits.reverse();
        let record = &mut self.repositories[repository.0];
        record.pushes += 1;
        record.size += 1_024 + 715 * commits.len() as u64;
        let push = Push { id: record.pushes, repository, by: by.clone(), at, updates, commits };
        self.pushes.push(push.clone());
        let events = if self.behavior.event_per_ref { push.of_each_ref() } else { vec![push] };
        events.into_iter().flat_map(|push| self.notify_push(at, push)).collect()
    }

    fn notify_push(&mut self, at: Timestamp, push: Push) -> Vec<Notification> {
        let code_event = CodeEvent::Pushed { push_id: push.id, refs: push.updates.clone() };
        let messages = self.push_messages(&push);
        self.dispatch(at, EventType::Push, messages, code_event, Resource::Push(push))
    }

    fn apply(
        &mut self,
        at: Timestamp,
        by: &Identity,
        repository: RepositoryId,
        change: &RefChange,
        commits: &mut Vec<Commit>,
    ) -> RefUpdate {
        let (name, new) = match change {
            RefChange::Commit(name, comments) => {
                let made = self.commits(at, by, comments);
                let tip = made.last().map(|commit| commit.id);
                commits.extend(made);
                (name, tip.unwrap_or_else(|| self.repository(repository).tip(name)))
            }
            RefChange::Point(name, to) => (name, *to),
            RefChange::Delete(name) => (name, ObjectId::ZERO),
        };
        let target = &mut self.repositories[repository.0];
        let old = target.tip(name);
        target.set_tip(name, new);
        RefUpdate { name: name.clone(), old, new }
    }

    /// Commits made in the minutes before the push, oldest first.
    fn commits(&mut self, at: Timestamp, by: &Identity, comments: &[String]) -> Vec<Commit> {
        let count = i32::try_from(comments.len()).unwrap_or(i32::MAX);
        let mut date = time::later(at, BETWEEN_COMMITS.saturating_mul(-count));
        comments
            .iter()
            .map(|comment| {
                let id = self.ids.object_id();
                let commit = Commit { id, author: by.clone(), date, comment: comment.clone() };
                date = time::later(date, BETWEEN_COMMITS);
                commit
            })
            .collect()
    }
}

const BETWEEN_COMMITS: SignedDuration = SignedDuration::from_secs(37);
