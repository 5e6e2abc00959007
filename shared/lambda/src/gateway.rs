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

use crate::proxy_event::ProxyEvent;

/// Longest `change` that is kept, in characters; the known ones have at most nine.
const CHANGE_CHARS_MAX: usize = 64;

/// Takes out of an event what the pipeline needs.
///
/// # Errors
///
/// When this is no proxy event: somebody invoked the function by hand. The text does not quote the event.
pub(crate) fn inbound(
    event: ProxyEvent,
    trace_header: Option<String>,
    received_at: Timestamp,
) -> Result<Inbound, String> {
    let text = |name| event.header(name).next().map(str::to_owned);
    let method = event.http_method.as_ref().map(|method| method.to_ascii_uppercase());
    Ok(Inbound {
        method: method.ok_or("not a proxy event of a REST API: it has no text `httpMethod`")?,
        integration: event.integration().map(str::to_owned),
        change: event.change().map(|value| value.chars().take(CHANGE_CHARS_MAX).collect()),
        content_type: text("content-type"),
        authorization: authorization(&event),
        traceparent: text("traceparent"),
        activity_id: text("x-vss-activityid"),
        // SQS refuses a message whose trace header it cannot read.
        trace_header: trace_header.filter(|value| value.starts_with("Root=1-")),
        body: body(event),
        received_at,
    })
}

/// What is said to be base64 and isn't is taken as it came: admitted, it will be quarantined.
fn body(event: ProxyEvent) -> Vec<u8> {
    let body = event.body.map_or_else(Vec::new, String::into_bytes);
    if event.is_base64_encoded { STANDARD.decode(&body).unwrap_or(body) } else { body }
}

/// The header, when there is exactly one: which of several was meant is not ours to guess.
fn authorization(event: &ProxyEvent) -> Option<AuthorizationHeader> {
    let mut values = event.header("authorization");
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
