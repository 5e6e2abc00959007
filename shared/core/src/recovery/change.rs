//! A change that a list or a thread shows, and how it is recognized in a delivery.

use std::collections::BTreeMap;

use hookpost_events::{Event, Payload, PullRequest};
use jiff::Timestamp;

use crate::recovery::USUAL_NOTIFICATION_DELAY;
use crate::recovery::thread_change::{ThreadChange, comment, update};

/// A change that a subscription should have delivered as one event, or, for a push, as one event for each ref.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// When it happened.
    pub(crate) at: Timestamp,
    /// The repository. For a pull request, it is the target repository.
    pub(crate) repository_id: String,
    pub(super) record: ChangeSource,
}

/// Where a change is recorded.
#[derive(Clone, Debug)]
pub(super) enum ChangeSource {
    /// In the list of pushes: the number of the push, and its JSON.
    Push(u64, String),
    /// In the list of created pull requests, by its number.
    Created(u64),
    /// In the list of closed pull requests, by its number.
    Closed(u64),
    /// In a thread of the pull request with this number.
    Thread(u64, ThreadChange),
}

impl Change {
    /// Identifies the change among all changes of its repository.
    pub(crate) fn id(&self) -> String {
        let what = self.closing().unwrap_or_else(|| self.keys().swap_remove(0));
        let what = what.split_once('/').map_or(what.as_str(), |(_, of_repository)| of_repository);
        format!("{what}@{}", self.at)
    }

    /// Whether the change is among those of its repository with these ids and times. A closing is in the list of closed
    /// pull requests until the pull request is reactivated, and then only in a thread, of almost the same time.
    pub(crate) fn is_in(&self, handled: &BTreeMap<String, Timestamp>) -> bool {
        if self.closing().is_none() {
            return handled.contains_key(&self.id());
        }
        let id = self.id();
        let closing = id.split_once('@').map_or(id.as_str(), |(what, _)| what).to_owned() + "@";
        let of_pull_request = handled.range(closing.clone()..).take_while(|(id, _)| id.starts_with(&closing));
        let is_near = |at: &Timestamp| at.duration_since(self.at).abs() <= USUAL_NOTIFICATION_DELAY;
        of_pull_request.into_iter().any(|(_, at)| is_near(at))
    }

    /// A key for the closings of the pull request, wherever they are recorded; `None` for other changes.
    fn closing(&self) -> Option<String> {
        let number = match &self.record {
            ChangeSource::Closed(number) => number,
            ChangeSource::Thread(number, change) if change.is_closing() => number,
            ChangeSource::Thread(..) | ChangeSource::Push(..) | ChangeSource::Created(_) => return None,
        };
        Some(key(&self.repository_id, *number, "closed"))
    }

    /// Whether the change is a push.
    pub(crate) fn is_push(&self) -> bool {
        matches!(self.record, ChangeSource::Push(..))
    }

    /// The keys that the delivered event may have. Several changes may share a key, such as two votes on a pull request:
    /// their times tell them apart.
    pub(super) fn keys(&self) -> Vec<String> {
        let of = |number: &u64, what: &str| key(&self.repository_id, *number, what);
        match &self.record {
            ChangeSource::Push(number, _) => vec![key(&self.repository_id, *number, "push")],
            ChangeSource::Created(number) => vec![of(number, "created")],
            // Which of the two it was is only known once the pull request is requested.
            ChangeSource::Closed(number) => vec![of(number, "completed"), of(number, "abandoned")],
            ChangeSource::Thread(number, change) => vec![of(number, &change.what())],
        }
    }
}

/// The keys of delivered events: see [`Change::keys`].
pub(super) fn keys_of(events: &[Event]) -> impl Iterator<Item = String> {
    events.iter().filter_map(|event| match &event.payload {
        Payload::Push(push) => Some(key(push.common.repository.id.as_deref()?, push.push_id?, "push")),
        Payload::PullRequestCommented(data) => {
            let (thread, id) = (data.comment.thread_id?, data.comment.id?);
            let what = comment(thread, id, data.comment.change.as_str());
            Some(key(data.common.repository.id.as_deref()?, data.pull_request.number, &what))
        }
        Payload::PullRequestCreated(data) => key_of_pull_request(data, "created"),
        Payload::PullRequestMerged(data) => key_of_pull_request(data, "merged"),
        Payload::PullRequestUpdated(data) => key_of_pull_request(data, update(data.action.as_str())),
        _ => None,
    })
}

fn key_of_pull_request(data: &PullRequest, what: &str) -> Option<String> {
    Some(key(data.common.repository.id.as_deref()?, data.number, what))
}

fn key(repository_id: &str, number: u64, what: &str) -> String {
    format!("{repository_id}/{number}/{what}")
}
