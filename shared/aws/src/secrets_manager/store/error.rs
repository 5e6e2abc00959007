//! Failed calls to Secrets Manager, by what the operator does about them.

use std::error::Error;

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::setup::vault::VaultError;

use crate::access_denied::{self, AccessDenied};
use crate::error_text;
use crate::secrets_manager::is_about_deletion;

/// The prefix of the service's IAM actions.
const SERVICE: &str = "secretsmanager";

/// The meaning of a failed call of `operation` on `secret`. `ResourceExistsException` is the caller's to handle.
pub(super) fn of_call<E, R>(operation: &str, secret: &str, error: &SdkError<E, R>) -> VaultError
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    let action = format!("{SERVICE}:{operation}");
    let secret = secret.to_owned();
    let detail = error_text::of_call(error);
    // An answer that could not be read has no code either: the call may have been carried out.
    let Some(code) = error.code() else {
        return VaultError::Unreachable { action, detail };
    };
    let message = error.message().unwrap_or_default();
    match code {
        "DecryptionFailure" | "EncryptionFailure" => VaultError::Key { secret, detail },
        _ if code.starts_with("KMS") => VaultError::Key { secret, detail },
        "AccessDeniedException" | "AccessDenied" if access_denied::is_about_key(message) => {
            VaultError::Key { secret, detail }
        }
        "AccessDeniedException" | "AccessDenied" => {
            let AccessDenied { action, resource } = AccessDenied::from_message(message, &action, &secret);
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
        // AWS may add codes.
        _ => VaultError::Refused { action, secret, detail },
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::error::ErrorMetadata;
    use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;

    use super::*;

    fn refused(code: &str, message: &str) -> VaultError {
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        of_call(
            "CreateSecret",
            "hookpost/x/webhook",
            &SdkError::service_error(CreateSecretError::generic(metadata), ()),
        )
    }

    #[test]
    fn a_denial_names_the_action_to_allow() {
        let VaultError::Denied { action, resource, .. } = refused("AccessDeniedException", "no") else {
            panic!("a denial");
        };
        assert_eq!((&*action, &*resource), ("secretsmanager:CreateSecret", "hookpost/x/webhook"));
    }

    #[test]
    fn each_code_has_an_error_that_says_what_to_do() {
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
