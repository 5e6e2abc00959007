//! One authenticated call on one organization.

use super::permissions::{self, DELETE, EDIT};
use super::{Account, Answer, ApiError, ApiRequest, Audience, Item};
use crate::ids::IdGenerator;
use crate::{
    Identity, Notification, Organization, ProjectId, RepositoryId, ServiceBehavior, Subscription, Timestamp,
    Uuid,
};

/// The arguments of a handler.
#[derive(Debug)]
pub(super) struct RequestContext<'a> {
    pub(super) account: &'a mut Account,
    pub(super) caller: &'a Identity,
    pub(super) request: &'a ApiRequest,
    /// The values of the path's variable segments.
    pub(super) parameters: Vec<String>,
    pub(super) ids: &'a mut IdGenerator,
    pub(super) now: Timestamp,
}

pub(super) type Handler = fn(&mut RequestContext<'_>) -> Answer;

impl RequestContext<'_> {
    pub(super) fn organization(&self) -> &Organization {
        &self.account.organization
    }

    pub(super) fn behavior(&self) -> &ServiceBehavior {
        &self.account.organization.behavior
    }

    /// The value of the n-th variable segment.
    pub(super) fn parameter(&self, nth: usize) -> &str {
        self.parameters.get(nth).map_or("", String::as_str)
    }

    /// The project that the path names before `_apis`, if any.
    pub(super) fn project(&self) -> Result<Option<ProjectId>, ApiError> {
        let after = self.account.path_after(&self.request.place).unwrap_or_default();
        after.first().map(|name| self.find_project(name)).transpose()
    }

    pub(super) fn find_project(&self, id_or_name: &str) -> Result<ProjectId, ApiError> {
        let found = self.organization().find_project(id_or_name).filter(|id| self.sees_project(*id));
        let id = found.ok_or_else(|| ApiError::project(id_or_name))?;
        self.account.access.check(Item::Project(id)).map(|()| id)
    }

    /// The repository that the path names. A disabled one is not found.
    pub(super) fn repository(&self) -> Result<RepositoryId, ApiError> {
        let (project, name) = (self.project()?, self.parameter(0));
        let found = self
            .organization()
            .find_repository(project, name)
            .filter(|id| self.sees_repository(*id) && !self.organization().repository(*id).is_disabled);
        let id = found.ok_or_else(|| ApiError::repository(name))?;
        self.account.access.check(Item::Project(self.organization().repository(id).project))?;
        self.account.access.check(Item::Repository(id)).map(|()| id)
    }

    /// Whether the project is there and the caller may see it.
    pub(super) fn sees_project(&self, id: ProjectId) -> bool {
        let is_hidden = self.account.access.hides(Item::Project(id), self.caller);
        !is_hidden && !self.organization().project(id).is_deleted
    }

    /// Whether the repository is there and the caller may see it.
    pub(super) fn sees_repository(&self, id: RepositoryId) -> bool {
        let repository = self.organization().repository(id);
        let is_hidden = self.account.access.hides(Item::Repository(id), self.caller);
        !is_hidden && !repository.is_deleted && self.sees_project(repository.project)
    }

    /// The subscription with this id, whichever identity created it.
    pub(super) fn hook(&self, id: &str) -> Result<&Subscription, ApiError> {
        let hook = self.account.named_hook(id)?;
        self.account.access.check(Item::Subscription(hook.id)).map(|()| hook)
    }

    /// Whether the caller holds the permissions in `bits` for the subscriptions of a project, or
    /// (`None`) of the organization. Nobody holds any for a project hidden from them.
    pub(super) fn may(&self, bits: u32, project: Option<Uuid>) -> bool {
        let is_hidden = |id: Uuid| {
            let project = self.organization().project_with(id);
            project.is_some_and(|id| !self.sees_project(id))
        };
        !project.is_some_and(is_hidden) && self.account.grants.of(self.caller, project).include(bits)
    }

    pub(super) fn may_administer_notifications(&self) -> bool {
        self.account.grants.of(self.caller, None).notifications
    }

    /// Whether the log gives the caller event, request and response of a subscription's deliveries.
    pub(super) fn sees_events(&self, subscription: Uuid) -> bool {
        let hook = self.account.hook(subscription);
        let creator = hook.and_then(|hook| hook.created_by.as_ref());
        let project = hook.and_then(|hook| hook.inputs.project());
        self.behavior().events_visible_to == Audience::Everyone
            || creator.is_none_or(|creator| creator.id == self.caller.id)
            || self.account.grants.of(self.caller, project).administrator
    }

    /// The size of a page of which so many items are asked for.
    pub(super) fn page_size(&self, requested: usize) -> usize {
        self.behavior().page_cap.map_or(requested, |cap| requested.min(cap))
    }

    /// Delivers what a call has made happen: [`StandIn::run_until`](super::StandIn::run_until) and
    /// [`StandIn::take_due`](super::StandIn::take_due) post it.
    pub(super) fn notify(&mut self, notifications: &[Notification]) {
        for notification in notifications {
            self.account.schedule_delivery(self.now, notification);
        }
    }

    pub(super) fn check(&self, bits: u32, project: Option<Uuid>) -> Result<(), ApiError> {
        if self.may(bits, project) {
            return Ok(());
        }
        let action = match bits {
            EDIT => "Edit Subscription",
            DELETE => "Delete Subscription",
            _ => "View Subscription",
        };
        Err(ApiError::access_denied(self.caller, &permissions::token(project), action))
    }
}
