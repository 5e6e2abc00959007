//! Why `setup` refused: a stable code, and a message that says what to do.

use std::fmt;

use crate::azure_devops::error::{RestError, TokenRejection};
use crate::ports::RandomUnavailable;
use crate::quarantine::port::QuarantineError;
use crate::secrets::error::SecretStoreError;
use crate::watch::lease::CheckpointError;

/// A refusal. The message is for the operator; it never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SetupError {
    code: Code,
    message: String,
}

impl SetupError {
    /// A refusal with a finished message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is wrong, and what to do.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Stable codes; in the console they are the `errorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request itself is wrong.
    BadRequest,
    /// The organization URL is none, or not an allowed one.
    OrganizationUrl,
    /// There is no such organization.
    OrganizationUnknown,
    /// Azure DevOps does not know the token at all: mistyped, cut off, or not a token.
    TokenUnknown,
    /// The token has expired, was revoked, or belongs to another organization.
    TokenRefused,
    /// The token lacks the scope Code (read).
    TokenLacksCodeRead,
    /// The token lacks the scope Code (write).
    TokenLacksCodeWrite,
    /// The token's owner may not edit service hook subscriptions.
    PermissionMissing,
    /// A policy of the organization forbids this way in.
    PolicyBlocked,
    /// Azure DevOps asks to come back later.
    RateLimited,
    /// Azure DevOps cannot be reached, or answers with faults of its own.
    AzureDevOpsUnavailable,
    /// Azure DevOps refused something in words of its own.
    AzureDevOpsRefused,
    /// A project or repository in the request does not exist, or the token's owner does not see it.
    NotFound,
    /// There is no integration of that name.
    IntegrationUnknown,
    /// The name is taken, by another organization or by a secret that is not ours.
    IntegrationTaken,
    /// A secret is scheduled for deletion.
    SecretScheduledForDeletion,
    /// Secrets Manager refused or cannot be reached.
    SecretsManagerUnavailable,
    /// A delivery with the password did not come through.
    NotProven,
    /// A queue cannot be used.
    QueueUnavailable,
    /// There was no time left for it.
    OutOfTime,
    /// Something that should not fail did, such as the random number generator.
    InternalError,
}

impl Code {
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

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<SecretStoreError> for SetupError {
    fn from(error: SecretStoreError) -> Self {
        let code = match error {
            SecretStoreError::ScheduledForDeletion { .. } => Code::SecretScheduledForDeletion,
            SecretStoreError::NotOurs { .. } => Code::IntegrationTaken,
            SecretStoreError::Missing { .. } => Code::NotFound,
            _ => Code::SecretsManagerUnavailable,
        };
        Self::new(code, error.to_string())
    }
}

impl From<QuarantineError> for SetupError {
    fn from(error: QuarantineError) -> Self {
        Self::new(Code::QueueUnavailable, error.to_string())
    }
}

impl From<CheckpointError> for SetupError {
    fn from(error: CheckpointError) -> Self {
        Self::new(Code::QueueUnavailable, error.to_string())
    }
}

impl From<RandomUnavailable> for SetupError {
    fn from(error: RandomUnavailable) -> Self {
        Self::new(Code::InternalError, error.to_string())
    }
}

/// Says what was being done when Azure DevOps refused.
pub(crate) trait Context<T> {
    /// Puts `doing` before the error, and the advice that belongs to the error behind it.
    fn context(self, doing: impl AsRef<str>) -> Result<T, SetupError>;
}

impl<T> Context<T> for Result<T, RestError> {
    fn context(self, doing: impl AsRef<str>) -> Result<T, SetupError> {
        self.map_err(|error| refusal(&error, doing.as_ref()))
    }
}

/// A failed call as a refusal that says what to do.
pub(crate) fn refusal(error: &RestError, doing: &str) -> SetupError {
    let (code, advice) = match error {
        RestError::SignInPage => (
            Code::TokenUnknown,
            "the token is mistyped, cut off, or of another kind: copy it again from Azure DevOps",
        ),
        RestError::Unauthorized { .. } => (
            Code::TokenRefused,
            match error.token_rejection() {
                Some(TokenRejection::Expired) => {
                    "make a new token, and pass it to `connect` or `replace-token`"
                }
                Some(TokenRejection::Revoked) => "it was revoked: make a new token",
                Some(TokenRejection::NotAMember) => {
                    "its owner is not in this organization: use a token of this organization"
                }
                _ => {
                    "it is expired, revoked, of another organization, or lacks a scope: make a new one with the scope \
                      Code (Read & write) for this organization"
                }
            },
        ),
        RestError::Forbidden { .. } => (
            Code::PermissionMissing,
            "have an administrator grant \"Edit subscriptions\" to the token's owner",
        ),
        RestError::NotFound { .. } => {
            (Code::NotFound, "it does not exist, or the token's owner does not see it")
        }
        RestError::Policy { .. } => (
            Code::PolicyBlocked,
            "ask an administrator of the organization to allow personal access tokens from here",
        ),
        RestError::RateLimited { .. } => {
            (Code::RateLimited, "run this again later; what was done so far stays")
        }
        RestError::Rejected { .. } | RestError::Unintelligible { .. } => {
            (Code::AzureDevOpsRefused, "run this again; if it stays so, it is a defect to report")
        }
        RestError::Unavailable { .. } | RestError::Unreachable { .. } => {
            (Code::AzureDevOpsUnavailable, "run this again later; what was done so far stays")
        }
    };
    SetupError::new(code, format!("{doing}: {error}; {advice}"))
}
