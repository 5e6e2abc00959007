//! The inputs of a visit to one integration in a pass, and the state that the visit changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::recovery::delivery_id::DeliveryId;
use crate::recovery::{PENDING_MAX, Recovery};
use crate::subscriptions::scope::Scope;
use crate::watch::checkpoint::{Checkpoint, REPLAYED_MAX};
use crate::watch::gaps;
use crate::watch::listings::Listing;
use crate::watch::report::IntegrationReport;
use crate::watch::unseen::SeenAgain;

/// How long Azure DevOps keeps its log of deliveries (Microsoft, "Troubleshoot service hooks").
pub(super) const LOG_RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The inputs of a piece of work of a visit. None of them changes during that work.
pub(super) struct VisitContext<'a, P: Ports> {
    /// The clock.
    pub(super) clock: &'a P::Clock,
    /// The events queue.
    pub(super) events: &'a P::Queue,
    /// Where raw deliveries are kept, if they are.
    pub(super) deliveries: Option<&'a P::Queue>,
    /// The quarantine, for deliveries that cannot be parsed.
    pub(super) quarantine: &'a P::Queue,
    /// The name of the integration.
    pub(super) name: &'a IntegrationName,
    /// The opened integration.
    pub(super) integration: &'a OpenIntegration<Organization<P>>,
    /// What Azure DevOps lists of its organization.
    pub(super) listing: &'a Listing,
    /// The projects, repository and branch that the integration subscribes to.
    pub(super) scope: &'a Scope,
    /// The wanted subscriptions.
    pub(super) wanted: &'a [WantedSubscription],
    /// The projects, `None` being the whole organization, in which subscriptions only look missing.
    pub(super) hidden: &'a BTreeSet<Option<String>>,
    /// The projects whose subscriptions were unseen until this pass.
    pub(super) seen_again: &'a SeenAgain,
    /// The subscriptions of the integration that deliver something wanted, or did.
    pub(super) existing: Vec<&'a ExistingSubscription>,
    /// The time of the listing. What happened later is left to the next pass.
    pub(super) now: Timestamp,
    /// The end of the part of the delivery log that earlier passes have read; `None` when none has.
    pub(super) log_read_until: Option<Timestamp>,
    /// The time after which no further work is begun: the end of the slice of the pass.
    pub(super) deadline: Timestamp,
    /// What events are recovered with.
    pub(super) recovery: Recovery<'a, Organization<P>>,
}

impl<P: Ports> VisitContext<'_, P> {
    /// Whether the deadline has passed.
    pub(super) fn is_late(&self) -> bool {
        self.clock.now() > self.deadline
    }
}

/// The mutable state of a visit.
pub(super) struct VisitState {
    /// The checkpoint as it is to be stored.
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
    /// The subscriptions that do not deliver, in words, by their keys (`gaps::key`). Those that are healed are taken out.
    pub(super) not_delivering: BTreeMap<String, String>,
    /// The report of the pass.
    pub(super) report: IntegrationReport,
}

/// A failed delivery whose event the log does not show.
#[derive(Clone, Debug)]
pub(super) struct NotShownDelivery {
    /// The key (`gaps::key`) of its subscription.
    pub(super) gap_key: String,
    /// The delivery, and why its event is not shown, in words.
    pub(super) description: String,
}

impl VisitState {
    pub(super) fn new(checkpoint: Checkpoint, now: Timestamp, report: IntegrationReport) -> Self {
        Self {
            checkpoint,
            settled_before: now - PENDING_MAX,
            unfinished_logs: BTreeSet::new(),
            retrying: BTreeSet::new(),
            not_shown: BTreeMap::new(),
            hidden_logs: BTreeSet::new(),
            not_delivering: BTreeMap::new(),
            report,
        }
    }

    /// Begins to read the log, or begins again where the checkpoint is.
    pub(super) fn begin_replay(&mut self, now: Timestamp) {
        self.settled_before = now - PENDING_MAX;
        self.unfinished_logs.clear();
        self.retrying.clear();
    }

    /// Advances the checkpoint as far as everything is settled. When too many replayed deliveries are waiting for one that
    /// has not ended, the checkpoint does not wait for that any longer: a gap takes its place.
    pub(super) fn advance_checkpoint<P: Ports>(&mut self, context: &VisitContext<'_, P>) {
        self.checkpoint.advance(self.settled_before);
        let Some(until) = self.checkpoint.crowded_until() else { return };
        let from = self.checkpoint.settled_until;
        for existing in context.existing.iter().filter(|existing| self.unfinished_logs.contains(&existing.id))
        {
            if let Some(kind) = existing.kind() {
                let key = gaps::key(kind, existing.project_id.as_deref());
                self.checkpoint.open_gap(&key, from, Some(context.now));
                self.checkpoint.search_again(&key, from);
            }
        }
        self.checkpoint.note_not_replayed(from, context.now);
        self.report.remains.push(format!(
            "more than {REPLAYED_MAX} deliveries were replayed after {from}, when one had not ended: it is not waited for \
             any longer, and its event is looked for in lists and threads"
        ));
        self.checkpoint.advance(until);
    }

    /// Makes the checkpoint fit its message.
    pub(super) fn fit(&mut self) {
        self.report.remains.extend(self.checkpoint.fit());
    }

    /// Keeps the checkpoint at or before `at`: something of that time is left to a later pass.
    pub(super) fn hold_back(&mut self, at: Timestamp) {
        self.settled_before = self.settled_before.min(at);
    }
}

/// The error of a pass whose deadline has passed. `when` completes the sentence "the pass ran out of time".
pub(super) fn out_of_time(when: &str) -> OperatorError {
    OperatorError::new(
        ErrorCode::OutOfTime,
        format!("the pass ran out of time {when}; the next pass continues there"),
    )
}

/// The error of a pass for which SQS did not store a message in the queue.
pub(super) fn queue_unavailable(queue: &str, detail: &str) -> OperatorError {
    let message = format!("the {queue} queue did not take a message: {detail}; the next pass repeats this");
    OperatorError::new(ErrorCode::QueueUnavailable, message)
}

/// The time halfway between two.
pub(super) fn midpoint(from: Timestamp, until: Timestamp) -> Timestamp {
    from.saturating_add(until.duration_since(from) / 2).unwrap_or(until)
}
