//! People and accounts, as they stand in a body's `pushedBy`, `createdBy`, `author`, `reviewers`.

use super::ids::Guid;

/// Somebody or something that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Azure DevOps calls the account by it.
    pub id: Guid,
    /// What messages say.
    pub display_name: String,
    /// A mail address for people; `DOMAIN\user` on premises; `Build\{guid}` for a build service;
    /// `vstfs:///…` for a team.
    pub unique_name: String,
    /// The address Git commits carry, which need not be the account's.
    pub mail: String,
    /// Person, service or team.
    pub kind: Kind,
}

/// What sort of account an [`Identity`] is; it decides the descriptor's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An Entra account.
    Person,
    /// An account of a Windows domain, on premises.
    DomainUser,
    /// The service account of a pipeline.
    BuildService,
    /// A team or group, which can be a reviewer.
    Team,
}

impl Identity {
    /// Whether it stands for several people.
    pub fn is_team(&self) -> bool {
        self.kind == Kind::Team
    }

    /// Subject descriptor: a prefix that tells the kind, and an opaque rest.
    pub(super) fn descriptor(&self) -> String {
        use base64::Engine as _;
        let prefix = match self.kind {
            Kind::Person => "aad",
            Kind::DomainUser => "win",
            Kind::BuildService => "svc",
            Kind::Team => "vssgp",
        };
        let opaque = base64::engine::general_purpose::STANDARD_NO_PAD.encode(self.id.to_string());
        format!("{prefix}.{opaque}")
    }
}
