//! The handler of `setup`: one action of an operator in, its report out, one log line.
//!
//! An action that is refused is a function error, which the console shows in red: `errorType` is the code,
//! `errorMessage` says what to do. The request is never logged: it may hold a token.

use std::borrow::Cow;
use std::time::Instant;

use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::error::SetupError;
use hookpost_core::setup::report::Report;
use hookpost_core::setup::request::SetupRequest;
use lambda_runtime::{Context, Diagnostic};
use serde::Serialize;
use serde_json::Value;

use crate::excerpt::{self, LOG_FIELD_BYTES_MAX};
use crate::log::{self, milliseconds};
use crate::runtime::{Handler, INTERNAL_ERROR, catch_panic, function_error, internal_error};

/// Runs the actions that operators ask for.
#[derive(Debug)]
pub struct SetupHandler<P: Ports>(pub Setup<P>);

impl<P: Ports> Handler for SetupHandler<P> {
    type Event = Value;
    type Answer = Report;

    async fn handle(&self, event: Value, _: &Context) -> Result<Report, Diagnostic> {
        let started_at = Instant::now();
        // Nobody sees the answer to Secrets Manager, so there is an alarm on these lines.
        let requested = if event.get("Step").is_some() { "rotation" } else { "unknown" };
        let action = async { self.0.run(SetupRequest::parse(&event)?).await };
        let result = catch_panic(action).await;
        let (level, fields) = action_fields(requested, result.as_ref(), milliseconds(started_at.elapsed()));
        log::write(level, "action", &fields);
        result.ok_or_else(internal_error)?.map_err(|error| function_error(&error))
    }
}

/// One action, and how it ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionFields<'a> {
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    summary: Cow<'a, str>,
    duration_ms: f64,
}

/// The level and the members of the log line of an action. `requested` names it if it was not done. `None` is a panic.
fn action_fields<'a>(
    requested: &'a str,
    result: Option<&'a Result<Report, SetupError>>,
    duration_ms: f64,
) -> (&'static str, ActionFields<'a>) {
    let (level, outcome, code, summary) = match result {
        Some(Ok(report)) => ("INFO", "done", None, report.summary.as_str()),
        Some(Err(error)) => ("WARN", "refused", Some(error.code().as_str()), error.message()),
        None => ("ERROR", "failed", Some(INTERNAL_ERROR), "a defect"),
    };
    let report = result.and_then(|result| result.as_ref().ok());
    // A refusal may name every project.
    let summary = excerpt::of_text(summary, LOG_FIELD_BYTES_MAX);
    let action = report.map_or(requested, |report| report.action);
    let integration = report.and_then(|report| report.integration.as_deref());
    (level, ActionFields { action, integration, outcome, code, summary, duration_ms })
}

#[cfg(test)]
mod tests {
    use hookpost_core::setup::error::ErrorCode;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rotation_that_did_not_end_well_is_named_in_the_log() {
        let refused = Err(SetupError::new(ErrorCode::SecretsManagerUnavailable, "try again"));
        for (result, level, outcome) in [(Some(&refused), "WARN", "refused"), (None, "ERROR", "failed")] {
            let (found, fields) = action_fields("rotation", result, 1.0);
            let fields = serde_json::to_value(fields).unwrap();
            assert_eq!(
                (found, &fields["action"], &fields["outcome"]),
                (level, &json!("rotation"), &json!(outcome))
            );
        }
    }
}
