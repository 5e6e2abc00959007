//! One call over HTTP, and the next one not before it is over.

use std::time::Duration;

use hookpost_core::azure_devops::error::RestError;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use rustls::ClientConfig;
use tokio::sync::Mutex;
use url::Url;

use crate::answer::{Answer, unreadable};
use crate::call::Call;
use crate::pace::Pace;
use crate::scrub::{Secrets, one_line};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// For a whole exchange, connecting included.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Longest answer that is read. A listing of ten thousand repositories fits.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// How often a call is made that is turned away for coming too soon.
const ATTEMPTS: usize = 5;

const USER_AGENT: &str =
    concat!("hookpost/", env!("CARGO_PKG_VERSION"), " (Azure DevOps service hooks to Amazon SQS)");

/// The connection to one organization.
pub(crate) struct Transport {
    http: Client,
    base: Url,
    secrets: Secrets,
    /// Held during a call, so that there is never a second one at the same time.
    pace: Mutex<Pace>,
}

impl Transport {
    pub(crate) fn new(
        base: Url,
        tls: ClientConfig,
        secrets: Secrets,
        waiting: Duration,
    ) -> Result<Self, RestError> {
        let mut authorization = HeaderValue::from_str(&secrets.authorization())
            .map_err(|_| unreachable("the token cannot be sent in a header"))?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            // Without it, a refusal may be a redirect to a sign-in page.
            (HeaderName::from_static("x-tfs-fedauthredirect"), HeaderValue::from_static("Suppress")),
        ]);
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(base.scheme() == "https")
            .redirect(Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(USER_AGENT)
            .default_headers(headers)
            .build()
            .map_err(failure)?;
        Ok(Self { http, base, secrets, pace: Mutex::new(Pace::new(waiting)) })
    }

    /// Makes a call that is answered with JSON.
    pub(crate) async fn ask(&self, call: Call<'_>) -> Result<Answer, RestError> {
        let password = call.password;
        let answer = self.exchange(call).await?;
        if answer.is_readable() { Ok(answer) } else { Err(self.error(&answer, password)) }
    }

    /// What an answer that is not a success means.
    pub(crate) fn error(&self, answer: &Answer, password: Option<&str>) -> RestError {
        answer.error(&self.secrets, password)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Makes a call, again if it is turned away for coming too soon, and gives whatever it is answered with.
    pub(crate) async fn exchange(&self, call: Call<'_>) -> Result<Answer, RestError> {
        let mut pace = self.pace.lock().await;
        for _ in 0..ATTEMPTS {
            pace.wait().await?;
            let answer = self.send(self.request(&call)?).await?;
            pace.keep_to(answer.header("retry-after"), answer.is_rate_limited());
            if !answer.is_rate_limited() {
                return Ok(answer);
            }
        }
        Err(pace.refusal())
    }

    fn request(&self, call: &Call<'_>) -> Result<Request, RestError> {
        let mut url = self.base.clone();
        // An empty segment would turn a call about one thing into a call about all of them, and dots would climb.
        if call.path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return Err(unreadable("an id is empty"));
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
        request.build().map_err(failure)
    }

    async fn send(&self, request: Request) -> Result<Answer, RestError> {
        #[cfg(fuzzing)]
        if let Some(answer) = crate::fuzzing::answer() {
            return answer;
        }
        let mut response = self.http.execute(request).await.map_err(failure)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len() + chunk.len() > BYTES_MAX {
                return Err(unreadable(format!("over {} MiB", BYTES_MAX / 1024 / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// A call without an answer. Only the transport's own words are repeated, without the URL.
fn failure(error: reqwest::Error) -> RestError {
    if error.is_timeout() {
        let (what, limit) =
            if error.is_connect() { ("connection", CONNECT_TIMEOUT) } else { ("answer", TIMEOUT) };
        return unreachable(&format!("no {what} within {} s", limit.as_secs()));
    }
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    unreachable(&one_line(&text))
}

fn unreachable(detail: &str) -> RestError {
    RestError::Unreachable { detail: detail.to_owned() }
}
