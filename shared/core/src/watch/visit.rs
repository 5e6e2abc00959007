//! What a pass does for one integration: a first visit, and then, in turn with the other integrations, slices of the time
//! that is left.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::ports::Ports;
use crate::setup::error::{ErrorCode, SetupError};
use crate::subscriptions::plan::{Plan, Step};
use crate::watch::context::PassState;
use crate::watch::facts::Facts;
use crate::watch::{Watch, backfill, catch_up, heal};

/// An integration in a pass.
pub(super) struct Visit<P: Ports> {
    pub(super) facts: Facts<P>,
    pub(super) state: PassState,
    pub(super) password: WebhookPassword,
    pub(super) plan: Plan,
    /// The steps of the plan that are left to heal the subscriptions.
    pub(super) to_heal: VecDeque<Step>,
    pub(super) work: Work,
}

/// What is left to do for an integration beside the healing, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Replay the deliveries that failed, then fill the gaps.
    Replay,
    /// Fill the gaps, then delete the superseded subscriptions.
    Backfill,
    /// Nothing.
    Done,
}

impl<P: Ports> Visit<P> {
    /// Replays what failed, and heals the subscriptions, in the time up to `until`.
    ///
    /// # Errors
    ///
    /// A failure that ends the visit. Running out of time is none.
    pub(super) async fn begin(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), SetupError> {
        heal::report_not_delivering(&self.facts.context(watch, until), &self.plan, &mut self.state);
        let replayed = self.replay(watch, until).await;
        // Subscriptions are healed even when the replay failed, for example because SQS is unavailable: from then on Azure
        // DevOps logs their events.
        let healed = self.heal(watch, until).await;
        replayed?;
        healed
    }

    /// Goes on with what is left, in the time up to `until`.
    ///
    /// # Errors
    ///
    /// A failure that ends the visit. Running out of time is none.
    pub(super) async fn go_on(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), SetupError> {
        self.heal(watch, until).await?;
        if self.work == Work::Replay {
            self.replay(watch, until).await?;
        }
        if self.work == Work::Backfill {
            let context = self.facts.context(watch, until);
            let filled = backfill::backfill_gaps(&context, &context.existing, &mut self.state).await;
            self.state.settle(&context);
            if !in_time(filled)? {
                return Ok(());
            }
            // The next pass opens a gap for each subscription that could not be healed. It begins at this pass.
            if self.to_heal.is_empty() {
                heal::delete_superseded(&context, &self.plan, &mut self.state).await?;
            }
            self.work = Work::Done;
        }
        Ok(())
    }

    /// Whether nothing is left to do in this pass.
    pub(super) fn is_done(&self) -> bool {
        self.work == Work::Done && self.to_heal.is_empty()
    }

    async fn replay(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), SetupError> {
        let context = self.facts.context(watch, until);
        self.state.begin_replay(context.now);
        let replayed = catch_up::replay_missed(&context, &mut self.state).await;
        self.state.settle(&context);
        if in_time(replayed)? {
            self.state.checkpoint.log_read_until = Some(context.now);
            self.work = Work::Backfill;
        }
        Ok(())
    }

    async fn heal(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), SetupError> {
        if self.to_heal.is_empty() {
            return Ok(());
        }
        let context = self.facts.context(watch, until);
        let (created, healed) =
            heal::heal(&context, &mut self.to_heal, &self.password, &mut self.state).await;
        self.facts.existing.extend(created);
        in_time(healed).map(drop)
    }
}

/// Whether a piece of work was done in its time.
fn in_time(result: Result<(), SetupError>) -> Result<bool, SetupError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.code() == ErrorCode::OutOfTime => Ok(false),
        Err(error) => Err(error),
    }
}
