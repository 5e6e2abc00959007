//! Failed calls as text for the log.
//!
//! The text holds codes, the first line of a service's message, and transport errors. The SDK's `Debug` output holds
//! requests and answers, and the later lines of a signature error hold the canonical request with the session token; none
//! of that may reach a log.

use std::error::Error;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

/// Most characters of a service's message that are repeated.
const MESSAGE_CHARS_MAX: usize = 300;

/// What is said of an answer that is not in the form of the service.
const UNREADABLE: &str = "the answer could not be read";

/// A failed call in one line.
pub(crate) fn of_call<E, R>(error: &SdkError<E, R>) -> String
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    match error {
        SdkError::ServiceError(_) => match error.code() {
            Some(code) => of_code(code, error.message()),
            None => UNREADABLE.to_owned(),
        },
        // A parser's error may quote what it read.
        SdkError::ResponseError(_) => UNREADABLE.to_owned(),
        _ => with_causes(error),
    }
}

/// The error and its causes. Only for transport and build errors, which hold no text of a request or an answer.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    first_line(&text)
}

/// A service's error code with the first line of its message.
pub(crate) fn of_code(code: &str, message: Option<&str>) -> String {
    message.map_or_else(|| code.to_owned(), |message| format!("{code}: {}", first_line(message)))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(MESSAGE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::error::ErrorMetadata;
    use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchError;

    use super::*;

    #[test]
    fn a_signature_error_does_not_repeat_the_request() {
        let message = "The signature does not match.\n\nCanonical:\nx-amz-security-token:hunter2";
        let metadata = ErrorMetadata::builder().code("InvalidSignatureException").message(message).build();
        let error = SdkError::service_error(SendMessageBatchError::generic(metadata), ());
        assert_eq!(of_call(&error), "InvalidSignatureException: The signature does not match.");
    }
}
