//! Queues on the SQS emulator.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::aws::{AwsError, Service};

/// The SQS emulator at an endpoint.
#[derive(Clone, Debug)]
pub struct Queues {
    endpoint: String,
}

/// A message as a consumer sees it.
#[derive(Clone, Debug)]
pub struct Message {
    /// SQS's id.
    pub id: String,
    /// As sent.
    pub body: String,
    /// System attributes, such as `MessageGroupId`. The emulator does not hand out
    /// `AWSTraceHeader`; look at the recorded call for that one.
    pub system: BTreeMap<String, String>,
    /// Message attributes of type String; others are left out.
    pub attributes: BTreeMap<String, String>,
    receipt: String,
}

impl Message {
    /// The body, or null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The FIFO group; empty on a standard queue.
    pub fn group(&self) -> &str {
        self.system.get("MessageGroupId").map_or("", String::as_str)
    }

    /// The FIFO deduplication id; empty on a standard queue.
    pub fn deduplication_id(&self) -> &str {
        self.system.get("MessageDeduplicationId").map_or("", String::as_str)
    }
}

impl Queues {
    /// `endpoint` such as `http://127.0.0.1:4566`, without a path.
    pub fn at(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned() }
    }

    /// A FIFO queue with the attributes of Hookpost's events queue; returns its URL. Its name
    /// starts with `name` and is not used twice in a test process.
    ///
    /// # Errors
    ///
    /// See [`AwsError`]; likewise for all methods.
    pub async fn create_events_queue(&self, name: &str) -> Result<String, AwsError> {
        let attributes = json!({
            "FifoQueue": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        });
        self.create(&format!("{}.fifo", unique(name)), attributes).await
    }

    /// A standard queue; returns its URL.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn create_quarantine_queue(&self, name: &str) -> Result<String, AwsError> {
        self.create(&unique(name), json!({})).await
    }

    /// A FIFO queue with the attributes of the checkpoint queue, but for a lease of this many seconds; returns its URL.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn create_checkpoint_queue(&self, name: &str, lease_seconds: u32) -> Result<String, AwsError> {
        let attributes = json!({"FifoQueue": "true", "VisibilityTimeout": lease_seconds.to_string()});
        self.create(&format!("{}-checkpoints.fifo", unique(name)), attributes).await
    }

    async fn create(&self, name: &str, attributes: Value) -> Result<String, AwsError> {
        let input = json!({"QueueName": name, "Attributes": attributes});
        let output = self.call("CreateQueue", &input).await?;
        Ok(output["QueueUrl"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends one message; `fifo` is its group and deduplication id.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn send(&self, url: &str, body: &str, fifo: Option<(&str, &str)>) -> Result<(), AwsError> {
        let mut input = json!({"QueueUrl": url, "MessageBody": body});
        if let Some((group, id)) = fifo {
            input["MessageGroupId"] = group.into();
            input["MessageDeduplicationId"] = id.into();
        }
        self.call("SendMessage", &input).await.map(drop)
    }

    /// Sends a batch to a FIFO queue, in one group; returns the raw output, which may report
    /// failures. Entries are called `0`, `1`, ….
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn send_batch(&self, url: &str, bodies: &[&str]) -> Result<Value, AwsError> {
        let entry = |(index, body): (usize, &&str)| {
            let id = index.to_string();
            json!({
                "Id": id,
                "MessageBody": body,
                "MessageGroupId": "batch",
                "MessageDeduplicationId": format!("{id}-{body}"),
            })
        };
        let entries: Vec<Value> = bodies.iter().enumerate().map(entry).collect();
        self.call("SendMessageBatch", &json!({"QueueUrl": url, "Entries": entries})).await
    }

    /// Receives and deletes everything that is on a queue now, in the order received. Within a
    /// FIFO group that is the order sent. The queue remembers deduplication ids all the same.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn drain(&self, url: &str) -> Result<Vec<Message>, AwsError> {
        let mut messages = Vec::new();
        loop {
            let batch = self.receive(url).await?;
            if batch.is_empty() {
                return Ok(messages);
            }
            for message in batch {
                self.delete(url, &message).await?;
                messages.push(message);
            }
        }
    }

    /// Receives up to ten messages without deleting them; they stay hidden for 30 s.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn receive(&self, url: &str) -> Result<Vec<Message>, AwsError> {
        let input = json!({
            "QueueUrl": url,
            "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"],
            "AttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let output = self.call("ReceiveMessage", &input).await?;
        Ok(output["Messages"].as_array().into_iter().flatten().map(message).collect())
    }

    /// Deletes a received message.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn delete(&self, url: &str, message: &Message) -> Result<(), AwsError> {
        let input = json!({"QueueUrl": url, "ReceiptHandle": message.receipt});
        self.call("DeleteMessage", &input).await.map(drop)
    }

    /// How many messages a queue holds, hidden ones included.
    ///
    /// # Errors
    ///
    /// See [`AwsError`].
    pub async fn count(&self, url: &str) -> Result<u64, AwsError> {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let input = json!({"QueueUrl": url, "AttributeNames": names});
        let output = self.call("GetQueueAttributes", &input).await?;
        let number = |name| output["Attributes"][name].as_str().and_then(|text| text.parse().ok());
        Ok(names.iter().map(|name| number(*name).unwrap_or(0_u64)).sum())
    }

    async fn call(&self, operation: &str, input: &Value) -> Result<Value, AwsError> {
        Service::Sqs.call(&self.endpoint, operation, input).await
    }
}

fn message(received: &Value) -> Message {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let members = |key: &str| received[key].as_object().cloned().unwrap_or_default();
    Message {
        id: text(&received["MessageId"]),
        body: text(&received["Body"]),
        system: members("Attributes").iter().map(|(key, value)| (key.clone(), text(value))).collect(),
        attributes: members("MessageAttributes")
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value["StringValue"].as_str()?.to_owned())))
            .collect(),
        receipt: text(&received["ReceiptHandle"]),
    }
}

/// Not used before in this process, which has an emulator of its own.
fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    format!("{name}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
