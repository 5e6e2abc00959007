//! What a pass saw of an integration, beside what it did: the overview shows it.

use jiff::Timestamp;

use crate::integration::config::IntegrationConfig;
use crate::overview::fit::FAILED_DELIVERIES_MAX;
use crate::overview::{ConnectedBy, FailedDelivery, SubscriptionsOverview};

/// What a pass saw of an integration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The organization; `None` when the pass did not read the configuration.
    pub organization_url: Option<String>,
    /// What the organization is connected by; `None` when the pass did not read the configuration.
    pub connected_by: Option<ConnectedBy>,
    /// What the subscriptions do; `None` when the pass did not list them.
    pub subscriptions: Option<SubscriptionsOverview>,
    /// The last successful delivery of any of the subscriptions; `None` when Azure DevOps reports none, or the pass did not
    /// list them.
    pub last_delivery: Option<Timestamp>,
    /// The last of the deliveries that no receiver accepted and that the pass found, oldest first.
    pub failed_deliveries: Vec<FailedDelivery>,
    /// Whether a run of `setup` is at work on the integration, so that the pass left it alone.
    pub is_changing: bool,
    /// The first of the failed passes in a row, as far as a checkpoint says so.
    pub failing_since: Option<Timestamp>,
}

impl Observed {
    /// Takes over what the configuration says.
    pub(super) fn config(&mut self, config: &IntegrationConfig) {
        self.organization_url = Some(config.organization_url.clone());
        self.connected_by = Some(ConnectedBy::from(&config.credential));
    }

    /// Adds a delivery that no receiver accepted, later than those before.
    pub(super) fn failed_delivery(&mut self, at: Timestamp, description: String) {
        if self.failed_deliveries.len() == FAILED_DELIVERIES_MAX {
            self.failed_deliveries.remove(0);
        }
        self.failed_deliveries.push(FailedDelivery { at, description });
    }
}
