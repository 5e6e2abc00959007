//! The log line of an action.

use std::borrow::Cow;
use std::time::Instant;

use hookpost_core::error::OperatorError;
use hookpost_core::setup::report::Report;
use lambda_runtime::Diagnostic;
use serde::Serialize;

use crate::excerpt::{self, LOG_FIELD_BYTES_MAX};
use crate::log::{self, milliseconds};
use crate::runtime::INTERNAL_ERROR;

/// Most lines of what remains that a log line names.
const REMAINS_MAX: usize = 20;

/// An action that has ended.
pub(super) struct ActionLine<'a> {
    /// The name of the action if it was not done.
    pub(super) requested: &'a str,
    /// The tool that asked for it; `None` for an operator, who sees the report.
    pub(super) caller: Option<&'static str>,
    /// `None` is a panic.
    pub(super) outcome: Option<Result<&'a Report, &'a OperatorError>>,
    pub(super) started_at: Instant,
}

/// One action, and how it ended.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionFields<'a> {
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    summary: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remains: Vec<Cow<'a, str>>,
    duration_ms: f64,
}

/// Writes the line.
pub(super) fn log(line: &ActionLine<'_>) {
    let (level, fields) = fields(line);
    log::write(level, "action", &fields);
}

/// Writes the line of a request that was not begun, and gives its function error.
pub(super) fn log_refused(code: &'static str, message: String) -> Diagnostic {
    let fields = ActionFields {
        action: "unknown",
        caller: None,
        integration: None,
        outcome: "refused",
        code: Some(code),
        summary: Cow::Borrowed(&message),
        remains: Vec::new(),
        duration_ms: 0.0,
    };
    log::write("WARN", "action", &fields);
    Diagnostic { error_type: code.to_owned(), error_message: message }
}

/// The level and the members of the line.
fn fields<'a>(line: &ActionLine<'a>) -> (&'static str, ActionFields<'a>) {
    let (level, outcome, code, summary) = match line.outcome {
        Some(Ok(report)) => ("INFO", "done", None, report.summary.as_str()),
        Some(Err(error)) => ("WARN", "refused", Some(error.code().as_str()), error.message()),
        None => ("ERROR", "failed", Some(INTERNAL_ERROR), "a defect"),
    };
    let report = line.outcome.and_then(Result::ok);
    // CloudFormation and Terraform have no place for what remains, so the log has it.
    let remains = report.filter(|_| line.caller.is_some());
    let remains = remains.map(|report| excerpt::of_list(&report.remains, REMAINS_MAX, LOG_FIELD_BYTES_MAX));
    let fields = ActionFields {
        action: report.map_or(line.requested, |report| report.action),
        caller: line.caller,
        integration: report.and_then(|report| report.integration.as_deref()),
        outcome,
        code,
        // A refusal may name every project.
        summary: excerpt::of_text(summary, LOG_FIELD_BYTES_MAX),
        remains: remains.unwrap_or_default(),
        duration_ms: milliseconds(line.started_at.elapsed()),
    };
    (level, fields)
}

#[cfg(test)]
mod tests {
    use hookpost_core::error::ErrorCode;
    use serde_json::json;

    use super::*;

    fn written(
        caller: Option<&'static str>,
        outcome: Option<Result<&Report, &OperatorError>>,
    ) -> serde_json::Value {
        let line = ActionLine { requested: "rotation", caller, outcome, started_at: Instant::now() };
        let (level, fields) = fields(&line);
        let mut fields = serde_json::to_value(fields).unwrap();
        fields["level"] = json!(level);
        fields
    }

    #[test]
    fn a_rotation_that_did_not_end_well_is_named_in_the_log() {
        let refused = OperatorError::new(ErrorCode::SecretsManagerUnavailable, "try again");
        for (outcome, level, ended) in [(Some(Err(&refused)), "WARN", "refused"), (None, "ERROR", "failed")] {
            let fields = written(None, outcome);
            assert_eq!(
                (&fields["level"], &fields["action"], &fields["outcome"]),
                (&json!(level), &json!("rotation"), &json!(ended))
            );
        }
    }

    #[test]
    fn what_remains_is_in_the_log_when_code_asked() {
        let report = Report { remains: vec!["a subscription".to_owned()], ..Report::of("unlink") };
        let fields = written(Some("CloudFormation"), Some(Ok(&report)));
        assert_eq!(
            (&fields["caller"], &fields["remains"]),
            (&json!("CloudFormation"), &json!(["a subscription"]))
        );
        assert_eq!(written(None, Some(Ok(&report))).get("remains"), None);
    }
}
