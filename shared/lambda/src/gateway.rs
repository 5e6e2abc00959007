//! API Gateway's side: a REST API's proxy event as an [`Inbound`], a [`Reply`] as a proxy response.
//!
//! With `lambda_http`'s type of the response, but not through its `Request`: on the way there it panics on a path or host
//! that makes no URI, keeps only the last of several `Authorization` headers, and copies headers and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::inbound::{AuthorizationHeader, Inbound};
use hookpost_core::reply::Reply;
use jiff::Timestamp;
use lambda_http::Body;
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyResponse;
use lambda_http::http::header::{self, HeaderName, HeaderValue};

use crate::proxy_event::{Named, ProxyEvent};

/// Longest `change` that is kept, in characters; the known ones have at most nine.
const CHANGE_CHARS_MAX: usize = 64;

/// Reads a proxy event, format 1.0.
///
/// # Errors
///
/// When this is no proxy event: somebody invoked the function by hand. The text does not quote the event.
pub(crate) fn parse(json: &str) -> Result<ProxyEvent<'_>, String> {
    serde_json::from_str(json).map_err(|error| {
        // The error's own text may quote a value.
        let (line, column) = (error.line(), error.column());
        format!("not a proxy event of a REST API (at line {line}, column {column})")
    })
}

/// Takes out of an event what the pipeline needs.
pub(crate) fn inbound(
    event: ProxyEvent<'_>,
    trace_header: Option<String>,
    received_at: Timestamp,
) -> Inbound {
    // `headers` holds only the last of several values; stand-ins for API Gateway may leave out the other.
    let headers =
        if event.multi_value_headers.is_empty() { &event.headers } else { &event.multi_value_headers };
    let query = [&event.multi_value_query_string_parameters, &event.query_string_parameters];
    let change = query.into_iter().find_map(|query| query.first("change"));
    let text = |name| headers.header(name).next().map(str::to_owned);
    let body = event.body.map_or_else(Vec::new, String::into_bytes);
    Inbound {
        method: event.http_method.0.to_ascii_uppercase(),
        integration: event.path_parameters.first("integration").map(str::to_owned),
        change: change.map(|value| value.chars().take(CHANGE_CHARS_MAX).collect()),
        content_type: text("content-type"),
        authorization: authorization(headers),
        traceparent: text("traceparent"),
        activity_id: text("x-vss-activityid"),
        // SQS refuses a message whose trace header it cannot read.
        trace_header: trace_header.filter(|value| value.starts_with("Root=1-")),
        // What is said to be base64 and isn't is taken as it came: admitted, it will be quarantined.
        body: if event.is_base64_encoded { STANDARD.decode(&body).unwrap_or(body) } else { body },
        received_at,
    }
}

/// The header, when there is exactly one: which of several was meant is not ours to guess.
fn authorization(headers: &Named<'_>) -> Option<AuthorizationHeader> {
    let mut values = headers.header("authorization");
    let first = values.next().filter(|_| values.next().is_none());
    first.map(|value| AuthorizationHeader::new(value.as_bytes()))
}

/// Makes a proxy response of a reply.
pub(crate) fn response(reply: Reply) -> ApiGatewayProxyResponse {
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = reply.status.into();
    let json = HeaderValue::from_static("application/json");
    response.headers.insert(header::CONTENT_TYPE, json);
    for (name, value) in reply.headers {
        response.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response.body = Some(Body::Text(reply.body));
    response
}

#[cfg(test)]
#[path = "gateway_tests.rs"]
pub(crate) mod tests;
