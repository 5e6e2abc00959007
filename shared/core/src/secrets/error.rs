//! Why the vault did not do something, told apart by what the operator does about it.

use jiff::Timestamp;

use crate::secrets::version::VersionId;

/// An operation that did not come to its end. Names secrets, never what is in them.
///
/// `secret` is a name or an ARN, whichever the operation was asked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretStoreError {
    /// Permission is missing.
    #[error(
        "this function may not do `{action}` on `{resource}`: allow it in the function's role, \
         and look for a deny in the secret's own policy ({detail})"
    )]
    Denied {
        /// The IAM action to allow, such as `secretsmanager:CreateSecret`.
        action: String,
        /// What to allow it on: an ARN when AWS names one, else the secret, or `*`.
        resource: String,
        /// AWS's words.
        detail: String,
    },
    /// The KMS key that encrypts the secret cannot be used.
    #[error(
        "the KMS key of the secret `{secret}` cannot be used: let this function's role use it \
         (`kms:Decrypt`, `kms:GenerateDataKey`), and see that it is enabled ({detail})"
    )]
    Key {
        /// The secret.
        secret: String,
        /// AWS's words.
        detail: String,
    },
    /// Too many calls in the account and Region. Nothing is wrong.
    #[error("Secrets Manager is busy (`{action}`): run this again in a minute")]
    Throttled {
        /// The call.
        action: String,
    },
    /// No answer, or one that says Secrets Manager itself failed. Whether the call was carried out is not known;
    /// running it again is safe.
    #[error("Secrets Manager did not answer `{action}`: run this again ({detail})")]
    Unreachable {
        /// The call.
        action: String,
        /// What happened, for the log.
        detail: String,
    },
    /// The secret is being deleted. It can be restored until then, and its name is taken until then.
    #[error("the secret `{secret}` is scheduled for deletion{}: restore it, or use another name", at(*until))]
    ScheduledForDeletion {
        /// The secret.
        secret: String,
        /// From when on it is gone for good, when that is known.
        until: Option<Timestamp>,
    },
    /// There is no such secret, or no value in it.
    #[error("the secret `{secret}` does not exist in this account and Region, or holds no value")]
    Missing {
        /// The secret.
        secret: String,
    },
    /// There is a secret of that name which is not this integration's. It is left alone.
    #[error(
        "the secret `{secret}` was not made for this integration: it has no tag `{tag}` with the integration's name. \
         Choose another integration name, or add that tag if the secret may be overwritten"
    )]
    NotOurs {
        /// The secret.
        secret: String,
        /// The tag that says whose a secret is.
        tag: &'static str,
    },
    /// The secret holds something else than it should.
    #[error("the secret `{secret}` {problem}")]
    Malformed {
        /// The secret.
        secret: String,
        /// What is wrong, and with which field; never what the secret holds.
        problem: String,
    },
    /// Another rotation has begun. Its password may be in use already, so it is not replaced.
    #[error(
        "the secret `{secret}` already has a pending version, `{pending}`: \
         finish that rotation, or take its label AWSPENDING away once nothing sends its password"
    )]
    RotationInProgress {
        /// The secret.
        secret: String,
        /// The version it has begun with.
        pending: VersionId,
    },
    /// The version that was to become current is not the pending one.
    #[error("version `{version}` of the secret `{secret}` is not pending, so it cannot become current")]
    NotPending {
        /// The secret.
        secret: String,
        /// The version that was meant.
        version: VersionId,
    },
    /// A version with this id was made before, and has had its time.
    #[error("version `{version}` of the secret `{secret}` has been used before: make another under a new id")]
    VersionSpent {
        /// The secret.
        secret: String,
        /// The id.
        version: VersionId,
    },
    /// Secrets Manager will not do this, however often it is asked.
    #[error("Secrets Manager refuses `{action}` on `{secret}`: {detail}")]
    Refused {
        /// The call.
        action: String,
        /// The secret.
        secret: String,
        /// AWS's words.
        detail: String,
    },
}

fn at(until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(" after {until}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_to_do() {
        let denied = SecretStoreError::Denied {
            action: "secretsmanager:CreateSecret".to_owned(),
            resource: "hookpost/contoso/webhook".to_owned(),
            detail: "AccessDeniedException".to_owned(),
        };
        assert_eq!(
            denied.to_string(),
            "this function may not do `secretsmanager:CreateSecret` on `hookpost/contoso/webhook`: allow it in the \
             function's role, and look for a deny in the secret's own policy (AccessDeniedException)"
        );
        let until = "2026-12-01T00:00:00Z".parse().ok();
        let scheduled =
            |until| SecretStoreError::ScheduledForDeletion { secret: "x".to_owned(), until }.to_string();
        assert_eq!(
            scheduled(until),
            "the secret `x` is scheduled for deletion after 2026-12-01T00:00:00Z: restore it, or use another name"
        );
        assert_eq!(
            scheduled(None),
            "the secret `x` is scheduled for deletion: restore it, or use another name"
        );
    }
}
