//! The lock on an integration, as it is stored beside its configuration.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Marks an integration on which a run of `setup` is at work. Other runs wait, and `watch` passes over the integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// A random id of the run.
    pub id: String,
    /// When the run took the lock.
    pub since: Timestamp,
    /// When the invocation of the run ends at the latest. From then on the lock counts for nothing.
    pub expires_at: Timestamp,
    /// Whether the run is about to delete the secret, which ends it. Who restores the secret passes over the lock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deletes: bool,
}
