//! One integration in one pass.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::integration::name::IntegrationName;
use crate::integration::open::Linked;
use crate::setup::error::{Code, SetupError};
use crate::subscriptions::plan::Scope;
use crate::watch::Seen;
use crate::watch::checkpoint::Progress;

/// What a pass knows of an integration.
pub(super) struct Round<'a, O> {
    pub(super) name: &'a IntegrationName,
    pub(super) linked: &'a Linked<O>,
    pub(super) scope: &'a Scope,
    pub(super) wanted: &'a [WantedSubscription],
    /// Those of its subscriptions that there were.
    pub(super) existing: Vec<&'a ExistingSubscription>,
    /// When it was looked at them.
    pub(super) now: Timestamp,
    /// Up to when the log was read before that; `None` when never.
    pub(super) before: Option<Timestamp>,
    /// After this nothing new is begun.
    pub(super) until: Timestamp,
}

/// What a pass does for an integration.
pub(super) struct Work<'a> {
    pub(super) progress: Progress,
    /// Nothing of this moment or later counts as settled for good.
    pub(super) settled: Timestamp,
    /// Subscriptions whose log has something that is left for a later pass.
    pub(super) left: BTreeSet<String>,
    /// What has deliveries that are tried again, by what it is called in [`doubt`](crate::watch::gaps). One that goes well ends
    /// any probation, so that another one may come and go between two passes.
    pub(super) tried_again: BTreeSet<String>,
    pub(super) seen: &'a mut Seen,
}

impl Work<'_> {
    /// Something of this moment is left to do.
    pub(super) fn leave(&mut self, at: Timestamp) {
        self.settled = self.settled.min(at);
    }
}

pub(super) fn out_of_time(what: &str) -> SetupError {
    SetupError::new(Code::OutOfTime, format!("the pass ran out of time {what}; the next one goes on there"))
}

pub(super) fn untaken(queue: &str, detail: &str) -> SetupError {
    let message = format!("the {queue} queue did not take a message: {detail}; the next pass does it again");
    SetupError::new(Code::QueueUnavailable, message)
}
