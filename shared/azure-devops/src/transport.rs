//! Sends calls over HTTP, one at a time.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Request};
use rustls::ClientConfig;
use tokio::sync::Mutex;
use url::Url;

use crate::call::Call;
use crate::call_time::CallTime;
use crate::error::{unreachable, unreadable_response};
use crate::error_body::rest_error;
use crate::http;
use crate::rate_limiter::RateLimiter;
use crate::redact::Secrets;
use crate::response::RestResponse;

/// Most attempts of a call that is rejected by the rate limit.
const ATTEMPTS: usize = 5;

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
        let http = http::client(tls, base_url.scheme(), headers).map_err(unreachable)?;
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
        request.build().map_err(|error| unreachable(http::text_of(error)))
    }

    /// Sends a request, as [`http::exchange`] does.
    async fn send(
        &self,
        request: Request,
        timeout: Duration,
        bytes_max: usize,
    ) -> Result<RestResponse, RestError> {
        #[cfg(fuzzing)]
        if let Some(response) = crate::fuzzing::next_response() {
            return response;
        }
        http::exchange(&self.http, request, timeout, bytes_max).await.map_err(unreachable)
    }
}
