//! The receiver of pushes written by hand: the least that a delivery can cost.
//!
//! One thread, blocking sockets, a signature made of format strings, JSON borrowed from the event and written by format
//! strings. It sends the messages that the product sends for the deliveries of the benchmark, and does nothing else that
//! the product promises: no retries, deadlines, quarantine, rotation, admission limits, log or metrics.

mod aws;
mod http;
mod push;
mod wire;

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use aws::Aws;
use http::Connection;
use push::messages;
use wire::ProxyEvent;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut receiver = Receiver { aws: Aws::from_environment()?, passwords: HashMap::new() };
    let host = variable("AWS_LAMBDA_RUNTIME_API");
    let mut runtime = Connection::open(&format!("http://{host}"), &receiver.aws.tls)?;
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {host}\r\n\r\n");
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
        let response = format!(
            r#"{{"statusCode":{status},"headers":{{"content-type":"application/json"}},"isBase64Encoded":false,"body":{body}}}"#
        );
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let length = response.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n");
        runtime.exchange((head + &response).as_bytes())?;
    }
}

struct Receiver {
    aws: Aws,
    /// Digests by integration, and when each was fetched.
    passwords: HashMap<String, ([u8; 32], Instant)>,
}

impl Receiver {
    /// The body of the response; `None` when the credentials are wrong.
    fn receive(&mut self, event: &[u8], trace: &str) -> Result<Option<String>> {
        let event: ProxyEvent<'_> = serde_json::from_slice(event)?;
        if !self.is_authorized(&event)? {
            return Ok(None);
        }
        let mut body = String::from(r#"{"status":"queued","events":["#);
        for batch in messages(&event, trace)?.chunks(10) {
            for (message, sent) in batch.iter().zip(self.aws.send(batch)?) {
                let comma = if body.ends_with('[') { "" } else { "," };
                write!(body, r#"{comma}{{"id":"{}","messageId":{}}}"#, message.id, sent["MessageId"])?;
            }
        }
        Ok(Some(body + "]}"))
    }

    fn is_authorized(&mut self, event: &ProxyEvent<'_>) -> Result<bool> {
        let integration = event.path_parameters.integration;
        let Some(credentials) = event.headers.authorization.strip_prefix("Basic ") else { return Ok(false) };
        let Ok(credentials) = STANDARD.decode(credentials) else { return Ok(false) };
        let Some(colon) = credentials.iter().position(|byte| *byte == b':') else { return Ok(false) };
        let presented = Sha256::digest(&credentials[colon + 1..]);
        let cached = self.passwords.get(integration).filter(|(_, since)| since.elapsed() < TTL);
        let expected = if let Some((digest, _)) = cached {
            *digest
        } else {
            let digest = self.aws.password_digest(integration)?;
            self.passwords.insert(integration.to_owned(), (digest, Instant::now()));
            digest
        };
        Ok(expected.ct_eq(&presented).into())
    }
}

#[expect(clippy::disallowed_methods, reason = "settings are read when a client is made")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

const TTL: Duration = Duration::from_mins(5);
