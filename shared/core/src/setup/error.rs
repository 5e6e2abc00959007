//! Why `setup` refused: a stable code, and a message that says what to do.

use std::fmt;

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
    VaultUnavailable,
    /// A delivery with the password did not come through.
    NotProven,
    /// A queue cannot be used.
    QueueUnavailable,
    /// There was no time left for it.
    OutOfTime,
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
            Self::VaultUnavailable => "VaultUnavailable",
            Self::NotProven => "NotProven",
            Self::QueueUnavailable => "QueueUnavailable",
            Self::OutOfTime => "OutOfTime",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
