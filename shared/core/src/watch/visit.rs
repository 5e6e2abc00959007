//! What a pass does for one integration: a first visit, and then, in turn with the other integrations, slices of the time
//! that is left.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::error::{ErrorCode, OperatorError};
use crate::integration::availability::{Availability, FoundIntegration};
use crate::ports::{Clock as _, Ports};
use crate::secrets::version::VersionId;
use crate::subscriptions::plan::{Plan, Step};
use crate::watch::context::VisitState;
use crate::watch::facts::Facts;
use crate::watch::{Watch, backfill, catch_up, heal};

/// An integration in a pass.
pub(super) struct Visit<P: Ports> {
    pub(super) facts: Facts<P>,
    pub(super) state: VisitState,
    /// The version of the webhook password that subscriptions send.
    pub(super) password: VersionId,
    /// The version of the configuration.
    pub(super) version: VersionId,
    /// Whether the subscriptions were listed before the configuration was read.
    pub(super) is_listing_older: bool,
    pub(super) plan: Plan,
    /// The steps of the plan that are left to heal the subscriptions.
    pub(super) to_heal: VecDeque<Step>,
    pub(super) phase: VisitPhase,
}

/// What is left to do for an integration beside the healing, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VisitPhase {
    /// Replay the deliveries that failed.
    Replay,
    /// Fill the gaps.
    Backfill,
    /// Delete the superseded subscriptions, once the checkpoint is stored.
    Delete,
    /// No work is left.
    Done,
}

impl<P: Ports> Visit<P> {
    /// Replays what failed, and heals the subscriptions, in the time up to `until`.
    ///
    /// # Errors
    ///
    /// A failure that ends the visit. Running out of time is none.
    pub(super) async fn begin(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), OperatorError> {
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
    pub(super) async fn go_on(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), OperatorError> {
        self.heal(watch, until).await?;
        if self.phase == VisitPhase::Replay {
            self.replay(watch, until).await?;
        }
        if self.phase == VisitPhase::Backfill {
            let context = self.facts.context(watch, until);
            let filled = backfill::backfill_gaps(&context, &context.existing, &mut self.state).await;
            self.state.advance_checkpoint(&context);
            if !in_time(filled)? {
                return Ok(());
            }
            let has_superseded =
                self.to_heal.is_empty() && heal::has_superseded(&context, &self.plan, &self.state);
            self.phase = if has_superseded { VisitPhase::Delete } else { VisitPhase::Done };
            return Ok(());
        }
        if self.phase == VisitPhase::Delete {
            let context = self.facts.context(watch, until);
            let deleted = heal::delete_superseded(&context, &self.plan, &mut self.state).await;
            if in_time(deleted)? {
                self.phase = VisitPhase::Done;
            }
        }
        Ok(())
    }

    /// Whether nothing is left to do in this pass.
    pub(super) fn is_done(&self) -> bool {
        self.phase == VisitPhase::Done && self.to_heal.is_empty()
    }

    async fn replay(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), OperatorError> {
        let context = self.facts.context(watch, until);
        self.state.begin_replay(context.now);
        let replayed = catch_up::replay_missed(&context, &mut self.state).await;
        self.state.advance_checkpoint(&context);
        if in_time(replayed)? {
            self.state.checkpoint.log_read_until = Some(context.now);
            self.phase = VisitPhase::Backfill;
        }
        Ok(())
    }

    /// Heals subscriptions, unless `setup` is at work on them. Before `watch` creates a subscription, it must know
    /// which ones exist: a run of `setup` that began since the integration was opened shows in the version of the
    /// configuration.
    async fn heal(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<(), OperatorError> {
        while !self.to_heal.is_empty() {
            if !self.heal_some(watch, until).await? {
                break;
            }
        }
        Ok(())
    }

    /// Heals some subscriptions; `false` when the others are left to `setup` or to a later slice.
    async fn heal_some(&mut self, watch: &Watch<P>, until: Timestamp) -> Result<bool, OperatorError> {
        let (integrations, name) = (&watch.integrations, self.facts.name.clone());
        let Some(version) = integrations.free_version(&name, integrations.clock.now()).await? else {
            self.leave_to_setup();
            return Ok(false);
        };
        if version != self.version || self.is_listing_older {
            self.to_heal = self.facts.still_to_heal(&self.to_heal).await?;
            (self.version, self.is_listing_older) = (version, false);
        }
        let password = integrations.password(&name, &self.password).await?;
        let context = self.facts.context(watch, until);
        let (created, healed) = heal::heal(&context, &mut self.to_heal, &password, &mut self.state).await;
        if !created.is_empty() {
            let present = integrations.free_version(&name, integrations.clock.now()).await?;
            if present.as_ref() != Some(&self.version) {
                let found = integrations.find_for_watch(&name, integrations.clock.now()).await;
                heal::undo(&context, &created, is_connected(&found), &mut self.state).await?;
                self.leave_to_setup();
                return Ok(false);
            }
        }
        self.facts.existing.extend(created);
        in_time(healed)
    }

    /// Leaves the subscriptions to the run of `setup` that is at work on them.
    fn leave_to_setup(&mut self) {
        for step in &std::mem::take(&mut self.to_heal) {
            heal::note_not_healed(step, &mut self.state);
        }
        let sentence = "a run of `setup` is at work on the subscriptions: the next pass looks at them again";
        self.state.report.remains.push(sentence.to_owned());
    }
}

/// Whether an integration is connected, as far as its configuration can be read.
fn is_connected(found: &Result<Option<FoundIntegration>, OperatorError>) -> bool {
    match found {
        Ok(Some(integration)) => !matches!(integration.availability, Availability::Unlinking),
        Ok(None) => false,
        Err(error) => {
            !matches!(error.code(), ErrorCode::SecretScheduledForDeletion | ErrorCode::IntegrationUnknown)
        }
    }
}

/// Whether a piece of work was done in its time.
fn in_time(result: Result<(), OperatorError>) -> Result<bool, OperatorError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.code() == ErrorCode::OutOfTime => Ok(false),
        Err(error) => Err(error),
    }
}
