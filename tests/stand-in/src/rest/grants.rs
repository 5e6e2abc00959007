//! Permissions on subscriptions.
//!
//! Source: learn.microsoft.com, "Security namespaces and permissions reference" (`ServiceHooks`).

use crate::{Identity, Uuid};

/// Permissions of an identity, in a project or in the whole organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// "View subscriptions", bit 1.
    pub view: bool,
    /// "Edit subscriptions", bit 2.
    pub edit: bool,
    /// "Delete subscriptions", bit 4.
    pub delete: bool,
}

impl Permissions {
    /// Those of an administrator.
    pub const ALL: Self = Self { view: true, edit: true, delete: true };
    /// Those of a member of a project.
    pub const NONE: Self = Self { view: false, edit: false, delete: false };

    /// Whether all permissions of a bit mask are among them.
    pub(super) fn include(self, bits: u32) -> bool {
        let own = [(self.view, VIEW), (self.edit, EDIT), (self.delete, DELETE)];
        let own: u32 = own.iter().filter(|(held, _)| *held).map(|(_, bit)| bit).sum();
        bits & !own == 0
    }
}

/// Granted permissions. An identity without a grant is an administrator.
#[derive(Debug, Default)]
pub(super) struct Grants(Vec<(Uuid, Option<Uuid>, Permissions)>);

impl Grants {
    /// For one project, or (`None`) for the organization and every project not named.
    pub(super) fn set(&mut self, identity: &Identity, project: Option<Uuid>, grants: Permissions) {
        self.0.retain(|(who, granted_in, _)| (*who, *granted_in) != (identity.id, project));
        self.0.push((identity.id, project, grants));
    }

    pub(super) fn of(&self, identity: &Identity, project: Option<Uuid>) -> Permissions {
        let find =
            |wanted| self.0.iter().find(|(who, granted_in, _)| *who == identity.id && *granted_in == wanted);
        find(project).or_else(|| find(None)).map_or(Permissions::ALL, |(.., grants)| *grants)
    }
}

/// The security token of a project's subscriptions, or of the organization's.
pub(super) fn token(project: Option<Uuid>) -> String {
    project.map_or_else(|| ROOT.to_owned(), |id| format!("{ROOT}/{id}"))
}

pub(super) const ROOT: &str = "PublisherSecurity";
pub(super) const VIEW: u32 = 1;
pub(super) const EDIT: u32 = 2;
pub(super) const DELETE: u32 = 4;
