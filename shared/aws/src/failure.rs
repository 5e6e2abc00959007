//! Failed calls in words for the log, and whose fault they are.
//!
//! Only codes, the first line of a service's own message, and transport errors are repeated. The SDK's `Debug`
//! holds requests and answers, and the later lines of a signature error hold the canonical request with the
//! session token in it; none of that may reach a log.

use std::error::Error;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::port::SendFailure;

/// Most characters of a service's message that are repeated.
const MESSAGE_CHARS_MAX: usize = 300;

/// Codes by which SQS says that the message itself is wrong, without the prefix the query protocol gave them.
///
/// Everything else is taken for an outage or a misconfiguration, after which the same message may go through:
/// a wrong guess there costs a retry, a wrong guess here would quarantine a good event.
const MESSAGE_CODES: [&str; 8] = [
    "BatchEntryIdsNotDistinct",
    "BatchRequestTooLong",
    "InvalidAttributeValue",
    "InvalidBatchEntryId",
    "InvalidMessageContents",
    "InvalidParameterCombination",
    "InvalidParameterValue",
    "MissingParameter",
];

/// Beginnings of codes that are not about the message, even when SQS calls them the sender's fault.
const CIRCUMSTANCE_CODES: [&str; 9] = [
    "AccessDenied",
    "InvalidAddress",
    "InvalidSecurity",
    "Kms",
    "NonExistentQueue",
    "OverLimit",
    "QueueDoesNotExist",
    "Request",
    "Throttl",
];

/// What a failed call to SQS means for the messages in it.
pub(crate) fn of_call<E, R>(error: &SdkError<E, R>) -> SendFailure
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    let text = describe(error);
    if error.code().is_some_and(|code| MESSAGE_CODES.contains(&bare(code))) {
        SendFailure::Refused(text)
    } else {
        SendFailure::Unavailable(text)
    }
}

/// What one failed entry of an otherwise successful batch means.
pub(crate) fn of_entry(code: &str, message: Option<&str>, sender_fault: bool) -> SendFailure {
    let text = join(bare(code), message);
    let circumstance = code.starts_with("KMS.")
        || CIRCUMSTANCE_CODES.iter().any(|beginning| bare(code).starts_with(beginning));
    if sender_fault && !circumstance { SendFailure::Refused(text) } else { SendFailure::Unavailable(text) }
}

/// A failed call in one line.
pub(crate) fn describe<E, R>(error: &SdkError<E, R>) -> String
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    match error {
        SdkError::ServiceError(_) => join(error.code().unwrap_or("unknown error"), error.message()),
        // A parser's error may quote what it read.
        SdkError::ResponseError(_) => "the answer could not be read".to_owned(),
        _ => chain(error),
    }
}

/// The error and its causes, for transport errors only: no text of a request or an answer is in those.
pub(crate) fn chain(error: &dyn Error) -> String {
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

fn join(code: &str, message: Option<&str>) -> String {
    message.map_or_else(|| code.to_owned(), |message| format!("{code}: {}", first_line(message)))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(MESSAGE_CHARS_MAX).collect()
}

/// `AWS.SimpleQueueService.BatchRequestTooLong` and `BatchRequestTooLong` are one code.
pub(crate) fn bare(code: &str) -> &str {
    code.rsplit(['.', '#']).next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::error::ErrorMetadata;
    use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchError;

    use super::*;

    fn call(code: &str, message: &str) -> SendFailure {
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        of_call(&SdkError::service_error(SendMessageBatchError::generic(metadata), ()))
    }

    #[test]
    fn only_errors_about_the_message_refuse_it() {
        for code in
            ["InvalidMessageContents", "AWS.SimpleQueueService.BatchRequestTooLong", "MissingParameter"]
        {
            assert!(matches!(call(code, ""), SendFailure::Refused(_)), "{code}");
        }
        for code in [
            "AccessDeniedException",
            "AWS.SimpleQueueService.NonExistentQueue",
            "RequestThrottled",
            "KMS.DisabledException",
            "InternalFailure",
            "InvalidClientTokenId",
        ] {
            assert!(matches!(call(code, ""), SendFailure::Unavailable(_)), "{code}");
        }
    }

    #[test]
    fn an_entry_is_refused_only_for_the_senders_fault_in_the_message() {
        let refused = |code, fault| matches!(of_entry(code, None, fault), SendFailure::Refused(_));
        assert!(refused("InvalidMessageContents", true));
        assert!(refused("SomethingNew", true));
        assert!(!refused("InternalError", false));
        assert!(!refused("KmsAccessDenied", true));
        assert!(!refused("KMS.AccessDeniedException", true));
        assert!(!refused("RequestThrottled", true));
    }

    #[test]
    fn a_signature_error_does_not_repeat_the_request() {
        let message = "The signature does not match.\n\nCanonical:\nx-amz-security-token:hunter2";
        let failure = call("InvalidSignatureException", message);
        let expected = "InvalidSignatureException: The signature does not match.".to_owned();
        assert_eq!(failure, SendFailure::Unavailable(expected));
    }
}
