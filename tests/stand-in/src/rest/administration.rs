//! What administrators do to projects, repositories, people and the organization itself.

use super::access::Access;
use super::{Account, ApiError, Item, StandIn, Status};
use crate::repository::{Project, Repository};
use crate::{Identity, ProjectId, RepositoryId};

impl StandIn {
    /// Renames a project. Its id stays, and subscriptions to it go on.
    pub fn rename_project(&self, organization: &str, id: ProjectId, name: &str) {
        self.project(organization, id, |project| name.clone_into(&mut project.name));
    }

    /// Deletes a project with its repositories. That its subscriptions stay, without events, is assumed.
    pub fn delete_project(&self, organization: &str, id: ProjectId) {
        self.project(organization, id, |project| project.is_deleted = true);
    }

    /// Hides a project with its repositories and subscriptions from an identity. [`Self::allow`] shows it again.
    pub fn hide_project(&self, organization: &str, id: ProjectId, from: &Identity) {
        self.access(organization, |access| access.hide(Item::Project(id), from));
    }

    /// Renames a repository. Its id stays.
    pub fn rename_repository(&self, organization: &str, id: RepositoryId, name: &str) {
        self.repository(organization, id, |repository| name.clone_into(&mut repository.name));
    }

    /// Deletes a repository.
    pub fn delete_repository(&self, organization: &str, id: RepositoryId) {
        self.repository(organization, id, |repository| repository.is_deleted = true);
    }

    /// Disables a repository: lists have it, and calls for it do not find it.
    pub fn disable_repository(&self, organization: &str, id: RepositoryId) {
        self.repository(organization, id, |repository| repository.is_disabled = true);
    }

    /// Hides a repository from an identity. [`Self::allow`] shows it again.
    pub fn hide_repository(&self, organization: &str, id: RepositoryId, from: &Identity) {
        self.access(organization, |access| access.hide(Item::Repository(id), from));
    }

    /// Renames an organization. Its id, subscriptions and tokens stay; calls to its old name get 404 and a page.
    pub fn rename_organization(&self, old: &str, new: &str) {
        self.account(old, |account| account.rename(new));
        for token in &mut self.shared.state().tokens {
            if token.organization.eq_ignore_ascii_case(old) {
                new.clone_into(&mut token.organization);
            }
        }
    }

    /// A person leaves: their tokens get 401, and their subscriptions are disabled.
    pub fn leave(&self, organization: &str, who: &Identity) {
        self.account(organization, |account| {
            account.access.leave(who);
            for hook in &mut account.organization.subscriptions {
                if hook.created_by.as_ref() == Some(who) {
                    hook.set_status(Status::DisabledByInactiveIdentity);
                }
            }
        });
    }

    /// Takes it that an identity was never added to the organization, as an app of the tenant is at first.
    pub fn exclude(&self, organization: &str, who: &Identity) {
        self.access(organization, |access| access.exclude(who));
    }

    /// Ends what [`Self::exclude`] or [`Self::leave`] began. Subscriptions stay disabled.
    pub fn admit(&self, organization: &str, who: &Identity) {
        self.access(organization, |access| access.admit(who));
    }

    /// Takes the permission "Contribute" in Git from an identity: calls that change code get 403 and TF401027.
    pub fn deny_contribute(&self, organization: &str, who: &Identity) {
        self.access(organization, |access| access.deny_contribute(who));
    }

    /// Answers every call for an item with this error, until [`Self::allow`]. Lists have the item still.
    pub fn refuse(&self, organization: &str, item: Item, status: u16, message: &str) {
        self.access(organization, |access| access.refuse(item, ApiError::refused(status, message)));
    }

    /// Ends what [`Self::refuse`], [`Self::hide_project`] and [`Self::hide_repository`] began.
    pub fn allow(&self, organization: &str, item: Item) {
        self.access(organization, |access| access.allow(item));
    }

    fn project(&self, organization: &str, id: ProjectId, change: impl FnOnce(&mut Project)) {
        self.organization(organization, |organization| change(&mut organization.projects[id.0]));
    }

    fn repository(&self, organization: &str, id: RepositoryId, change: impl FnOnce(&mut Repository)) {
        self.organization(organization, |organization| change(&mut organization.repositories[id.0]));
    }

    fn access(&self, organization: &str, change: impl FnOnce(&mut Access)) {
        self.account(organization, |account: &mut Account| change(&mut account.access));
    }
}
