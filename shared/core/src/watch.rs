//! The `watch` function: one pass over every integration heals its subscriptions and queues the events that were
//! missed. All I/O goes through the ports.
//!
//! For each integration, in this order, a pass
//!
//! 1. checks that the token works,
//! 2. replays the deliveries that failed, or hang, in Azure DevOps's log of deliveries,
//! 3. heals the subscriptions that do not deliver,
//! 4. reconstructs the events of the time in which they did not deliver, and those that the log does not show, from lists and
//!    from the threads of pull requests (`recovery`).
//!
//! A project, repository, subscription or delivery that cannot be read or changed is named and passed over.
//!
//! [`Checkpoint`](checkpoint::Checkpoint) explains how far this has got and why no event is skipped.

pub mod checkpoint;
pub mod lease;

mod backfill;
mod catch_up;
mod context;
mod gaps;
mod heal;
pub mod report;
pub mod state;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Identity;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::integration::config::IntegrationConfig;
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::ports::Clock as _;
use crate::ports::Ports;
use crate::recovery::{PENDING_MAX, Recovery};
use crate::setup::error::SetupError;
use crate::setup::rights;
use crate::subscriptions::plan;
use crate::subscriptions::plan::Plan;
use crate::subscriptions::scope::wanted;
use crate::subscriptions::webhook_url::Ownership;
use crate::watch::context::{LOG_RETENTION, PassContext, PassState, out_of_time};
use crate::watch::lease::HeldLease;
use crate::watch::report::IntegrationReport;

/// Everything a pass needs.
#[derive(Debug)]
pub struct Watch<P: Ports> {
    /// Opens integrations.
    pub integrations: Integrations<P>,
    /// The events queue.
    pub events: P::Queue,
    /// The quarantine, for deliveries that cannot be parsed.
    pub quarantine: P::Queue,
    /// Stores the checkpoints, and grants the lease on them.
    pub checkpoints: P::Checkpoints,
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
}

impl<P: Ports> Watch<P> {
    /// Runs one pass over all integrations. Integrations that have waited longest come first.
    ///
    /// # Errors
    ///
    /// When the integrations cannot be listed, or the state cannot be read or stored. The failure of a single
    /// integration is in its [`IntegrationReport`].
    pub async fn run_pass(&self) -> Result<PassOutcome, SetupError> {
        let deadline = self.integrations.clock.now().saturating_add(self.budget).unwrap_or(Timestamp::MAX);
        let Some(mut lease) = HeldLease::acquire(&self.checkpoints).await? else {
            return Ok(PassOutcome::AlreadyRunning);
        };
        let listed = self.integrations.names().await;
        let mut names = listed.as_deref().unwrap_or_default().to_vec();
        let published = match &listed {
            Ok(listed) => self.integrations.repair_published_names(listed).await,
            Err(_) => Ok(()),
        };
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
        if let (Err(error), Some(report)) = (published, reports.first_mut()) {
            report
                .remains
                .push(format!("the list of integrations for the receivers was not checked: {error}"));
        }
        if listed.is_ok() {
            lease.state().retain(&names);
        }
        // The lease is also released when the listing failed: otherwise the next pass would wait until it times out.
        lease.release().await?;
        listed.map(|_| PassOutcome::Completed(reports))
    }

