//! SQS and Secrets Manager in this process: quick, and no more of them than a receiver calls.
//!
//! For measuring. The emulators do far more, and their time would be what is measured. What is checked against them is
//! not checked here: a request is believed.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Bytes;
use serde_json::{Value, json};

use hookpost_stand_in::server::{Answer, Server, json as answer};

/// Both services at one address.
#[derive(Debug)]
pub struct LocalAws {
    server: Server,
    queue: Arc<Mutex<Fifo>>,
}

/// One FIFO queue, whatever its URL, that nobody receives from.
#[derive(Debug, Default)]
struct Fifo {
    bodies: Vec<String>,
    /// By group and deduplication id: when the message came, and its id.
    seen: HashMap<(String, String), (Instant, String)>,
}

impl LocalAws {
    /// On a free port, with these secrets by name.
    pub async fn start(secrets: impl IntoIterator<Item = (String, String)>) -> Self {
        let secrets: Arc<BTreeMap<String, String>> = Arc::new(secrets.into_iter().collect());
        let queue = Arc::<Mutex<Fifo>>::default();
        let kept = Arc::clone(&queue);
        let server = Server::start(move |request| {
            let reply = handle(&kept, &secrets, &request);
            async move { Some(reply) }
        })
        .await;
        Self { server, queue }
    }

    /// Such as `http://127.0.0.1:40125`, without a path.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The body of every message on the queue, in the order sent.
    pub fn bodies(&self) -> Vec<String> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).bodies.clone()
    }
}

fn handle(queue: &Mutex<Fifo>, secrets: &BTreeMap<String, String>, request: &Request<Bytes>) -> Answer {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    match target {
        Some("AmazonSQS.SendMessageBatch") => {
            queue.lock().unwrap_or_else(PoisonError::into_inner).send_batch(&input)
        }
        Some("secretsmanager.GetSecretValue") => secret(secrets, &input),
        // A connection that is opened ahead.
        None => answer(200, "{}"),
        Some(_) => refuse("InvalidAction"),
    }
}

impl Fifo {
    fn send_batch(&mut self, input: &Value) -> Answer {
        let entries = input["Entries"].as_array().into_iter().flatten();
        let sent: Vec<Value> = entries
            .map(|entry| {
                let message = self.send(entry);
                json!({"Id": entry["Id"], "MessageId": message, "MD5OfMessageBody": NOT_COMPUTED})
            })
            .collect();
        answer(200, json!({"Successful": sent, "Failed": []}).to_string())
    }

    /// The id of the message, which is the first one's when it was sent before.
    fn send(&mut self, entry: &Value) -> String {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let key = (text("MessageGroupId"), text("MessageDeduplicationId"));
        if let Some((at, id)) = self.seen.get(&key)
            && at.elapsed() < DEDUPLICATION
        {
            return id.clone();
        }
        let id = format!("7f1d0c7b-0000-4000-8000-{:012x}", self.bodies.len());
        self.bodies.push(text("MessageBody"));
        self.seen.insert(key, (Instant::now(), id.clone()));
        id
    }
}

fn secret(secrets: &BTreeMap<String, String>, input: &Value) -> Answer {
    let name = input["SecretId"].as_str().unwrap_or_default();
    match (secrets.get(name), input["VersionStage"].as_str()) {
        (Some(value), None | Some("AWSCURRENT")) => {
            answer(200, json!({"Name": name, "SecretString": value}).to_string())
        }
        _ => refuse("ResourceNotFoundException"),
    }
}

fn refuse(code: &str) -> Answer {
    answer(400, json!({"__type": code, "message": "not here"}).to_string())
}

/// For as long SQS remembers what was sent.
const DEDUPLICATION: Duration = Duration::from_secs(300);

/// The SDK looks at no digest.
const NOT_COMPUTED: &str = "00000000000000000000000000000000";
