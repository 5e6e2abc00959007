//! An organization with what only REST shows of it. Microsoft also calls organizations accounts.

use std::fmt;

use jiff::Timestamp;

use super::delivery_log::DeliveryLog;
use super::delivery_schedule::DeliverySchedule;
use super::error::ApiError;
use super::grants::Grants;
use super::saved_subscription::{SavedSubscription, Status};
use super::subscription_inputs::SubscriptionInputs;
use crate::demo::Demo;
use crate::host::Host;
use crate::{Identity, Organization, Uuid};

/// An organization and its saved subscriptions, permissions and deliveries.
pub(super) struct Account {
    pub(super) organization: Organization,
    /// The first segments of its URLs: its name, or those of a server and a collection.
    path: Vec<String>,
    pub(super) hooks: Vec<SavedSubscription>,
    pub(super) grants: Grants,
    pub(super) log: DeliveryLog,
    pub(super) schedule: DeliverySchedule,
    pub(super) demo: Option<Demo>,
}

impl Account {
    pub(super) fn new(organization: Organization) -> Self {
        let mut path = match &organization.addresses.host {
            Host::Services | Host::VisualStudio => Vec::new(),
            // After scheme and authority.
            Host::Server { root } => root.split('/').skip(3).map(str::to_owned).collect(),
        };
        path.push(organization.name().to_owned());
        Self {
            organization,
            path,
            hooks: Vec::new(),
            grants: Grants::default(),
            log: DeliveryLog::default(),
            schedule: DeliverySchedule::default(),
            demo: None,
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

    /// The segments of `place` after the account's own: none, or a project. `None` for the path of
    /// another account. Names compare without regard to case.
    pub(super) fn path_after<'a>(&self, place: &'a [String]) -> Option<&'a [String]> {
        let (own, rest) = place.split_at_checked(self.path.len())?;
        let is_own =
            own.iter().zip(&self.path).all(|(given, name)| given.to_lowercase() == name.to_lowercase());
        (is_own && rest.len() <= 1).then_some(rest)
    }

    pub(super) fn hook(&self, id: Uuid) -> Option<&SavedSubscription> {
        self.hooks.iter().find(|hook| hook.id == id)
    }

    pub(super) fn hook_mut(&mut self, id: Uuid) -> Option<&mut SavedSubscription> {
        self.hooks.iter_mut().find(|hook| hook.id == id)
    }

    /// The saved subscription that a path names.
    pub(super) fn named_hook(&self, id: &str) -> Result<&SavedSubscription, ApiError> {
        let hook = id.parse().ok().and_then(|id| self.hook(id));
        hook.ok_or_else(|| ApiError::subscription(id))
    }

    /// Saves a subscription. One to events that the stand-in does not have is kept too, and gets no
    /// notifications.
    pub(super) fn add_hook(
        &mut self,
        inputs: SubscriptionInputs,
        inner_id: Uuid,
        by: &Identity,
        at: Timestamp,
    ) -> SavedSubscription {
        let id = match inputs.subscription(&self.organization) {
            Some(subscription) => self.organization.subscribe(subscription),
            None => self.organization.ids.uuid(),
        };
        let hook = SavedSubscription::new(id, inner_id, inputs, by, at);
        self.hooks.push(hook.clone());
        hook
    }

    /// Replaces the inputs of a subscription, and its status if one is given.
    pub(super) fn replace_hook(
        &mut self,
        id: Uuid,
        inputs: SubscriptionInputs,
        status: Option<Status>,
        by: &Identity,
        at: Timestamp,
    ) -> Option<SavedSubscription> {
        match inputs.subscription(&self.organization) {
            Some(subscription) => self.organization.resubscribe(id, subscription),
            None => self.organization.unsubscribe(id),
        }
        let hook = self.hook_mut(id)?;
        (hook.inputs, hook.modified_by, hook.modified) = (inputs, by.clone(), at);
        let status = status.unwrap_or(hook.status);
        self.set_status(id, status)
    }

    /// Sets the status of a subscription. Only an enabled one gets notifications.
    pub(super) fn set_status(&mut self, id: Uuid, status: Status) -> Option<SavedSubscription> {
        self.hook_mut(id)?.set_status(status);
        self.organization.set_enabled(id, status == Status::Enabled);
        self.hook(id).cloned()
    }

    pub(super) fn remove_hook(&mut self, id: Uuid) {
        self.organization.unsubscribe(id);
        self.hooks.retain(|hook| hook.id != id);
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.name())
    }
}
