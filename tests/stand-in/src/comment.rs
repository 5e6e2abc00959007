//! Comments on pull requests, in threads.

use crate::notification::Resource;
use crate::{CodeEvent, EventType, Identity, Notification, Organization, PullRequestId, Thread, Timestamp};

/// A comment of one [`Organization`]; means nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentId {
    pull_request: PullRequestId,
    thread: usize,
    comment: usize,
}

/// The change of a comment. Bodies show it by dates and `isDeleted` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommentChange {
    /// A new comment.
    Created,
    /// Another text, a later date.
    Edited,
    /// No text any more, and `isDeleted`.
    Deleted,
}

#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// The number of its thread.
    pub(super) thread: usize,
    /// Unique per thread, from 1.
    pub(super) id: usize,
    /// 0 for the first of a thread.
    pub(super) parent: usize,
    pub(super) author: Identity,
    /// Whether the service wrote it.
    pub(super) is_system: bool,
    /// `None` once deleted.
    pub(super) content: Option<String>,
    pub(super) published: Timestamp,
    pub(super) updated: Timestamp,
}

impl Organization {
    /// Starts a thread.
    pub fn comment(
        &mut self,
        at: Timestamp,
        by: &Identity,
        on: PullRequestId,
        text: &str,
    ) -> (CommentId, Vec<Notification>) {
        let threads = &mut self.pull_requests[on.0].threads;
        let thread = threads.len();
        threads.push(Thread { id: Thread::id_of(thread), note: None, comments: Vec::new() });
        self.add_comment(at, by, on, thread, text)
    }

    /// Replies in the thread of another comment.
    pub fn reply(
        &mut self,
        at: Timestamp,
        by: &Identity,
        to: CommentId,
        text: &str,
    ) -> (CommentId, Vec<Notification>) {
        self.add_comment(at, by, to.pull_request, to.thread, text)
    }

    /// The author changes the text. `at` must be later than the comment: only the dates show the edit.
    pub fn edit_comment(&mut self, at: Timestamp, id: CommentId, text: &str) -> Vec<Notification> {
        let comment = self.comment_mut(id);
        comment.content = Some(text.to_owned());
        comment.updated = at;
        self.notify_comment(at, id, CommentChange::Edited)
    }

    /// The author deletes the text; the comment stays, empty.
    pub fn delete_comment(&mut self, at: Timestamp, id: CommentId) -> Vec<Notification> {
        let comment = self.comment_mut(id);
        comment.content = None;
        comment.updated = at;
        self.notify_comment(at, id, CommentChange::Deleted)
    }

    fn add_comment(
        &mut self,
        at: Timestamp,
        by: &Identity,
        on: PullRequestId,
        thread: usize,
        text: &str,
    ) -> (CommentId, Vec<Notification>) {
        let comments = &mut self.pull_requests[on.0].threads[thread].comments;
        let comment = comments.len();
        comments.push(Comment {
            thread: Thread::id_of(thread),
            id: comment + 1,
            parent: usize::from(comment > 0),
            author: by.clone(),
            is_system: false,
            content: Some(text.to_owned()),
            published: at,
            updated: at,
        });
        let id = CommentId { pull_request: on, thread, comment };
        (id, self.notify_comment(at, id, CommentChange::Created))
    }

    /// The event of the comment in the latest thread, in which the service notes a change.
    pub(super) fn notify_note(&mut self, at: Timestamp, on: PullRequestId) -> Vec<Notification> {
        let thread = self.pull_request(on).threads.len() - 1;
        self.notify_comment(at, CommentId { pull_request: on, thread, comment: 0 }, CommentChange::Created)
    }

    fn comment_mut(&mut self, id: CommentId) -> &mut Comment {
        &mut self.pull_requests[id.pull_request.0].threads[id.thread].comments[id.comment]
    }

    fn notify_comment(&mut self, at: Timestamp, id: CommentId, change: CommentChange) -> Vec<Notification> {
        let comment = self.comment_mut(id).clone();
        let pull_request = self.pull_request(id.pull_request).clone();
        let messages = self.comment_messages(&comment, &pull_request, change);
        let code_event = CodeEvent::Commented { number: pull_request.number, change };
        let resource = Resource::Comment(comment, pull_request);
        self.dispatch(at, EventType::PullRequestCommented, messages, code_event, resource)
    }
}
