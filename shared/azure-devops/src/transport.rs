//! Sends calls over HTTP, one at a time.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use rustls::ClientConfig;
use tokio::sync::Mutex;
use url::Url;

use crate::call::Call;
use crate::call_time::CallTime;
use crate::error::{unreachable, unreadable_response};
use crate::error_body::rest_error;
use crate::rate_limiter::RateLimiter;
use crate::redact::{Secrets, one_line};
use crate::response::RestResponse;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Most attempts of a call that is rejected by the rate limit.
const ATTEMPTS: usize = 5;

const UNKNOWN_ISSUER: &str = "The server's certificate is of an authority that is not a public one: pass the authority in CaBundleLayerArn";

const USER_AGENT: &str =
    concat!("hookpost/", env!("CARGO_PKG_VERSION"), " (Azure DevOps service hooks to Amazon SQS)");

/// The connection to one organization.
pub(crate) struct Transport {
    http: Client,
    base_url: Url,
    secrets: Secrets,
    pub(crate) call_time: CallTime,
    /// Locked during a call, so that there is one call at a time.
    rate_limiter: Mutex<RateLimiter>,
}

impl Transport {
    pub(crate) fn new(
        base_url: Url,
        tls: ClientConfig,
        secrets: Secrets,
        rate_limit_budget: Duration,
    ) -> Result<Self, RestError> {
        let mut authorization = HeaderValue::from_str(&secrets.authorization())
            .map_err(|_| unreachable("the token cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            // Without this header, Azure DevOps may answer a bad token with a redirect to a sign-in page.
            (HeaderName::from_static("x-tfs-fedauthredirect"), HeaderValue::from_static("Suppress")),
        ]);
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(base_url.scheme() == "https")
            .redirect(Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(USER_AGENT)
            .default_headers(headers)
            .build()
            .map_err(|error| unreachable(text_of(error)))?;
        let rate_limiter = Mutex::new(RateLimiter::new(rate_limit_budget));
        Ok(Self { http, base_url, secrets, call_time: CallTime::default(), rate_limiter })
    }

    /// Makes a call that must succeed with a JSON response.
    pub(crate) async fn call_for_json(&self, call: Call<'_>) -> Result<RestResponse, RestError> {
        let password = call.password;
        let response = self.call(call).await?;
        if response.is_json_success() { Ok(response) } else { Err(self.error(&response, password)) }
    }

    /// The error of a response that is not a success.
    pub(crate) fn error(&self, response: &RestResponse, password: Option<&str>) -> RestError {
        rest_error(response, &self.secrets, password)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Makes a call, and repeats it while it is rejected by the rate limit. Returns any other response, success or not.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<RestResponse, RestError> {
        let mut rate_limiter = self.rate_limiter.lock().await;
        for _ in 0..ATTEMPTS {
            rate_limiter.wait(call.is_write(), self.call_time.of_wait()).await?;
            let timeout = self.call_time.of_exchange()?;
            let response = self.send(self.request(&call)?, timeout, call.bytes_max).await?;
            rate_limiter.update(&response.rate_headers(), response.is_rate_limited());
            if !response.is_rate_limited() {
                return Ok(response);
            }
        }
        Err(rate_limiter.error())
    }

    fn request(&self, call: &Call<'_>) -> Result<Request, RestError> {
        let mut url = self.base_url.clone();
        // With an empty segment, a call for one item would become a call for all of them; dots would address the parent.
        if call.path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return Err(unreadable_response("an id is empty"));
        }
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(call.path);
        }
        url.query_pairs_mut().extend_pairs(call.query).append_pair("api-version", call.version);
        let accept = format!("application/json;api-version={}", call.version);
        let mut request = self.http.request(call.method.clone(), url).header(ACCEPT, accept);
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        request.build().map_err(|error| unreachable(text_of(error)))
    }

    /// Sends a request. The whole exchange takes `timeout` at most, connecting included. A response body of more than
    /// `bytes_max` is not read.
    async fn send(
        &self,
        mut request: Request,
        timeout: Duration,
        bytes_max: usize,
    ) -> Result<RestResponse, RestError> {
        #[cfg(fuzzing)]
        if let Some(response) = crate::fuzzing::next_response() {
            return response;
        }
        let transport_error = |error| transport_error(error, timeout);
        *request.timeout_mut() = Some(timeout);
        let mut response = self.http.execute(request).await.map_err(transport_error)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        // A long list that grows by doubling would take up to three times its size.
        let length = response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::with_capacity(length.unwrap_or_default().min(bytes_max));
        while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
            if body.len() + chunk.len() > bytes_max {
                return Ok(RestResponse { status, headers, body: Vec::new(), is_too_large: true });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(RestResponse { status, headers, body, is_too_large: false })
    }
}

/// The error of a call without a response.
fn transport_error(error: reqwest::Error, timeout: Duration) -> RestError {
    unreachable(if error.is_timeout() {
        let (missing, limit) = if error.is_connect() {
            ("connection", timeout.min(CONNECT_TIMEOUT))
        } else {
            ("answer", timeout)
        };
        format!("no {missing} within {} s", limit.as_secs())
    } else {
        let text = text_of(error);
        // The text of rustls.
        if text.contains("UnknownIssuer") { format!("{text}. {UNKNOWN_ISSUER}") } else { text }
    })
}

/// The text of the HTTP client, without the URL.
fn text_of(error: reqwest::Error) -> String {
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
