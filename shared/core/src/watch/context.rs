//! One integration in one pass.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::setup::error::{Code, SetupError};
use crate::subscriptions::plan::Scope;
use crate::watch::checkpoint::Checkpoint;
use crate::watch::report::IntegrationReport;

/// What a pass knows of an integration.
pub(super) struct PassContext<'a, O> {
    pub(super) name: &'a IntegrationName,
    pub(super) integration: &'a OpenIntegration<O>,
    pub(super) scope: &'a Scope,
    pub(super) wanted: &'a [WantedSubscription],
    /// Those of its subscriptions that there were.
    pub(super) existing: Vec<&'a ExistingSubscription>,
    /// When it was looked at them.
    pub(super) now: Timestamp,
    /// Up to when the log was read before that; `None` when never.
    pub(super) log_read_until: Option<Timestamp>,
    /// After this nothing new is begun.
    pub(super) deadline: Timestamp,
}

/// What a pass does for an integration.
pub(super) struct PassState<'a> {
    pub(super) checkpoint: Checkpoint,
    /// Nothing of this moment or later counts as settled for good.
    pub(super) settle_before: Timestamp,
    /// Subscriptions whose log has something that is left for a later pass.
    pub(super) unfinished_logs: BTreeSet<String>,
    /// What has deliveries that are tried again, by what it is called in [`gap`](crate::watch::gaps). One that goes well ends
    /// any probation, so that another one may come and go between two passes.
    pub(super) retrying: BTreeSet<String>,
    pub(super) report: &'a mut IntegrationReport,
}

impl PassState<'_> {
    /// Something of this moment is left to do.
    pub(super) fn hold_back(&mut self, at: Timestamp) {
        self.settle_before = self.settle_before.min(at);
    }
}

pub(super) fn out_of_time(what: &str) -> SetupError {
    SetupError::new(Code::OutOfTime, format!("the pass ran out of time {what}; the next one goes on there"))
}

pub(super) fn queue_unavailable(queue: &str, detail: &str) -> SetupError {
    let message = format!("the {queue} queue did not take a message: {detail}; the next pass does it again");
    SetupError::new(Code::QueueUnavailable, message)
}
