//! Outcomes as HTTP answers. Status codes are a business rule here: they steer Azure DevOps's retries.
//!
//! 2xx: delivered. 503: delivered again within minutes. Any other code puts the subscription on probation, in which
//! events are lost, and 410 disables it at once; so only requests that are not our deliveries get one.
//! Source: Microsoft's "Troubleshoot service hooks", failure classes.

use serde::Serialize;

use crate::receiver::outcome::{Outcome, Rejection};

/// Seconds after which a sender may try again. Whether Azure DevOps reads it is not documented; it is harmless.
const RETRY_AFTER_SECONDS: &str = "5";

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status code.
    pub status: u16,
    /// Headers beside `Content-Type: application/json`.
    pub headers: &'static [(&'static str, &'static str)],
    /// JSON with a stable `status` and, for errors, a stable `code`.
    pub body: String,
}

/// One event on the queue, as the sender's history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueuedEvent {
    /// The event's id.
    pub id: String,
    /// The id SQS gave the message.
    pub message_id: String,
}

#[derive(Serialize)]
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

impl Reply {
    /// The answer that belongs to an outcome.
    pub fn to(outcome: &Outcome) -> Self {
        let mut body = Body {
            status: outcome.status(),
            code: None,
            reason: None,
            message: None,
            id: None,
            events: None,
        };
        let mut headers: &'static [(&'static str, &'static str)] = &[];
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
            Outcome::Rejected(refusal) => {
                let (status, refusal_headers, message) = refused(*refusal);
                headers = refusal_headers;
                body.code = Some(refusal.code());
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

type Refused = (u16, &'static [(&'static str, &'static str)], &'static str);

fn refused(refusal: Rejection) -> Refused {
    match refusal {
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
