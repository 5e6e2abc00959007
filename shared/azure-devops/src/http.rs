//! The HTTP client: no redirect is followed, no proxy is used, and nothing is tried again.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use rustls::ClientConfig;

use crate::redact::one_line;
use crate::response::RestResponse;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The first memory for a body of unknown length, in bytes.
const BODY_BYTES: usize = 64 * 1024;

const UNKNOWN_ISSUER: &str = "The server's certificate is of an authority that is not a public one: pass the authority in CaBundleLayerArn";

const USER_AGENT: &str =
    concat!("hookpost/", env!("CARGO_PKG_VERSION"), " (Azure DevOps service hooks to Amazon SQS)");

/// A client that sends these headers with every request to URLs with this scheme.
///
/// # Errors
///
/// The cause as text. It should not happen.
pub(crate) fn client(tls: ClientConfig, scheme: &str, headers: HeaderMap) -> Result<Client, String> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(scheme == "https")
        .redirect(Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .build()
        .map_err(text_of)
}

/// Sends a request and reads the response. The whole exchange takes `timeout` at most, connecting included. A response
/// body of more than `bytes_max` is not read.
///
/// # Errors
///
/// The cause as text, when there is no response.
pub(crate) async fn exchange(
    http: &Client,
    mut request: Request,
    timeout: Duration,
    bytes_max: usize,
) -> Result<RestResponse, String> {
    let transport_error = |error| transport_error(error, timeout);
    *request.timeout_mut() = Some(timeout);
    let mut response = http.execute(request).await.map_err(transport_error)?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    // A long list that grows by doubling would take up to three times its size.
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(length.unwrap_or(BODY_BYTES).min(bytes_max));
    while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
        if body.len() + chunk.len() > bytes_max {
            return Ok(RestResponse { status, headers, body: Vec::new(), is_too_large: true });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RestResponse { status, headers, body, is_too_large: false })
}

/// The error of an exchange without a response.
fn transport_error(error: reqwest::Error, timeout: Duration) -> String {
    if error.is_timeout() {
        let (missing, limit) = if error.is_connect() {
            ("connection", timeout.min(CONNECT_TIMEOUT))
        } else {
            ("answer", timeout)
        };
        return format!("no {missing} within {} s", limit.as_secs());
    }
    let text = text_of(error);
    // The text of rustls.
    if text.contains("UnknownIssuer") { format!("{text}. {UNKNOWN_ISSUER}") } else { text }
}

/// The text of the HTTP client, without the URL.
pub(crate) fn text_of(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    one_line(&text)
}
