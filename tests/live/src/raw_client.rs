//! A client that shows what Azure DevOps answers as it comes: for calls that the product never makes, and where the
//! status or the form of an answer is the question.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookpost_core::azure_devops::credential::AccessCredential;
pub(crate) use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;
use tokio::sync::{Mutex, watch};
use url::Url;
use zeroize::Zeroizing;

use crate::tls;
use crate::unsettled::Unsettled;

/// Longest time for a call. Throttled calls are held up to 30 s.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Most attempts of a call that is throttled, and the longest wait before the next one.
const ATTEMPTS: usize = 4;
const RETRY_AFTER_MAX: u64 = 120;

/// The version of most calls.
pub(crate) const VERSION: &str = "7.1";

/// A client of one organization with one token. It makes one call at a time, and changes nothing by itself.
#[derive(Debug)]
pub(crate) struct RawClient {
    http: Client,
    base: Url,
    /// Locked during a call.
    line: Mutex<()>,
    /// While this is true, no call begins.
    stopped: watch::Receiver<bool>,
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Value>,
    pub(crate) version: &'a str,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a [&'a str], query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: Method::GET, path, query, body: None, version: VERSION }
    }

    pub(crate) fn with_body(method: Method, path: &'a [&'a str], body: Value) -> Self {
        Self { method, path, query: &[], body: Some(body), version: VERSION }
    }

    /// Method and path, without ids: `POST _apis/hooks/subscriptions`.
    fn operation(&self) -> String {
        let is_id = |part: &str| part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4;
        let path = self.path.iter().map(|part| if is_id(part) { "{id}" } else { part });
        format!("{} {}", self.method, path.collect::<Vec<_>>().join("/"))
    }
}

/// What Azure DevOps answered.
#[derive(Debug)]
pub(crate) struct Reply {
    operation: String,
    pub(crate) status: u16,
    /// Without parameters; empty when there is none.
    pub(crate) media_type: String,
    /// Null when it is not JSON.
    pub(crate) body: Value,
}

impl RawClient {
    /// Creates a client, which may use plain HTTP only if `base` does.
    pub(crate) fn new(
        base: Url,
        token: &AccessCredential,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, Unsettled> {
        let failed = |error: &dyn std::error::Error| Unsettled::Call(format!("no HTTP client: {error}"));
        let mut authorization =
            HeaderValue::from_str(&authorization(token)).map_err(|error| failed(&error))?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (AUTHORIZATION, authorization),
            (HeaderName::from_static("x-tfs-fedauthredirect"), HeaderValue::from_static("Suppress")),
        ]);
        let http = Client::builder()
            .tls_backend_preconfigured(tls::config().map_err(|error| failed(&error))?)
            .https_only(base.scheme() == "https")
            .redirect(Policy::none())
            .no_proxy()
            .retry(reqwest::retry::never())
            .timeout(TIMEOUT)
            .user_agent(concat!("hookpost-live/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self { http, base, line: Mutex::default(), stopped })
    }

    /// Makes a call. Any status is an answer; a throttled call is repeated.
    ///
    /// # Errors
    ///
    /// [`Unsettled::Call`] when there is no answer, [`Unsettled::Stopped`] when the run was stopped before the call.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Reply, Unsettled> {
        let _turn = self.line.lock().await;
        if *self.stopped.borrow() {
            return Err(Unsettled::Stopped);
        }
        let failed = |error: reqwest::Error| {
            Unsettled::Call(format!("{} has no answer: {}", call.operation(), error.without_url()))
        };
        for _ in 1..ATTEMPTS {
            let response = self.send(&call).await.map_err(failed)?;
            if response.status().as_u16() != 429 {
                return Reply::read(&call, response).await.map_err(failed);
            }
            let wait = header(&response, &RETRY_AFTER).parse().unwrap_or(1).min(RETRY_AFTER_MAX);
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        let response = self.send(&call).await.map_err(failed)?;
        Reply::read(&call, response).await.map_err(failed)
    }

    async fn send(&self, call: &Call<'_>) -> Result<Response, reqwest::Error> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(call.path);
        }
        url.query_pairs_mut().extend_pairs(call.query).append_pair("api-version", call.version);
        let mut request = self.http.request(call.method.clone(), url).header(ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        request.send().await
    }
}

impl Reply {
    async fn read(call: &Call<'_>, response: Response) -> Result<Self, reqwest::Error> {
        let status = response.status().as_u16();
        let media_type = header(&response, &CONTENT_TYPE);
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let bytes = response.bytes().await?;
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let body = serde_json::from_slice(text).unwrap_or_default();
        Ok(Self { operation: call.operation(), status, media_type, body })
    }

    /// Whether the call succeeded. 203 is a sign-in page.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && self.status != 203
    }

    /// The body of a call that has to succeed.
    pub(crate) fn success(self) -> Result<Value, Unsettled> {
        if self.is_success() { Ok(self.body) } else { Err(Unsettled::Call(self.evidence())) }
    }

    /// Status and key of an answer: `400 ArgumentException`, `203 text/html`.
    pub(crate) fn brief(&self) -> String {
        match self.body["typeKey"].as_str() {
            Some(key) => format!("{} {key}", self.status),
            None if self.body.is_null() && !self.media_type.is_empty() => {
                format!("{} {}", self.status, self.media_type)
            }
            None => self.status.to_string(),
        }
    }

    /// The call and its answer, with the message of Azure DevOps.
    pub(crate) fn evidence(&self) -> String {
        let message = self.body["message"].as_str().or(self.body["value"]["Message"].as_str());
        let message = message.map(|message| format!(": {message}")).unwrap_or_default();
        format!("{} → {}{message}", self.operation, self.brief())
    }
}

/// The value of the header `Authorization`.
fn authorization(token: &AccessCredential) -> Zeroizing<String> {
    Zeroizing::new(match token {
        AccessCredential::Basic(token) => {
            let pair = Zeroizing::new(format!(":{}", token.expose()));
            format!("Basic {}", *Zeroizing::new(STANDARD.encode(pair.as_bytes())))
        }
        AccessCredential::Bearer(token) => format!("Bearer {}", token.expose()),
    })
}

fn header(response: &Response, name: &HeaderName) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
