//! The inputs of one pass over one integration, and the state that the pass changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::recovery::Recovery;
use crate::recovery::delivery_id::DeliveryId;
use crate::setup::error::{ErrorCode, SetupError};
use crate::subscriptions::scope::Scope;
use crate::watch::checkpoint::Checkpoint;
use crate::watch::report::IntegrationReport;
use crate::watch::unseen::SeenAgain;

/// How long Azure DevOps keeps its log of deliveries (Microsoft, "Troubleshoot service hooks").
pub(super) const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The inputs of one pass over one integration. None of them changes during the pass.
pub(super) struct PassContext<'a, P: Ports> {
    /// The clock.
    pub(super) clock: &'a P::Clock,
    /// The events queue.
    pub(super) events: &'a P::Queue,
    /// The quarantine, for deliveries that cannot be parsed.
    pub(super) quarantine: &'a P::Queue,
    /// The name of the integration.
    pub(super) name: &'a IntegrationName,
    /// The opened integration.
    pub(super) integration: &'a OpenIntegration<Organization<P>>,
    /// The projects, repository and branch that the integration subscribes to.
    pub(super) scope: &'a Scope,
    /// The wanted subscriptions.
    pub(super) wanted: &'a [WantedSubscription],
    /// The projects, `None` being the whole organization, in which subscriptions only look missing.
    pub(super) hidden: &'a BTreeSet<Option<String>>,
    /// The projects whose subscriptions were unseen until this pass.
    pub(super) seen_again: SeenAgain,
    /// The subscriptions of the integration that existed when the pass began.
    pub(super) existing: Vec<&'a ExistingSubscription>,
    /// When the pass began with the integration.
    pub(super) now: Timestamp,
    /// The end of the part of the delivery log that earlier passes have read; `None` when none has.
    pub(super) log_read_until: Option<Timestamp>,
    /// The time after which the pass begins no further work.
    pub(super) deadline: Timestamp,
    /// What events are recovered with.
    pub(super) recovery: Recovery<'a, Organization<P>>,
}

impl<P: Ports> PassContext<'_, P> {
    /// Whether the deadline has passed.
    pub(super) fn is_late(&self) -> bool {
        self.clock.now() > self.deadline
    }
}

/// The mutable state of one pass over one integration.
pub(super) struct PassState<'a> {
    /// The checkpoint that is stored at the end of the pass.
    pub(super) checkpoint: Checkpoint,
    /// Every delivery before this time is settled at the end of the pass.
    pub(super) settled_before: Timestamp,
    /// Ids of subscriptions whose log has pending deliveries for a later pass.
    pub(super) unfinished_logs: BTreeSet<String>,
    /// Keys (`gaps::key`) of subscriptions with deliveries that Azure DevOps still retries. A retry that succeeds ends
    /// the probation of its subscription, so that another probation may start and end between two passes.
    pub(super) retrying: BTreeSet<String>,
    /// Failed deliveries whose events the log does not show. The backfill looks for them.
    pub(super) not_shown: BTreeMap<DeliveryId, NotShownDelivery>,
    /// Ids of subscriptions whose log is hidden from the token's owner.
    pub(super) hidden_logs: BTreeSet<String>,
    /// The report of the pass.
    pub(super) report: &'a mut IntegrationReport,
}

/// A failed delivery whose event the log does not show.
#[derive(Clone, Debug)]
pub(super) struct NotShownDelivery {
    /// The key (`gaps::key`) of its subscription.
    pub(super) gap_key: String,
    /// The delivery, and why its event is not shown, in words.
    pub(super) description: String,
}

impl PassState<'_> {
    /// Keeps the checkpoint at or before `at`: something of that time is left to a later pass.
    pub(super) fn hold_back(&mut self, at: Timestamp) {
        self.settled_before = self.settled_before.min(at);
    }
}

/// The error of a pass whose deadline has passed. `when` completes the sentence "the pass ran out of time".
pub(super) fn out_of_time(when: &str) -> SetupError {
    SetupError::new(
        ErrorCode::OutOfTime,
        format!("the pass ran out of time {when}; the next pass continues there"),
    )
}

/// The error of a pass for which SQS did not store a message in the queue.
pub(super) fn queue_unavailable(queue: &str, detail: &str) -> SetupError {
    let message = format!("the {queue} queue did not take a message: {detail}; the next pass repeats this");
    SetupError::new(ErrorCode::QueueUnavailable, message)
}

/// The time halfway between two.
pub(super) fn midpoint(from: Timestamp, until: Timestamp) -> Timestamp {
    from.saturating_add(until.duration_since(from) / 2).unwrap_or(until)
}
