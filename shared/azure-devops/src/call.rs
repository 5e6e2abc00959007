//! A call of the REST API, before it is sent.

use reqwest::Method;
use serde_json::Value;

/// A call of the REST API.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The path segments below the organization, not encoded.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// The API version.
    pub(crate) version: &'static str,
    pub(crate) body: Option<Value>,
    /// A secret in the request or the response, which no error may quote.
    pub(crate) password: Option<&'a str>,
    /// Largest response body that is read, in bytes.
    pub(crate) bytes_max: usize,
}

/// Largest response body of most calls, in bytes. A list of ten thousand repositories is smaller.
const BYTES_MAX: usize = 16 * 1024 * 1024;

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            method: Method::GET,
            path,
            query,
            version: "7.1",
            body: None,
            password: None,
            bytes_max: BYTES_MAX,
        }
    }

    pub(crate) fn with_body(method: Method, path: &'a [&'a str], body: Value) -> Self {
        Self { method, body: Some(body), ..Self::get(path, &[]) }
    }

    /// Whether the call creates, replaces or deletes a subscription.
    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET && self.path.starts_with(&["_apis", "hooks", "subscriptions"])
    }
}
