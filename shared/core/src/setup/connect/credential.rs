//! The credential of a `connect` request, and switching from one kind to the other.

use crate::azure_devops::credential::Credential;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::IntegrationConfig;
use crate::ports::Ports;
use crate::setup::Setup;
use crate::setup::request::credential::RequestedCredential;

impl<P: Ports> Setup<P> {
    /// The credential of a request. A token is read from its secret where the request names one.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BadRequest`] for an app and a server: Azure DevOps Server knows no access tokens of Entra.
    pub(in crate::setup) async fn requested(
        &self,
        requested: &RequestedCredential,
        organization_url: &OrganizationUrl,
    ) -> Result<Credential, OperatorError> {
        match requested {
            RequestedCredential::Token { token, expires_on } => {
                Ok(Credential::Pat { token: self.integrations.token(token).await?, expires_on: *expires_on })
            }
            RequestedCredential::Entra(_) if organization_url.is_server() => {
                let message =
                    "`entra` works with Azure DevOps Services only: pass `patSecretId` for a server";
                Err(OperatorError::new(ErrorCode::BadRequest, message))
            }
            RequestedCredential::Entra(app) => {
                let subjects = self.integrations.sign_in.roles.subjects();
                let subjects = subjects.map(|(_, subject)| subject.to_owned()).collect();
                Ok(Credential::Entra { app: app.clone(), subjects })
            }
        }
    }
}

/// Whether the integration switches from a token to an app, or back, or a run that did so was cut off. Then the
/// subscriptions are renewed: their creator is a user or app that may leave.
pub(super) fn switches_kind(before: Option<&IntegrationConfig>, credential: &Credential) -> bool {
    before.is_some_and(|before| {
        before.is_renewing || before.credential.app().is_some() != credential.app().is_some()
    })
}

/// What is stored of a credential. The name of the secret follows.
pub(super) fn describe_stored(credential: &Credential) -> &'static str {
    match credential {
        Credential::Pat { .. } => "stored the token in",
        Credential::Entra { .. } => "stored the tenant and client id, and no token, in",
    }
}

/// What the operator should also do after this run.
pub(super) fn further_step(before: Option<&IntegrationConfig>, credential: &Credential) -> &'static str {
    match (before.map(|before| &before.credential), credential) {
        (Some(Credential::Pat { .. }), Credential::Entra { .. }) => {
            "; look at the next pass of `watch`, which signs in with its own role, then revoke the former token"
        }
        (None | Some(Credential::Entra { .. }), Credential::Entra { .. }) => {
            "; the next pass of `watch` signs in with its own role, and its log says so if the app does not trust it"
        }
        (Some(Credential::Entra { .. }), Credential::Pat { .. }) => {
            "; remove the app from the organization if nothing else uses it"
        }
        (_, Credential::Pat { .. }) => "",
    }
}
