//! The items of a loop that failed and were passed over.

use crate::azure_devops::error::Concerns;
use crate::setup::error::{ErrorCode, SetupError};

/// Most failures that one error message names.
const NAMED_MAX: usize = 5;

/// Collects the failures of the items of a loop. One item that fails must not stop the others.
#[derive(Debug, Default)]
pub(crate) struct PassedOver {
    failures: Vec<SetupError>,
    /// Whether Azure DevOps did not answer, or answered with a server error, for the last item.
    is_unanswered: bool,
}

impl PassedOver {
    /// Notes the result of one item. `None` means that the item failed and the loop goes on.
    ///
    /// # Errors
    ///
    /// The failure, when it concerns every item. Two items in a row for which Azure DevOps does not answer count as
    /// such: it is down, and calls for the other items would only take time.
    pub(crate) fn note<T>(&mut self, result: Result<T, SetupError>) -> Result<Option<T>, SetupError> {
        let failure = match result {
            Ok(value) => {
                self.is_unanswered = false;
                return Ok(Some(value));
            }
            Err(failure) => failure,
        };
        let is_unanswered = failure.code() == ErrorCode::AzureDevOpsUnavailable;
        if failure.concerns() == Concerns::EveryCall || (is_unanswered && self.is_unanswered) {
            return Err(failure);
        }
        self.is_unanswered = is_unanswered;
        self.failures.push(failure);
        Ok(None)
    }

    /// The number of items that failed.
    pub(crate) fn len(&self) -> usize {
        self.failures.len()
    }

    /// Whether no item failed.
    pub(crate) fn is_empty(&self) -> bool {
        self.failures.is_empty()
    }

    /// The code of the first failure.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.failures.first().map(SetupError::code)
    }

    /// What failed, one message for each item.
    pub(crate) fn messages(&self) -> impl Iterator<Item = String> {
        self.failures.iter().map(ToString::to_string)
    }

    /// Fails when an item failed.
    ///
    /// # Errors
    ///
    /// One error for all failures: the code of the first, and a message that names them.
    pub(crate) fn into_result(self) -> Result<(), SetupError> {
        let Some(code) = self.code() else { return Ok(()) };
        let mut named: Vec<String> = self.messages().take(NAMED_MAX).collect();
        if let Some(rest @ 1..) = self.failures.len().checked_sub(NAMED_MAX) {
            named.push(format!("{rest} more failed"));
        }
        Err(SetupError::new(code, named.join(". Also: ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_devops::error::{MissingPermission, RestError};
    use crate::setup::error::refusal;

    fn failure(error: &RestError, item: &str) -> Result<(), SetupError> {
        Err(refusal(error, item))
    }

    fn forbidden() -> RestError {
        RestError::Forbidden { message: String::new(), missing: MissingPermission::Unknown }
    }

    #[test]
    fn an_item_that_fails_is_named_and_the_loop_goes_on() {
        let mut passed_over = PassedOver::default();
        assert_eq!(passed_over.note(Ok(1)), Ok(Some(1)));
        assert_eq!(passed_over.note(failure(&forbidden(), "first")), Ok(None));
        let missing = RestError::NotFound { message: String::new() };
        assert_eq!(passed_over.note(failure(&missing, "second")), Ok(None));
        let error = passed_over.into_result().expect_err("an item failed");
        assert_eq!(error.code(), ErrorCode::PermissionMissing);
        assert!(error.message().contains("first") && error.message().contains("second"), "{error}");
        assert_eq!(PassedOver::default().into_result(), Ok(()));
    }

    #[test]
    fn a_failure_of_every_call_ends_the_loop() {
        for error in [RestError::SignInPage, RestError::Unauthorized { message: String::new() }] {
            let mut passed_over = PassedOver::default();
            assert!(passed_over.note(failure(&error, "first")).is_err(), "{error}");
        }
    }

    #[test]
    fn two_items_without_an_answer_end_the_loop() {
        let down = RestError::Unavailable { status: 503, message: String::new() };
        let unreachable = RestError::Unreachable { detail: String::new() };
        let mut passed_over = PassedOver::default();
        assert_eq!(passed_over.note(failure(&down, "first")), Ok(None));
        assert_eq!(passed_over.note(Ok(2)), Ok(Some(2)), "the second was answered");
        assert_eq!(passed_over.note(failure(&down, "third")), Ok(None));
        assert_eq!(passed_over.note(failure(&forbidden(), "fourth")), Ok(None), "a refusal is an answer");
        assert_eq!(passed_over.note(failure(&unreachable, "fifth")), Ok(None));
        assert!(passed_over.note(failure(&down, "sixth")).is_err());
    }

    #[test]
    fn an_error_names_a_few_failures_and_counts_the_rest() {
        let mut passed_over = PassedOver::default();
        for item in 0..7 {
            let noted = passed_over.note(failure(&forbidden(), &format!("item {item}")));
            assert_eq!(noted, Ok(None));
        }
        let message = passed_over.into_result().expect_err("items failed").message().to_owned();
        assert!(message.contains("item 4") && !message.contains("item 5"), "{message}");
        assert!(message.ends_with("2 more failed"), "{message}");
    }
}
