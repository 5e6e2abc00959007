//! Queues, FIFO or not: groups, deduplication, receipts and visibility as SQS documents them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hookpost_stand_in::Timestamp;
use hookpost_stand_in::server::HttpResponse;
use serde_json::{Value, json};

use super::{refusal, seconds, success, text};
use crate::clock::after;

/// Most bytes of a message. SQS takes 1 MiB in queues that are made without `MaximumMessageSize`; this was its limit
/// before, and is what the product promises to keep to.
pub const MESSAGE_BYTES: usize = 262_144;

/// How long a message stays hidden that was received: as in the template, for the checkpoint queue.
const VISIBILITY_SECONDS: i64 = 360;

/// How long SQS knows a deduplication id.
const DEDUPLICATION_SECONDS: i64 = 300;

/// Queues by their names.
#[derive(Debug, Default)]
pub struct Sqs {
    queues: BTreeMap<String, Queue>,
    /// Messages that were larger than a message may be.
    pub refused: u64,
    count: u64,
}

/// One queue.
#[derive(Debug, Default)]
pub struct Queue {
    messages: VecDeque<Message>,
    known: BTreeMap<(String, String), Timestamp>,
    /// Whether to forget messages at once, which then count only.
    is_counted_only: bool,
    /// The deduplication ids of all messages there ever were.
    pub distinct: BTreeSet<String>,
    /// Messages that were accepted, duplicates that SQS drops left out.
    pub accepted: u64,
    /// Bytes of the largest message.
    pub largest: usize,
}

#[derive(Debug)]
struct Message {
    id: String,
    group: String,
    body: String,
    sent: Timestamp,
    hidden_until: Option<Timestamp>,
    receipt: String,
    received: u64,
}

impl Sqs {
    /// What became of a queue, by the last part of its URL.
    pub fn queue(&mut self, name: &str) -> &mut Queue {
        self.queues.entry(name.to_owned()).or_default()
    }

    /// From now on, messages for this queue are counted and not kept.
    pub fn count_only(&mut self, name: &str) {
        self.queue(name).is_counted_only = true;
    }

    /// Answers a call.
    pub fn answer(&mut self, operation: &str, input: &Value, now: Timestamp) -> HttpResponse {
        let name = text(input, "QueueUrl").rsplit('/').next().unwrap_or_default().to_owned();
        let entries = input["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        match operation {
            "SendMessage" => match self.send(&name, input, now) {
                Some(id) => success(&json!({"MessageId": id})),
                None => {
                    refusal("InvalidParameterValue", "One or more parameters are invalid. Message too long.")
                }
            },
            "SendMessageBatch" => {
                if entries.iter().map(|entry| text(entry, "MessageBody").len()).sum::<usize>()
                    > 4 * MESSAGE_BYTES
                {
                    return refusal("AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests too long.");
                }
                let (mut sent, mut failed) = (Vec::new(), Vec::new());
                for entry in entries {
                    match self.send(&name, entry, now) {
                        Some(id) => sent.push(json!({"Id": entry["Id"], "MessageId": id})),
                        None => failed.push(json!({
                            "Id": entry["Id"], "SenderFault": true, "Code": "InvalidParameterValue", "Message": "too long",
                        })),
                    }
                }
                success(&json!({"Successful": sent, "Failed": failed}))
            }
            "ReceiveMessage" => {
                let most = input["MaxNumberOfMessages"].as_u64().unwrap_or(1);
                let hidden = input["VisibilityTimeout"].as_i64().unwrap_or(VISIBILITY_SECONDS);
                let received = self.queue(&name).receive(most, hidden, now);
                success(&json!({"Messages": received}))
            }
            "DeleteMessage" | "ChangeMessageVisibility" => {
                self.queue(&name).settle(operation, input, now);
                success(&json!({}))
            }
            "DeleteMessageBatch" | "ChangeMessageVisibilityBatch" => {
                for entry in entries {
                    self.queue(&name).settle(operation, entry, now);
                }
                let done: Vec<Value> = entries.iter().map(|entry| json!({"Id": entry["Id"]})).collect();
                success(&json!({"Successful": done, "Failed": []}))
            }
            _ => refusal("InvalidAction", operation),
        }
    }

    /// The id of the message; `None` when it is too large.
    fn send(&mut self, name: &str, input: &Value, now: Timestamp) -> Option<String> {
        let body = text(input, "MessageBody");
        if body.len() > MESSAGE_BYTES {
            self.refused += 1;
            let queue = self.queue(name);
            queue.largest = queue.largest.max(body.len());
            return None;
        }
        self.count += 1;
        let id = format!("{:032x}", self.count);
        self.queue(name).add(&id, input, now);
        Some(id)
    }
}

impl Queue {
    /// The bodies of the messages there are.
    pub fn bodies(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|message| &*message.body)
    }

    fn add(&mut self, id: &str, input: &Value, now: Timestamp) {
        let (group, key) = (text(input, "MessageGroupId"), text(input, "MessageDeduplicationId"));
        let body = text(input, "MessageBody");
        if !key.is_empty() {
            let known = self.known.insert((group.to_owned(), key.to_owned()), now);
            if known.is_some_and(|known| after(known, DEDUPLICATION_SECONDS) > now) {
                return;
            }
            self.distinct.insert(key.to_owned());
        }
        self.accepted += 1;
        self.largest = self.largest.max(body.len());
        if self.is_counted_only {
            return;
        }
        self.messages.push_back(Message {
            id: id.to_owned(),
            group: group.to_owned(),
            body: body.to_owned(),
            sent: now,
            hidden_until: None,
            receipt: String::new(),
            received: 0,
        });
    }

    /// Messages of a group come in the order sent, and none while another of the group is in flight.
    fn receive(&mut self, most: u64, hidden: i64, now: Timestamp) -> Vec<Value> {
        let is_hidden = |message: &Message| message.hidden_until.is_some_and(|until| until > now);
        let in_flight = |message: &&Message| is_hidden(message) && !message.group.is_empty();
        let busy: BTreeSet<String> =
            self.messages.iter().filter(in_flight).map(|message| message.group.clone()).collect();
        let mut received = Vec::new();
        for message in &mut self.messages {
            if received.len() as u64 == most {
                break;
            }
            if is_hidden(message) || busy.contains(&message.group) {
                continue;
            }
            message.hidden_until = Some(after(now, hidden));
            message.received += 1;
            message.receipt = format!("{}-{}", message.id, message.received);
            received.push(json!({
                "MessageId": message.id,
                "ReceiptHandle": message.receipt,
                "Body": message.body,
                "Attributes": {
                    "MessageGroupId": message.group,
                    "SentTimestamp": message.sent.as_millisecond().to_string(),
                    "ApproximateReceiveCount": message.received.to_string(),
                    "ApproximateFirstReceiveTimestamp": format!("{:.0}", seconds(now) * 1000.0),
                },
            }));
        }
        received
    }

    fn settle(&mut self, operation: &str, input: &Value, now: Timestamp) {
        let receipt = text(input, "ReceiptHandle");
        if operation.starts_with("Delete") {
            // The newest receipt of a FIFO message is the only one that counts.
            self.messages.retain(|message| message.receipt != receipt || receipt.is_empty());
        } else if let Some(message) = self.messages.iter_mut().find(|message| message.receipt == receipt) {
            message.hidden_until = Some(after(now, input["VisibilityTimeout"].as_i64().unwrap_or_default()));
        }
    }
}
