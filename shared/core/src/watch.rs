//! The `watch` function: one pass over every integration heals its subscriptions and queues the events that were
//! missed. All I/O goes through the ports.
//!
//! For each integration, in this order, a pass
//!
//! 1. checks that the credential works,
//! 2. replays the deliveries that failed, or hang, in Azure DevOps's log of deliveries,
//! 3. heals the subscriptions that do not deliver,
//! 4. reconstructs the events of the time in which they did not deliver, and those that the log does not show, from
//!    lists and from the threads of pull requests (`recovery`),
//! 5. deletes the subscriptions that were superseded and whose log is no longer needed.
//!
//! The first three come first for every integration; the others get the time that is left, in turn.
//!
//! A project, repository, subscription or delivery that cannot be read or changed is named and passed over.
//!
//! What the pass saw of each integration it writes into the overview.
//!
//! [`Checkpoint`](checkpoint::Checkpoint) explains how far this has got and why no event is skipped.

pub mod checkpoint;
pub mod lease;
pub mod observed;
pub mod report;
pub mod stored;

mod backfill;
mod catch_up;
mod context;
mod facts;
mod gaps;
mod heal;
mod listings;
mod opening;
mod overview;
mod pass;
mod unseen;
mod visit;

use std::time::Duration;

use crate::error::OperatorError;
use crate::integration::open::Integrations;
use crate::overview::queue::OverviewQueue;
use crate::ports::Ports;
use crate::watch::report::IntegrationReport;

/// Everything a pass needs.
#[derive(Debug)]
pub struct Watch<P: Ports> {
    /// Opens integrations.
    pub integrations: Integrations<P>,
    /// The events queue.
    pub events: P::Queue,
    /// Where raw deliveries are kept, if they are. A delivery that is replayed is put there, too. An event that is
    /// reconstructed has no delivery, so nothing is put there for it.
    pub deliveries: Option<P::Queue>,
    /// The quarantine, for deliveries that cannot be parsed.
    pub quarantine: P::Queue,
    /// The queue with the lease and the checkpoints.
    pub checkpoints: P::Checkpoints,
    /// The queue with the overview.
    pub overview: OverviewQueue<P::Queue, P::QueueReceiver>,
    /// Time after the start of a pass from which the pass begins no further work.
    pub budget: Duration,
}

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassOutcome {
    /// Another pass holds the lease. Nothing was done.
    AlreadyRunning,
    /// The pass ended, with one report for each integration.
    Completed(Vec<IntegrationReport>),
    /// A checkpoint could not be stored, which ended the pass: the next one may repeat some of this.
    NotStored {
        /// What the pass did for each integration that it came to.
        reports: Vec<IntegrationReport>,
        /// Why the checkpoint could not be stored.
        error: OperatorError,
    },
}
