//! A FIFO queue in memory, with message groups and visibility timeouts.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::queue_receiver::{BATCH_MESSAGES_MAX, ReceiptHandle};
use crate::watch::lease::CheckpointMessage;

/// The visibility timeout.
const VISIBILITY: SignedDuration = SignedDuration::from_mins(6);

/// A FIFO queue. SQS hands out no message of a group while an earlier one of it is in flight.
#[derive(Clone, Debug, Default)]
pub struct FifoMessages {
    messages: Vec<Message>,
    receives: u64,
}

/// A message as it is received.
#[derive(Clone, Debug)]
pub struct ReceivedFifoMessage {
    /// The message group.
    pub group: String,
    /// The message body.
    pub body: String,
    /// The receipt handle of this receive.
    pub receipt_handle: ReceiptHandle,
    /// How often the message has been received, this time included.
    pub receive_count: u32,
}

impl From<ReceivedFifoMessage> for CheckpointMessage {
    fn from(message: ReceivedFifoMessage) -> Self {
        let ReceivedFifoMessage { body, receipt_handle, receive_count, .. } = message;
        Self { body, receipt_handle, receive_count }
    }
}

#[derive(Clone, Debug)]
struct Message {
    group: String,
    body: String,
    receipt: Option<String>,
    hidden_until: Timestamp,
    receive_count: u32,
}

impl FifoMessages {
    /// Receives up to ten messages at the time `now`.
    pub fn receive(&mut self, now: Timestamp) -> Vec<ReceivedFifoMessage> {
        let in_flight = self.messages.iter().filter(|message| message.hidden_until > now);
        let blocked: BTreeSet<String> = in_flight.map(|message| message.group.clone()).collect();
        let visible = self.messages.iter_mut().filter(|message| !blocked.contains(&message.group));
        let mut received = Vec::new();
        for message in visible.take(BATCH_MESSAGES_MAX) {
            self.receives += 1;
            let receipt = self.receives.to_string();
            message.receipt = Some(receipt.clone());
            message.hidden_until = now.saturating_add(VISIBILITY).unwrap_or(Timestamp::MAX);
            message.receive_count += 1;
            received.push(ReceivedFifoMessage {
                group: message.group.clone(),
                body: message.body.clone(),
                receipt_handle: ReceiptHandle(receipt),
                receive_count: message.receive_count,
            });
        }
        received
    }

    /// Sends messages: groups and bodies.
    pub fn send(&mut self, messages: Vec<(String, String)>) {
        self.messages.extend(messages.into_iter().map(|(group, body)| Message {
            group,
            body,
            receipt: None,
            hidden_until: Timestamp::MIN,
            receive_count: 0,
        }));
    }

    /// Deletes the messages with these receipts.
    pub fn delete(&mut self, receipts: &[ReceiptHandle]) {
        self.messages.retain(|message| !is_among(message, receipts));
    }

    /// Makes the messages with these receipts visible.
    pub fn make_visible(&mut self, receipts: &[ReceiptHandle]) {
        self.hide_until(receipts, Timestamp::MIN);
    }

    /// Hides the messages with these receipts until this time.
    pub fn hide_until(&mut self, receipts: &[ReceiptHandle], until: Timestamp) {
        for message in self.messages.iter_mut().filter(|message| is_among(message, receipts)) {
            message.hidden_until = until;
        }
    }

    /// When the next hidden message is visible.
    pub fn next_visible(&self, now: Timestamp) -> Option<Timestamp> {
        self.messages.iter().map(|message| message.hidden_until).filter(|until| *until > now).min()
    }

    /// The bodies of all messages, in flight or not.
    pub fn bodies(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|message| message.body.as_str())
    }
}

fn is_among(message: &Message, receipts: &[ReceiptHandle]) -> bool {
    message.receipt.as_ref().is_some_and(|receipt| receipts.iter().any(|other| other.0 == *receipt))
}
