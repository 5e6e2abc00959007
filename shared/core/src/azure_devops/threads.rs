//! The threads of a pull request: its comments, and what Azure DevOps notes about it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::catalog::Identity;

/// A thread of a pull request. Azure DevOps notes votes, reviewer changes, new commits, merge attempts and changes of
/// the status in threads of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The number of the thread, which is unique within its pull request.
    pub id: u64,
    /// When the thread was created.
    pub published: Option<Timestamp>,
    /// When anything in the thread last changed.
    pub updated: Option<Timestamp>,
    /// Whether the thread was deleted.
    pub is_deleted: bool,
    /// The property `CodeReviewThreadType` of a thread that Azure DevOps made, such as `VoteUpdate`; `None` for the
    /// threads of people.
    pub kind: Option<String>,
    /// The properties of the thread, by name, as text.
    pub properties: BTreeMap<String, String>,
    /// The identities that properties refer to by their keys.
    pub identities: BTreeMap<String, Identity>,
    /// The comments, oldest first, each as JSON in the form of the comment in a comment event.
    pub comments: Vec<String>,
}
