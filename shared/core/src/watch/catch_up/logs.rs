//! Reads the delivery logs of an integration's subscriptions.

use jiff::Timestamp;

use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::listing::{Listed, ReadLimits};
use crate::azure_devops::port::AzureDevOps as _;
use crate::error::{OperatorError, failed_call};
use crate::ports::Ports;
use crate::recovery::Failures;
use crate::watch::context::{VisitContext, VisitState};
use crate::watch::listings::SharedLog;

/// The logs of the integration's subscriptions.
pub(super) struct Logs<'a> {
    /// Ids of the subscriptions whose log can be read.
    ids: Vec<&'a str>,
    /// What was read for several integrations at once.
    shared: Option<&'a SharedLog>,
    pub(super) failures: Failures,
}

impl<'a> Logs<'a> {
    /// The logs of the subscriptions that existed when the pass began.
    pub(super) fn of<P: Ports>(context: &VisitContext<'a, P>) -> Self {
        let ids = context.existing.iter().map(|existing| existing.id.as_str()).collect();
        Self { ids, shared: context.listing.log.as_ref(), failures: Failures::default() }
    }

    /// The end of a window that begins at `from`: where the shared log begins, unless the window ends before.
    pub(super) fn end_of_window(&self, from: Timestamp, to: Timestamp) -> Timestamp {
        self.shared.map(|shared| shared.from).filter(|begin| from < *begin).map_or(to, |begin| begin.min(to))
    }

    /// What the shared log has of the deliveries; `None` when it does not have all of them.
    fn shared(
        &self,
        state: DeliveryState,
        (from, to): (Timestamp, Timestamp),
    ) -> Option<Vec<LoggedDelivery>> {
        let shared = self.shared?;
        let deliveries = match state {
            DeliveryState::Pending => &shared.pending,
            DeliveryState::Failed if from >= shared.from => &shared.failed,
            DeliveryState::Failed | DeliveryState::Any => return None,
        };
        let is_within = |at: Timestamp| from <= at && at <= to;
        let is_meant = |delivery: &&LoggedDelivery| {
            self.ids.contains(&delivery.subscription_id.as_str()) && delivery.created.is_none_or(is_within)
        };
        Some(deliveries.iter().filter(is_meant).cloned().collect())
    }

    /// The deliveries in this state in a span of time, or in a first part of it that `limits` leave. When the logs
    /// cannot be read together, they are read one by one. A log that cannot be read is left out from then on, and
    /// `unread_since` is where the next pass begins again.
    pub(super) async fn read<P: Ports>(
        &mut self,
        context: &VisitContext<'_, P>,
        delivery_state: DeliveryState,
        (from, to): (Timestamp, Timestamp),
        unread_since: Timestamp,
        limits: ReadLimits<'_>,
        state: &mut VisitState,
    ) -> Result<Listed<LoggedDelivery>, OperatorError> {
        const OPERATION: &str = "the log of deliveries could not be read";
        if let Some(deliveries) = self.shared(delivery_state, (from, to)) {
            return Ok(Listed { items: deliveries, until: to });
        }
        let organization = &context.integration.organization;
        if self.ids.len() > 1 {
            let listed = organization.deliveries_within(&self.ids, delivery_state, (from, to), limits).await;
            let listed = self.failures.note(listed).map_err(|error| failed_call(&error, OPERATION))?;
            if let Ok(deliveries) = listed {
                return Ok(deliveries);
            }
        }
        // The failure of the common query does not count: one log may have caused it, while Azure DevOps is up.
        self.failures = Failures::default();
        let (mut deliveries, mut readable, mut until) = (Vec::new(), Vec::new(), to);
        for id in self.ids.drain(..) {
            let listed = organization.deliveries_within(&[id], delivery_state, (from, to), limits).await;
            match self.failures.note(listed).map_err(|error| failed_call(&error, OPERATION))? {
                Ok(of_one) => {
                    until = until.min(of_one.until);
                    deliveries.extend(of_one.items);
                    readable.push(id);
                }
                Err(error) => {
                    let operation = format!("the log of subscription {id} could not be read");
                    state.report.remains.push(failed_call(&error, &operation).message().to_owned());
                    state.hold_back(unread_since);
                    state.unfinished_logs.insert(id.to_owned());
                }
            }
        }
        self.ids = readable;
        deliveries
            .retain(|delivery: &LoggedDelivery| delivery.created.is_none_or(|created| created <= until));
        Ok(Listed { items: deliveries, until })
    }
}
