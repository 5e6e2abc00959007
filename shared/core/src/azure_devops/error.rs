//! Errors of calls to Azure DevOps, distinguished by what the operator should do.

use std::time::Duration;

/// A call to Azure DevOps failed.
///
/// The field `message` is the message of Azure DevOps, truncated, without control characters and without our secrets;
/// it may be empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// Azure DevOps answered with its sign-in page, or as it answers anonymous users: it does not recognize the token.
    #[error("Azure DevOps answers with its sign-in page: it does not recognize the personal access token")]
    SignInPage,
    /// The token has expired, was revoked, belongs to another organization, or lacks the scope.
    /// [`RestError::token_rejection`] tells these cases apart where the message does.
    #[error("Azure DevOps does not accept the personal access token{}", colon_and(.message))]
    Unauthorized {
        /// The message of Azure DevOps.
        message: String,
    },
    /// Azure DevOps does not accept an access token of Entra, which has just been given out: the app is not a user of the
    /// organization.
    #[error("Azure DevOps does not know the app in this organization{}", colon_and(.message))]
    AppUnknown {
        /// The message of Azure DevOps.
        message: String,
    },
    /// The token is valid, but its owner lacks the permission for the call.
    #[error("the connected user or app lacks the permission in Azure DevOps{}", colon_and(.message))]
    Forbidden {
        /// The message of Azure DevOps.
        message: String,
        /// The permission that is missing.
        missing: MissingPermission,
    },
    /// The object does not exist, or the token's owner cannot see it.
    #[error("Azure DevOps does not find it{}", colon_and(.message))]
    NotFound {
        /// The message of Azure DevOps.
        message: String,
    },
    /// A policy of the organization or of its directory blocks the call.
    #[error("a policy of the organization blocks the call{}", colon_and(.message))]
    Policy {
        /// The message of Azure DevOps.
        message: String,
    },
    /// Azure DevOps throttles the calls. The call had no effect and may succeed after `retry_after`.
    #[error("Azure DevOps asks to wait for {} s before the next call", .retry_after.as_secs())]
    RateLimited {
        /// Time to wait before the next call.
        retry_after: Duration,
    },
    /// Azure DevOps rejected the request.
    #[error("Azure DevOps rejects the request with status {status}{}", colon_and(.message))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The message of Azure DevOps.
        message: String,
    },
    /// The server is older than the API that Hookpost uses.
    #[error("this Azure DevOps Server is too old{}", colon_and(.message))]
    UnsupportedVersion {
        /// The message of Azure DevOps.
        message: String,
    },
    /// Azure DevOps answered with a server error.
    #[error("Azure DevOps is temporarily unavailable: status {status}{}", colon_and(.message))]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// The message of Azure DevOps.
        message: String,
    },
    /// The time of the function is over. The call was not made.
    #[error("the time of the function is over")]
    OutOfTime,
    /// Azure DevOps did not respond. The call may have taken effect.
    #[error("Azure DevOps cannot be reached: {detail}")]
    Unreachable {
        /// The cause: name resolution, the connection, TLS, or a timeout.
        detail: String,
    },
    /// The response cannot be parsed. The call may have taken effect.
    #[error("the response of Azure DevOps cannot be read: {detail}")]
    UnreadableResponse {
        /// What is wrong with the response.
        detail: String,
    },
}

/// The permission that a call needs and the token's owner lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingPermission {
    /// "View subscriptions" of a project or of the organization.
    ViewSubscriptions,
    /// "Edit subscriptions" of a project or of the organization.
    EditSubscriptions,
    /// Administering the notifications of the organization, which subscriptions to all projects need.
    AdministerNotifications,
    /// A permission on a Git repository, by the name that Azure DevOps gives it, such as `GenericRead`.
    Git(String),
    /// The message names none that is known.
    Unknown,
}

/// What an error says about the calls that would follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concerns {
    /// The project, repository, subscription or delivery of this call. Calls for others may succeed.
    OneItem,
    /// Every call with this token.
    EveryCall,
}

/// Why Azure DevOps does not accept a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// The token has expired.
    Expired,
    /// The token was revoked.
    Revoked,
    /// The owner is not a member of the organization: the token belongs to another organization, or the owner has left.
    NotAMember,
    /// The message does not name the reason: the token has expired, was revoked, or lacks the scope.
    Unspecified,
}

impl RestError {
    /// Whether the error is about the one item of the call. A loop over several items names such an item and goes on
    /// with the next; it ends at an error that concerns every call.
    ///
    /// A single server error or lost connection is counted to the item. Where several items in a row have one, Azure
    /// DevOps is down, which the loop has to notice.
    pub fn concerns(&self) -> Concerns {
        match self {
            Self::Forbidden { .. }
            | Self::NotFound { .. }
            | Self::Rejected { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable { .. }
            | Self::UnreadableResponse { .. } => Concerns::OneItem,
            Self::SignInPage
            | Self::Unauthorized { .. }
            | Self::AppUnknown { .. }
            | Self::Policy { .. }
            | Self::RateLimited { .. }
            | Self::UnsupportedVersion { .. }
            | Self::OutOfTime => Concerns::EveryCall,
        }
    }

    /// Whether Azure DevOps gave no answer of its own: none at all, a server error, or a page that cannot be read.
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Unreachable { .. } | Self::UnreadableResponse { .. })
    }

    /// Whether the call may have had its effect.
    pub fn leaves_outcome_open(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::UnreadableResponse { .. }
                | Self::Unavailable { status: 408 | 502 | 503 | 504, .. }
        )
    }

    /// Why Azure DevOps does not accept the token; `None` for errors other than [`RestError::Unauthorized`].
    ///
    /// Azure DevOps returns no code for the reason, only an English message. Other messages are
    /// [`TokenRejection::Unspecified`].
    pub fn token_rejection(&self) -> Option<TokenRejection> {
        let Self::Unauthorized { message } = self else {
            return None;
        };
        let message = message.to_ascii_lowercase();
        Some(if message.contains("expired") {
            TokenRejection::Expired
        } else if message.contains("revoked") {
            TokenRejection::Revoked
        } else if message.contains("tf400813") {
            TokenRejection::NotAMember
        } else {
            TokenRejection::Unspecified
        })
    }
}

fn colon_and(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_message_ends_without_a_colon() {
        let not_found = |message: &str| RestError::NotFound { message: message.to_owned() }.to_string();
        assert_eq!(not_found(""), "Azure DevOps does not find it");
        assert_eq!(not_found("TF200016: no."), "Azure DevOps does not find it: TF200016: no.");
    }

    #[track_caller]
    fn check(message: &str, expected: TokenRejection) {
        let error = RestError::Unauthorized { message: message.to_owned() };
        assert_eq!(error.token_rejection(), Some(expected), "{message}");
    }

    #[test]
    fn the_token_rejection_is_found_in_the_message() {
        check("Access Denied: The Personal Access Token used has expired.", TokenRejection::Expired);
        check("Access Denied: The Personal Access Token used has been revoked.", TokenRejection::Revoked);
        check(
            "TF400813: The user 'aaaaaaaa-…' is not authorized to access this resource.",
            TokenRejection::NotAMember,
        );
        check("", TokenRejection::Unspecified);
        assert_eq!(RestError::SignInPage.token_rejection(), None);
    }
}
