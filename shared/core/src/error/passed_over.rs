//! The items of a loop that failed and were passed over, and those that are left to the next run.

use std::time::Duration;

use crate::azure_devops::error::Concerns;
use crate::azure_devops::port::AzureDevOps;
use crate::error::{ErrorCode, OperatorError};

/// Most failures that one error message names.
const NAMED_MAX: usize = 5;

/// A loop begins no further item when less time than this is left for calls. With the five seconds that the client keeps
/// to itself, a run ends some 20 s before its invocation: enough for a slow call, and to say how far it came.
const TIME_MIN: Duration = Duration::from_secs(15);

/// Whether the time of the run is nearly over.
pub(crate) fn is_late(organization: &impl AzureDevOps) -> bool {
    organization.time_left().is_some_and(|left| left < TIME_MIN)
}

/// Collects the failures of the items of a loop. One item that fails must not stop the others.
#[derive(Debug, Default)]
pub(crate) struct PassedOver {
    failures: Vec<OperatorError>,
    /// Whether Azure DevOps did not answer, or answered with a server error, for the last item.
    is_unanswered: bool,
    /// How many items were left when the present one began, itself included. `None` in a loop that does not say so.
    remaining: Option<usize>,
    stop: Option<Stop>,
}

/// A loop ended before its last item.
#[derive(Debug)]
struct Stop {
    /// Items that are left to the next run.
    left: usize,
    reason: OperatorError,
}

impl PassedOver {
    /// Whether the loop begins the next item, with which `remaining` items are left. It does not when the time of the run
    /// is nearly over, or when Azure DevOps throttles for longer than that.
    pub(crate) fn begins(&mut self, organization: &impl AzureDevOps, remaining: usize) -> bool {
        self.remaining = Some(remaining);
        if self.stop.is_none() && is_late(organization) {
            let message = "the time of the function is over: run the same request again, which goes on there";
            let reason = OperatorError::new(ErrorCode::OutOfTime, message);
            self.stop = Some(Stop { left: remaining, reason });
        }
        self.stop.is_none()
    }

    /// Notes the result of one item. `None` means that the item failed and the loop goes on, if [`Self::begins`] says so.
    ///
    /// # Errors
    ///
    /// The failure, when it concerns every item. Two items in a row for which Azure DevOps does not answer count as
    /// such: it is down, and calls for the other items would only take time.
    pub(crate) fn note<T>(&mut self, result: Result<T, OperatorError>) -> Result<Option<T>, OperatorError> {
        let failure = match result {
            Ok(value) => {
                self.is_unanswered = false;
                return Ok(Some(value));
            }
            Err(failure) => failure,
        };
        if let (Some(left), true) = (self.remaining, failure.ends_run()) {
            self.stop = Some(Stop { left, reason: failure });
            return Ok(None);
        }
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

    /// The number of items that are left to the next run.
    pub(crate) fn left(&self) -> usize {
        self.stop.as_ref().map_or(0, |stop| stop.left)
    }

    /// Whether no item failed and none is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.stop.is_none()
    }

    /// The code of the first failure, or why items are left.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        let stop = self.stop.as_ref().map(|stop| &stop.reason);
        self.failures.first().or(stop).map(OperatorError::code)
    }

    /// What failed, one message for each item, and why items are left.
    pub(crate) fn messages(&self) -> impl Iterator<Item = String> {
        self.failures.iter().map(ToString::to_string).chain(self.why_left())
    }

    fn why_left(&self) -> Option<String> {
        self.stop.as_ref().map(|stop| format!("{} are left: {}", stop.left, stop.reason))
    }

    /// Fails when an item failed or is left.
    ///
    /// # Errors
    ///
    /// One error for all failures: the code of the first, and a message that names them.
    pub(crate) fn into_result(self) -> Result<(), OperatorError> {
        let Some(code) = self.code() else { return Ok(()) };
        let mut named: Vec<String> = self.failures.iter().take(NAMED_MAX).map(ToString::to_string).collect();
        if let Some(rest @ 1..) = self.failures.len().checked_sub(NAMED_MAX) {
            named.push(format!("{rest} more failed"));
        }
        named.extend(self.why_left());
        Err(OperatorError::new(code, named.join(". Also: ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure_devops::error::{MissingPermission, RestError};
    use crate::error::failed_call;

    fn failure(error: &RestError, item: &str) -> Result<(), OperatorError> {
        Err(failed_call(error, item))
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
