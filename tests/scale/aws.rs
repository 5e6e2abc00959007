//! SQS and Secrets Manager in this process, as far as the functions call them, on the clock of the caller: emulators have
//! the clock of the machine, and would take most of the time of a measurement.

pub mod secrets_manager;
pub mod sqs;

use hookpost_stand_in::server::{HttpResponse, json};
use serde_json::{Value, json};

/// Answers with JSON.
fn success(output: &Value) -> HttpResponse {
    json(200, output.to_string())
}

/// Answers with an error of the AWS JSON protocols.
fn refusal(code: &str, message: &str) -> HttpResponse {
    json(400, json!({"__type": code, "message": message, "Message": message}).to_string())
}

fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
fn seconds(time: hookpost_stand_in::Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}
