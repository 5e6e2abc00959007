//! A request to the REST API, parsed.

use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, HOST};
use hyper::{HeaderMap, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

use super::ApiError;
use crate::Timestamp;

#[derive(Clone, Debug)]
pub(super) struct ApiRequest {
    pub(super) method: String,
    /// Path and query, as received.
    pub(super) target: String,
    /// The segments before `_apis`: organization and, for some resources, project.
    pub(super) place: Vec<String>,
    /// The segments after `_apis`; `None` when the path has none.
    pub(super) resource: Option<Vec<String>>,
    query: Vec<(String, String)>,
    /// From the query or the `Accept` header.
    pub(super) version: Option<String>,
    pub(super) authorization: Option<String>,
    /// Whether the caller asks for 401 where a browser is sent to the sign-in page.
    pub(super) suppresses_redirect: bool,
    /// Such as `127.0.0.1:40125`.
    pub(super) host: String,
    body: Bytes,
}

impl ApiRequest {
    pub(super) fn parse(request: Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let mut place: Vec<String> =
            parts.uri.path().split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let apis = place.iter().position(|part| part.eq_ignore_ascii_case("_apis"));
        let resource = apis.map(|at| place.split_off(at).split_off(1));
        let query: Vec<_> =
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let version = find(&query, "api-version").map(str::to_owned);
        Self {
            method: parts.method.as_str().to_owned(),
            target: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            place,
            resource,
            version: version.or_else(|| version_accepted(&parts.headers)),
            query,
            authorization: text(&parts.headers, &AUTHORIZATION).map(str::to_owned),
            suppresses_redirect: parts
                .headers
                .get("X-TFS-FedAuthRedirect")
                .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"Suppress")),
            host: text(&parts.headers, &HOST).unwrap_or_default().to_owned(),
            body,
        }
    }

    pub(super) fn is_connection_data(&self) -> bool {
        let resource = self.resource.as_deref().unwrap_or_default();
        matches!(resource, [name] if name.eq_ignore_ascii_case("connectionData"))
    }

    /// A query parameter that is not empty; names compare without regard to case.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        find(&self.query, name).filter(|value| !value.is_empty())
    }

    /// A query parameter that is a number, or the default.
    pub(super) fn number(&self, name: &str, default: usize) -> usize {
        self.query(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// A query parameter that is a time.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        self.query(name).map(|text| text.parse().map_err(|_| ApiError::invalid_request())).transpose()
    }

    /// Whether a query parameter is this value, or is not there. Values compare without regard to case.
    pub(super) fn accepts(&self, name: &str, value: &str) -> bool {
        self.query(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    }

    /// The body, which has to be a JSON list.
    pub(super) fn json_list(&self) -> Result<Vec<Value>, ApiError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| ApiError::model(&format!("The request is invalid. {error}")))
    }

    /// The body, which has to be a JSON object.
    pub(super) fn json(&self) -> Result<Value, ApiError> {
        match serde_json::from_slice(&self.body) {
            Ok(body @ Value::Object(_)) => Ok(body),
            Ok(_) => Err(ApiError::model("The request body is not a JSON object.")),
            Err(error) => Err(ApiError::model(&format!("The request is invalid. {error}"))),
        }
    }
}

fn find<'a>(query: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    query.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| &**value)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn text<'a>(headers: &'a HeaderMap, name: &hyper::header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn version_accepted(headers: &HeaderMap) -> Option<String> {
    let accept = text(headers, &ACCEPT)?;
    accept.split([';', ',']).find_map(|part| Some(part.trim().strip_prefix("api-version=")?.to_owned()))
}
