//! The error of a token request, in the form of the service.

use serde_json::json;

use super::{Behavior, RejectReason};
use crate::server::{self, HttpResponse};
use crate::{Timestamp, Uuid, service};

/// A refusal, and what its response has beside the cause.
#[derive(Debug)]
pub(super) struct TokenError {
    status: u16,
    error: &'static str,
    pub(super) code: u32,
    message: String,
}

impl TokenError {
    pub(super) fn new(refusal: &RejectReason, behavior: &Behavior) -> Self {
        let (error, usual) = refusal.error();
        // A fault that passes keeps its status.
        let status = behavior.refusal_status.filter(|_| usual < 500).unwrap_or(usual);
        Self { status, error, code: refusal.code(), message: refusal.message() }
    }

    /// Trace and correlation id differ with each response.
    pub(super) fn response(&self, now: Timestamp, behavior: &Behavior) -> HttpResponse {
        let (trace, correlation) = (Uuid::from_bytes(service::random()), Uuid::from_bytes(service::random()));
        let time = now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let code = self.code;
        let parts = [
            format!("AADSTS{code}: {}", self.message),
            format!("Trace ID: {trace}"),
            format!("Correlation ID: {correlation}"),
            format!("Timestamp: {time}"),
        ];
        let description = parts.join(if behavior.one_line { " " } else { "\r\n" });
        let body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [code],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        });
        server::json(self.status, body.to_string())
    }
}
