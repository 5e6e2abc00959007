//! A webhook request as it was received, before authentication.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

/// Largest accepted body, in bytes. Azure DevOps documents 2 MB as its own limit (service hooks FAQ); twice that is still
/// below Lambda's limit of 6 MB.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The parts of an HTTP request that a receiver uses.
#[derive(Debug)]
pub struct WebhookRequest {
    /// The HTTP method, upper case.
    pub method: String,
    /// The `{integration}` segment of the path, decoded.
    pub integration: Option<String>,
    /// The `change` query parameter, which `setup` puts into the URL of a subscription to updates of pull requests: the
    /// change that it is filtered by, or `any`.
    pub change: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Authorization` header, if there is exactly one.
    pub authorization: Option<AuthorizationHeader>,
    /// The W3C `traceparent` header.
    pub traceparent: Option<String>,
    /// The `X-VSS-ActivityId` header, by which Microsoft's support finds a delivery.
    pub activity_id: Option<String>,
    /// The X-Ray trace header of the invocation, which is sent on to SQS.
    pub trace_header: Option<String>,
    /// The headers that a raw delivery keeps: those of [`KEPT_HEADERS`](crate::raw_delivery::KEPT_HEADERS), with their
    /// names from there. Empty unless raw deliveries are kept.
    pub kept_headers: Vec<(&'static str, String)>,
    /// The raw body.
    pub body: Vec<u8>,
    /// When the request arrived. A receiver reads no other clock.
    pub received_at: Timestamp,
}

/// The value of an `Authorization` header: not shown by `Debug`, wiped when dropped.
pub struct AuthorizationHeader(Zeroizing<Vec<u8>>);

impl AuthorizationHeader {
    /// Takes the raw value of the header.
    pub fn new(value: &[u8]) -> Self {
        Self(Zeroizing::new(value.to_vec()))
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AuthorizationHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationHeader(REDACTED)")
    }
}

/// Why a request is rejected before authentication. Azure DevOps never sends such a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RejectReason {
    Method,
    MediaType,
    TooLarge,
}

impl WebhookRequest {
    /// Checks that the request can be a delivery: a POST of JSON within the size limit.
    ///
    /// A missing media type is accepted, because a wrong rejection disables a subscription.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub(crate) fn validate(&self) -> Result<(), RejectReason> {
        if self.method != "POST" {
            return Err(RejectReason::Method);
        }
        if self.content_type.as_deref().is_some_and(|value| !is_json(value)) {
            return Err(RejectReason::MediaType);
        }
        if self.body.len() > BODY_BYTES_MAX {
            return Err(RejectReason::TooLarge);
        }
        Ok(())
    }
}

/// Whether a media type is JSON: `application/json`, `text/json` or `application/*+json`, with or without parameters.
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type.is_empty()
        || media_type == "application/json"
        || media_type == "text/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_media_types_are_json() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json", ""] {
            assert!(is_json(json), "{json}");
        }
        for not_json in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"] {
            assert!(!is_json(not_json), "{not_json}");
        }
    }
}
