//! Failed calls to Secrets Manager, by what the operator does about them.

use std::error::Error;

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::secrets::error::SecretStoreError;

use crate::access_denied::{self, AccessDenied};
use crate::error_text;
use crate::secrets_manager::is_about_deletion;

/// The prefix of the service's IAM actions.
const SERVICE: &str = "secretsmanager";

/// The meaning of a failed call of `operation` on `secret`. `ResourceExistsException` is the caller's to handle.
pub(super) fn of_call<E, R>(operation: &str, secret: &str, error: &SdkError<E, R>) -> SecretStoreError
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    let action = format!("{SERVICE}:{operation}");
    let secret = secret.to_owned();
    let detail = error_text::of_call(error);
    // An answer that could not be read has no code either: the call may have been carried out.
    let Some(code) = error.code() else {
        return SecretStoreError::Unreachable { action, detail };
    };
    let message = error.message().unwrap_or_default();
    match code {
        "DecryptionFailure" | "EncryptionFailure" => SecretStoreError::Key { secret, detail },
        _ if code.starts_with("KMS") => SecretStoreError::Key { secret, detail },
        "AccessDeniedException" | "AccessDenied" if access_denied::is_about_key(message) => {
            SecretStoreError::Key { secret, detail }
        }
        "AccessDeniedException" | "AccessDenied" => {
            let AccessDenied { action, resource } = AccessDenied::from_message(message, &action, &secret);
            SecretStoreError::Denied { action, resource, detail }
        }
        "TooManyRequestsException" | "RequestLimitExceeded" => SecretStoreError::Throttled { action },
        _ if code.starts_with("Throttl") => SecretStoreError::Throttled { action },
        "InternalServiceError"
        | "InternalServiceErrorException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => SecretStoreError::Unreachable { action, detail },
        "ResourceNotFoundException" => SecretStoreError::Missing { secret },
        "InvalidRequestException" if is_about_deletion(message) => {
            SecretStoreError::ScheduledForDeletion { secret, until: None }
        }
        // AWS may add codes.
        _ => SecretStoreError::Refused { action, secret, detail },
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::error::ErrorMetadata;
    use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;

    use super::*;

    fn refused(code: &str, message: &str) -> SecretStoreError {
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        of_call(
            "CreateSecret",
            "hookpost/x/webhook",
            &SdkError::service_error(CreateSecretError::generic(metadata), ()),
        )
    }

    #[test]
    fn a_denial_names_the_action_to_allow() {
        let SecretStoreError::Denied { action, resource, .. } = refused("AccessDeniedException", "no") else {
            panic!("a denial");
        };
        assert_eq!((&*action, &*resource), ("secretsmanager:CreateSecret", "hookpost/x/webhook"));
    }

    #[test]
    fn each_code_has_an_error_that_says_what_to_do() {
        type Is = fn(&SecretStoreError) -> bool;
        let key: Is = |error| matches!(error, SecretStoreError::Key { .. });
        let throttled: Is = |error| matches!(error, SecretStoreError::Throttled { .. });
        let unreachable: Is = |error| matches!(error, SecretStoreError::Unreachable { .. });
        let refusal: Is = |error| matches!(error, SecretStoreError::Refused { .. });
        let scheduled: Is = |error| matches!(error, SecretStoreError::ScheduledForDeletion { .. });
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
