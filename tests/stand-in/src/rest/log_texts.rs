//! Requests and responses as the delivery log has them: as text.

use crate::SubscriptionInputs;
use crate::delivery::WebhookResponse;
use crate::http::HttpError;

/// A request as the log has it; credentials are masked.
pub(super) fn request(inputs: &SubscriptionInputs, url: &str, body: &[u8]) -> String {
    let authorization = match inputs.password() {
        Some(_) => "\n  Authorization: Basic ********",
        None => "",
    };
    format!(
        "Method: POST\nURI: {url}\nHTTP Version: 1.1\nHeaders:\n{{{authorization}\n  Content-Type: \
         application/json; charset=utf-8\n}}\nContent:\n{}\n",
        String::from_utf8_lossy(body)
    )
}

/// Whether a delivery has succeeded, or why not, and its response as the log has it.
pub(super) fn outcome(response: &Result<WebhookResponse, HttpError>) -> (Result<(), String>, String) {
    let response = match response {
        Ok(response) => response,
        Err(error) => return (Err(error.to_string()), String::new()),
    };
    let status = response.status;
    let reason = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or("Unknown");
    let body = String::from_utf8_lossy(&response.body);
    let text =
        format!("Status Code: {status}\nReason Phrase: {reason}\nHTTP Version: 1.1\nContent:\n{body}\n");
    match status {
        200..=299 => (Ok(()), text),
        _ => (Err(format!("{reason} ({status})")), text),
    }
}
