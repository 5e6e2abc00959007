//! The lease and checkpoint of `watch`, as one message on a FIFO queue.
//!
//! All messages are of one group, and SQS hands out no message of a group while another one is in flight: the pass that
//! received the message holds the lease. The message becomes visible again when it is not deleted in time, so a pass that
//! was cut off loses its lease. A pass sends the new message before it deletes the old one. A pass cut off in between
//! leaves both, and the next pass takes the newer checkpoint.

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use hookpost_core::quarantine::port::ReceiptHandle;
use hookpost_core::watch::lease::{CheckpointError, CheckpointStore, Lease};
use hookpost_core::watch::state::WatchState;
use uuid::Uuid;

use super::batch::BATCH_ENTRIES_MAX;
use super::{Client, WAIT_SECONDS, delete_entries};
use crate::error_text;

/// The group of every message.
const GROUP: &str = "pass";

/// Most messages of one `ReceiveMessage`.
const RECEIVED_MAX: i32 = 10;

/// The checkpoint queue.
#[derive(Clone, Debug)]
pub struct SqsCheckpointStore {
    client: Client,
    url: String,
}

impl SqsCheckpointStore {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    async fn receive(&self) -> Result<Option<Lease>, CheckpointError> {
        let request = self.client.receive_message().queue_url(&self.url).wait_time_seconds(WAIT_SECONDS);
        let output = request.max_number_of_messages(RECEIVED_MAX).send().await;
        let output = output.map_err(|error| failed("ReceiveMessage", &error))?;
        let mut lease: Option<Lease> = None;
        for message in output.messages.unwrap_or_default() {
            let Some(receipt) = message.receipt_handle else { continue };
            let lease = lease
                .get_or_insert_with(|| Lease { state: WatchState::default(), receipt_handles: Vec::new() });
            lease.receipt_handles.push(ReceiptHandle(receipt));
            // An unreadable message counts as an empty checkpoint: the pass starts again from the beginning of the log.
            if let Ok(state) = WatchState::from_json(message.body.as_deref().unwrap_or_default()) {
                lease.state = std::mem::take(&mut lease.state).newer(state);
            }
        }
        Ok(lease)
    }

    async fn send(&self, state: &WatchState) -> Result<(), CheckpointError> {
        let body = state.to_json().map_err(|error| CheckpointError { detail: error.to_string() })?;
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        // A deduplication id is never used twice: two passes in which nothing happened end with the same body.
        let request = request.message_group_id(GROUP).message_deduplication_id(Uuid::new_v4().to_string());
        request.send().await.map(drop).map_err(|error| failed("SendMessage", &error))
    }

    async fn delete(&self, receipt_handles: &[ReceiptHandle]) -> Result<(), CheckpointError> {
        for batch in receipt_handles.chunks(BATCH_ENTRIES_MAX) {
            let entries = delete_entries(batch);
            let entries =
                entries.map_err(|error| CheckpointError { detail: error_text::with_causes(&error) })?;
            let request = self.client.delete_message_batch().queue_url(&self.url).set_entries(Some(entries));
            request.send().await.map_err(|error| failed("DeleteMessageBatch", &error))?;
        }
        Ok(())
    }
}

impl CheckpointStore for SqsCheckpointStore {
    async fn acquire(&self) -> Result<Option<Lease>, CheckpointError> {
        if let Some(lease) = self.receive().await? {
            if !lease.state.is_empty() {
                return Ok(Some(lease));
            }
            // Empty placeholders from passes that found the lease taken. They may precede the real checkpoint, and SQS
            // need not return both.
            self.delete(&lease.receipt_handles).await?;
            if let Some(lease) = self.receive().await? {
                return Ok(Some(lease));
            }
        }
        // Either another pass holds the lease, or there is no message yet. In the first case SQS keeps the new one back.
        self.send(&WatchState::default()).await?;
        self.receive().await
    }

    async fn commit(&self, lease: Lease) -> Result<(), CheckpointError> {
        self.send(&lease.state).await?;
        // A message that stays undeleted comes again with an older checkpoint, and changes nothing.
        self.delete(&lease.receipt_handles).await
    }
}

fn failed<E, R>(operation: &str, error: &SdkError<E, R>) -> CheckpointError
where
    SdkError<E, R>: ProvideErrorMetadata + std::error::Error,
{
    CheckpointError { detail: format!("{operation}: {}", error_text::of_call(error)) }
}
