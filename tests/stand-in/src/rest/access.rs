//! Who cannot see what, and which items REST refuses.

use super::ApiError;
use crate::{Identity, ProjectId, RepositoryId, Uuid};

/// Something that REST answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A project, with its repositories.
    Project(ProjectId),
    /// A repository, with its pushes and pull requests.
    Repository(RepositoryId),
    /// A subscription, with its delivery log.
    Subscription(Uuid),
}

/// What differs from "everybody sees everything that is there".
#[derive(Debug, Default)]
pub(super) struct Access {
    hidden: Vec<(Uuid, Item)>,
    refused: Vec<(Item, ApiError)>,
    left: Vec<Uuid>,
    never_added: Vec<Uuid>,
    without_contribute: Vec<Uuid>,
}

impl Access {
    pub(super) fn hide(&mut self, item: Item, from: &Identity) {
        self.hidden.push((from.id, item));
    }

    pub(super) fn hides(&self, item: Item, from: &Identity) -> bool {
        self.hidden.contains(&(from.id, item))
    }

    pub(super) fn refuse(&mut self, item: Item, error: ApiError) {
        self.allow(item);
        self.refused.push((item, error));
    }

    pub(super) fn allow(&mut self, item: Item) {
        self.refused.retain(|(refused, _)| *refused != item);
        self.hidden.retain(|(_, hidden)| *hidden != item);
    }

    /// The error of a refused item.
    pub(super) fn check(&self, item: Item) -> Result<(), ApiError> {
        let refused = self.refused.iter().find(|(refused, _)| *refused == item);
        refused.map_or(Ok(()), |(_, error)| Err(error.clone()))
    }

    pub(super) fn leave(&mut self, who: &Identity) {
        self.left.push(who.id);
    }

    /// Takes it that an identity of the tenant was never added to the organization.
    pub(super) fn exclude(&mut self, who: &Identity) {
        self.never_added.push(who.id);
    }

    /// Adds an identity that was never there, or that has left.
    pub(super) fn admit(&mut self, who: &Identity) {
        self.never_added.retain(|id| *id != who.id);
        self.left.retain(|id| *id != who.id);
    }

    pub(super) fn is_excluded(&self, who: &Identity) -> bool {
        self.never_added.contains(&who.id)
    }

    pub(super) fn deny_contribute(&mut self, who: &Identity) {
        self.without_contribute.push(who.id);
    }

    pub(super) fn may_contribute(&self, who: &Identity) -> bool {
        !self.without_contribute.contains(&who.id)
    }

    pub(super) fn has_left(&self, who: &Identity) -> bool {
        self.left.contains(&who.id)
    }
}
