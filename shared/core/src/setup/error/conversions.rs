//! Errors of the ports as errors of `setup`. In a file of their own, since the ports and `watch` use [`SetupError`].

use crate::ports::RandomUnavailable;
use crate::queue_receiver::ReceiveError;
use crate::secrets::error::SecretStoreError;
use crate::setup::error::{ErrorCode, SetupError};
use crate::watch::lease::CheckpointError;

impl From<SecretStoreError> for SetupError {
    fn from(error: SecretStoreError) -> Self {
        let code = match error {
            SecretStoreError::ScheduledForDeletion { .. } => ErrorCode::SecretScheduledForDeletion,
            SecretStoreError::NotOurs { .. } | SecretStoreError::OfAnotherStack { .. } => {
                ErrorCode::IntegrationTaken
            }
            SecretStoreError::Missing { .. } => ErrorCode::NotFound,
            _ => ErrorCode::SecretsManagerUnavailable,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ReceiveError> for SetupError {
    fn from(error: ReceiveError) -> Self {
        Self::new(ErrorCode::QueueUnavailable, error.to_string())
    }
}

impl From<CheckpointError> for SetupError {
    fn from(error: CheckpointError) -> Self {
        Self::new(ErrorCode::QueueUnavailable, error.to_string())
    }
}

impl From<RandomUnavailable> for SetupError {
    fn from(error: RandomUnavailable) -> Self {
        Self::new(ErrorCode::InternalError, error.to_string())
    }
}
