//! Deliveries at a pace over the whole path: a gateway, as many instances of both receivers as are needed, a queue.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookpost_harness::account::INTEGRATION;
use hookpost_harness::fleet::Fleet;
use hookpost_harness::gateway::Gateway;
use hookpost_harness::local_aws::{LocalAws, receiver_settings};
use hookpost_stand_in::canary;

use crate::notifications::notifications;
use crate::sending::{Sent, send_all};
use crate::tally::Tally;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) deliveries: usize,
    /// How many deliveries are due in a second, evenly; `None` when all are due in the same moment.
    pub(crate) per_second: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct LoadResult {
    pub(crate) load: Load,
    pub(crate) sent: Sent,
    pub(crate) took: Duration,
    /// Seconds that each instance needed to start, until it asked for work.
    pub(crate) starts: Vec<f64>,
    /// Instances that did not start, or did not respond.
    pub(crate) failed: usize,
    pub(crate) tally: Tally,
}

impl Load {
    /// Begins without any instance.
    pub(crate) async fn run(self) -> LoadResult {
        let aws = LocalAws::start(PREFIX, INTEGRATION, canary::PASSWORD).await;
        let settings = receiver_settings(&aws.endpoint(), PREFIX);
        let fleet = |name| Arc::new(Fleet::of(name, settings.clone(), INSTANCES_MAX));
        let fleets = ["code-pushed", "pull-request"].map(fleet);
        let gateway = Gateway::start_scaling(Arc::clone(&fleets[0]), Arc::clone(&fleets[1])).await;
        let notifications = notifications(&gateway.address(), INTEGRATION, self.deliveries);
        let began = Instant::now();
        let sent = send_all(notifications.clone(), self.per_second).await;
        let took = began.elapsed();
        for fleet in &fleets {
            let log = fleet.close().await.into_iter().flat_map(|exit| exit.lines).collect::<Vec<_>>();
            canary::assert_absent("the log of a receiver", log.join("\n"));
        }
        LoadResult {
            load: self,
            sent,
            took,
            starts: fleets.iter().flat_map(|fleet| fleet.starts()).map(|took| took.as_secs_f64()).collect(),
            failed: fleets.iter().map(|fleet| fleet.failed()).sum(),
            tally: Tally::new(&notifications, &aws.take().bodies()),
        }
    }
}

impl LoadResult {
    /// Everything is queued once, every response was 202 or 503, and no instance failed.
    pub(crate) fn is_right(&self) -> bool {
        self.tally.is_right() && self.sent.errors.is_empty() && self.failed == 0
    }
}

/// Of each receiver.
pub(crate) const INSTANCES_MAX: usize = 100;

const PREFIX: &str = "hookpost-load";
