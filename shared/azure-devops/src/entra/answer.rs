//! Reads the answer of Entra.

use std::time::Duration;

use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::entra::assertion::Assertion;
use hookpost_core::entra::port::{EntraError, EntraRefusal};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use zeroize::{Zeroize as _, Zeroizing};

use crate::lenient::OptionalText;
use crate::mask::mask;
use crate::redact::one_line;
use crate::response::RestResponse;

/// Values of `error` that ask to come back, whatever the status is.
///
/// Source: Microsoft, "Microsoft Entra authentication and authorization error codes", for `temporarily_unavailable`; RFC
/// 6749, section 4.1.2.1, for both.
const TRANSIENT: [&str; 2] = ["temporarily_unavailable", "server_error"];

/// The JSON of an access token, or of a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WireAnswer {
    access_token: Option<Zeroizing<String>>,
    expires_in: OptionalText,
    error: OptionalText,
    error_description: OptionalText,
    error_codes: Value,
    trace_id: OptionalText,
    correlation_id: OptionalText,
}

/// Reads the answer to a request that was begun at this time. No error shows any part of the assertion.
///
/// # Errors
///
/// [`EntraError::Refused`] or [`EntraError::Unavailable`].
pub(super) fn read(
    mut response: RestResponse,
    assertion: &Assertion,
    begun: Timestamp,
) -> Result<AccessToken, EntraError> {
    let answer: WireAnswer = serde_json::from_slice(response.text()).unwrap_or_default();
    response.body.zeroize();
    let scrub = |text: &str| one_line(&mask(text, &[assertion.expose()]));
    // The ids follow after a line break or, in answers from 2024 on, after a space.
    let first_line = |text: &str| {
        let line = text.trim().lines().next().unwrap_or_default();
        scrub(line.split_once(" Trace ID:").map_or(line, |(sentence, _)| sentence))
    };
    let description = answer.error_description.as_deref().map(first_line).filter(|text| !text.is_empty());
    match (response.status, answer.error.as_deref()) {
        (200, _) => {
            let token = answer.access_token.and_then(|text| token(text, &answer.expires_in, begun));
            token.ok_or_else(|| unavailable(&response, "without a usable access token"))
        }
        (400 | 401, Some(error)) if !TRANSIENT.contains(&error) => {
            let error = scrub(error);
            let codes = answer.error_codes.as_array().into_iter().flatten().filter_map(Value::as_u64);
            Err(EntraError::Refused(EntraRefusal {
                codes: codes.collect(),
                description: description.unwrap_or_else(|| error.clone()),
                error,
                trace_id: scrub(&answer.trace_id.or_empty()),
                correlation_id: scrub(&answer.correlation_id.or_empty()),
            }))
        }
        (_, error) => {
            let cause = description.or_else(|| error.map(scrub));
            Err(unavailable(&response, &cause.unwrap_or_else(|| "without the form of Entra".to_owned())))
        }
    }
}

/// `None` when the text cannot be sent in a header, or does not say how long it is valid.
fn token(text: Zeroizing<String>, expires_in: &OptionalText, begun: Timestamp) -> Option<AccessToken> {
    let is_printable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let lifetime = SignedDuration::from_secs(i64::from(expires_in.number::<u32>()?));
    let expires_at = begun.checked_add(lifetime).ok()?;
    is_printable.then(|| AccessToken::new(text, expires_at))
}

fn unavailable(response: &RestResponse, cause: &str) -> EntraError {
    let seconds = response.header("retry-after").and_then(|text| text.trim().parse().ok());
    let cause = if response.is_too_large { "too large to be an answer of Entra" } else { cause };
    EntraError::Unavailable {
        detail: format!("it answers with status {}: {cause}", response.status),
        retry_after: seconds.map(Duration::from_secs),
    }
}
