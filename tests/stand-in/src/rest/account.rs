//! An organization with what only REST shows of it. Microsoft also calls organizations accounts.

use super::access::Access;
use super::delivery_log::DeliveryLog;
use super::delivery_schedule::DeliverySchedule;
use super::permissions::Grants;
use super::{ApiError, ApiRequest};
use crate::demo::Demo;
use crate::host::{self, HostForm};
use crate::{Identity, Organization, Subscription, SubscriptionInputs, Timestamp, Uuid};

/// An organization, and the permissions and deliveries of its subscriptions.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) organization: Organization,
    /// The first segments of its URLs: its name, or those of a server and a collection.
    path: Vec<String>,
    pub(super) grants: Grants,
    pub(super) access: Access,
    pub(super) log: DeliveryLog,
    pub(super) schedule: DeliverySchedule,
    pub(super) demo: Option<Demo>,
}

impl Account {
    pub(super) fn new(organization: Organization) -> Self {
        let mut path = match &organization.addresses.host {
            HostForm::Services | HostForm::VisualStudio => Vec::new(),
            // After scheme and authority.
            HostForm::Server { root } => root.split('/').skip(3).map(str::to_owned).collect(),
        };
        path.push(organization.name().to_owned());
        Self {
            organization,
            path,
            grants: Grants::default(),
            access: Access::default(),
            log: DeliveryLog::default(),
            schedule: DeliverySchedule::default(),
            demo: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.organization.name()
    }

    pub(super) fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.organization.addresses.name);
        self.path.pop();
        self.path.push(name.to_owned());
    }

    /// The path, encoded, without a slash at either end.
    pub(super) fn path(&self) -> String {
        self.path.iter().map(|part| host::segment(part)).collect::<Vec<_>>().join("/")
    }

    /// The segments of `place` after the account's own: none, or a project. `None` for the path of
    /// another account. Names compare without regard to case.
    pub(super) fn path_after<'a>(&self, place: &'a [String]) -> Option<&'a [String]> {
        let (own, rest) = place.split_at_checked(self.path.len())?;
        let is_own =
            own.iter().zip(&self.path).all(|(given, name)| given.to_lowercase() == name.to_lowercase());
        (is_own && rest.len() <= 1).then_some(rest)
    }

    /// Whether a request is for this account. `connectionData` of a server is answered by its first collection.
    pub(super) fn answers(&self, request: &ApiRequest) -> bool {
        self.path_after(&request.place).is_some()
            || (self.is_server(&request.place) && request.is_connection_data())
    }

    /// Whether `place` is the server that has this collection. Names compare without regard to case.
    fn is_server(&self, place: &[String]) -> bool {
        let root = &self.path[..self.path.len() - 1];
        let is_root =
            place.iter().map(|part| part.to_lowercase()).eq(root.iter().map(|part| part.to_lowercase()));
        is_root && self.organization.addresses.is_server()
    }

    /// The subscriptions that REST shows, oldest first.
    pub(super) fn hooks(&self) -> impl Iterator<Item = &Subscription> {
        self.organization.subscriptions.iter().filter(|hook| hook.created_by.is_some())
    }

    pub(super) fn hook(&self, id: Uuid) -> Option<&Subscription> {
        self.hooks().find(|hook| hook.id == id)
    }

    pub(super) fn hook_mut(&mut self, id: Uuid) -> Option<&mut Subscription> {
        let mut all = self.organization.subscriptions.iter_mut();
        all.find(|hook| hook.id == id && hook.created_by.is_some())
    }

    /// The subscription that a path names.
    pub(super) fn named_hook(&self, id: &str) -> Result<&Subscription, ApiError> {
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
    ) -> Uuid {
        self.organization.subscribe(Subscription {
            created_by: Some(by.clone()),
            created: at,
            modified_by: Some(by.clone()),
            modified: at,
            inner_id,
            inputs,
            ..Subscription::default()
        })
    }

    pub(super) fn remove_hook(&mut self, id: Uuid) {
        self.organization.subscriptions.retain(|hook| hook.id != id);
    }
}
