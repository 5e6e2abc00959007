//! Threads of pull requests: those of people, and those in which the service notes what happened.

use crate::note::Note;
use crate::{Comment, Identity, Organization, PullRequestChange, PullRequestId, Timestamp, Uuid};

/// A thread of a pull request.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    /// Unique per pull request.
    pub(super) id: usize,
    /// What the service notes; `None` for the thread of people.
    pub(super) note: Option<Note>,
    /// Never empty; oldest first.
    pub(super) comments: Vec<Comment>,
}

impl Thread {
    pub(super) fn id_of(index: usize) -> usize {
        FIRST_ID + index
    }
}

impl Organization {
    /// Notes a change in a thread of its own.
    pub(super) fn note(
        &mut self,
        at: Timestamp,
        by: Option<&Identity>,
        on: PullRequestId,
        change: PullRequestChange,
    ) {
        let pull_request = &mut self.pull_requests[on.0];
        let Some(note) = Note::of(pull_request, by, change) else { return };
        let id = Thread::id_of(pull_request.threads.len());
        let comment = Comment {
            thread: id,
            id: 1,
            parent: 0,
            author: service(),
            is_system: true,
            content: Some(note.text.clone()),
            published: at,
            updated: at,
        };
        pull_request.threads.push(Thread { id, note: Some(note), comments: vec![comment] });
    }
}

/// The identity that writes the comments of such threads. Its id is the same everywhere.
fn service() -> Identity {
    Identity {
        id: Uuid::from_u128(0x0000_0002_0000_8888_8000_0000_0000_0000),
        display_name: "Microsoft.VisualStudio.Services.TFS".to_owned(),
        ..Identity::default()
    }
}

/// Threads have numbers across the organization, so those of one pull request start somewhere.
const FIRST_ID: usize = 17;
