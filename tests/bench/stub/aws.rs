//! SQS and Secrets Manager, over HTTP or TLS. Signatures are not looked at.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::http::{Connection, Request};
use super::sqs::{self, Message};

/// The webhook password of every integration.
pub(crate) const PASSWORD: &str = "tFqLwzXbRkYmVcNsHdJpGaEuTiOyWnBxQvCrZlKfMsD";

/// Both services behind one address.
#[derive(Debug)]
pub(crate) struct Aws {
    address: SocketAddr,
    scheme: &'static str,
    seen: Arc<Seen>,
}

/// What was asked for.
#[derive(Debug, Default)]
struct Seen {
    messages: AtomicUsize,
    passwords: AtomicUsize,
    /// Filled while somebody wants to look at the messages themselves.
    kept: Mutex<Option<Vec<Message>>>,
}

impl Aws {
    /// Listens on a free port until the program ends.
    pub(crate) fn start(tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let (scheme, for_connections) = (if tls.is_some() { "https" } else { "http" }, Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, tls) = (Arc::clone(&for_connections), tls.clone());
                std::thread::spawn(move || {
                    stream.set_nodelay(true)?;
                    match tls {
                        None => serve(stream, &seen),
                        Some(config) => {
                            let tls = ServerConnection::new(config).map_err(io::Error::other)?;
                            serve(StreamOwned::new(tls, stream), &seen)
                        }
                    }
                });
            }
        });
        Ok(Self { address, scheme, seen })
    }

    /// The value of `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    pub(crate) fn endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// How many messages came in since the last time.
    pub(crate) fn messages(&self) -> usize {
        self.seen.messages.swap(0, Ordering::Relaxed)
    }

    /// How many passwords were asked for since the last time.
    pub(crate) fn passwords(&self) -> usize {
        self.seen.passwords.swap(0, Ordering::Relaxed)
    }

    /// Keeps messages from now on.
    pub(crate) fn keep(&self) {
        *self.seen.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// The messages that were kept; no more are.
    pub(crate) fn kept(&self) -> Vec<Message> {
        self.seen.kept.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

fn serve(stream: impl Read + Write, seen: &Seen) -> io::Result<()> {
    let mut connection = Connection::new(stream);
    while let Some(request) = connection.request()? {
        let (status, head, body) = respond(&request, seen);
        connection.answer(status, head, &body)?;
    }
    Ok(())
}

fn respond(request: &Request<'_>, seen: &Seen) -> (u16, &'static str, Vec<u8>) {
    match request.target {
        "AmazonSQS.SendMessageBatch" => match sqs::accept(request.body) {
            Ok((messages, answer)) => {
                seen.messages.fetch_add(messages.len(), Ordering::Relaxed);
                if let Some(kept) = &mut *seen.kept.lock().unwrap_or_else(PoisonError::into_inner) {
                    kept.extend(messages);
                }
                (200, JSON_1_0, answer)
            }
            Err(error) => (400, JSON_1_0, error.to_string().into_bytes()),
        },
        "secretsmanager.GetSecretValue" => {
            seen.passwords.fetch_add(1, Ordering::Relaxed);
            secret(request.body)
        }
        // A connection is opened early by whatever request costs nothing.
        _ => (404, "content-type: text/plain\r\n", b"unknown".to_vec()),
    }
}

/// There is a current password, and neither one to come nor one that was.
fn secret(body: &[u8]) -> (u16, &'static str, Vec<u8>) {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    if asked["VersionStage"].as_str().is_some_and(|stage| stage != "AWSCURRENT") {
        let absent = br#"{"__type":"ResourceNotFoundException","Message":"no such version"}"#;
        return (400, JSON_1_1, absent.to_vec());
    }
    let answer = serde_json::json!({
        "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hookpost-a1B2c3",
        "Name": asked["SecretId"],
        "SecretString": format!(r#"{{"password":"{PASSWORD}"}}"#),
        "VersionId": "b4f0d1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b",
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": 1_767_225_600.0,
    });
    (200, JSON_1_1, answer.to_string().into_bytes())
}

const JSON_1_0: &str = "content-type: application/x-amz-json-1.0\r\n";
const JSON_1_1: &str = "content-type: application/x-amz-json-1.1\r\n";
