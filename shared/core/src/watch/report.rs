//! The report of a pass over one integration.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::OperatorError;
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::watch::observed::Observed;

/// The state of one integration after a pass, and the work that the pass did for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrationReport {
    /// The integration.
    pub integration: String,
    /// Days until the token expires, when its expiry is known. Negative once it has passed.
    pub token_days_left: Option<i64>,
    /// Number of subscriptions that did not deliver, or were missing, when the pass began.
    pub found_not_delivering: u64,
    /// How many of them the pass re-enabled or created.
    pub healed: u64,
    /// Number of deliveries in the log that no receiver accepted.
    pub missed: u64,
    /// How many of them the pass replayed: it queued their events.
    pub replayed: u64,
    /// Number of events that were reconstructed from lists and threads.
    pub reconstructed: u64,
    /// Number of changes in lists and threads that Azure DevOps may still deliver. A later pass reconstructs the events
    /// that it did not deliver.
    pub waiting: u64,
    /// Number of gaps in which the next pass continues, since the calls of this one were used up.
    pub unfinished_gaps: u64,
    /// Seconds since the last successful delivery of any of the subscriptions; `None` when Azure DevOps reports none.
    pub last_success_age_seconds: Option<i64>,
    /// The changes that the pass made, in words.
    pub done: Vec<String>,
    /// The problems that an operator has to look at, in words.
    pub remains: Vec<String>,
    /// Why the pass did not finish for this integration. The next pass begins at the same place.
    pub failure: Option<OperatorError>,
    /// Seconds since the first of the failed passes in a row; 0 after a pass that succeeded.
    pub failing_seconds: i64,
    /// What the pass saw of the integration.
    pub observed: Observed,
}

impl IntegrationReport {
    /// An empty report.
    pub(super) fn new(name: &IntegrationName) -> Self {
        Self { integration: name.to_string(), ..Self::default() }
    }

    /// Whether the pass did something for the integration that it would do again if it were forgotten.
    pub(super) fn has_work(&self) -> bool {
        self.missed > 0 || self.reconstructed > 0 || self.healed > 0
    }
}

/// Days until the token expires; `None` when its expiry is unknown.
pub(super) fn token_days_left(config: &IntegrationConfig, now: Timestamp) -> Option<i64> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let left = today.until(config.credential.expires_on()?).ok()?;
    Some(i64::from(left.get_days()))
}

/// Seconds since the last successful delivery of any of the subscriptions.
pub(super) fn last_success_age_seconds(existing: &[ExistingSubscription], now: Timestamp) -> Option<i64> {
    let last_success = existing.iter().filter_map(|subscription| subscription.last_success).max()?;
    Some(now.duration_since(last_success).as_secs().max(0))
}
