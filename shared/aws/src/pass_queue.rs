//! The right to watch, and what is remembered, as one message on a FIFO queue.
//!
//! All messages are of one group, and SQS hands out none of a group while one of it is with somebody: whoever has
//! received the message is the only one. It comes back by itself when it is not deleted in time, so a pass that was cut
//! off gives up its right. The new message is sent before the old one is deleted; a pass that ends in between leaves
//! both, and the next one goes by the newer.

use std::fmt;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use hookpost_core::setup::quarantine::Receipt;
use hookpost_core::watch::{Held, Memory, PassError, Passes};

use crate::failure;

/// The group of every message.
const GROUP: &str = "pass";

/// Most messages of one call.
const BATCH: i32 = 10;

/// Any wait at all makes SQS ask all its servers.
const WAIT_SECONDS: i32 = 1;

/// The checkpoint queue.
#[derive(Clone)]
pub struct PassQueue {
    client: Client,
    url: String,
}

impl PassQueue {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    async fn receive(&self) -> Result<Option<Held>, PassError> {
        let request = self.client.receive_message().queue_url(&self.url);
        let request = request.max_number_of_messages(BATCH).wait_time_seconds(WAIT_SECONDS);
        let answer = request.send().await.map_err(|error| failed("ReceiveMessage", &error))?;
        let mut held: Option<Held> = None;
        for message in answer.messages.unwrap_or_default() {
            let Some(receipt) = message.receipt_handle else { continue };
            let held = held.get_or_insert_with(|| Held { memory: Memory::default(), receipts: Vec::new() });
            held.receipts.push(Receipt(receipt));
            // One that cannot be read remembers nothing: then everything is done again from the beginning of the log.
            if let Ok(memory) = Memory::from_json(message.body.as_deref().unwrap_or_default()) {
                held.memory = std::mem::take(&mut held.memory).newer(memory);
            }
        }
        Ok(held)
    }

    async fn send(&self, memory: &Memory) -> Result<(), PassError> {
        let body = memory.to_json().map_err(|error| PassError { detail: error.to_string() })?;
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| PassError { detail: error.to_string() })?;
        // Never the same twice: two passes in which nothing happened end with the same body.
        let deduplication = format!("{:032x}", u128::from_ne_bytes(random));
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        let request = request.message_group_id(GROUP).message_deduplication_id(deduplication);
        request.send().await.map(drop).map_err(|error| failed("SendMessage", &error))
    }
}

impl Passes for PassQueue {
    async fn take(&self) -> Result<Option<Held>, PassError> {
        if let Some(held) = self.receive().await? {
            if !held.memory.is_empty() {
                return Ok(Some(held));
            }
            // Left by those who came in vain, maybe in front of the one that counts, which SQS need not hand out with them.
            self.delete(&held.receipts).await?;
            if let Some(held) = self.receive().await? {
                return Ok(Some(held));
            }
        }
        // Either somebody else has it, or there is none yet. In the first case the new one waits behind it.
        self.send(&Memory::default()).await?;
        self.receive().await
    }

    async fn give_back(&self, held: Held) -> Result<(), PassError> {
        self.send(&held.memory).await?;
        // One that is left comes again with a memory that is older, and changes nothing.
        self.delete(&held.receipts).await
    }
}

impl PassQueue {
    async fn delete(&self, receipts: &[Receipt]) -> Result<(), PassError> {
        for batch in receipts.chunks(BATCH.unsigned_abs() as usize) {
            let entry = |(place, receipt): (usize, &Receipt)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(place.to_string());
                entry.receipt_handle(&receipt.0).build()
            };
            let entries: Result<Vec<_>, _> = batch.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| PassError { detail: failure::chain(&error) })?;
            let request = self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries));
            request.send().await.map_err(|error| failed("DeleteMessageBatch", &error))?;
        }
        Ok(())
    }
}

fn failed<E, R>(operation: &str, error: &SdkError<E, R>) -> PassError
where
    SdkError<E, R>: ProvideErrorMetadata + std::error::Error,
{
    PassError { detail: format!("{operation}: {}", failure::describe(error)) }
}

/// Without the client, whose own output shows an id of the credentials.
impl fmt::Debug for PassQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassQueue").field("url", &self.url).finish_non_exhaustive()
    }
}
