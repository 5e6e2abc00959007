//! Converts outcomes into HTTP responses. The status code decides whether Azure DevOps delivers again.
//!
//! 2xx: the delivery is done. 503: Azure DevOps delivers again within minutes. Any other code puts the subscription on
//! probation, in which events are lost, and 410 disables it at once; only requests that are not deliveries get one.
//! Source: Microsoft's "Troubleshoot service hooks", failure classes.
//!
//! A delivery whose message SQS refuses gets 2xx, too, once `publisher` has quarantined it.

use serde::Serialize;

use crate::receiver::outcome::{Outcome, QueuedEvent, Rejection};

/// Value of `Retry-After`, in seconds. Whether Azure DevOps honors it is not documented.
const RETRY_AFTER_SECONDS: &str = "5";

/// Names and values of headers.
type Headers = &'static [(&'static str, &'static str)];

/// The HTTP response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookResponse {
    /// HTTP status code.
    pub status: u16,
    /// Headers in addition to `Content-Type: application/json`.
    pub headers: Headers,
    /// JSON with a stable `status` and, for errors, a stable `code`.
    pub body: String,
}

#[derive(Default, Serialize)]
struct Body<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<&'a [QueuedEvent]>,
}

impl WebhookResponse {
    /// The response for an outcome.
    pub fn to(outcome: &Outcome) -> Self {
        let mut body = Body { status: outcome.status(), ..Body::default() };
        let mut headers: Headers = &[];
        let status = match outcome {
            Outcome::Queued(events) => {
                body.events = Some(events);
                202
            }
            Outcome::Test { message } => {
                body.message = Some(message);
                200
            }
            Outcome::Ignored { reason } => {
                body.reason = Some(reason);
                202
            }
            Outcome::Quarantined { id, reason, queued } => {
                body.reason = Some(reason);
                body.id = Some(id);
                body.events = (!queued.is_empty()).then_some(queued);
                202
            }
            Outcome::Rejected(rejection) => {
                let (status, rejection_headers, message) = rejected(*rejection);
                headers = rejection_headers;
                body.code = Some(rejection.code());
                body.message = Some(message);
                status
            }
            Outcome::Unavailable { fault, .. } => {
                headers = &[("retry-after", RETRY_AFTER_SECONDS)];
                body.code = Some(fault.code());
                body.message = Some("the event was not taken; deliver it again");
                503
            }
        };
        Self { status, headers, body: serde_json::to_string(&body).unwrap_or_default() }
    }
}

/// Status, headers and message of a rejection.
fn rejected(rejection: Rejection) -> (u16, Headers, &'static str) {
    match rejection {
        Rejection::Unauthorized => (
            401,
            &[("www-authenticate", r#"Basic realm="hookpost", charset="UTF-8""#)],
            "send the webhook password of this integration as basic auth, with the username left empty",
        ),
        Rejection::MethodNotAllowed => (405, &[("allow", "POST")], "deliver service hooks with POST"),
        Rejection::UnsupportedMediaType => (415, &[], "deliver service hooks as application/json"),
        Rejection::BodyTooLarge => (413, &[], "the body is over 4 MiB"),
    }
}
