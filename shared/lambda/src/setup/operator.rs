//! An operator, in the console or on the command line, and Secrets Manager.
//!
//! An action that is refused is a function error, which the console shows in red: `errorType` is the code,
//! `errorMessage` says what to do.

use std::time::Instant;

use futures_util::FutureExt as _;
use hookpost_core::error::{ErrorCode, OperatorError};
use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::request::SetupRequest;
use lambda_runtime::Diagnostic;
use serde_json::Value;

use crate::runtime::{catch_panic, function_error, internal_error};
use crate::setup::line::{ActionLine, log};

/// Runs an action. The answer is its report.
pub(super) async fn answer<P: Ports>(setup: &Setup<P>, event: &Value) -> Result<Value, Diagnostic> {
    let started_at = Instant::now();
    // Nobody sees the answer to Secrets Manager, so there is an alarm on these lines.
    let requested = if event.get("Step").is_some() { "rotation" } else { "unknown" };
    // Boxed, because the compiler gives up on types nested as deep as these and the runtime's together.
    let action = async { setup.run(SetupRequest::parse(event)?).await }.boxed();
    let result = catch_panic(action).await;
    let outcome = result.as_ref().map(Result::as_ref);
    log(&ActionLine { requested, caller: None, outcome, started_at });
    let report = result.ok_or_else(internal_error)?.map_err(|error| function_error(&error))?;
    serde_json::to_value(report).map_err(|_| {
        function_error(&OperatorError::new(ErrorCode::InternalError, "the report cannot be written as JSON"))
    })
}
