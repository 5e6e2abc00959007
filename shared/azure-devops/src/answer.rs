//! An answer of Azure DevOps, and what it means.
//!
//! A status of 200 proves nothing there: a credential that is not known gets 203 and a sign-in page, a proxy may send
//! HTML with any status, and JSON may begin with a byte order mark.

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::scrub::Secrets;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body without a byte order mark.
    pub(crate) fn text(&self) -> &[u8] {
        self.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.body)
    }

    fn media_type(&self) -> &str {
        self.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default().trim()
    }

    fn is_json(&self) -> bool {
        let media_type = self.media_type().to_ascii_lowercase();
        media_type.ends_with("/json") || media_type.ends_with("+json")
    }

    pub(crate) fn is_html(&self) -> bool {
        self.media_type().to_ascii_lowercase().contains("html")
    }

    /// Whether the call was turned away for coming too soon.
    pub(crate) fn is_rate_limited(&self) -> bool {
        self.status == 429
    }

    /// Whether the call had its effect, for calls that need no body in return.
    pub(crate) fn is_done(&self) -> bool {
        (200..300).contains(&self.status) && self.status != 203 && !self.is_html()
    }

    /// Whether there is JSON to read.
    pub(crate) fn is_readable(&self) -> bool {
        self.status == 200 && self.is_json()
    }

    /// Reads the JSON of an answer that is readable.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, RestError> {
        serde_json::from_slice(self.text()).map_err(|error| {
            // The error itself may quote the answer.
            let (line, column) = (error.line(), error.column());
            unreadable(format!("not what is documented, at line {line}, column {column}"))
        })
    }

    /// What an answer that is not a success means.
    pub(crate) fn error(&self, secrets: &Secrets, password: Option<&str>) -> RestError {
        let status = self.status;
        let fault = Fault::of(self, secrets, password);
        let is_denied = matches!(status, 401 | 403);
        match status {
            203 => RestError::SignInPage,
            200..300 if self.is_html() => RestError::SignInPage,
            200..300 => {
                let media_type = secrets.scrub(self.media_type(), password);
                unreadable(format!("status {status} with content type `{media_type}`"))
            }
            // A move is the only redirect that is not to a sign-in page.
            301 | 308 => RestError::Rejected { status, message: "it has moved; give its new URL".to_owned() },
            300..400 => RestError::SignInPage,
            _ if is_denied && fault.is_about_a_policy() => RestError::Policy { message: fault.message },
            400 if fault.is_about_a_permission() => RestError::Forbidden { message: fault.message },
            401 => RestError::Unauthorized { message: fault.message },
            403 => RestError::Forbidden { message: fault.message },
            404 => RestError::NotFound { message: fault.message },
            408 | 500.. => RestError::Unavailable { status },
            _ => RestError::Rejected { status, message: fault.message },
        }
    }
}

pub(crate) fn unreadable(detail: impl Into<String>) -> RestError {
    RestError::Unintelligible { detail: detail.into() }
}
