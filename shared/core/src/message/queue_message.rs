//! What is put on a queue: a body and what the queue needs to know beside it.

/// Most bytes of one message, attributes included.
///
/// SQS takes 1 MiB, but what consumers put behind it (`EventBridge`, SNS, older queues) often takes 256 KiB only,
/// and every 64 KiB is billed as a request. See `infra/decisions/0002-message-size.md`.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;

/// Most characters of a message group id and of a deduplication id.
pub const QUEUE_ID_CHARS_MAX: usize = 128;

/// One message, ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueMessage {
    /// The message body: only characters SQS accepts.
    pub body: String,
    /// String attributes, at most 10, none empty.
    pub attributes: Vec<(&'static str, String)>,
    /// What a FIFO queue needs; `None` for a standard queue.
    pub fifo: Option<FifoProperties>,
    /// The X-Ray trace header to hand on.
    pub trace_header: Option<String>,
}

/// Order and deduplication on a FIFO queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FifoProperties {
    /// Messages of one group are delivered in order.
    pub group_id: String,
    /// Of messages with the same id in one group, only the first within five minutes is kept.
    pub deduplication_id: String,
}

impl QueueMessage {
    /// Size as SQS counts it, in bytes: the body and, for each attribute, its name, data type and value.
    pub fn size(&self) -> usize {
        let attributes: usize =
            self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        self.body.len() + attributes
    }
}
