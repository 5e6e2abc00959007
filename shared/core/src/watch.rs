//! What the `watch` function decides: one pass over every integration that heals its subscriptions and brings back what
//! was missed. Nothing here does I/O of its own.
//!
//! For each integration, in this order: is the token good; what failed or hangs in Azure DevOps's log of deliveries, which
//! is read again; which subscriptions do not deliver, which are healed; what happened while they did not, which is made
//! from the lists of pushes and pull requests. See [`Checkpoint`] for how far that is done and why nothing is skipped.

pub mod checkpoint;
pub mod lease;

mod backfill;
mod catch_up;
mod context;
mod gaps;
mod heal;
mod reconstruct;
pub mod report;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::auth::password::WebhookPassword;
use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::integration::open::OpenIntegration;
use crate::ports::Clock as _;
use crate::ports::Organization;
use crate::ports::Ports;
use crate::setup::error::Context as _;
use crate::setup::error::SetupError;
use crate::subscriptions::plan;
use crate::subscriptions::plan::Plan;
use crate::subscriptions::webhook_url::Ownership;
use crate::watch::context::{PassContext, PassState, out_of_time};
use crate::watch::lease::HeldLease;
use crate::watch::report::IntegrationReport;

/// For how long a delivery may be under way before it is brought in by us. Azure DevOps tries again for 183 s, after
/// which it has failed, or is tried for another 36 hours with hours in between.
pub(crate) const UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);

/// How long Azure DevOps keeps its log of deliveries (Microsoft, "Troubleshoot service hooks").
const LOG: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most deliveries of one integration that a pass brings in: each is remembered until the checkpoint is behind it, in one
/// message. The next pass goes on behind them.
pub(crate) const DELIVERIES_MAX: u64 = 1000;

/// Everything a pass needs.
#[derive(Debug)]
pub struct Watch<P: Ports> {
    /// Opens integrations.
    pub integrations: Integrations<P>,
    /// The events queue.
    pub events: P::Queue,
    /// The quarantine, for deliveries that cannot be understood.
    pub quarantine: P::Queue,
    /// The checkpoint and its lease.
    pub checkpoints: P::Checkpoints,
    /// After this long no further integration is begun.
    pub budget: Duration,
}

/// How a pass ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassOutcome {
    /// Another pass holds the lease.
    AlreadyRunning,
    /// The pass came to its end.
    Completed(Vec<IntegrationReport>),
}

impl<P: Ports> Watch<P> {
    /// Runs one pass over all integrations, those that waited longest first.
    ///
    /// # Errors
    ///
    /// When the integrations cannot be listed, or the checkpoint cannot be read or stored. What failed for a single
    /// integration is in its [`IntegrationReport`].
    pub async fn run_pass(&self) -> Result<PassOutcome, SetupError> {
        let deadline = self.integrations.clock.now().saturating_add(self.budget).unwrap_or(Timestamp::MAX);
        let Some(mut lease) = HeldLease::acquire(&self.checkpoints).await? else {
            return Ok(PassOutcome::AlreadyRunning);
        };
        let listed = self.integrations.names().await;
        let mut names = listed.as_deref().unwrap_or_default().to_vec();
        names.sort_by_key(|name| lease.state().attempted_at(name));
        let mut reports = Vec::new();
        for name in &names {
            let mut report = IntegrationReport::new(name);
            report.failure = self.check_integration(name, &mut lease, deadline, &mut report).await.err();
            let now = self.integrations.clock.now();
            let failing = lease.state().record_outcome(name, report.failure.is_some(), now);
            report.failing_seconds = failing.as_secs();
            reports.push(report);
        }
        if listed.is_ok() {
            lease.state().retain(&names);
        }
        // Also when the listing failed: otherwise the next pass would wait until the lease times out.
        lease.release().await?;
        listed.map(|_| PassOutcome::Completed(reports))
    }

