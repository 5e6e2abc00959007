//! Failed calls to Azure DevOps as errors of `setup`: what failed, why, and what the operator should do.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::azure_devops::error::{MissingPermission, RestError, TokenRejection};
use crate::azure_devops::token::GLOBAL_TOKENS_END;
use crate::error::{ErrorCode, OperatorError};

/// The [`OperatorError`] for a failed call. `operation` says what failed, such as "the repositories could not be listed".
pub(crate) fn failed_call(error: &RestError, operation: &str) -> OperatorError {
    let message = match deactivated(error) {
        Some(reason) => format!("{operation}: the organization is deactivated: {reason}"),
        None => format!("{operation}: {error}"),
    };
    let message = format!("{}; {}", message.trim_end_matches('.'), advice(error));
    OperatorError { concerns: error.concerns(), ..OperatorError::new(code(error), message) }
}

/// The same for a token that was refused, with a further cause where `now` allows it: Azure DevOps ended tokens for
/// all organizations on one day. No response tells such a token from others.
pub(crate) fn failed_call_at(error: &RestError, operation: &str, now: Timestamp) -> OperatorError {
    let failure = failed_call(error, operation);
    let is_about_the_token = matches!(error, RestError::SignInPage | RestError::Unauthorized { .. });
    if !is_about_the_token || now.to_zoned(TimeZone::UTC).date() < GLOBAL_TOKENS_END {
        return failure;
    }
    let message = format!(
        "{failure}. If it was a token for all accessible organizations: Azure DevOps ended those on \
         {GLOBAL_TOKENS_END}, so create one for this organization only"
    );
    OperatorError { message, ..failure }
}

fn code(error: &RestError) -> ErrorCode {
    match error {
        RestError::SignInPage => ErrorCode::TokenUnknown,
        RestError::Unauthorized { .. } => ErrorCode::TokenRefused,
        RestError::AppUnknown { .. } => ErrorCode::AppNotInOrganization,
        RestError::Forbidden { .. } => ErrorCode::PermissionMissing,
        RestError::NotFound { .. } => ErrorCode::NotFound,
        RestError::Policy { .. } => ErrorCode::PolicyBlocked,
        RestError::RateLimited { .. } => ErrorCode::RateLimited,
        RestError::Rejected { .. } | RestError::UnreadableResponse { .. } => ErrorCode::AzureDevOpsRefused,
        RestError::UnsupportedVersion { .. } => ErrorCode::ServerUnsupported,
        RestError::OutOfTime => ErrorCode::OutOfTime,
        RestError::Unavailable { .. } | RestError::Unreachable { .. } => ErrorCode::AzureDevOpsUnavailable,
    }
}

/// What the operator should do.
fn advice(error: &RestError) -> String {
    let advice = match error {
        RestError::SignInPage => {
            "the token is mistyped, truncated, or not a personal access token: copy it again from Azure DevOps"
        }
        RestError::Unauthorized { .. } => match error.token_rejection() {
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
        RestError::AppUnknown { .. } => {
            "add it in Organization settings, Users, with the access level Basic, and use an \
             app of the tenant that the organization is connected to; where it is a user already, its access token was \
             revoked, so run this again"
        }
        RestError::Forbidden { missing, .. } => return grant(missing),
        RestError::NotFound { .. } => "it does not exist, or the connected user or app cannot see it",
        RestError::Policy { .. } => {
            "ask an administrator of the organization to allow personal access tokens from here, or to exempt the app"
        }
        RestError::Rejected { .. } | RestError::UnreadableResponse { .. } => {
            "run this again; if it keeps failing, report it as a defect"
        }
        RestError::UnsupportedVersion { .. } => {
            "Hookpost needs Azure DevOps Server 2022.1 or later, which has version 7.1 of the REST API: upgrade the \
             server"
        }
        RestError::Unavailable { .. } if deactivated(error).is_some() => {
            "have an owner of the organization reactivate it, then run this again"
        }
        RestError::OutOfTime => "run this again; the changes made so far stay",
        RestError::RateLimited { retry_after } => {
            let seconds = retry_after.as_secs().max(1);
            return format!("run the same request again in {seconds} s; the changes made so far stay");
        }
        RestError::Unavailable { .. } | RestError::Unreachable { .. } => {
            "run this again later; the changes made so far stay"
        }
    };
    advice.to_owned()
}

/// Who has to grant which permission, by the name that Azure DevOps shows in its settings.
fn grant(missing: &MissingPermission) -> String {
    let permission = match missing {
        MissingPermission::ViewSubscriptions => {
            "\"View subscriptions\", which is needed beside \"Edit subscriptions\","
        }
        MissingPermission::EditSubscriptions => {
            return "have an administrator grant \"Edit subscriptions\" to the connected user or app; for the whole \
                    organization, it must also be allowed to administer its notifications, as project \
                    collection administrators are"
                .to_owned();
        }
        MissingPermission::AdministerNotifications => {
            return "subscriptions of the whole organization need the permission to administer its notifications, \
                    too: connect as a project collection administrator, or pass `projects`"
                .to_owned();
        }
        MissingPermission::Git(name) => {
            return format!(
                "have an administrator grant \"{}\" on the repository to the connected user or app",
                git_permission(name)
            );
        }
        MissingPermission::Unknown => {
            "the permission that is missing (\"View subscriptions\" and \"Edit subscriptions\" for service hooks, \
             \"Read\" for repositories)"
        }
    };
    format!("have an administrator grant {permission} to the connected user or app")
}

/// The name of a Git permission in the security settings of a repository, for those that Hookpost needs.
///
/// Source: Microsoft, "Security namespaces and permissions reference" (`Git Repositories`).
fn git_permission(name: &str) -> &str {
    match name {
        "GenericRead" => "Read",
        "GenericContribute" => "Contribute",
        "PullRequestContribute" => "Contribute to pull requests",
        other => other,
    }
}

/// The message of a deactivated organization (`TF24668`), which Azure DevOps answers with 503.
fn deactivated(error: &RestError) -> Option<&str> {
    match error {
        RestError::Unavailable { message, .. } if message.contains("TF24668") => Some(message),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
