//! What a pass did for one integration.

use crate::integration::name::IntegrationName;
use crate::setup::error::SetupError;

/// The state of one integration after a pass, and what the pass did for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrationReport {
    /// The integration.
    pub integration: String,
    /// Days until the token expires, when its expiry is known. Negative once it has passed.
    pub token_days_left: Option<i64>,
    /// Subscriptions that did not deliver, or were missing, when the pass began.
    pub not_enabled: u64,
    /// Subscriptions among them that the pass repaired.
    pub healed: u64,
    /// Deliveries in the log that no receiver took.
    pub missed: u64,
    /// Deliveries among them whose events the pass queued.
    pub replayed: u64,
    /// Events made from the lists of pushes and pull requests.
    pub reconstructed: u64,
    /// Changes in those lists that Azure DevOps may still deliver. A later pass makes events of those it did not.
    pub waiting: u64,
    /// Seconds since any of the subscriptions last delivered.
    pub last_success_age_seconds: Option<i64>,
    /// What was done, in sentences.
    pub done: Vec<String>,
    /// What needs a person, in sentences.
    pub remains: Vec<String>,
    /// Why the pass could not finish. The next pass begins at the same place.
    pub failure: Option<SetupError>,
    /// Seconds since the first of the failed passes in a row; 0 after a pass that finished.
    pub failing_seconds: i64,
}

impl IntegrationReport {
    pub(super) fn new(name: &IntegrationName) -> Self {
        Self { integration: name.to_string(), ..Self::default() }
    }
}
