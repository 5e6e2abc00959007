//! Which failures of SQS are about a message and which about its circumstances.

use std::error::Error;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::ports::SendFailure;

use crate::error_text;

/// Codes of a failed call by which SQS says that the message itself is wrong, without the prefix that the query protocol
/// gave them.
///
/// Every other code of a call counts as an outage or a misconfiguration, after which the same message may go through:
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

/// Prefixes of codes that are not about the message, even when SQS calls them the sender's fault.
const ENVIRONMENT_CODES: [&str; 9] = [
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

/// The meaning of a failed call for the messages in it.
pub(super) fn of_call<E, R>(error: &SdkError<E, R>) -> SendFailure
where
    SdkError<E, R>: ProvideErrorMetadata + Error,
{
    let text = error_text::of_call(error);
    if error.code().is_some_and(|code| MESSAGE_CODES.contains(&bare(code))) {
        SendFailure::Refused(text)
    } else {
        SendFailure::Unavailable(text)
    }
}

/// The meaning of one failed entry of an otherwise successful batch. Here SQS says itself whose fault it is, so an unknown
/// code that is the sender's fault is about the message.
pub(super) fn of_entry(code: &str, message: Option<&str>, is_sender_fault: bool) -> SendFailure {
    let text = error_text::of_code(bare(code), message);
    let is_environment =
        code.starts_with("KMS.") || ENVIRONMENT_CODES.iter().any(|prefix| bare(code).starts_with(prefix));
    if is_sender_fault && !is_environment {
        SendFailure::Refused(text)
    } else {
        SendFailure::Unavailable(text)
    }
}

/// `AWS.SimpleQueueService.BatchRequestTooLong` and `BatchRequestTooLong` are one code.
pub(super) fn bare(code: &str) -> &str {
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
    fn only_codes_about_the_message_refuse_it() {
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
}
