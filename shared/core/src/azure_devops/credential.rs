//! With what Hookpost proves to Azure DevOps who it is.

use jiff::civil::Date;

use crate::azure_devops::token::PersonalAccessToken;
use crate::entra::access_token::AccessToken;
use crate::entra::app::EntraApp;

/// The credential of an integration, as it is configured and stored.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A personal access token.
    Pat {
        /// The token.
        token: PersonalAccessToken,
        /// The last day on which it works, as the operator declared it.
        expires_on: Option<Date>,
    },
    /// An app in Entra that trusts the roles of this deployment. Nothing of it is secret or expires.
    Entra {
        /// The app.
        app: EntraApp,
        /// The subjects of those roles at the last `connect`. A role that is replaced has another one.
        subjects: Vec<String>,
    },
}

impl Credential {
    /// The last day on which the credential works, as far as an operator has declared it.
    pub fn expires_on(&self) -> Option<Date> {
        match self {
            Self::Pat { expires_on, .. } => *expires_on,
            Self::Entra { .. } => None,
        }
    }

    /// The app, where there is no token.
    pub fn app(&self) -> Option<&EntraApp> {
        match self {
            Self::Pat { .. } => None,
            Self::Entra { app, .. } => Some(app),
        }
    }

    /// Whether both are the same, letter for letter.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pat { token, .. }, Self::Pat { token: other, .. }) => token.expose() == other.expose(),
            (Self::Entra { app, .. }, Self::Entra { app: other, .. }) => app == other,
            (Self::Pat { .. }, Self::Entra { .. }) | (Self::Entra { .. }, Self::Pat { .. }) => false,
        }
    }
}

/// What a request to Azure DevOps carries in its header `Authorization`.
#[derive(Clone, Debug)]
pub enum AccessCredential {
    /// Basic authentication with a personal access token.
    Basic(PersonalAccessToken),
    /// An access token of Entra.
    Bearer(AccessToken),
}
