//! Projects and repositories.

use std::collections::BTreeMap;

use crate::{ObjectId, Timestamp, Uuid};

/// A project of one [`Organization`](super::Organization); means nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectId(pub(super) usize);

/// A repository of one [`Organization`](super::Organization); means nothing in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryId(pub(super) usize);

#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// Grows with each change to the project's settings.
    pub(super) revision: u32,
    pub(super) updated: Timestamp,
    pub(super) is_deleted: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Repository {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) project: ProjectId,
    pub(super) parent: Option<RepositoryId>,
    /// Absent until the first branch is pushed.
    pub(super) default_branch: Option<String>,
    pub(super) refs: BTreeMap<String, ObjectId>,
    /// The number of the latest push; pushes count per repository, from 1.
    pub(super) pushes: u32,
    /// In bytes.
    pub(super) size: u64,
    pub(super) is_disabled: bool,
    pub(super) is_deleted: bool,
}

impl Repository {
    /// The object a ref points at; zeros when it does not exist.
    pub(super) fn tip(&self, name: &str) -> ObjectId {
        self.refs.get(name).copied().unwrap_or(ObjectId::ZERO)
    }

    /// Moves a ref, or removes it when `to` is zeros. The first branch becomes the default.
    pub(super) fn set_tip(&mut self, name: &str, to: ObjectId) {
        if to == ObjectId::ZERO {
            self.refs.remove(name);
            return;
        }
        self.refs.insert(name.to_owned(), to);
        if self.default_branch.is_none() && name.starts_with("refs/heads/") {
            self.default_branch = Some(name.to_owned());
        }
    }
}
