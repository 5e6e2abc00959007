//! Who may do what with subscriptions.
//!
//! Source: learn.microsoft.com, "Security namespaces and permissions reference" (`ServiceHooks`).

use crate::{Guid, Identity};

/// Permissions of an identity, in a project or in the whole organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// "View subscriptions", bit 1.
    pub view: bool,
    /// "Edit subscriptions", bit 2.
    pub edit: bool,
    /// "Delete subscriptions", bit 4.
    pub delete: bool,
}

impl Rights {
    /// What an administrator has.
    pub const ALL: Self = Self { view: true, edit: true, delete: true };
    /// What any member of a project has.
    pub const NONE: Self = Self { view: false, edit: false, delete: false };

    /// Whether all permissions of a bit mask are among them.
    pub(super) fn hold(self, bits: u32) -> bool {
        let own = [(self.view, VIEW), (self.edit, EDIT), (self.delete, DELETE)];
        let own: u32 = own.iter().filter(|(held, _)| *held).map(|(_, bit)| bit).sum();
        bits & !own == 0
    }
}

/// What has been granted; whoever is not named is an administrator.
#[derive(Debug, Default)]
pub(super) struct Grants(Vec<(Guid, Option<Guid>, Rights)>);

impl Grants {
    /// For one project, or (`None`) for the organization and every project not named.
    pub(super) fn set(&mut self, identity: &Identity, project: Option<Guid>, rights: Rights) {
        self.0.retain(|(who, where_, _)| (*who, *where_) != (identity.id, project));
        self.0.push((identity.id, project, rights));
    }

    pub(super) fn of(&self, identity: &Identity, project: Option<Guid>) -> Rights {
        let find = |wanted| self.0.iter().find(|(who, where_, _)| *who == identity.id && *where_ == wanted);
        find(project).or_else(|| find(None)).map_or(Rights::ALL, |(.., rights)| *rights)
    }
}

/// The security token of a project's subscriptions, or of the organization's.
pub(super) fn token(project: Option<Guid>) -> String {
    project.map_or_else(|| ROOT.to_owned(), |id| format!("{ROOT}/{id}"))
}

pub(super) const ROOT: &str = "PublisherSecurity";
pub(super) const VIEW: u32 = 1;
pub(super) const EDIT: u32 = 2;
pub(super) const DELETE: u32 = 4;
