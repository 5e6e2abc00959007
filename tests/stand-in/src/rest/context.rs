//! One authenticated call on one organization.

use super::permissions::{self, DELETE, EDIT};
use super::{Account, Answer, ApiError, ApiRequest, ServiceBehavior};
use crate::ids::IdGenerator;
use crate::{Identity, ProjectId, RepositoryId, Timestamp, Uuid};

/// The arguments of a handler.
#[derive(Debug)]
pub(super) struct RequestContext<'a> {
    pub(super) account: &'a mut Account,
    pub(super) caller: &'a Identity,
    pub(super) request: &'a ApiRequest,
    /// The values of the path's variable segments.
    pub(super) parameters: Vec<String>,
    pub(super) behavior: &'a ServiceBehavior,
    pub(super) ids: &'a mut IdGenerator,
    pub(super) now: Timestamp,
}

pub(super) type Handler = fn(&mut RequestContext<'_>) -> Answer;

impl RequestContext<'_> {
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
        self.account.organization.find_project(id_or_name).ok_or_else(|| ApiError::project(id_or_name))
    }

    /// The repository that the path names.
    pub(super) fn repository(&self) -> Result<RepositoryId, ApiError> {
        let (project, name) = (self.project()?, self.parameter(0));
        let organization = &self.account.organization;
        organization.find_repository(project, name).ok_or_else(|| ApiError::repository(name))
    }

    /// Whether the caller holds the permissions in `bits` for the subscriptions of a project, or
    /// (`None`) of the organization.
    pub(super) fn may(&self, bits: u32, project: Option<Uuid>) -> bool {
        self.account.grants.of(self.caller, project).include(bits)
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