    async fn check_integration(
        &self,
        name: &IntegrationName,
        lease: &mut HeldLease<'_, P::Checkpoints>,
        until: Timestamp,
        report: &mut IntegrationReport,
    ) -> Result<(), SetupError> {
        if self.integrations.clock.now() > until {
            return Err(out_of_time("before it came to this integration"));
        }
        let linked = self.integrations.open(name).await?;
        report.token_days_left = self.token_days_left(&linked);
        let owner = linked.organization.connection().await;
        owner.context("the token no longer works")?;
        let scope = linked.scope().await?;
        let (version, password) = self.integrations.password_in_use(name).await?;
        let now = self.integrations.clock.now();
        let existing = linked.subscriptions().await?;
        let wanted = plan::wanted(&scope, &linked.urls, &version);
        let plan = plan::plan(&wanted, &existing, &linked.urls);
        let is_ours =
            |existing: &&ExistingSubscription| linked.urls.ownership(&existing.url) == Ownership::Ours;
        let existing: Vec<&ExistingSubscription> = existing.iter().filter(is_ours).collect();
        let successes = existing.iter().filter_map(|existing| existing.last_success);
        report.last_success_age_seconds =
            successes.max().map(|success| now.duration_since(success).as_secs().max(0));
        let mut progress = lease.state().checkpoint(name, now - LOG);
        let known = progress.gaps.clone();
        gaps::note(&plan, &mut progress, now);
        let before = progress.log_read_until;
        (progress.attempted_at, progress.subscriptions_checked_at) = (Some(now), Some(now));
        let is_new = progress.gaps != known;
        let context = PassContext {
            name,
            integration: &linked,
            scope: &scope,
            wanted: &wanted,
            existing,
            now,
            log_read_until: before,
            deadline: until,
        };
        let mut state = PassState {
            checkpoint: progress,
            settle_before: now - UNDER_WAY,
            unfinished_logs: BTreeSet::new(),
            retrying: BTreeSet::new(),
            report,
        };
        lease.state().store(name, state.checkpoint.clone());
        if is_new {
            // Once they are enabled again, nobody could tell any more that they were not.
            lease.write().await?;
        }
        let ended = self.catch_up(&context, &plan, &password, &mut state).await;
        state.checkpoint.move_on(state.settle_before);
        lease.state().store(name, state.checkpoint);
        ended
    }

    /// Brings in what was missed, and has it told again from now on.
    async fn catch_up(
        &self,
        context: &PassContext<'_, Organization<P>>,
        plan: &Plan,
        password: &WebhookPassword,
        state: &mut PassState<'_>,
    ) -> Result<(), SetupError> {
        let brought_in = self.replay_missed(context, state).await;
        // While the queue is down too: what a subscription tries to tell is in the log from then on.
        let is_late = || self.integrations.clock.now() > context.deadline;
        let healed = heal::enable(context.integration, plan, password, is_late, state.report).await;
        brought_in?;
        state.checkpoint.log_read_until = Some(context.now);
        let (made, failure) = healed;
        let logs: Vec<&ExistingSubscription> = context.existing.iter().copied().chain(&made).collect();
        self.backfill_gaps(context, &logs, state).await?;
        let retrying = &state.retrying;
        state
            .checkpoint
            .gaps
            .retain(|key, silence| silence.pending_since.is_some() || retrying.contains(key));
        // One that could not be healed is noticed again, from this pass on.
        failure.map_or(Ok(()), Err)?;
        heal::delete_superseded(context, plan, state).await
    }

    fn token_days_left(&self, linked: &OpenIntegration<Organization<P>>) -> Option<i64> {
        let today = self.integrations.clock.now().to_zoned(TimeZone::UTC).date();
        let last = linked.config.pat_expires_on?;
        today.until(last).ok().map(|span| i64::from(span.get_days()))
    }
}

/// Whether nobody is to be blamed for it but Azure DevOps, so that it is for us to heal.
fn is_for_us_to_heal(status: &SubscriptionStatus) -> bool {
    match status {
        SubscriptionStatus::OnProbation
        | SubscriptionStatus::DisabledBySystem
        | SubscriptionStatus::DisabledByInactiveIdentity => true,
        SubscriptionStatus::Enabled | SubscriptionStatus::DisabledByUser | SubscriptionStatus::Other(_) => {
            false
        }
    }
}