    /// Checks and repairs one integration, and puts its new checkpoint into the state of the lease.
    async fn check_integration(
        &self,
        name: &IntegrationName,
        lease: &mut HeldLease<'_, P::Checkpoints>,
        deadline: Timestamp,
        report: &mut IntegrationReport,
    ) -> Result<(), SetupError> {
        if self.integrations.clock.now() > deadline {
            return Err(out_of_time("before it came to this integration"));
        }
        let integration = self.integrations.open(name).await?;
        report.token_days_left = token_days_left(&integration.config, self.integrations.clock.now());
        let now = self.integrations.clock.now();
        let owner = integration.connection(now).await?.owner;
        let resolved = integration.resolve().await?;
        report.remains.extend(resolved.problems());
        let scope = resolved.scope;
        let version = self.integrations.password_version_in_use(name).await?;
        let password = self.integrations.password(name, &version).await?;
        let listed = integration.subscriptions().await?;
        let mut checkpoint = lease.state().checkpoint(name, now - LOG_RETENTION);
        checkpoint.retain_listed(&listed);
        let wanted = wanted(&scope, &integration.urls, &version);
        let plan = plan::plan(&scope, &wanted, &listed, &integration.urls);
        let hidden = rights::hidden_projects(&integration.organization, &plan.steps).await?;
        let is_ours = |subscription: &&ExistingSubscription| {
            integration.urls.ownership(&subscription.url) == Ownership::Ours
        };
        let existing: Vec<&ExistingSubscription> = listed.iter().filter(is_ours).collect();
        report.last_success_age_seconds = last_success_age_seconds(&existing, now);

        let log_read_until = checkpoint.log_read_until;
        let gaps_before = checkpoint.gaps.clone();
        let seen_again = unseen::update(&scope, &hidden, &plan, &mut checkpoint, now);
        gaps::open_by_status(&plan, &hidden, &mut checkpoint, now);
        let has_new_gaps = checkpoint.gaps != gaps_before;
        (checkpoint.attempted_at, checkpoint.subscriptions_checked_at) = (Some(now), Some(now));
        lease.state().store(name, checkpoint.clone());
        if has_new_gaps {
            // Stored before the subscriptions are enabled: from then on their status no longer shows the gaps.
            lease.write().await?;
        }

        let context = PassContext::<P> {
            clock: &self.integrations.clock,
            events: &self.events,
            quarantine: &self.quarantine,
            name,
            integration: &integration,
            scope: &scope,
            wanted: &wanted,
            hidden: &hidden,
            seen_again,
            existing,
            now,
            log_read_until,
            deadline,
            recovery: Recovery {
                integration: name,
                organization: &integration.organization,
                organization_url: &integration.config.organization_url,
                scope: &scope,
                foreign: foreign(&listed, &owner),
                now,
            },
        };
        let mut state = PassState {
            checkpoint,
            settled_before: now - PENDING_MAX,
            unfinished_logs: BTreeSet::new(),
            retrying: BTreeSet::new(),
            not_shown: BTreeMap::new(),
            hidden_logs: BTreeSet::new(),
            report,
        };
        let repaired = repair(&context, &plan, &password, &mut state).await;
        report_not_shown(&context, &mut state);
        state.checkpoint.advance(state.settled_before);
        lease.state().store(name, state.checkpoint);
        repaired
    }
}

/// Replays missed deliveries, heals the subscriptions, backfills the gaps, and deletes superseded subscriptions.
async fn repair<P: Ports>(
    context: &PassContext<'_, P>,
    plan: &Plan,
    password: &WebhookPassword,
    state: &mut PassState<'_>,
) -> Result<(), SetupError> {
    let replayed = catch_up::replay_missed(context, state).await;
    // Subscriptions are healed even when the replay failed, for example because SQS is unavailable: from then on Azure
    // DevOps logs their events.
    let (created, heal_failure) = heal::heal(context, plan, password, state).await;
    replayed?;
    state.checkpoint.log_read_until = Some(context.now);
    let with_log: Vec<&ExistingSubscription> = context.existing.iter().copied().chain(&created).collect();
    backfill::backfill_gaps(context, &with_log, state).await?;
    // The next pass opens a new gap for each subscription that could not be healed. It begins at this pass.
    heal_failure.map_or(Ok(()), Err)?;
    heal::delete_superseded(context, plan, state).await
}

/// Ids of the subscriptions that somebody else than the token's owner created.
fn foreign(listed: &[ExistingSubscription], owner: &Identity) -> BTreeSet<String> {
    let is_foreign = |existing: &&ExistingSubscription| {
        existing.created_by.as_ref().is_some_and(|creator| !creator.id.eq_ignore_ascii_case(&owner.id))
    };
    listed.iter().filter(is_foreign).map(|existing| existing.id.clone()).collect()
}

/// Reports the logs that are hidden from the token's owner, and the failed deliveries that are left to later passes.
fn report_not_shown<P: Ports>(context: &PassContext<'_, P>, state: &mut PassState<'_>) {
    let left = std::mem::take(&mut state.not_shown).into_values();
    let left = left.map(|delivery| format!("{}; the next passes look for it", delivery.description));
    state.report.remains.extend(left);
    if state.hidden_logs.is_empty() {
        return;
    }
    let hidden = context.existing.iter().filter(|existing| state.hidden_logs.contains(&existing.id));
    let creators: BTreeSet<&str> = hidden
        .filter_map(|existing| existing.created_by.as_ref())
        .map(|creator| creator.display_name.as_str())
        .collect();
    let creators = Vec::from_iter(creators).join(", ");
    state.report.remains.push(format!(
        "Azure DevOps hides the events of {} subscriptions, created by {creators}, from the token's owner: they are made \
         from lists and threads instead. Pass a token of the creator or of an administrator to `replace-token`, or have \
         `connect` make the subscriptions anew with `renewSubscriptions`",
        state.hidden_logs.len()
    ));
}

/// Days until the token expires; `None` when its expiry is unknown.
fn token_days_left(config: &IntegrationConfig, now: Timestamp) -> Option<i64> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let left = today.until(config.pat_expires_on?).ok()?;
    Some(i64::from(left.get_days()))
}

/// Seconds since the last successful delivery of any of the subscriptions.
fn last_success_age_seconds(existing: &[&ExistingSubscription], now: Timestamp) -> Option<i64> {
    let last_success = existing.iter().filter_map(|subscription| subscription.last_success).max()?;
    Some(now.duration_since(last_success).as_secs().max(0))
}
