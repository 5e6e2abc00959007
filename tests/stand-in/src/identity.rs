//! People, teams and apps, as a body shows them in `pushedBy`, `createdBy`, `author`, `reviewers`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::Uuid;

/// A person, a team or an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The account's id.
    pub id: Uuid,
    /// The name that messages show.
    pub display_name: String,
    /// A mail address for people; `vstfs:///…` for a team; tenant and object id for an app.
    pub unique_name: String,
    /// The address in Git commits, which need not be the account's.
    pub mail: String,
    /// What the identity is.
    pub kind: IdentityKind,
}

/// What an identity is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdentityKind {
    /// A person.
    #[default]
    Person,
    /// A team, which can be a reviewer.
    Team,
    /// The service principal of an app in Entra.
    ServicePrincipal,
}

impl Identity {
    /// Subject descriptor: a prefix for the kind of account, and an opaque rest. The prefix of service principals is
    /// that of the Graph reference.
    pub(super) fn descriptor(&self) -> String {
        let prefix = match self.kind {
            IdentityKind::Person => "aad",
            IdentityKind::Team => "vssgp",
            IdentityKind::ServicePrincipal => "aadsp",
        };
        format!("{prefix}.{}", STANDARD_NO_PAD.encode(self.id.to_string()))
    }

    /// The identity's claims, as `connectionData` names them. That of service principals is assumed.
    pub(super) fn claims_descriptor(&self) -> String {
        let kind = match self.kind {
            IdentityKind::ServicePrincipal => "Microsoft.VisualStudio.Services.Claims.AadServicePrincipal",
            IdentityKind::Person | IdentityKind::Team => "Microsoft.IdentityModel.Claims.ClaimsIdentity",
        };
        format!("{kind};{}", self.unique_name)
    }
}
