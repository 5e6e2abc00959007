//! Creates the errors that do not come from an error response.

use hookpost_core::azure_devops::error::RestError;

/// A response that is not in the documented form.
pub(crate) fn unreadable_response(detail: impl Into<String>) -> RestError {
    RestError::UnreadableResponse { detail: detail.into() }
}

/// A request without a response.
pub(crate) fn unreachable(detail: impl Into<String>) -> RestError {
    RestError::Unreachable { detail: detail.into() }
}
