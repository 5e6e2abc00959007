//! AWS's signature, version 4, of one shape of request: `POST /` with JSON in its body.
//!
//! Source: docs.aws.amazon.com, "Create a signed AWS API request". What it saves: `infra/decisions/0009-first-try.md`.

mod day_key;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use ring::{digest, hmac};

use day_key::{DayKey, Instant};

/// What most canonical requests have room in; the token of a session is the most of it.
const TYPICAL_BYTES: usize = 4 * 1024;

/// Whom a signature is for, and how JSON is spoken there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Service {
    Sqs,
    SecretsManager,
}

impl Service {
    /// As the service is called in a signature.
    fn name(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::SecretsManager => "secretsmanager",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Sqs => "application/x-amz-json-1.0",
            Self::SecretsManager => "application/x-amz-json-1.1",
        }
    }

    /// Where SQS is asked so, codes of errors are those of its older protocol, as the SDK has them.
    fn query_mode(self) -> Option<&'static str> {
        match self {
            Self::Sqs => Some("true"),
            Self::SecretsManager => None,
        }
    }
}

/// What differs between one call and another.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The header `x-amz-target`: what is to be done.
    pub(crate) target: &'static str,
    pub(crate) body: &'a [u8],
}

/// What a signature adds to a request.
pub(crate) struct Signature {
    pub(crate) authorization: String,
    /// The value of the header `x-amz-date`.
    pub(crate) date: String,
}

/// Signs for one endpoint.
pub(crate) struct Signer {
    service: Service,
    credentials: Credentials,
    region: String,
    host: String,
    today: Mutex<Option<DayKey>>,
}

impl Signer {
    /// `None` when the URL has more than scheme, host and port, or the token is none that is signed as it stands.
    pub(crate) fn new(service: Service, credentials: Credentials, region: &str, url: &str) -> Option<Self> {
        let is_plain = |token: &str| !token.is_empty() && token.bytes().all(|c| c.is_ascii_graphic());
        let host = host(url).filter(|_| credentials.session_token().is_none_or(is_plain))?;
        let (region, host, today) = (region.to_owned(), host.to_owned(), Mutex::new(None));
        Some(Self { service, credentials, region, host, today })
    }

    /// The headers that are signed, in the order in which they are.
    pub(crate) fn headers<'a>(
        &'a self,
        target: &'static str,
        date: &'a str,
    ) -> impl Iterator<Item = (&'static str, &'a str)> + Clone {
        let token = self.credentials.session_token().map(|token| ("x-amz-security-token", token));
        let before = [
            ("content-type", self.service.content_type()),
            ("host", self.host.as_str()),
            ("x-amz-date", date),
        ];
        let query_mode = self.service.query_mode().map(|mode| ("x-amzn-query-mode", mode));
        before.into_iter().chain(token).chain([("x-amz-target", target)]).chain(query_mode)
    }

    /// `None` for a time that has no year of four digits.
    pub(crate) fn sign(&self, call: &Call<'_>, time: SystemTime) -> Option<Signature> {
        let Instant(date) = Instant::of(time)?;
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match today.take().filter(|key| key.is_for(&date)) {
            Some(key) => today.insert(key),
            None => today.insert(DayKey::derive(&self.credentials, &date, &self.region, self.service.name())),
        };
        let authorization = self.authorization(call, &date, key);
        Some(Signature { authorization, date })
    }

    fn authorization(&self, call: &Call<'_>, date: &str, key: &DayKey) -> String {
        let headers = self.headers(call.target, date);
        let mut canonical = String::with_capacity(TYPICAL_BYTES);
        canonical.push_str("POST\n/\n\n");
        for (name, value) in headers.clone() {
            push(&mut canonical, &[name, ":", value, "\n"]);
        }
        let names_at = canonical.len() + 1;
        let mut before = "\n";
        for (name, _) in headers {
            push(&mut canonical, &[before, name]);
            before = ";";
        }
        let names_end = canonical.len();
        canonical.push('\n');
        push_hex(&mut canonical, digest::digest(&digest::SHA256, call.body).as_ref());

        let mut to_sign = String::with_capacity(256);
        push(&mut to_sign, &["AWS4-HMAC-SHA256\n", date, "\n", &key.scope, "\n"]);
        push_hex(&mut to_sign, digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());

        let names = &canonical[names_at..names_end];
        let mut header = String::with_capacity(512);
        push(
            &mut header,
            &["AWS4-HMAC-SHA256 Credential=", self.credentials.access_key_id(), "/", &key.scope],
        );
        push(&mut header, &[", SignedHeaders=", names, ", Signature="]);
        push_hex(&mut header, hmac::sign(&key.key, to_sign.as_bytes()).as_ref());
        header
    }
}

impl fmt::Debug for Signer {
    /// Without the credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("host", &self.host).finish_non_exhaustive()
    }
}

/// The host and port of a URL with an empty path, without the port that goes without saying.
fn host(url: &str) -> Option<&str> {
    let (rest, usual_port) = match url.split_once("://")? {
        ("https", rest) => (rest, ":443"),
        ("http", rest) => (rest, ":80"),
        _ => return None,
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b':' | b'[' | b']');
    let is_plain = !authority.is_empty() && authority.bytes().all(is_plain);
    is_plain.then(|| authority.strip_suffix(usual_port).unwrap_or(authority))
}

fn push(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
}

#[cfg(test)]
#[path = "signature_tests.rs"]
pub(crate) mod tests;
