//! The error of `setup` and `watch`: a stable code, and a message that tells the operator what to do.

mod conversions;

use std::fmt;

use crate::azure_devops::error::{RestError, TokenRejection};

/// An action failed. The message is for the operator and never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SetupError {
    code: ErrorCode,
    message: String,
}

impl SetupError {
    /// An error with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What is wrong, and what the operator should do.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Stable error codes. Lambda returns them as `errorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request is not valid.
    BadRequest,
    /// The organization URL cannot be parsed, or its host is not allowed.
    OrganizationUrl,
    /// The organization does not exist.
    OrganizationUnknown,
    /// Azure DevOps does not recognize the token: it is mistyped, truncated, or no personal access token.
    TokenUnknown,
    /// The token has expired, was revoked, or belongs to another organization.
    TokenRefused,
    /// The token lacks the scope Code (read).
    TokenLacksCodeRead,
    /// The token lacks the scope Code (write).
    TokenLacksCodeWrite,
    /// The token's owner may not edit service hook subscriptions.
    PermissionMissing,
    /// A policy of the organization blocks the token.
    PolicyBlocked,
    /// Azure DevOps throttles the calls.
    RateLimited,
    /// Azure DevOps cannot be reached, or answers with a server error.
    AzureDevOpsUnavailable,
    /// Azure DevOps rejected a request, or its response cannot be read. The message quotes Azure DevOps.
    AzureDevOpsRefused,
    /// The Azure DevOps Server is older than 2022.1.
    ServerUnsupported,
    /// A project, repository or secret does not exist, or the token's owner cannot see it.
    NotFound,
    /// The integration does not exist.
    IntegrationUnknown,
    /// The name of the integration belongs to another organization, or to a secret that Hookpost does not own.
    IntegrationTaken,
    /// A secret is scheduled for deletion.
    SecretScheduledForDeletion,
    /// Secrets Manager refused a call or cannot be reached.
    SecretsManagerUnavailable,
    /// A test delivery failed.
    NotProven,
    /// A queue cannot be used.
    QueueUnavailable,
    /// The time limit was reached.
    OutOfTime,
    /// An internal failure, such as the random number generator giving no bytes.
    InternalError,
}

impl ErrorCode {
    /// The code as text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::OrganizationUrl => "OrganizationUrl",
            Self::OrganizationUnknown => "OrganizationUnknown",
            Self::TokenUnknown => "TokenUnknown",
            Self::TokenRefused => "TokenRefused",
            Self::TokenLacksCodeRead => "TokenLacksCodeRead",
            Self::TokenLacksCodeWrite => "TokenLacksCodeWrite",
            Self::PermissionMissing => "PermissionMissing",
            Self::PolicyBlocked => "PolicyBlocked",
            Self::RateLimited => "RateLimited",
            Self::AzureDevOpsUnavailable => "AzureDevOpsUnavailable",
            Self::AzureDevOpsRefused => "AzureDevOpsRefused",
            Self::ServerUnsupported => "ServerUnsupported",
            Self::NotFound => "NotFound",
            Self::IntegrationUnknown => "IntegrationUnknown",
            Self::IntegrationTaken => "IntegrationTaken",
            Self::SecretScheduledForDeletion => "SecretScheduledForDeletion",
            Self::SecretsManagerUnavailable => "SecretsManagerUnavailable",
            Self::NotProven => "NotProven",
            Self::QueueUnavailable => "QueueUnavailable",
            Self::OutOfTime => "OutOfTime",
            Self::InternalError => "InternalError",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Turns a failed call to Azure DevOps into a [`SetupError`] that names the failed operation.
pub(crate) trait Context<T> {
    /// The message is `operation`, the error, and what the operator should do.
    fn context(self, operation: impl AsRef<str>) -> Result<T, SetupError>;
}

impl<T> Context<T> for Result<T, RestError> {
    fn context(self, operation: impl AsRef<str>) -> Result<T, SetupError> {
        self.map_err(|error| refusal(&error, operation.as_ref()))
    }
}

/// The [`SetupError`] for a failed call. `operation` says what failed, such as "the repositories could not be listed".
pub(crate) fn refusal(error: &RestError, operation: &str) -> SetupError {
    let (code, advice) = match error {
        RestError::SignInPage => (
            ErrorCode::TokenUnknown,
            "the token is mistyped, truncated, or not a personal access token: copy it again from Azure DevOps",
        ),
        RestError::Unauthorized { .. } => (
            ErrorCode::TokenRefused,
            match error.token_rejection() {
                Some(TokenRejection::Expired) => {
                    "create a new token, and pass it to `connect` or `replace-token`"
                }
                Some(TokenRejection::Revoked) => "it was revoked: create a new token",
                Some(TokenRejection::NotAMember) => {
                    "its owner is not in this organization: use a token of this organization"
                }
                _ => {
                    "it has expired, was revoked, belongs to another organization, or lacks a scope: create a new one \
                     with the scope Code (Read & write) for this organization"
                }
            },
        ),
        RestError::Forbidden { .. } => (
            ErrorCode::PermissionMissing,
            "have an administrator grant \"Edit subscriptions\" to the token's owner",
        ),
        RestError::NotFound { .. } => {
            (ErrorCode::NotFound, "it does not exist, or the token's owner cannot see it")
        }
        RestError::Policy { .. } => (
            ErrorCode::PolicyBlocked,
            "ask an administrator of the organization to allow personal access tokens from here",
        ),
        RestError::RateLimited { .. } => {
            (ErrorCode::RateLimited, "run this again later; the changes made so far stay")
        }
        RestError::Rejected { .. } | RestError::UnreadableResponse { .. } => {
            (ErrorCode::AzureDevOpsRefused, "run this again; if it keeps failing, report it as a defect")
        }
        RestError::UnsupportedVersion { .. } => {
            (ErrorCode::ServerUnsupported, "upgrade to Azure DevOps Server 2022.1 or later")
        }
        RestError::OutOfTime => (ErrorCode::OutOfTime, "run this again; the changes made so far stay"),
        RestError::Unavailable { .. } | RestError::Unreachable { .. } => {
            (ErrorCode::AzureDevOpsUnavailable, "run this again later; the changes made so far stay")
        }
    };
    SetupError::new(code, format!("{operation}: {error}; {advice}"))
}
