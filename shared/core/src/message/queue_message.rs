//! The message that is sent to a queue: a body, attributes and FIFO properties.

/// Most bytes of one message, attributes included.
///
/// SQS accepts 1 MiB, but the services that consumers forward to (`EventBridge`, SNS, older queues) often accept only
/// 256 KiB, and every 64 KiB is billed as a request. See `infra/decisions/0002-message-size.md`.
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
    /// Order and deduplication; `None` for a standard queue.
    pub fifo: Option<FifoProperties>,
    /// The X-Ray trace header of the invocation. The message goes without it if the queue refuses it.
    pub trace_header: Option<String>,
}

/// Order and deduplication on a FIFO queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FifoProperties {
    /// SQS delivers the messages of one group in the order in which it took them.
    pub group_id: String,
    /// SQS drops a message whose id it has received within the last five minutes.
    pub deduplication_id: String,
}

impl QueueMessage {
    /// The size as SQS counts it, in bytes: the body, and the name, data type and value of each attribute.
    pub fn size(&self) -> usize {
        let attributes: usize =
            self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        self.body.len() + attributes
    }
}
