//! Converts a proxy event of a REST API into a [`WebhookRequest`], and a [`WebhookResponse`] into the proxy response.
//!
//! The events of `lambda_http` are used, but not its `Request`, which panics on a path or host that makes no URI, keeps
//! only the last of several `Authorization` headers, and copies headers and body.
//! Source: docs.aws.amazon.com, "Input format of a Lambda function for proxy integration".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::raw_delivery::KEPT_HEADERS;
use hookpost_core::receiver::request::{AuthorizationHeader, WebhookRequest};
use hookpost_core::receiver::response::WebhookResponse;
use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{self, HeaderName, HeaderValue};

use crate::trace_header;

/// Longest `change` that is kept, in characters; the known values have at most nine.
const CHANGE_CHARS_MAX: usize = 64;

/// The request in an event.
pub(crate) fn request(
    event: ApiGatewayProxyRequest,
    trace_header: Option<&str>,
    received_at: Timestamp,
) -> WebhookRequest {
    let headers = headers(&event);
    let query = [&event.multi_value_query_string_parameters, &event.query_string_parameters];
    let change = query.into_iter().find_map(|query| query.first("change"));
    WebhookRequest {
        method: event.http_method.as_str().to_ascii_uppercase(),
        integration: event.path_parameters.get("integration").cloned(),
        change: change.map(|value| value.chars().take(CHANGE_CHARS_MAX).collect()),
        content_type: text(headers, "content-type"),
        authorization: authorization(headers),
        traceparent: text(headers, "traceparent"),
        activity_id: text(headers, "x-vss-activityid"),
        kept_headers: Vec::new(),
        trace_header: trace_header.and_then(trace_header::rebuild),
        body: body(event.body, event.is_base64_encoded),
        received_at,
    }
}

/// The headers that a raw delivery keeps, by an allow list.
pub(crate) fn kept_headers(event: &ApiGatewayProxyRequest) -> Vec<(&'static str, String)> {
    let headers = headers(event);
    KEPT_HEADERS.into_iter().filter_map(|name| Some((name, text(headers, name)?))).collect()
}

/// `headers` holds the last of several values. Some stand-ins for API Gateway send nothing else.
fn headers(event: &ApiGatewayProxyRequest) -> &HeaderMap {
    if event.multi_value_headers.is_empty() { &event.headers } else { &event.multi_value_headers }
}

/// The first value of a header.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The `Authorization` header, when there is exactly one: nothing says which of several is meant.
fn authorization(headers: &HeaderMap) -> Option<AuthorizationHeader> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let first = values.next().filter(|_| values.next().is_none());
    first.map(|value| AuthorizationHeader::new(value.as_bytes()))
}

/// A body that is marked as base64 and is not stays as it is: the receiver quarantines it after authentication.
fn body(body: Option<String>, is_base64_encoded: bool) -> Vec<u8> {
    let body = body.map_or_else(Vec::new, String::into_bytes);
    if is_base64_encoded { STANDARD.decode(&body).unwrap_or(body) } else { body }
}

/// The proxy response to a request.
pub(crate) fn response(response: WebhookResponse) -> ApiGatewayProxyResponse {
    let mut proxy = ApiGatewayProxyResponse::default();
    proxy.status_code = response.status.into();
    let json = HeaderValue::from_static("application/json");
    proxy.headers.insert(header::CONTENT_TYPE, json);
    for (name, value) in response.headers {
        proxy.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    proxy.body = Some(Body::Text(response.body));
    proxy
}

#[cfg(test)]
pub(crate) mod tests;
