//! The error of `setup` and `watch`: a stable code, and a message that tells the operator what to do.

mod conversions;
mod failed_call;
mod passed_over;

use std::fmt;

use crate::azure_devops::error::{Concerns, RestError};

pub(crate) use failed_call::{failed_call, failed_call_at};
pub(crate) use passed_over::{PassedOver, is_late};

/// An action failed. The message is for the operator and never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OperatorError {
    code: ErrorCode,
    message: String,
    problems: Vec<String>,
    concerns: Concerns,
}

impl OperatorError {
    /// An error with a code and a message, which ends the action.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), problems: Vec::new(), concerns: Concerns::EveryCall }
    }

    /// Whether a loop over several items passes over the item that failed: see [`RestError::concerns`].
    pub(crate) fn concerns(&self) -> Concerns {
        self.concerns
    }

    /// Whether the error ends a run without being a fault: its time is over, or Azure DevOps throttles for longer. The next
    /// run goes on where this one ended.
    pub fn ends_run(&self) -> bool {
        matches!(self.code, ErrorCode::OutOfTime | ErrorCode::RateLimited)
    }

    /// The same, beginning with the field of the request that it is about.
    pub(crate) fn at(self, field: &str) -> Self {
        Self { message: format!("`{field}`: {}", self.message), ..self }
    }

    /// The same with a further sentence.
    pub(crate) fn followed_by(self, sentence: Option<&str>) -> Self {
        let message = match sentence {
            Some(sentence) => format!("{}. {sentence}", self.message),
            None => self.message,
        };
        Self { message, ..self }
    }

    /// The same, with the problems of a request one by one.
    pub(crate) fn with_problems(self, problems: &[String]) -> Self {
        Self { problems: problems.to_vec(), ..self }
    }

    /// The problems of a request that is not valid, each with the name of its field in backticks.
    pub fn problems(&self) -> &[String] {
        &self.problems
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
    /// The token has expired, was revoked, lacks a scope, or belongs to another organization.
    TokenRefused,
    /// The token lacks the scope Code (read).
    TokenLacksCodeRead,
    /// The token lacks the scope Code (write).
    TokenLacksCodeWrite,
    /// The connected user or app lacks a permission, such as to edit service hook subscriptions. The message names it.
    PermissionMissing,
    /// A policy of the organization or of its directory blocks the token or the app.
    PolicyBlocked,
    /// Outbound web identity federation is switched off in the AWS account.
    FederationDisabled,
    /// The role of the function may not ask AWS STS who it is.
    FederationDenied,
    /// AWS STS cannot be used.
    StsUnavailable,
    /// The app in Entra does not trust the role of the function.
    RoleNotTrusted,
    /// Entra cannot be used now.
    EntraUnavailable,
    /// There is no such app in the tenant.
    EntraAppUnknown,
    /// There is no such tenant, or it is not the one of the organization.
    EntraTenantUnknown,
    /// The app is disabled.
    EntraAppDisabled,
    /// Entra refuses for another reason, which the message quotes.
    EntraRefused,
    /// The app is not a user of the organization.
    AppNotInOrganization,
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
    /// The name of the integration belongs to another organization, to a secret of another owner or stack, or to another
    /// template.
    IntegrationTaken,
    /// The webhook URL of the stack has changed, and `connect` has to move the subscriptions.
    ConnectNeeded,
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
    /// Another run of `setup` is at work on the integration.
    RunInProgress,
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
            Self::FederationDisabled => "FederationDisabled",
            Self::FederationDenied => "FederationDenied",
            Self::StsUnavailable => "StsUnavailable",
            Self::RoleNotTrusted => "RoleNotTrusted",
            Self::EntraUnavailable => "EntraUnavailable",
            Self::EntraAppUnknown => "EntraAppUnknown",
            Self::EntraTenantUnknown => "EntraTenantUnknown",
            Self::EntraAppDisabled => "EntraAppDisabled",
            Self::EntraRefused => "EntraRefused",
            Self::AppNotInOrganization => "AppNotInOrganization",
            Self::RateLimited => "RateLimited",
            Self::AzureDevOpsUnavailable => "AzureDevOpsUnavailable",
            Self::AzureDevOpsRefused => "AzureDevOpsRefused",
            Self::ServerUnsupported => "ServerUnsupported",
            Self::NotFound => "NotFound",
            Self::IntegrationUnknown => "IntegrationUnknown",
            Self::IntegrationTaken => "IntegrationTaken",
            Self::ConnectNeeded => "ConnectNeeded",
            Self::SecretScheduledForDeletion => "SecretScheduledForDeletion",
            Self::SecretsManagerUnavailable => "SecretsManagerUnavailable",
            Self::NotProven => "NotProven",
            Self::QueueUnavailable => "QueueUnavailable",
            Self::OutOfTime => "OutOfTime",
            Self::RunInProgress => "RunInProgress",
            Self::InternalError => "InternalError",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Turns a failed call to Azure DevOps into an [`OperatorError`] that names the failed operation.
pub(crate) trait RestResultExt<T> {
    /// The message is `operation`, the error, and what the operator should do.
    fn context(self, operation: impl AsRef<str>) -> Result<T, OperatorError>;
}

impl<T> RestResultExt<T> for Result<T, RestError> {
    fn context(self, operation: impl AsRef<str>) -> Result<T, OperatorError> {
        self.map_err(|error| failed_call(&error, operation.as_ref()))
    }
}
