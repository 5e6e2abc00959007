//! A response of Azure DevOps.
//!
//! Status 200 does not mean success: an unknown token gets 203 and a sign-in page, a proxy may send HTML with any status,
//! and JSON may begin with a byte order mark.

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::unreadable_response;
use crate::rate_limiter::RateHeaders;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A response with its whole body.
pub(crate) struct RestResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body was longer than what is read. It is empty then.
    pub(crate) is_too_large: bool,
}

impl RestResponse {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn rate_headers(&self) -> RateHeaders<'_> {
        RateHeaders {
            retry_after: self.header("retry-after"),
            delay: self.header("x-ratelimit-delay"),
            limit: self.header("x-ratelimit-limit"),
            remaining: self.header("x-ratelimit-remaining"),
        }
    }

    /// The body without a byte order mark.
    pub(crate) fn text(&self) -> &[u8] {
        self.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.body)
    }

    /// The content type without parameters; empty when there is none.
    pub(crate) fn media_type(&self) -> &str {
        self.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default().trim()
    }

    pub(crate) fn is_html(&self) -> bool {
        self.media_type().to_ascii_lowercase().contains("html")
    }

    /// Whether the call was rejected by the rate limit.
    pub(crate) fn is_rate_limited(&self) -> bool {
        self.status == 429
    }

    /// Whether the call succeeded, for calls whose response body is not used.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && self.status != 203 && !self.is_html()
    }

    /// Whether the call succeeded with a JSON body.
    pub(crate) fn is_json_success(&self) -> bool {
        let media_type = self.media_type().to_ascii_lowercase();
        let is_whole = !self.is_too_large;
        is_whole && self.status == 200 && (media_type.ends_with("/json") || media_type.ends_with("+json"))
    }

    /// Parses the body of a successful response as JSON.
    ///
    /// # Errors
    ///
    /// [`RestError::UnreadableResponse`], which does not quote the body.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, RestError> {
        serde_json::from_slice(self.text()).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            unreadable_response(format!("not what is documented, at line {line}, column {column}"))
        })
    }
}
