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
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: Method::GET, path, query, version: "7.1", body: None, password: None }
    }

    pub(crate) fn with_body(method: Method, path: &'a [&'a str], body: Value) -> Self {
        Self { method, body: Some(body), ..Self::get(path, &[]) }
    }

    /// Whether the call creates, replaces or deletes a subscription.
    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET && self.path.starts_with(&["_apis", "hooks", "subscriptions"])
    }
}
