//! The receivers' job by hand: the least that it can cost.
//!
//! One thread, blocking sockets, buffers that are used again, a signature made of format strings; it borrows what it can
//! out of the event. It answers the deliveries of the benchmark with the messages that the product makes of them. Left
//! out is all that the product promises beside that: retries, deadlines, quarantine, rotation, limits, log, metrics, and
//! every form of a delivery but the one of `dev.azure.com`.

mod aws;
mod event;
mod http;
mod place;
mod pull_request;
mod push;
mod sign;
mod wire;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use aws::{Aws, Entry};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::Message;
use http::Connection;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use wire::ProxyEvent;

fn main() -> io::Result<()> {
    let mut receiver = Receiver { aws: Aws::from_environment()?, passwords: HashMap::new() };
    let host = variable("AWS_LAMBDA_RUNTIME_API");
    // No TLS on the way to the Runtime API, so any configuration will do.
    let mut runtime = Connection::open(&format!("http://{host}"), &receiver.aws.tls())?;
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let mut request = Vec::new();
    loop {
        runtime.exchange(next.as_bytes())?;
        let id = runtime.header("lambda-runtime-aws-request-id").unwrap_or_default().to_owned();
        let trace = runtime.header("lambda-runtime-trace-id").unwrap_or_default();
        let (status, body) = match receiver.receive(runtime.body(), trace) {
            Ok(Some(body)) => (202, body),
            Ok(None) => (401, r#"{"code":"unauthorized"}"#.to_owned()),
            Err(_) => (503, r#"{"code":"unavailable"}"#.to_owned()),
        };
        let body = serde_json::to_string(&body)?;
        let answer = format!(
            r#"{{"statusCode":{status},"headers":{{"content-type":"application/json"}},"isBase64Encoded":false,"body":{body}}}"#
        );
        request.clear();
        write!(
            request,
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: {host}\r\n\
             content-length: {}\r\n\r\n{answer}",
            answer.len()
        )?;
        runtime.exchange(&request)?;
    }
}

struct Receiver {
    aws: Aws,
    passwords: HashMap<String, ([u8; 32], Instant)>,
}

impl Receiver {
    /// The body of the answer, or `None` for a stranger.
    fn receive(&mut self, event: &[u8], trace: &str) -> io::Result<Option<String>> {
        let event: ProxyEvent<'_> = serde_json::from_slice(event)?;
        if !self.admits(&event)? {
            return Ok(None);
        }
        let messages = event::messages(&event)?;
        let mut answer = String::from(r#"{"status":"queued","events":["#);
        for batch in batches(&messages) {
            let entries: Vec<Entry<'_>> =
                batch.iter().enumerate().map(|(place, message)| message.entry(place, trace)).collect();
            for (message, id) in batch.iter().zip(self.aws.send(&entries)?) {
                let comma = if answer.ends_with('[') { "" } else { "," };
                // Writing to a text cannot fail.
                let _ = write!(answer, r#"{comma}{{"id":"{}","messageId":"{id}"}}"#, message.id);
            }
        }
        answer.push_str("]}");
        Ok(Some(answer))
    }

    fn admits(&mut self, event: &ProxyEvent<'_>) -> io::Result<bool> {
        let integration = event.path_parameters.integration;
        let Some(credentials) = event.headers.authorization.strip_prefix("Basic ") else { return Ok(false) };
        let Ok(credentials) = STANDARD.decode(credentials) else { return Ok(false) };
        let Some(colon) = credentials.iter().position(|byte| *byte == b':') else { return Ok(false) };
        let presented = Sha256::digest(&credentials[colon + 1..]);
        let known = self.passwords.get(integration).filter(|(_, since)| since.elapsed() < TTL);
        let expected = if let Some((digest, _)) = known {
            *digest
        } else {
            let Some(digest) = self.aws.password(integration)? else { return Ok(false) };
            self.passwords.insert(integration.to_owned(), (digest, Instant::now()));
            digest
        };
        Ok(expected.ct_eq(&presented).into())
    }
}

/// At most ten messages, and a mebibyte, at a time.
fn batches(messages: &[Message]) -> Vec<&[Message]> {
    let (mut batches, mut begin, mut bytes) = (Vec::new(), 0, 0);
    for (at, message) in messages.iter().enumerate() {
        if at - begin == 10 || (at > begin && bytes + message.size() > 1024 * 1024) {
            batches.push(&messages[begin..at]);
            (begin, bytes) = (at, 0);
        }
        bytes += message.size();
    }
    batches.push(&messages[begin..]);
    batches
}

#[expect(clippy::disallowed_methods, reason = "there is no `main` apart from the rest")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

const TTL: Duration = Duration::from_mins(5);
