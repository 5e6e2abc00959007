//! What an event source mapping on a queue sends, and what it gets. `aws_lambda_events` has these types, too, behind a
//! feature with 28 packages.

use std::collections::HashMap;

use hookpost_core::queue_receiver::ReceiptHandle;
use hookpost_core::relay::address::TARGET_ATTRIBUTE;
use hookpost_core::relay::port::QueuedDelivery;
use hookpost_core::relay::report::Postponed;
use serde::{Deserialize, Serialize};

/// A batch of messages.
#[derive(Debug, Deserialize)]
pub struct SqsEvent {
    #[serde(rename = "Records")]
    records: Vec<SqsRecord>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsRecord {
    message_id: String,
    receipt_handle: String,
    body: String,
    #[serde(default)]
    attributes: HashMap<String, String>,
    #[serde(default)]
    message_attributes: HashMap<String, MessageAttribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageAttribute {
    string_value: Option<String>,
}

/// The messages of a batch that come again. With an empty list, all are deleted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsBatchResponse {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl SqsEvent {
    pub(super) fn deliveries(self) -> Vec<QueuedDelivery> {
        let delivery = |mut record: SqsRecord| QueuedDelivery {
            group_id: record.attributes.remove("MessageGroupId").unwrap_or_default(),
            target: record.message_attributes.remove(TARGET_ATTRIBUTE).and_then(|value| value.string_value),
            receive_count: record
                .attributes
                .get("ApproximateReceiveCount")
                .and_then(|count| count.parse().ok())
                .unwrap_or(1),
            message_id: record.message_id,
            body: record.body,
            receipt_handle: ReceiptHandle(record.receipt_handle),
        };
        self.records.into_iter().map(delivery).collect()
    }
}

impl SqsBatchResponse {
    pub(super) fn of(given_back: Vec<Postponed>) -> Self {
        let failure = |given: Postponed| BatchItemFailure { item_identifier: given.delivery.message_id };
        Self { batch_item_failures: given_back.into_iter().map(failure).collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_as_aws_documents_it_is_read_and_answered() {
        let event = json!({"Records": [{
            "messageId": "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5",
            "receiptHandle": "AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw",
            "body": "Test message.",
            "attributes": {
                "ApproximateReceiveCount": "2",
                "SentTimestamp": "1573251510774",
                "SequenceNumber": "18849496460467696128",
                "MessageGroupId": "1",
                "SenderId": "AIDAIO23YVJENQZJOL4VO",
                "MessageDeduplicationId": "1",
                "ApproximateFirstReceiveTimestamp": "1573251510774"
            },
            "messageAttributes": {
                "target": {
                    "stringValue": "argocd",
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": "String"
                }
            },
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:fifo.fifo",
            "awsRegion": "us-east-2"
        }]});
        let event: SqsEvent = serde_json::from_value(event).expect("an event");
        let delivery = event.deliveries().remove(0);
        assert_eq!((delivery.group_id.as_str(), delivery.receive_count), ("1", 2));
        assert_eq!(delivery.target.as_deref(), Some("argocd"));
        let response = SqsBatchResponse::of(vec![Postponed { delivery, pause: Duration::ZERO }]);
        assert_eq!(
            serde_json::to_value(response).expect("JSON"),
            json!({"batchItemFailures": [{"itemIdentifier": "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5"}]})
        );
    }
}
