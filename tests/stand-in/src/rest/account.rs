//! An organization as the REST face keeps it.

use std::fmt;

use jiff::Timestamp;

use super::agenda::Agenda;
use super::failure::Failure;
use super::history::History;
use super::hook::{Hook, Status};
use super::rights::Grants;
use super::terms::Terms;
use crate::host::Host;
use crate::tour::Tour;
use crate::{Guid, Identity, Organization};

/// The organization, and what only REST can see of it.
pub(super) struct Account {
    pub(super) organization: Organization,
    /// The path it answers under: its name, or that of a server and a collection.
    path: Vec<String>,
    pub(super) hooks: Vec<Hook>,
    pub(super) grants: Grants,
    pub(super) history: History,
    pub(super) agenda: Agenda,
    pub(super) tour: Option<Tour>,
}

impl Account {
    pub(super) fn new(organization: Organization) -> Self {
        let mut path = match &organization.addresses.host {
            Host::Services | Host::VisualStudio => Vec::new(),
            // Behind scheme and authority.
            Host::Server { root } => root.split('/').skip(3).map(str::to_owned).collect(),
        };
        path.push(organization.name().to_owned());
        Self {
            organization,
            path,
            hooks: Vec::new(),
            grants: Grants::default(),
            history: History::default(),
            agenda: Agenda::default(),
            tour: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.organization.name()
    }

    /// The path, encoded, without a slash at either end.
    pub(super) fn path(&self) -> String {
        let segments = self.path.iter().map(|part| crate::host::segment(part));
        segments.collect::<Vec<_>>().join("/")
    }

    /// What stands behind the account's own path: nothing, or a project. `None` when the path is
    /// another's. Names compare without regard to case.
    pub(super) fn within<'a>(&self, place: &'a [String]) -> Option<&'a [String]> {
        let (own, rest) = place.split_at_checked(self.path.len())?;
        let is_own =
            own.iter().zip(&self.path).all(|(one, other)| one.to_lowercase() == other.to_lowercase());
        (is_own && rest.len() <= 1).then_some(rest)
    }

    pub(super) fn hook(&self, id: Guid) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.id == id)
    }

    pub(super) fn hook_mut(&mut self, id: Guid) -> Option<&mut Hook> {
        self.hooks.iter_mut().find(|hook| hook.id == id)
    }

    /// The saved subscription a path names.
    pub(super) fn named_hook(&self, id: &str) -> Result<&Hook, Failure> {
        let hook = id.parse().ok().and_then(|id| self.hook(id));
        hook.ok_or_else(|| Failure::subscription(id))
    }

    /// Saves a subscription. One whose event type this stand-in never makes happen is kept too, and
    /// is told nothing.
    pub(super) fn add_hook(&mut self, terms: Terms, inner_id: Guid, by: &Identity, at: Timestamp) -> Hook {
        let id = match terms.subscription(&self.organization) {
            Some(subscription) => self.organization.subscribe(subscription),
            None => self.organization.ids.guid(),
        };
        let hook = Hook::new(id, inner_id, terms, by, at);
        self.hooks.push(hook.clone());
        hook
    }

    /// Puts other terms in the place of the old ones; the status stays unless one is given.
    pub(super) fn replace_hook(
        &mut self,
        id: Guid,
        terms: Terms,
        status: Option<Status>,
        by: &Identity,
        at: Timestamp,
    ) -> Option<Hook> {
        match terms.subscription(&self.organization) {
            Some(subscription) => self.organization.resubscribe(id, subscription),
            None => _ = self.organization.unsubscribe(id),
        }
        let hook = self.hook_mut(id)?;
        (hook.terms, hook.modified_by, hook.modified) = (terms, by.clone(), at);
        let status = status.unwrap_or(hook.status);
        self.set_status(id, status)
    }

    /// Sets a status, and lets the organization tell the subscription what happens, or not.
    pub(super) fn set_status(&mut self, id: Guid, status: Status) -> Option<Hook> {
        self.hook_mut(id)?.turn(status);
        self.organization.listen(id, status.hears());
        self.hook(id).cloned()
    }

    pub(super) fn remove_hook(&mut self, id: Guid) {
        self.organization.unsubscribe(id);
        self.hooks.retain(|hook| hook.id != id);
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.name())
    }
}
