//! The queue with the overview: a FIFO queue with one message, which each pass of `watch` replaces.

use std::time::Duration;

use crate::message::queue_message::{FifoProperties, QueueMessage};
use crate::overview::{Overview, fit};
use crate::ports::{MessageQueue, SendFailure};
use crate::queue_receiver::{BATCH_MESSAGES_MAX, QueueReceiver, ReceiptHandle, ReceiveError};

/// The message group, of which there is one.
const GROUP: &str = "overview";

/// How long the messages that are replaced are hidden: longer than sending the new one and deleting them takes, each of
/// them one call of at most 12 seconds. SQS deletes no message of a FIFO queue once its visibility timeout has ended, so
/// one that was received without hiding it could not be deleted.
const HIDDEN_FOR: Duration = Duration::from_secs(30);

/// The queue with the overview. `S` sends to it, and `R` receives from it.
#[derive(Debug)]
pub struct OverviewQueue<S, R> {
    /// Sends an overview.
    pub sender: S,
    /// Receives overviews, and deletes those that were replaced.
    pub receiver: R,
}

/// The overview could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the overview queue: {detail}")]
pub struct OverviewError {
    /// Why, and what to do.
    pub detail: String,
}

impl<S: MessageQueue, R: QueueReceiver> OverviewQueue<S, R> {
    /// The newest overview; `None` before the first pass, and for a message that this version cannot read. There is none
    /// for a moment while `watch` replaces it, which SQS's wait for messages spans.
    ///
    /// # Errors
    ///
    /// When the queue cannot be read.
    pub async fn read(&self) -> Result<Option<Overview>, OverviewError> {
        Ok(self.receive(Duration::ZERO).await?.0)
    }

    /// Replaces the overview by the one that `next` makes of it.
    ///
    /// # Errors
    ///
    /// When a call to the queue fails. Then the overview may have been replaced or not.
    pub async fn replace(
        &self,
        next: impl FnOnce(Option<Overview>) -> Overview,
    ) -> Result<(), OverviewError> {
        let (last, receipts) = self.receive(HIDDEN_FOR).await?;
        self.send(next(last)).await?;
        if receipts.is_empty() {
            return Ok(());
        }
        self.receiver.delete(&receipts).await.map_err(unusable)
    }

    /// The newest overview, and the receipt handles of all messages that were received.
    async fn receive(
        &self,
        hidden_for: Duration,
    ) -> Result<(Option<Overview>, Vec<ReceiptHandle>), OverviewError> {
        let messages = self.receiver.receive(BATCH_MESSAGES_MAX, hidden_for).await.map_err(unusable)?;
        let overviews = messages.iter().filter_map(|message| serde_json::from_str(&message.body).ok());
        let newest = overviews.max_by_key(|overview: &Overview| overview.at);
        Ok((newest, messages.into_iter().map(|message| message.receipt_handle).collect()))
    }

    async fn send(&self, overview: Overview) -> Result<(), OverviewError> {
        // No two passes end at the same nanosecond.
        let deduplication_id = overview.at.to_string();
        let body = fit::body(overview).map_err(|error| OverviewError { detail: error.to_string() })?;
        let fifo = Some(FifoProperties { group_id: GROUP.to_owned(), deduplication_id });
        let message = QueueMessage { body, attributes: Vec::new(), fifo, trace_header: None };
        match self.sender.send(vec![message]).await.into_iter().next() {
            Some(Ok(_)) => Ok(()),
            Some(Err(SendFailure::Refused(detail) | SendFailure::Unavailable(detail))) => {
                Err(OverviewError { detail: format!("SQS did not take the message: {detail}") })
            }
            None => Err(OverviewError { detail: "SQS did not answer for the message".to_owned() }),
        }
    }
}

fn unusable(error: ReceiveError) -> OverviewError {
    let detail = match error {
        ReceiveError::Missing { queue } => {
            format!("there is no queue `{queue}`: see HOOKPOST_OVERVIEW_QUEUE_URL")
        }
        error => error.to_string(),
    };
    OverviewError { detail }
}

#[cfg(test)]
mod tests;
