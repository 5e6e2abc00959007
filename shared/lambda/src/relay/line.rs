//! The log lines of a relay. CloudWatch makes metrics of their members with a relay's template.

use hookpost_core::relay::report::{Posting, PostingOutcome};
use serde_json::json;

use crate::log;

/// A delivery and what became of it for a target.
pub(super) fn posting(posting: &Posting) {
    let level = match posting.outcome {
        PostingOutcome::Accepted => "INFO",
        PostingOutcome::Refused
        | PostingOutcome::Omitted
        | PostingOutcome::NoTarget
        | PostingOutcome::Unavailable => "WARN",
        PostingOutcome::Unauthorized
        | PostingOutcome::CredentialsUnavailable
        | PostingOutcome::NotAddressed
        | PostingOutcome::Unreadable => "ERROR",
    };
    let fields = json!({
        "outcome": posting.outcome.as_str(),
        "target": posting.target,
        "status": posting.status,
        "detail": posting.detail.as_deref().map(log::truncate),
        "deliveryId": posting.delivery_id,
        "integration": posting.integration,
        "eventType": posting.event_type,
        "messageId": posting.message_id,
        "receiveCount": posting.receive_count,
    });
    log::write(level, "delivery_posted", &fields);
}

/// A call to the queue failed. What was not deleted or hidden comes again.
pub(super) fn queue_failed(call: &str, detail: &str) {
    log::write("ERROR", "queue_failed", &json!({"call": call, "detail": log::truncate(detail)}));
}

/// The loop ends, as it was asked to.
pub(super) fn stopped() {
    log::write("INFO", "stopped", &json!({}));
}
