//! Failed calls to Secrets Manager, told apart by what the operator does about them.

use std::error::Error;

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::setup::vault::VaultError;

use crate::denial::{self, Denial};
use crate::failure;

/// The IAM name of the service, before the name of an action.
const SERVICE: &str = "secretsmanager";

/// What a failed call of `operation` on `secret` means. `ResourceExistsException` is for the caller to tell.
pub(super) fn of<E, R>(operation: &str, secret: &str, error: &SdkError<E, R>) -> VaultError
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    let action = format!("{SERVICE}:{operation}");
    let secret = secret.to_owned();
    let detail = failure::describe(error);
    // An answer that could not be read has no code either: the call may have been carried out.
    let Some(code) = error.code() else {
        return VaultError::Unreachable { action, detail };
    };
    let message = error.message().unwrap_or_default();
    match code {
        "DecryptionFailure" | "EncryptionFailure" => VaultError::Key { secret, detail },
        _ if code.starts_with("KMS") => VaultError::Key { secret, detail },
        "AccessDeniedException" | "AccessDenied" if denial::is_about_key(message) => {
            VaultError::Key { secret, detail }
        }
        "AccessDeniedException" | "AccessDenied" => {
            let Denial { action, resource } = Denial::of(message, &action, &secret);
            VaultError::Denied { action, resource, detail }
        }
        "TooManyRequestsException" | "RequestLimitExceeded" => VaultError::Throttled { action },
        _ if code.starts_with("Throttl") => VaultError::Throttled { action },
        "InternalServiceError"
        | "InternalServiceErrorException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => VaultError::Unreachable { action, detail },
        "ResourceNotFoundException" => VaultError::Missing { secret },
        "InvalidRequestException" if is_about_deletion(message) => {
            VaultError::ScheduledForDeletion { secret, until: None }
        }
        // Foreign codes are an open set.
        _ => VaultError::Refused { action, secret, detail },
    }
}

/// The code is also given to other requests; only the text tells: "… because it was marked for deletion", "… is
/// already scheduled for deletion", "… that's currently marked deleted".
fn is_about_deletion(message: &str) -> bool {
    message.to_ascii_lowercase().contains("delet")
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::error::ErrorMetadata;
    use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;

    use super::*;

    fn refused(code: &str, message: &str) -> VaultError {
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        of(
            "CreateSecret",
            "hookpost/x/webhook",
            &SdkError::service_error(CreateSecretError::generic(metadata), ()),
        )
    }

    #[test]
    fn a_denial_names_what_to_allow() {
        let VaultError::Denied { action, resource, .. } = refused("AccessDeniedException", "no") else {
            panic!("a denial");
        };
        assert_eq!((&*action, &*resource), ("secretsmanager:CreateSecret", "hookpost/x/webhook"));
    }

    #[test]
    fn each_code_means_something_to_do() {
        type Is = fn(&VaultError) -> bool;
        let key: Is = |error| matches!(error, VaultError::Key { .. });
        let throttled: Is = |error| matches!(error, VaultError::Throttled { .. });
        let unreachable: Is = |error| matches!(error, VaultError::Unreachable { .. });
        let refusal: Is = |error| matches!(error, VaultError::Refused { .. });
        let scheduled: Is = |error| matches!(error, VaultError::ScheduledForDeletion { .. });
        for (code, message, is) in [
            ("AccessDeniedException", "Access to KMS is not allowed", key),
            ("EncryptionFailure", "the key is disabled", key),
            ("ThrottlingException", "Rate exceeded", throttled),
            ("InternalServiceError", "", unreachable),
            ("LimitExceededException", "", refusal),
            ("InvalidParameterException", "", refusal),
            ("ExpiredTokenException", "", refusal),
            ("InvalidRequestException", "The secret is managed by another service.", refusal),
            (
                "InvalidRequestException",
                "You can't create this secret because a secret with this name is already scheduled for deletion.",
                scheduled,
            ),
        ] {
            let error = refused(code, message);
            assert!(is(&error), "{code}: {error:?}");
        }
    }
}
