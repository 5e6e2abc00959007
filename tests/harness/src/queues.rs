//! Queues on the SQS emulator.

#![expect(
    clippy::missing_errors_doc,
    reason = "each method fails when the emulator refuses or does not answer"
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::aws::{AwsError, SQS};

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
    /// The body, as sent.
    pub body: String,
    /// The FIFO group; empty on a standard queue.
    pub group: String,
    /// The FIFO deduplication id; empty on a standard queue.
    pub deduplication_id: String,
    /// Message attributes of type String; others are left out.
    pub attributes: BTreeMap<String, String>,
    /// How often the message has been received, this time included.
    pub receive_count: u32,
    receipt: String,
}

impl Message {
    /// The message as a record of an event source mapping.
    pub fn record(&self) -> Value {
        let attributes = self.attributes.iter();
        let attributes = attributes
            .map(|(name, value)| (name.clone(), json!({"stringValue": value, "dataType": "String"})));
        json!({
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": self.receive_count.to_string(),
                "MessageGroupId": self.group,
                "MessageDeduplicationId": self.deduplication_id,
            },
            "messageAttributes": attributes.collect::<serde_json::Map<_, _>>(),
            "eventSource": "aws:sqs",
        })
    }

    /// The body, or null when it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Queues {
    /// `endpoint` such as `http://127.0.0.1:4566`, without a path.
    pub fn at(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned() }
    }

    /// A FIFO queue with the attributes of Hookpost's events queue; returns its URL. Its name
    /// starts with `name` and is not used twice in a test process.
    pub async fn create_events_queue(&self, name: &str) -> Result<String, AwsError> {
        let attributes = json!({
            "FifoQueue": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        });
        self.create(&format!("{}.fifo", unique(name)), attributes).await
    }

    /// A FIFO queue with the attributes of the queue of raw deliveries, but for a visibility timeout of this many seconds;
    /// returns its URL.
    pub async fn create_deliveries_queue(
        &self,
        name: &str,
        visibility_seconds: u32,
    ) -> Result<String, AwsError> {
        let attributes = json!({
            "FifoQueue": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "MaximumMessageSize": "1048576",
            "VisibilityTimeout": visibility_seconds.to_string(),
        });
        self.create(&format!("{}-deliveries.fifo", unique(name)), attributes).await
    }

    /// A standard queue; returns its URL.
    pub async fn create_quarantine_queue(&self, name: &str) -> Result<String, AwsError> {
        self.create(&unique(name), json!({})).await
    }

    /// A FIFO queue with the attributes of the checkpoint queue, but for a lease of this many seconds; returns its URL.
    pub async fn create_checkpoint_queue(&self, name: &str, lease_seconds: u32) -> Result<String, AwsError> {
        let attributes = json!({"FifoQueue": "true", "VisibilityTimeout": lease_seconds.to_string()});
        self.create(&format!("{}-checkpoints.fifo", unique(name)), attributes).await
    }

    /// A FIFO queue with the attributes of the overview queue; returns its URL.
    pub async fn create_overview_queue(&self, name: &str) -> Result<String, AwsError> {
        self.create(&format!("{}-overview.fifo", unique(name)), json!({"FifoQueue": "true"})).await
    }

    async fn create(&self, name: &str, attributes: Value) -> Result<String, AwsError> {
        let input = json!({"QueueName": name, "Attributes": attributes});
        let output = self.call("CreateQueue", &input).await?;
        Ok(output["QueueUrl"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends one message; `fifo` is its group and deduplication id.
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

    /// Receives and deletes every message of a queue, in the order received, which within a FIFO group is the order
    /// sent. The queue still knows the deduplication ids.
    pub async fn drain(&self, url: &str) -> Result<Vec<Message>, AwsError> {
        let mut messages = Vec::new();
        loop {
            let batch = self.receive(url).await?;
            if batch.is_empty() {
                return Ok(messages);
            }
            self.delete(url, &batch).await?;
            messages.extend(batch);
        }
    }

    /// Deletes received messages, at most ten.
    pub async fn delete(&self, url: &str, messages: &[Message]) -> Result<(), AwsError> {
        let handle = |(index, message): (usize, &Message)| json!({"Id": index.to_string(), "ReceiptHandle": message.receipt});
        let entries: Vec<Value> = messages.iter().enumerate().map(handle).collect();
        self.call("DeleteMessageBatch", &json!({"QueueUrl": url, "Entries": entries})).await.map(drop)
    }

    /// Ends the visibility timeout of a received message.
    pub async fn show(&self, url: &str, message: &Message) -> Result<(), AwsError> {
        let input = json!({"QueueUrl": url, "ReceiptHandle": message.receipt, "VisibilityTimeout": 0});
        self.call("ChangeMessageVisibility", &input).await.map(drop)
    }

    /// Receives up to ten messages without deleting them; they stay hidden for 30 s.
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

    /// How many messages a queue holds, hidden ones included.
    pub async fn count(&self, url: &str) -> Result<u64, AwsError> {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let input = json!({"QueueUrl": url, "AttributeNames": names});
        let output = self.call("GetQueueAttributes", &input).await?;
        let number = |name| output["Attributes"][name].as_str().and_then(|text| text.parse().ok());
        Ok(names.iter().map(|name| number(*name).unwrap_or(0_u64)).sum())
    }

    async fn call(&self, operation: &str, input: &Value) -> Result<Value, AwsError> {
        SQS.call(&self.endpoint, operation, input).await
    }
}

fn message(received: &Value) -> Message {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let system = &received["Attributes"];
    Message {
        id: text(&received["MessageId"]),
        body: text(&received["Body"]),
        group: text(&system["MessageGroupId"]),
        deduplication_id: text(&system["MessageDeduplicationId"]),
        attributes: received["MessageAttributes"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value["StringValue"].as_str()?.to_owned())))
            .collect(),
        receive_count: text(&system["ApproximateReceiveCount"]).parse().unwrap_or(1),
        receipt: text(&received["ReceiptHandle"]),
    }
}

/// A name unique in this process, which has an emulator of its own.
fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    format!("{name}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
