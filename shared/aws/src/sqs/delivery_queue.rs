//! The queue of raw deliveries, as a relay reads it.

use std::time::Duration;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use hookpost_core::queue_receiver::{QueueReceiver as _, ReceiptHandle, ReceiveError};
use hookpost_core::relay::address::TARGET_ATTRIBUTE;
use hookpost_core::relay::port::{DeliveryQueue, QueuedDelivery};

use super::{Client, SqsReceiver};
use crate::error_text;

/// Most messages of one receive.
const MESSAGES_MAX: i32 = 10;

/// How long a receive waits for messages. SQS allows 20 s; a loop that is stopped waits for the end of it at most.
const LONG_POLL_SECONDS: i32 = 10;

/// The time that SQS has for anything but waiting.
const MARGIN: Duration = Duration::from_secs(5);

/// The FIFO queue of raw deliveries.
#[derive(Clone, Debug)]
pub struct SqsDeliveryQueue {
    client: Client,
    url: String,
    /// Deletes and hides messages of any queue.
    messages: SqsReceiver,
}

impl SqsDeliveryQueue {
    pub(crate) fn new(client: Client, url: &str) -> Self {
        let messages = SqsReceiver::new(client.clone(), url.to_owned());
        Self { client, url: url.to_owned(), messages }
    }
}

impl DeliveryQueue for SqsDeliveryQueue {
    async fn receive(&self) -> Result<Vec<QueuedDelivery>, String> {
        use aws_sdk_sqs::config::{Builder, timeout::TimeoutConfig};
        let wait = Duration::from_secs(LONG_POLL_SECONDS.unsigned_abs().into());
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(wait + MARGIN);
        let timeouts = timeouts.operation_timeout((wait + MARGIN) * 2).build();
        let request = self.client.receive_message().queue_url(&self.url);
        let request = request.max_number_of_messages(MESSAGES_MAX).wait_time_seconds(LONG_POLL_SECONDS);
        let request = request
            .message_system_attribute_names(MessageSystemAttributeName::MessageGroupId)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_attribute_names(TARGET_ATTRIBUTE);
        let request = request.customize().config_override(Builder::new().timeout_config(timeouts));
        let output = request.send().await.map_err(|error| error_text::of_call(&error))?;
        Ok(output.messages.unwrap_or_default().into_iter().filter_map(delivery).collect())
    }

    async fn delete(&self, receipt_handles: &[ReceiptHandle]) -> Result<(), String> {
        self.messages.delete(receipt_handles).await.map_err(text_of)
    }

    async fn hide(&self, hidden: &[(ReceiptHandle, Duration)]) -> Result<(), String> {
        self.messages.hide_each(hidden).await.map_err(text_of)
    }
}

fn text_of(error: ReceiveError) -> String {
    match error {
        ReceiveError::Missing { queue } => {
            format!("there is no queue `{queue}`: see HOOKPOST_DELIVERIES_QUEUE_URL")
        }
        error => error.to_string(),
    }
}

/// `None` for a message without a receipt, which SQS does not send.
fn delivery(message: Message) -> Option<QueuedDelivery> {
    let attributes = message.attributes.unwrap_or_default();
    let target = message.message_attributes.and_then(|mut attributes| attributes.remove(TARGET_ATTRIBUTE));
    let receive_count = attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount);
    Some(QueuedDelivery {
        message_id: message.message_id.unwrap_or_default(),
        group_id: attributes.get(&MessageSystemAttributeName::MessageGroupId).cloned().unwrap_or_default(),
        target: target.and_then(|value| value.string_value),
        body: message.body.unwrap_or_default(),
        receipt_handle: ReceiptHandle(message.receipt_handle?),
        receive_count: receive_count.and_then(|count| count.parse().ok()).unwrap_or(1),
    })
}
