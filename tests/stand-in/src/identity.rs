//! People, teams and accounts, as a body shows them in `pushedBy`, `createdBy`, `author`, `reviewers`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::Uuid;

/// A person or a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The account's id.
    pub id: Uuid,
    /// The name that messages show.
    pub display_name: String,
    /// A mail address for people; `vstfs:///…` for a team.
    pub unique_name: String,
    /// The address in Git commits, which need not be the account's.
    pub mail: String,
    /// Whether the identity is a team, which can be a reviewer.
    pub is_team: bool,
}

impl Identity {
    /// Subject descriptor: a prefix for the kind of account, and an opaque rest.
    pub(super) fn descriptor(&self) -> String {
        let prefix = if self.is_team { "vssgp" } else { "aad" };
        format!("{prefix}.{}", STANDARD_NO_PAD.encode(self.id.to_string()))
    }
}
