//! One admitted call on one organization.

use jiff::Timestamp;

use super::account::Account;
use super::answer::Done;
use super::asked::Asked;
use super::failure::Failure;
use super::quirks::Quirks;
use super::rights::{self, DELETE, EDIT};
use crate::ids::Ids;
use crate::{Guid, Identity, ProjectId, RepositoryId};

/// What a handler has to work with.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) account: &'a mut Account,
    pub(super) caller: &'a Identity,
    pub(super) asked: &'a Asked,
    /// What the varying segments of the path say.
    pub(super) named: Vec<String>,
    pub(super) quirks: &'a Quirks,
    pub(super) ids: &'a mut Ids,
    pub(super) now: Timestamp,
}

pub(super) type Handler = fn(&mut Session<'_>) -> Result<Done, Failure>;

impl Session<'_> {
    /// The n-th varying segment of the path.
    pub(super) fn named(&self, nth: usize) -> &str {
        self.named.get(nth).map_or("", String::as_str)
    }

    /// The project the path names before `_apis`, if it does.
    pub(super) fn project(&self) -> Result<Option<ProjectId>, Failure> {
        let rest = self.account.within(&self.asked.place).unwrap_or_default();
        rest.first().map(|name| self.find_project(name)).transpose()
    }

    pub(super) fn find_project(&self, id_or_name: &str) -> Result<ProjectId, Failure> {
        self.account.organization.find_project(id_or_name).ok_or_else(|| Failure::project(id_or_name))
    }

    /// The repository the path names. One that is switched off is not found.
    pub(super) fn repository(&self) -> Result<RepositoryId, Failure> {
        let (project, name) = (self.project()?, self.named(0));
        let organization = &self.account.organization;
        let found = organization.find_repository(project, name);
        let enabled = found.filter(|id| !organization.repository(*id).disabled);
        enabled.ok_or_else(|| Failure::repository(name))
    }

    /// Whether the caller may do what `bits` say with the subscriptions of a project, or (`None`)
    /// of the organization.
    pub(super) fn may(&self, bits: u32, project: Option<Guid>) -> bool {
        self.account.grants.of(self.caller, project).hold(bits)
    }

    pub(super) fn check(&self, bits: u32, project: Option<Guid>) -> Result<(), Failure> {
        if self.may(bits, project) {
            return Ok(());
        }
        let action = match bits {
            EDIT => "Edit Subscription",
            DELETE => "Delete Subscription",
            _ => "View Subscription",
        };
        let (status, token) = (self.quirks.forbidden_status, rights::token(project));
        Err(Failure::access_denied(status, self.caller, &token, action))
    }
}
