//! The checkpoint queue, and the lease that one pass at a time has on it.
//!
//! The queue has one message for the lease and one for the checkpoint of each integration, each in a message group of its
//! own. SQS hands out no message of a group while another one of it is in flight, so the pass that has received the
//! message of the lease holds it. A pass that is cut off loses the lease when its messages become visible again.
//!
//! A message is replaced: the new one is sent before the old one is deleted. A pass that is cut off in between leaves
//! both, and the next pass takes the newer one.

mod held;

use std::future::Future;

use crate::queue_receiver::ReceiptHandle;

pub(super) use self::held::{CheckpointLookup, HeldLease};

/// The FIFO queue on which `watch` keeps its lease and its checkpoints.
pub trait CheckpointQueue: Send + Sync {
    /// Receives up to ten messages, and hides them from others for the visibility timeout of the queue, which is longer than
    /// a pass. Returns none when there is none to receive, after a short wait.
    ///
    /// # Errors
    ///
    /// When the queue cannot be used; likewise for all methods. A call that failed may have had its effect.
    fn receive(&self) -> impl Future<Output = Result<Vec<CheckpointMessage>, CheckpointError>> + Send;

    /// Sends messages: groups and bodies.
    fn send(
        &self,
        messages: Vec<(String, String)>,
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send;

    /// Deletes messages. One that no longer exists counts as deleted.
    fn delete(&self, receipts: &[ReceiptHandle]) -> impl Future<Output = Result<(), CheckpointError>> + Send;

    /// Makes messages visible to others again.
    fn make_visible(
        &self,
        receipts: &[ReceiptHandle],
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send;
}

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointMessage {
    /// The body.
    pub body: String,
    /// The receipt handle of this receive.
    pub receipt_handle: ReceiptHandle,
    /// How often the message was received, this time included.
    pub receive_count: u32,
}

/// The checkpoint queue could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint queue: {detail}")]
pub struct CheckpointError {
    /// Why, for the log.
    pub detail: String,
}
