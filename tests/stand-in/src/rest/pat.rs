//! Personal access tokens.
//!
//! Source: learn.microsoft.com, "Use personal access tokens", and the scopes at each operation of the
//! REST reference.

use std::fmt;

use crate::Identity;

/// A personal access token and its owner.
#[derive(Clone)]
pub struct PersonalAccessToken {
    pub(super) secret: String,
    pub(super) owner: Identity,
    pub(super) organization: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) status: TokenStatus,
}

impl PersonalAccessToken {
    /// A valid token for one organization with the scopes Code (Read & write) and Project and Team
    /// (Read).
    pub fn new(secret: &str, organization: &str, owner: &Identity) -> Self {
        Self {
            secret: secret.to_owned(),
            owner: owner.clone(),
            organization: organization.to_owned(),
            scopes: vec![Scope::CodeWrite, Scope::Project],
            status: TokenStatus::Valid,
        }
    }

    /// Sets the scopes.
    #[must_use]
    pub fn scopes(mut self, scopes: &[Scope]) -> Self {
        self.scopes = scopes.to_vec();
        self
    }

    /// Makes the token an expired one.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.status = TokenStatus::Expired;
        self
    }

    /// Makes the token a revoked one.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.status = TokenStatus::Revoked;
        self
    }

    pub(super) fn has(&self, needed: Scope) -> bool {
        self.scopes.iter().any(|scope| scope.covers(needed))
    }
}

impl fmt::Debug for PersonalAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonalAccessToken({:?}, {}, {:?})", self.status, self.organization, self.scopes)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenStatus {
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
    /// `vso.code_manage`, on the page "Code (Read, write, & manage)".
    CodeManage,
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
    fn covers(self, needed: Self) -> bool {
        match needed {
            Self::Code => matches!(self, Self::Code | Self::CodeWrite | Self::CodeManage | Self::Full),
            Self::CodeWrite => matches!(self, Self::CodeWrite | Self::CodeManage | Self::Full),
            _ => self == needed || self == Self::Full,
        }
    }
}
