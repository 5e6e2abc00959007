//! A call, before it is made.

use reqwest::Method;
use serde_json::Value;

/// What to ask.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Below the organization, not encoded.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) version: &'static str,
    pub(crate) body: Option<Value>,
    /// A secret in the body, which no error may repeat.
    pub(crate) password: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: Method::GET, path, query, version: "7.1", body: None, password: None }
    }

    pub(crate) fn with_body(method: Method, path: &'a [&'a str], body: Value) -> Self {
        Self { method, body: Some(body), ..Self::get(path, &[]) }
    }
}
