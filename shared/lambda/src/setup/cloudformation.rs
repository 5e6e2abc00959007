//! CloudFormation, which wants the answer at a URL, and the CDK's provider framework, which wants it as the return value.
//!
//! To CloudFormation a function error says nothing: it waits for the answer. So an error is one only where the answer
//! itself could not be sent.

use hookpost_core::error::OperatorError;
use hookpost_core::ports::Ports;
use hookpost_core::setup::Setup;
use hookpost_core::setup::declared::Done;
use hookpost_core::setup::declared::resource::ResourceRequest;
use hookpost_core::setup::declared::response::{RESPONSE_BYTES_MAX, ResponseSender, ResponseUrl};
use lambda_runtime::{Context, Diagnostic};
use serde_json::{Value, json};

use crate::runtime::function_error;
use crate::setup::deadline::declare;
use crate::setup::line::log_refused;

/// Longest reason of a failure, in characters. The events of a stack show about as much.
const REASON_CHARACTERS_MAX: usize = 1000;

/// Does what CloudFormation asks for, and puts the answer to its URL.
pub(super) async fn answer<P: Ports>(
    setup: &Setup<P>,
    responses: &impl ResponseSender,
    request: &ResourceRequest,
    url: &ResponseUrl,
    context: &Context,
) -> Result<Value, Diagnostic> {
    let outcome = declare(setup, ("CloudFormation", request.name()), request.declaration(), context).await;
    let body = body(request, &outcome, &context.env_config.log_stream);
    match responses.put(url, body).await {
        Ok(()) => Ok(Value::Null),
        Err(error) => Err(log_refused("ResponseNotSent", error.to_string())),
    }
}

/// Does what the provider framework asks for.
pub(super) async fn answer_framework<P: Ports>(
    setup: &Setup<P>,
    request: &ResourceRequest,
    context: &Context,
) -> Result<Value, Diagnostic> {
    let outcome = declare(setup, ("CDK", request.name()), request.declaration(), context).await;
    let id = request.physical_id(&outcome);
    let done = outcome.map_err(|error| function_error(&error))?;
    let data = ResourceRequest::data(&done).unwrap_or_else(|| json!({}));
    Ok(json!({"PhysicalResourceId": id, "Data": data, "NoEcho": false}))
}

/// The answer, within CloudFormation's limit.
fn body(request: &ResourceRequest, outcome: &Result<Done, OperatorError>, log_stream: &str) -> String {
    let mut characters = REASON_CHARACTERS_MAX;
    loop {
        let body = body_with_reason(request, outcome, log_stream, characters);
        if body.len() <= RESPONSE_BYTES_MAX || characters == 0 {
            return body;
        }
        characters /= 2;
    }
}

fn body_with_reason(
    request: &ResourceRequest,
    outcome: &Result<Done, OperatorError>,
    log_stream: &str,
    characters: usize,
) -> String {
    let mut body = json!({
        "PhysicalResourceId": request.physical_id(outcome),
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_resource_id,
        "NoEcho": false,
    });
    match outcome {
        Ok(done) => {
            body["Status"] = json!("SUCCESS");
            if let Some(data) = ResourceRequest::data(done) {
                body["Data"] = data;
            }
        }
        Err(error) => {
            let message: String = error.message().chars().take(characters).collect();
            body["Status"] = json!("FAILED");
            body["Reason"] = json!(format!("{}: {message}; log: {log_stream}", error.code()));
        }
    }
    body.to_string()
}

#[cfg(test)]
mod tests;
