//! Personal access tokens.
//!
//! Source: learn.microsoft.com, "Use personal access tokens" and the scopes listed with each
//! operation of the REST reference.

use std::fmt;

use crate::Identity;

/// A token as the service knows it.
#[derive(Clone)]
pub struct PersonalAccessToken {
    pub(super) secret: String,
    pub(super) owner: Identity,
    pub(super) reach: Reach,
    pub(super) scopes: Vec<Scope>,
    pub(super) standing: Standing,
}

impl PersonalAccessToken {
    /// A valid token for one organization with the scopes that Hookpost asks for: Code (Read &
    /// write) and Project and Team (Read).
    pub fn new(secret: &str, organization: &str, owner: &Identity) -> Self {
        Self {
            secret: secret.to_owned(),
            owner: owner.clone(),
            reach: Reach::One(organization.to_owned()),
            scopes: vec![Scope::CodeWrite, Scope::Project],
            standing: Standing::Valid,
        }
    }

    /// Other scopes.
    #[must_use]
    pub fn scopes(mut self, scopes: &[Scope]) -> Self {
        self.scopes = scopes.to_vec();
        self
    }

    /// A token for every organization its owner can get into.
    #[must_use]
    pub fn global(mut self) -> Self {
        self.reach = Reach::All;
        self
    }

    /// A token whose time is over.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.standing = Standing::Expired;
        self
    }

    /// A token somebody has taken back.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.standing = Standing::Revoked;
        self
    }

    pub(super) fn opens(&self, organization: &str) -> bool {
        match &self.reach {
            Reach::One(name) => name.eq_ignore_ascii_case(organization),
            Reach::All => true,
        }
    }

    pub(super) fn has(&self, wanted: Scope) -> bool {
        self.scopes.iter().any(|scope| scope.covers(wanted))
    }
}

impl fmt::Debug for PersonalAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalAccessToken({:?}, {:?}, {:?})", self.standing, self.reach, self.scopes)
    }
}

/// Where a token is good.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    One(String),
    All,
}

/// Whether it still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Valid,
    Expired,
    Revoked,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `vso.code`, on the page "Code (Read)".
    Code,
    /// `vso.code_write`, on the page "Code (Read & write)".
    CodeWrite,
    /// `vso.project`, on the page "Project and Team (Read)".
    Project,
    /// `vso.work`, on the page "Work Items (Read)".
    Work,
    /// `vso.build`, on the page "Build (Read)".
    Build,
    /// On the page "Full access".
    Full,
}

impl Scope {
    fn covers(self, wanted: Self) -> bool {
        self == wanted || self == Self::Full || (self == Self::CodeWrite && wanted == Self::Code)
    }
}
