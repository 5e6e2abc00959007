//! Errors of the ports as errors of `setup`. In a file of their own, since the ports and `watch` use [`OperatorError`].

use crate::error::{ErrorCode, OperatorError};
use crate::ports::RandomUnavailable;
use crate::queue_receiver::ReceiveError;
use crate::secrets::error::SecretStoreError;
use crate::watch::lease::CheckpointError;

impl From<SecretStoreError> for OperatorError {
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

impl From<ReceiveError> for OperatorError {
    fn from(error: ReceiveError) -> Self {
        Self::new(ErrorCode::QueueUnavailable, error.to_string())
    }
}

impl From<CheckpointError> for OperatorError {
    fn from(error: CheckpointError) -> Self {
        Self::new(ErrorCode::QueueUnavailable, error.to_string())
    }
}

impl From<RandomUnavailable> for OperatorError {
    fn from(error: RandomUnavailable) -> Self {
        Self::new(ErrorCode::InternalError, error.to_string())
    }
}
