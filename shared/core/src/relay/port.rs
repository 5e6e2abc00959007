//! The ports of a relay: the tools, their credentials and the queue.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::queue_receiver::ReceiptHandle;
use crate::relay::answer::Answer;

/// Posts to tools.
pub trait ToolClient: Send + Sync {
    /// Posts a request to the target at this index of the configuration, and to nothing else: no redirect is followed.
    ///
    /// # Errors
    ///
    /// Why there is no answer, without the URL, which may contain a secret.
    fn post(
        &self,
        target: usize,
        request: ToolRequest<'_>,
    ) -> impl Future<Output = Result<Answer, String>> + Send;
}

/// A POST to a tool.
#[derive(Debug)]
pub struct ToolRequest<'a> {
    /// Names, in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The user and the password for basic auth.
    pub credentials: Option<&'a ToolCredentials>,
    /// The body as it was received.
    pub body: &'a [u8],
}

/// The user and the password that a tool expects. Not shown by `Debug`, wiped when dropped.
pub struct ToolCredentials {
    /// The user; some tools want none.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for ToolCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToolCredentials(REDACTED)")
    }
}

/// Where the credentials of tools are.
pub trait ToolCredentialSource: Send + Sync {
    /// Reads a secret.
    ///
    /// # Errors
    ///
    /// Why there are no credentials in it, and what to do. Never a part of the secret.
    fn fetch(&self, secret_id: &str) -> impl Future<Output = Result<ToolCredentials, String>> + Send;
}

/// The queue of raw deliveries, for a relay that reads it itself. On Lambda, an event source mapping does.
pub trait DeliveryQueue: Send + Sync {
    /// Waits for up to ten deliveries, some seconds at most. They are hidden from others for the queue's visibility timeout.
    ///
    /// # Errors
    ///
    /// The cause as text; likewise for all methods.
    fn receive(&self) -> impl Future<Output = Result<Vec<QueuedDelivery>, String>> + Send;

    /// Deletes deliveries.
    ///
    /// # Errors
    ///
    /// When any of them may still exist.
    fn delete(&self, receipt_handles: &[ReceiptHandle]) -> impl Future<Output = Result<(), String>> + Send;

    /// Hides deliveries from now on, each for its time.
    ///
    /// # Errors
    ///
    /// When any of them is hidden for another time.
    fn hide(&self, hidden: &[(ReceiptHandle, Duration)]) -> impl Future<Output = Result<(), String>> + Send;
}

/// A message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedDelivery {
    /// SQS's id.
    pub message_id: String,
    /// The message group: deliveries of one group are posted in their order.
    pub group_id: String,
    /// The name of the target that it is for; `None` for all. Of several targets each has a message of its own.
    pub target: Option<String>,
    /// The message body.
    pub body: String,
    /// The receipt handle of this receive.
    pub receipt_handle: ReceiptHandle,
    /// How often the message has been received, this time included.
    pub receive_count: u32,
}
