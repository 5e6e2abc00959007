//! Azure DevOps's side of a schedule: an organization at work, and the deliveries of its notifications.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{DueDelivery, PersonalAccessToken, StandIn, Status};
use hookpost_stand_in::{Notification, Timestamp};
use hyper::HeaderMap;
use hyper::body::Bytes;

use crate::outcome::Outcome;
use crate::rng::Rng;
use crate::workload::{ORGANIZATION, Workload};

pub(crate) struct Sender {
    pub(crate) azure: StandIn,
    pub(crate) workload: Workload,
    pub(crate) rng: Rng,
    pub(crate) outcome: Outcome,
}

impl Sender {
    pub(crate) async fn start(seed: u64, begin: Timestamp) -> Self {
        let (organization, workload) = Workload::begin(seed, begin);
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, workload.ada()));
        azure.set_time(begin);
        azure.configure(|behavior| behavior.shows_pending_events = seed.is_multiple_of(2));
        Self { azure, workload, rng: Rng::new(seed), outcome: Outcome::default() }
    }

    /// One random activity; gives the notifications that Azure DevOps raises.
    pub(crate) fn act(&mut self, at: Timestamp) -> Vec<Notification> {
        self.workload.act_at(&self.azure, &mut self.rng, at)
    }

    /// The next delivery that is due at `until` or before.
    pub(crate) fn take_due(&mut self, until: Timestamp) -> Option<DueDelivery> {
        let due = self.azure.take_due(until)?;
        let count = if due.is_first() { &mut self.outcome.deliveries } else { &mut self.outcome.retries };
        *count += 1;
        Some(due)
    }

    /// Records the response to a delivery, from which its retry follows and the status of its subscription.
    pub(crate) fn record(&mut self, due: DueDelivery, response: &Result<WebhookResponse, HttpError>) {
        let id = due.notification().subscription_id;
        let status = |azure: &StandIn| azure.subscription(id).map(|hook| hook.status);
        let before = status(&self.azure);
        self.azure.record_response(due, response);
        if before == Some(Status::Enabled) && status(&self.azure) == Some(Status::OnProbation) {
            self.outcome.probations += 1;
        }
    }
}

/// A response with this status; `None` is no response.
pub(crate) fn response(status: Option<u16>) -> Result<WebhookResponse, HttpError> {
    let status = status.ok_or(HttpError::TimedOut(Duration::ZERO))?;
    Ok(WebhookResponse { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO })
}
