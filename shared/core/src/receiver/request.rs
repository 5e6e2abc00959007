//! A request as it came in, before anything about it is believed.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

/// Largest body taken, in bytes. Azure DevOps documents 2 MB as its own limit (service hooks FAQ); twice that
/// is still below what Lambda hands over.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One HTTP request, with what the pipeline needs of it.
#[derive(Debug)]
pub struct WebhookRequest {
    /// The HTTP method, upper case.
    pub method: String,
    /// The `{integration}` part of the path, decoded.
    pub integration: Option<String>,
    /// The `change` query parameter, which `setup` puts into the URL of a filtered subscription.
    pub change: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Authorization` header, when there is exactly one.
    pub authorization: Option<AuthorizationHeader>,
    /// The W3C `traceparent` header.
    pub traceparent: Option<String>,
    /// The `X-VSS-ActivityId` header, by which Microsoft's support finds a delivery.
    pub activity_id: Option<String>,
    /// The X-Ray trace header of the invocation, handed on to the queue.
    pub trace_header: Option<String>,
    /// The raw body.
    pub body: Vec<u8>,
    /// When the request arrived. The only clock the pipeline sees.
    pub received_at: Timestamp,
}

/// The value of an `Authorization` header: not shown by `Debug`, wiped when dropped.
pub struct AuthorizationHeader(Zeroizing<Vec<u8>>);

impl AuthorizationHeader {
    /// Takes the raw value.
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

/// Why a request is turned away before its credentials are looked at. Azure DevOps never sends such a one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RejectReason {
    Method,
    MediaType,
    TooLarge,
}

impl WebhookRequest {
    /// Whether this can be a delivery at all: a POST of JSON within the size limit.
    ///
    /// A missing media type passes: nothing says that it is not JSON, and a wrong refusal costs a subscription.
    pub(crate) fn check_form(&self) -> Result<(), RejectReason> {
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

/// `application/json` and the `+json` family, with or without parameters.
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
    fn json_media_types() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json", ""] {
            assert!(is_json(json), "{json}");
        }
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
