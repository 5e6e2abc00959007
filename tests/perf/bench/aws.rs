//! SQS and Secrets Manager at one address. Signatures are not verified.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;

use crate::server::{self, json as respond};

/// The webhook password of every integration.
pub(crate) const PASSWORD: &str = "tFqLwzXbRkYmVcNsHdJpGaEuTiOyWnBxQvCrZlKfMsD";

#[derive(Debug)]
pub(crate) struct Aws {
    /// The value of `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    pub(crate) endpoint: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Debug, Default)]
struct Received {
    messages: Vec<Value>,
    password_requests: usize,
}

impl Aws {
    pub(crate) async fn start(tls: Option<TlsAcceptor>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let received = Arc::<Mutex<Received>>::default();
        let shared = Arc::clone(&received);
        let handle = move |request| {
            let response = handle(&request, &mut lock(&shared));
            async move { response }
        };
        let address = server::serve(tls, handle).await;
        Self { endpoint: format!("{scheme}://{address}"), received }
    }

    /// The messages since the last call, each as its entry in the request.
    pub(crate) fn take_messages(&self) -> Vec<Value> {
        std::mem::take(&mut lock(&self.received).messages)
    }

    /// How often a password was requested since the start.
    pub(crate) fn password_requests(&self) -> usize {
        lock(&self.received).password_requests
    }
}

fn lock(received: &Mutex<Received>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

fn handle(request: &Request<Bytes>, received: &mut Received) -> Response<Full<Bytes>> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let mut input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    match target {
        Some("AmazonSQS.SendMessage") => {
            let result = send_result(&input);
            received.messages.push(input);
            respond(200, result.to_string())
        }
        Some("AmazonSQS.SendMessageBatch") => {
            let Value::Array(entries) = input["Entries"].take() else { return respond(400, "{}") };
            let results: Vec<Value> = entries.iter().map(send_result).collect();
            received.messages.extend(entries);
            respond(200, json!({ "Successful": results }).to_string())
        }
        Some("secretsmanager.GetSecretValue") => {
            received.password_requests += 1;
            secret(&input)
        }
        // Such as a request whose purpose is to open a connection in INIT.
        _ => respond(400, r#"{"__type":"InvalidAction","message":"not served here"}"#),
    }
}

fn send_result(entry: &Value) -> Value {
    let body = entry["MessageBody"].as_str().unwrap_or_default();
    let digest = u128::from_be_bytes(Md5::digest(body).into());
    json!({
        "Id": entry["Id"],
        "MessageId": "5fea7756-0ea4-451a-a703-a558b933e274",
        "MD5OfMessageBody": format!("{digest:032x}"),
        "SequenceNumber": "18849496460467696128",
    })
}

/// There is a current password, and neither a pending nor a previous one.
fn secret(input: &Value) -> Response<Full<Bytes>> {
    if input["VersionStage"].as_str().is_some_and(|stage| stage != "AWSCURRENT") {
        return respond(400, r#"{"__type":"ResourceNotFoundException","Message":"no such version"}"#);
    }
    let output = json!({
        "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hookpost-a1B2c3",
        "Name": input["SecretId"],
        "SecretString": json!({ "password": PASSWORD }).to_string(),
        "VersionId": "b4f0d1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b",
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": 1_767_225_600.0,
    });
    respond(200, output.to_string())
}
