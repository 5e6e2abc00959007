//! The relay's settings, and what an event source mapping does for it.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "an emulator that fails fails its test")]

use std::time::Duration;

use serde_json::{Value, json};

use crate::account::Account;
use crate::function::{Function, binary};
use crate::queues::{Message, Queues};
use crate::runtime_api::Invocation;

/// What a relay to some targets is set to, with the services of an account.
pub fn environment(account: &Account, queue: &str, targets: &Value) -> Vec<(&'static str, String)> {
    vec![
        ("HOOKPOST_DELIVERIES_QUEUE_URL", queue.to_owned()),
        ("HOOKPOST_RELAY_CONFIG", json!({"targets": targets}).to_string()),
        ("AWS_ENDPOINT_URL_SQS", account.sqs.endpoint()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", account.secrets_manager.endpoint()),
    ]
}

/// Starts the relay as a function.
pub async fn start(account: &Account, queue: &str, targets: &Value) -> Function {
    let function = Function::start(&binary("relay"), environment(account, queue, targets)).await;
    function.ready().await.expect("the relay asks for work");
    function
}

/// Does what an event source mapping does once: hands a batch to the function, and deletes what it does not give back. What
/// is given back is seen again at once, as if its pause were over, and returned.
pub async fn poll(queues: &Queues, queue: &str, function: &Function) -> Vec<Message> {
    let batch = queues.receive(queue).await.expect("the emulator hands out");
    let answer = function.invoke_with(invocation(&batch)).await.expect("a batch is answered");
    let failures = answer["batchItemFailures"].as_array().expect("a list").clone();
    let is_given_back =
        |message: &Message| failures.iter().any(|failure| failure["itemIdentifier"] == message.id.as_str());
    let (given_back, done): (Vec<_>, Vec<_>) = batch.into_iter().partition(is_given_back);
    if !done.is_empty() {
        queues.delete(queue, &done).await.expect("the emulator deletes");
    }
    for message in &given_back {
        queues.show(queue, message).await.expect("the emulator shows");
    }
    given_back
}

/// The invocation with a batch.
pub fn invocation(batch: &[Message]) -> Invocation {
    let records: Vec<Value> = batch.iter().map(Message::record).collect();
    Invocation { event: json!({"Records": records}), timeout: Duration::from_secs(60) }
}
