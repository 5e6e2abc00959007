//! AWS's signature, version 4, of one shape of request: `POST /` without a query, its body in memory. Everything SQS is
//! asked has that shape.
//!
//! Source: docs.aws.amazon.com, "Create a signed AWS API request". What it saves: `infra/decisions/0007-own-signature.md`.

mod day_key;

use aws_sdk_sqs::config::Credentials;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use ring::{digest, hmac};

pub(crate) use day_key::{DayKey, Instant};

/// Headers that what lies between us and AWS may change, or that carry the signature: the same as the SDK's.
const UNSIGNED: [&str; 4] = ["authorization", "user-agent", "x-amzn-trace-id", "transfer-encoding"];

/// Headers that a signature brings, so that a request without one has none of them.
const BROUGHT: [&str; 3] = ["host", DATE, TOKEN];

pub(crate) const DATE: &str = "x-amz-date";
pub(crate) const TOKEN: &str = "x-amz-security-token";

/// What most canonical requests have room in; the token of a session is the most of it.
const TYPICAL_BYTES: usize = 4 * 1024;

/// What is signed of a request of the one shape.
pub(crate) struct Shape<'a> {
    /// With those that a signature brings still to come.
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

impl<'a> Shape<'a> {
    /// `None` when the request has another shape, or anything in it that would have to be changed before it is signed.
    pub(crate) fn of(request: &'a HttpRequest) -> Option<Self> {
        let host = host(request.uri()).filter(|_| request.method() == "POST")?;
        let body = request.body().bytes()?;
        let mut headers = Vec::with_capacity(16);
        headers.push(("host", host));
        for (name, value) in request.headers() {
            if BROUGHT.contains(&name) || !is_canonical(value) {
                return None;
            }
            if !UNSIGNED.contains(&name) {
                headers.push((name, value));
            }
        }
        Some(Self { headers, body })
    }

    /// The value of the header `authorization`. `None` when a header has several values.
    pub(crate) fn authorize(
        self,
        credentials: &Credentials,
        instant: &Instant,
        key: &DayKey,
    ) -> Option<String> {
        let mut headers: Vec<(&str, &str)> = self.headers;
        headers.push((DATE, &instant.text));
        if let Some(token) = credentials.session_token() {
            headers.push((TOKEN, token));
        }
        headers.sort_unstable_by_key(|(name, _)| *name);
        if headers.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let mut canonical = String::with_capacity(TYPICAL_BYTES);
        canonical.push_str("POST\n/\n\n");
        for (name, value) in &headers {
            push(&mut canonical, &[name, ":", value, "\n"]);
        }
        let names_at = canonical.len() + 1;
        let mut before = "\n";
        for (name, _) in &headers {
            push(&mut canonical, &[before, name]);
            before = ";";
        }
        let names_end = canonical.len();
        canonical.push('\n');
        push_hex(&mut canonical, digest::digest(&digest::SHA256, self.body).as_ref());

        let mut to_sign = String::with_capacity(256);
        push(&mut to_sign, &["AWS4-HMAC-SHA256\n", &instant.text, "\n", &key.scope, "\n"]);
        push_hex(&mut to_sign, digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());

        let names = &canonical[names_at..names_end];
        let mut header = String::with_capacity(512);
        push(&mut header, &["AWS4-HMAC-SHA256 Credential=", credentials.access_key_id(), "/", &key.scope]);
        push(&mut header, &[", SignedHeaders=", names, ", Signature="]);
        push_hex(&mut header, hmac::sign(&key.key, to_sign.as_bytes()).as_ref());
        Some(header)
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

/// Whether a header's value is signed as it stands: spaces at the ends or one after another would have to go.
fn is_canonical(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ') && !bytes.windows(2).any(|pair| pair == b"  ")
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
