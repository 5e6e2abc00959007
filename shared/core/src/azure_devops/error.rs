//! Failed calls to Azure DevOps, told apart by what the operator has to do.

use std::time::Duration;

/// Why a call to Azure DevOps did not give what was asked for.
///
/// Messages are Azure DevOps's own words, cut, cleaned of control characters and of our secrets; they may be empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// A sign-in page, or an answer for anonymous visitors: the token is not known, or is no token.
    #[error("Azure DevOps answers with its sign-in page: it does not know the personal access token")]
    SignInPage,
    /// The token is expired or revoked, belongs to another organization, or lacks the scope. [`RestError::token_rejection`]
    /// says which, as far as the message does.
    #[error("Azure DevOps does not accept the personal access token{}", because(.message))]
    Unauthorized {
        /// What it says.
        message: String,
    },
    /// The token is good, but its owner may not do this.
    #[error("Azure DevOps does not permit this to the owner of the personal access token{}", because(.message))]
    Forbidden {
        /// What it says.
        message: String,
    },
    /// There is no such thing, or none the owner of the token may see.
    #[error("Azure DevOps does not find it{}", because(.message))]
    NotFound {
        /// What it says.
        message: String,
    },
    /// A policy of the organization or of its directory stands against it.
    #[error("a policy of the organization blocks the personal access token{}", because(.message))]
    Policy {
        /// What it says.
        message: String,
    },
    /// Too many calls. Nothing was done; the same call may go through after that time.
    #[error("Azure DevOps asks to wait for {} s before the next call", .retry_after.as_secs())]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// It does not take the request as it is.
    #[error("Azure DevOps refuses the request with status {status}{}", because(.message))]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What it says.
        message: String,
    },
    /// It is out of order.
    #[error("Azure DevOps is not available at the moment: status {status}")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// There is no answer. The call may have had its effect all the same.
    #[error("Azure DevOps cannot be reached: {detail}")]
    Unreachable {
        /// What failed: the name, the connection, TLS, or the time.
        detail: String,
    },
    /// The answer makes no sense. The call may have had its effect all the same.
    #[error("the answer of Azure DevOps cannot be read: {detail}")]
    Unintelligible {
        /// What is wrong with it.
        detail: String,
    },
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// Its time is up.
    Expired,
    /// It was revoked.
    Revoked,
    /// Its owner is not known in this organization: the token is another organization's, or the owner has left.
    NotAMember,
    /// Not told: expired, revoked, or without the scope.
    Unsaid,
}

impl RestError {
    /// Why the token is not accepted, as far as the message says; `None` when that is not what happened.
    ///
    /// Azure DevOps has no code for it, only English; what cannot be read there is [`TokenRejection::Unsaid`].
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
            TokenRejection::Unsaid
        })
    }
}

fn because(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_message_is_a_sentence_too() {
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
    fn a_refusal_is_read_from_the_message() {
        check("Access Denied: The Personal Access Token used has expired.", TokenRejection::Expired);
        check("Access Denied: The Personal Access Token used has been revoked.", TokenRejection::Revoked);
        check(
            "TF400813: The user 'aaaaaaaa-…' is not authorized to access this resource.",
            TokenRejection::NotAMember,
        );
        check("", TokenRejection::Unsaid);
        assert_eq!(RestError::SignInPage.token_rejection(), None);
    }
}
