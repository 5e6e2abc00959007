//! Errors of the secret store, distinguished by what the operator should do.

use jiff::Timestamp;

use crate::secrets::version::VersionId;

/// An operation on a secret failed. Messages name secrets but never contain their values.
///
/// The field `secret` is the name or ARN that the operation was called with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretStoreError {
    /// The role of the function lacks a permission, or a policy denies the call.
    #[error(
        "this function may not do `{action}` on `{resource}`: allow it in the function's role, \
         and look for a deny in the policy of the secret ({detail})"
    )]
    Denied {
        /// The IAM action, such as `secretsmanager:CreateSecret`.
        action: String,
        /// The resource to allow the action on: the ARN that AWS names, else the secret, or `*`.
        resource: String,
        /// The message of AWS.
        detail: String,
    },
    /// The KMS key that encrypts the secret cannot be used.
    #[error(
        "the KMS key of the secret `{secret}` cannot be used: allow the function's role to use it \
         (`kms:Decrypt`, `kms:GenerateDataKey`), and check that it is enabled ({detail})"
    )]
    Key {
        /// The secret.
        secret: String,
        /// The message of AWS.
        detail: String,
    },
    /// Secrets Manager throttles the calls of the account in this Region.
    #[error("Secrets Manager throttles `{action}`: run this again in a minute")]
    Throttled {
        /// The call.
        action: String,
    },
    /// Secrets Manager did not respond, or responded with a server error. The call may have taken effect; calling again
    /// is safe.
    #[error("Secrets Manager did not respond to `{action}`: run this again ({detail})")]
    Unreachable {
        /// The call.
        action: String,
        /// The cause.
        detail: String,
    },
    /// The secret is scheduled for deletion. Until `until`, it can be restored, and its name cannot be used for another
    /// secret.
    #[error("the secret `{secret}` is scheduled for deletion{}: restore it, or use another name", after(*until))]
    ScheduledForDeletion {
        /// The secret.
        secret: String,
        /// When the secret is deleted for good; `None` when unknown.
        until: Option<Timestamp>,
    },
    /// The secret does not exist or has no value.
    #[error("the secret `{secret}` does not exist in this account and Region, or has no value")]
    Missing {
        /// The secret.
        secret: String,
    },
    /// A secret of this name exists, but does not belong to this integration. It is left unchanged.
    #[error(
        "the secret `{secret}` does not belong to this integration: it has no tag `{tag}` with the name of the \
         integration. Choose another name for the integration, or add that tag if the secret may be overwritten"
    )]
    NotOurs {
        /// The secret.
        secret: String,
        /// The tag that names the integration of a secret.
        tag: &'static str,
    },
    /// The secret belongs to another stack. It is left unchanged.
    #[error(
        "the secret `{secret}` belongs to the stack `{owner}`, not to this one, `{stack}`: give this stack another \
         SecretPrefix, or the integration another name. If `{owner}` no longer uses the secret, set its tag `{tag}` to \
         `{stack}`"
    )]
    OfAnotherStack {
        /// The secret.
        secret: String,
        /// The stack that the tag of the secret names.
        owner: String,
        /// This stack.
        stack: String,
        /// The tag that names the stack of a secret.
        tag: &'static str,
    },
    /// The value of the secret is invalid.
    #[error("the secret `{secret}` {problem}")]
    Malformed {
        /// The secret.
        secret: String,
        /// The problem and its field, without the value.
        problem: String,
    },
    /// Another rotation is in progress. Subscriptions may already send its password, so the password stays.
    #[error(
        "the secret `{secret}` already has a pending version, `{pending}`: \
         complete that rotation, or remove its label AWSPENDING once no subscription sends its password"
    )]
    RotationInProgress {
        /// The secret.
        secret: String,
        /// The pending version of that rotation.
        pending: VersionId,
    },
    /// The version to be made current is not pending.
    #[error("version `{version}` of the secret `{secret}` is not pending, so it cannot become current")]
    NotPending {
        /// The secret.
        secret: String,
        /// The version.
        version: VersionId,
    },
    /// A version with this id was used before, and the id cannot be used again.
    #[error(
        "version `{version}` of the secret `{secret}` was used before: create another version with a new id"
    )]
    VersionIdReused {
        /// The secret.
        secret: String,
        /// The id.
        version: VersionId,
    },
    /// Secrets Manager rejects the call. Calling again gives the same result.
    #[error("Secrets Manager rejects `{action}` on `{secret}`: {detail}")]
    Refused {
        /// The call.
        action: String,
        /// The secret.
        secret: String,
        /// The message of AWS.
        detail: String,
    },
}

fn after(until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(" after {until}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_the_operator_what_to_do() {
        let denied = SecretStoreError::Denied {
            action: "secretsmanager:CreateSecret".to_owned(),
            resource: "hookpost/contoso/webhook".to_owned(),
            detail: "AccessDeniedException".to_owned(),
        };
        assert_eq!(
            denied.to_string(),
            "this function may not do `secretsmanager:CreateSecret` on `hookpost/contoso/webhook`: allow it in the \
             function's role, and look for a deny in the policy of the secret (AccessDeniedException)"
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
