//! Terraform, which wants the answer as the return value and keeps it in its state.

use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::declared::lifecycle::Lifecycle;
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

use crate::runtime::function_error;
use crate::setup::deadline::declare;

/// Does what Terraform asks for. The state is for everybody to read and to compare, so the answer is small and stays the
/// same.
pub(super) async fn answer<P: Ports>(
    setup: &Setup<P>,
    lifecycle: &Lifecycle,
    context: &Context,
) -> Result<Value, Diagnostic> {
    let outcome = declare(setup, ("Terraform", &lifecycle.action), lifecycle.declaration(), context).await;
    let done = outcome.map_err(|error| function_error(&error))?;
    Ok(done.integration.map_or_else(|| json!({}), |attributes| attributes.to_json()))
}
