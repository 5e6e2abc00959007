//! SQS and Secrets Manager in this process, limited to the calls of a receiver, for measurements: an emulator's own
//! time would dominate them. Requests are not validated.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::Request;
use hyper::body::Bytes;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use hookpost_stand_in::server::{HttpResponse, Server, json as answer};

use super::secrets::{webhook_secret, webhook_value};

/// Both services at one address.
#[derive(Debug)]
pub struct LocalAws {
    server: Server,
    received: Arc<Mutex<Received>>,
}

/// What was asked of both services.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The messages for any queue, each as its entry in the request, in the order sent. Those that SQS would deduplicate are
    /// among them.
    pub messages: Vec<Value>,
    /// How often a password was requested.
    pub password_requests: usize,
}

impl LocalAws {
    /// On a free port, with the webhook password of an integration.
    pub async fn start(prefix: &str, integration: &str, password: &str) -> Self {
        let secrets = BTreeMap::from([(webhook_secret(prefix, integration), webhook_value(password))]);
        let (received, secrets) = (Arc::<Mutex<Received>>::default(), Arc::new(secrets));
        let shared = Arc::clone(&received);
        let server = Server::start(move |request| {
            let reply = handle(&mut lock(&shared), &secrets, &request);
            async move { Some(reply) }
        })
        .await;
        Self { server, received }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Where both listen.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What was received since the last call.
    pub fn take(&self) -> Received {
        std::mem::take(&mut lock(&self.received))
    }
}

impl Received {
    /// The body of every message on a FIFO queue, in the order sent: SQS drops a message whose deduplication id it knows.
    pub fn bodies(&self) -> Vec<&str> {
        let text = |entry: &'_ Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let mut known = HashSet::new();
        let new = self.messages.iter().filter(|entry| {
            known.insert((text(entry, "MessageGroupId"), text(entry, "MessageDeduplicationId")))
        });
        new.filter_map(|entry| entry["MessageBody"].as_str()).collect()
    }
}

/// The settings of a receiver that calls both services at an endpoint.
pub fn receiver_settings(endpoint: &str, prefix: &str) -> Vec<(&'static str, String)> {
    let queue = |name: &str| format!("{endpoint}/123456789012/{name}");
    vec![
        ("HOOKPOST_EVENTS_QUEUE_URL", queue("events.fifo")),
        ("HOOKPOST_QUARANTINE_QUEUE_URL", queue("quarantine")),
        ("HOOKPOST_SECRET_PREFIX", prefix.to_owned()),
        ("AWS_ENDPOINT_URL_SQS", endpoint.to_owned()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint.to_owned()),
    ]
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

fn handle(
    received: &mut Received,
    secrets: &BTreeMap<String, String>,
    request: &Request<Bytes>,
) -> HttpResponse {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let mut input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    match (target, input["Entries"].take()) {
        (Some("AmazonSQS.SendMessageBatch"), Value::Array(entries)) => {
            let sent: Vec<Value> = entries.iter().map(sent).collect();
            received.messages.extend(entries);
            answer(200, json!({"Successful": sent, "Failed": []}).to_string())
        }
        (Some("secretsmanager.GetSecretValue"), _) => {
            received.password_requests += 1;
            secret(secrets, &input)
        }
        // A connection opened in advance.
        (None, _) => answer(200, "{}"),
        _ => refuse("InvalidAction"),
    }
}

/// A message sent twice has one id. The AWS SDK for JavaScript compares the digest.
fn sent(entry: &Value) -> Value {
    let digest = u128::from_be_bytes(Md5::digest(entry["MessageBody"].as_str().unwrap_or_default()).into());
    json!({
        "Id": entry["Id"],
        "MessageId": entry["MessageDeduplicationId"],
        "MD5OfMessageBody": format!("{digest:032x}"),
        "SequenceNumber": "18849496460467696128",
    })
}

fn secret(secrets: &BTreeMap<String, String>, input: &Value) -> HttpResponse {
    let name = input["SecretId"].as_str().unwrap_or_default();
    match (secrets.get(name), input["VersionStage"].as_str()) {
        (Some(value), None | Some("AWSCURRENT")) => {
            answer(200, json!({"Name": name, "SecretString": value}).to_string())
        }
        _ => refuse("ResourceNotFoundException"),
    }
}

fn refuse(code: &str) -> HttpResponse {
    answer(400, json!({"__type": code, "message": "not here"}).to_string())
}
