//! Posts to the configured URLs over HTTP. No redirect is followed, no proxy is used, nothing is tried again here.

use std::fs;
use std::time::Duration;

use hookpost_core::relay::answer::{ANSWER_BYTES_MAX, Answer};
use hookpost_core::relay::config::{RelayConfig, Target};
use hookpost_core::relay::port::{ToolClient, ToolRequest};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client for each target, each with its own authorities.
#[derive(Debug)]
pub(crate) struct HttpTools(Vec<(Client, Url, Duration)>);

/// A target cannot be called. The text names its field.
#[derive(Debug, thiserror::Error)]
#[error("`targets[{index}].{field}`: {problem}")]
pub(crate) struct BadTarget {
    index: usize,
    field: &'static str,
    problem: String,
}

impl HttpTools {
    /// Makes the clients, and reads the authorities. Sends nothing.
    ///
    /// # Errors
    ///
    /// When authorities cannot be read, or the system has none.
    pub(crate) fn new(config: &RelayConfig) -> Result<Self, BadTarget> {
        // The first provider stays; there is no other here.
        drop(rustls::crypto::ring::default_provider().install_default());
        let targets = config.targets.iter().enumerate();
        let clients = targets.map(|(index, target)| {
            let client = client(target).map_err(|(field, problem)| BadTarget { index, field, problem })?;
            Ok((client, target.url.clone(), target.timeout))
        });
        clients.collect::<Result<_, _>>().map(Self)
    }
}

fn client(target: &Target) -> Result<Client, (&'static str, String)> {
    let authorities = target.ca_bundle.as_deref().map(authorities).transpose();
    let authorities = authorities.map_err(|problem| ("caBundle", problem))?;
    Client::builder()
        .tls_certs_merge(authorities.unwrap_or_default())
        .https_only(target.url.scheme() == "https")
        .redirect(Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(target.timeout)
        .build()
        .map_err(|error| ("url", text_of(error)))
}

fn authorities(path: &str) -> Result<Vec<Certificate>, String> {
    let pem = fs::read(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if certificates.is_empty() {
        return Err(format!("{path} must hold the certificates of your authorities in PEM form"));
    }
    Ok(certificates)
}

impl ToolClient for HttpTools {
    async fn post(&self, target: usize, request: ToolRequest<'_>) -> Result<Answer, String> {
        let (client, url, timeout) = self.0.get(target).ok_or("there is no such target")?;
        let mut post = client.post(url.clone()).body(request.body.to_vec());
        for (name, value) in request.headers {
            post = post.header(name, value);
        }
        if let Some(credentials) = request.credentials {
            post = post.basic_auth(credentials.user.as_str(), Some(credentials.password.as_str()));
        }
        let failed = |error: reqwest::Error| {
            // A connection that is not made in time is both.
            if error.is_timeout() && !error.is_connect() {
                format!("no answer within {} s", timeout.as_secs())
            } else {
                text_of(error)
            }
        };
        let mut response = post.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut text = Vec::new();
        // The status is the answer: a body that breaks off changes nothing.
        while text.len() < ANSWER_BYTES_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            text.extend_from_slice(&chunk);
        }
        text.truncate(ANSWER_BYTES_MAX);
        Ok(Answer { status, text: String::from_utf8_lossy(&text).into_owned() })
    }
}

/// The text of the HTTP client with its causes, without the URL.
fn text_of(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
