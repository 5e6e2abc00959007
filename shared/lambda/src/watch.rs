//! The handler of `watch`: one pass over every integration for each invocation, whatever its event. What the pass saw it
//! writes into the overview.
//!
//! The log gets one line for each integration and one for the pass. The answer to an operator has the same content.

mod line;

use std::time::Instant;

use hookpost_core::ports::Ports;
use hookpost_core::watch::report::IntegrationReport;
use hookpost_core::watch::{PassOutcome, Watch};
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

use crate::excerpt;
use crate::log::milliseconds;
use crate::runtime::{Handler, catch_panic, function_error, internal_error};

/// Runs passes.
#[derive(Debug)]
pub struct WatchHandler<P: Ports> {
    /// What runs a pass.
    pub watch: Watch<P>,
}

impl<P: Ports> Handler for WatchHandler<P> {
    type Event = Value;
    type Answer = Value;

    async fn handle(&self, _: Value, _: &Context) -> Result<Value, Diagnostic> {
        let started_at = Instant::now();
        let pass = catch_panic(self.watch.run_pass()).await.ok_or_else(internal_error)?;
        let duration_ms = milliseconds(started_at.elapsed());
        match pass {
            Ok(PassOutcome::AlreadyRunning) => Ok(json!({"summary": ANOTHER_IS_RUNNING})),
            Ok(PassOutcome::Completed(integrations)) => {
                for integration in &integrations {
                    line::integration_checked(integration);
                }
                line::pass_completed(&integrations, duration_ms);
                let answer = report(&integrations);
                self.write_overview(&PassOutcome::Completed(integrations)).await;
                Ok(answer)
            }
            Ok(PassOutcome::NotStored { reports, error }) => {
                for integration in &reports {
                    line::integration_checked(integration);
                }
                line::pass_failed(&error, duration_ms);
                let answer = function_error(&error);
                self.write_overview(&PassOutcome::NotStored { reports, error }).await;
                Err(answer)
            }
            Err(error) => {
                line::pass_failed(&error, duration_ms);
                Err(function_error(&error))
            }
        }
    }
}

impl<P: Ports> WatchHandler<P> {
    /// Writes the overview. A failure is logged and changes nothing else.
    async fn write_overview(&self, outcome: &PassOutcome) {
        if let Some(Err(error)) = catch_panic(self.watch.write_overview(outcome)).await {
            line::overview_not_written(&error);
        }
    }
}

const ANOTHER_IS_RUNNING: &str =
    "another pass is running, or was cut off and its lease has not expired: try again in some minutes";

/// Most texts of one list in an answer.
const LIST_TEXTS_MAX: usize = 500;

/// Longest answer, in bytes, without its figures: Lambda refuses one of more than 6 MB.
const ANSWER_BYTES_MAX: usize = 4_500_000;

/// The answer for an operator.
fn report(integrations: &[IntegrationReport]) -> Value {
    // Each integration has three fields with texts.
    let field_bytes_max = ANSWER_BYTES_MAX / (3 * integrations.len().max(1));
    let failed = integrations.iter().filter(|integration| integration.failure.is_some()).count();
    json!({
        "summary": format!("{} integrations checked, {failed} of them not completely", integrations.len()),
        "integrations": integrations.iter().map(|report| integration(report, field_bytes_max)).collect::<Vec<_>>(),
    })
}

fn integration(report: &IntegrationReport, field_bytes_max: usize) -> Value {
    json!({
        "integration": report.integration,
        "tokenDaysLeft": report.token_days_left,
        "subscriptionsFoundNotDelivering": report.found_not_delivering,
        "subscriptionsHealed": report.healed,
        "deliveriesMissed": report.missed,
        "deliveriesReplayed": report.replayed,
        "eventsReconstructed": report.reconstructed,
        "eventsPending": report.waiting,
        "gapsUnfinished": report.unfinished_gaps,
        "done": excerpt::of_list(&report.done, LIST_TEXTS_MAX, field_bytes_max),
        "remains": excerpt::of_list(&report.remains, LIST_TEXTS_MAX, field_bytes_max),
        "failure": report.failure.as_ref().map(|failure| excerpt::of_text(failure.message(), field_bytes_max)),
    })
}

#[cfg(test)]
mod tests;
