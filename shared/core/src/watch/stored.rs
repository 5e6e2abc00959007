//! What `watch` keeps from one pass to the next: the messages on the checkpoint queue.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::watch::checkpoint::Checkpoint;

/// A message on the checkpoint queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum StoredMessage {
    /// The pass that has received it holds the lease.
    Lease(LeaseRecord),
    /// How far `watch` has got with one integration.
    Checkpoint(Box<StoredCheckpoint>),
}

/// The content of the lease.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRecord {
    /// How often the lease was stored; 0 in a placeholder. Of two records, the one with the higher revision is the newer
    /// one.
    pub revision: u64,
    /// The integrations that have a checkpoint on the queue.
    pub integrations: BTreeSet<String>,
}

/// The checkpoint of one integration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredCheckpoint {
    /// The name of the integration.
    pub integration: String,
    /// How often the checkpoint was stored. Of two, the one with the higher revision is the newer one.
    pub revision: u64,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
}

impl StoredMessage {
    /// The message group: one for the lease, and one for each integration.
    pub fn group(&self) -> String {
        match self {
            Self::Lease(_) => "pass".to_owned(),
            // Names have no colon.
            Self::Checkpoint(stored) => format!("integration:{}", stored.integration),
        }
    }

    /// Serializes the message.
    ///
    /// # Errors
    ///
    /// When serialization fails. No message that causes this is known.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Parses a message that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// When the text is not such a message.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
