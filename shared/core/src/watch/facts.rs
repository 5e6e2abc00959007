//! What is known of an integration when a pass visits it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::azure_devops::catalog::Identity;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::integration::name::IntegrationName;
use crate::integration::open::OpenIntegration;
use crate::integration::scope;
use crate::ports::{Organization, Ports};
use crate::recovery::Recovery;
use crate::secrets::version::VersionId;
use crate::setup::error::SetupError;
use crate::setup::rights;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan;
use crate::subscriptions::plan::{Step, delivers_same_events};
use crate::subscriptions::scope::{Scope, wanted};
use crate::subscriptions::webhook_url::Ownership;
use crate::watch::checkpoint::Checkpoint;
use crate::watch::context::{PassContext, PassState};
use crate::watch::listings::Listing;
use crate::watch::report::{IntegrationReport, last_success_age_seconds, token_days_left};
use crate::watch::unseen::SeenAgain;
use crate::watch::visit::{Visit, Work};
use crate::watch::{Watch, gaps, heal, unseen};

/// What is known of an integration when a pass visits it.
pub(super) struct Facts<P: Ports> {
    pub(super) name: IntegrationName,
    integration: OpenIntegration<Organization<P>>,
    listing: Arc<Listing>,
    scope: Scope,
    wanted: Vec<WantedSubscription>,
    hidden: BTreeSet<Option<String>>,
    seen_again: SeenAgain,
    /// The subscriptions whose deliveries are replayed, and those that the pass has created.
    pub(super) existing: Vec<ExistingSubscription>,
    log_read_until: Option<Timestamp>,
    /// When the configuration was read.
    opened_at: Timestamp,
}

impl<P: Ports> Facts<P> {
    /// The inputs of a piece of work that has to end at `deadline`.
    pub(super) fn context<'a>(&'a self, watch: &'a Watch<P>, deadline: Timestamp) -> PassContext<'a, P> {
        let now = self.listing.at;
        PassContext {
            clock: &watch.integrations.clock,
            events: &watch.events,
            quarantine: &watch.quarantine,
            name: &self.name,
            integration: &self.integration,
            listing: &self.listing,
            scope: &self.scope,
            wanted: &self.wanted,
            hidden: &self.hidden,
            seen_again: &self.seen_again,
            existing: self.existing.iter().collect(),
            now,
            log_read_until: self.log_read_until,
            deadline,
            recovery: Recovery {
                integration: &self.name,
                organization: &self.integration.organization,
                organization_url: &self.integration.config.organization_url,
                scope: &self.scope,
                foreign: foreign(&self.existing, &self.listing.connection.owner),
                known: Some(&self.listing.repositories),
                listed: OnceLock::new(),
                now,
            },
        }
    }

    /// Whether the subscriptions were listed before the configuration was read.
    pub(super) fn is_listing_older(&self) -> bool {
        self.listing.at < self.opened_at
    }

    /// Those of the steps that are still to be done, by a new listing.
    pub(super) async fn still_to_heal(&self, steps: &VecDeque<Step>) -> Result<VecDeque<Step>, SetupError> {
        let listed = self.integration.subscriptions().await?;
        let plan = plan::plan(&self.scope, &self.wanted, &listed, &self.integration.urls);
        // What else does not deliver has no gap yet, without which it must not be enabled.
        let key = |step: &Step| match step {
            Step::Create(wanted) | Step::Replace { wanted, .. } => gaps::key_of_wanted(wanted),
        };
        let known: BTreeSet<String> = steps.iter().map(key).collect();
        let possible = plan.steps.into_iter().filter(|step| heal::is_possible(step, &self.hidden));
        Ok(possible.filter(|step| known.contains(&key(step))).collect())
    }

    /// Reports the logs that are hidden from the token's owner, and the failed deliveries that are left to later passes.
    fn report_not_shown(&self, state: &mut PassState) {
        let left = std::mem::take(&mut state.not_shown).into_values();
        let left = left.map(|delivery| format!("{}; the next passes look for it", delivery.description));
        state.report.remains.extend(left);
        if state.hidden_logs.is_empty() {
            return;
        }
        let hidden = self.existing.iter().filter(|existing| state.hidden_logs.contains(&existing.id));
        let creators: BTreeSet<&str> = hidden
            .filter_map(|existing| existing.created_by.as_ref())
            .map(|creator| creator.display_name.as_str())
            .collect();
        let creators = Vec::from_iter(creators).join(", ");
        state.report.remains.push(format!(
            "Azure DevOps hides the events of {} subscriptions, created by {creators}, from the token's owner: they are \
             made from lists and threads instead. Pass a token of the creator or of an administrator to `replace-token`, \
             or have `connect` make the subscriptions anew with `renewSubscriptions`",
            state.hidden_logs.len()
        ));
    }
}

impl<P: Ports> Visit<P> {
    /// Compares an integration with what its organization lists, and opens the gaps that follow. Takes over the report.
    ///
    /// # Errors
    ///
    /// When what the configuration selects cannot be found, its password cannot be read, or Azure DevOps cannot be used.
    pub(super) async fn new(
        watch: &Watch<P>,
        name: &IntegrationName,
        opened: (OpenIntegration<Organization<P>>, VersionId, Timestamp),
        listing: Arc<Listing>,
        mut checkpoint: Checkpoint,
        report: &mut IntegrationReport,
    ) -> Result<Self, SetupError> {
        let (integration, version, opened_at) = opened;
        let (selection, now) = (&integration.config.selection, listing.at);
        let (organization, repositories) = (&integration.organization, &listing.repositories);
        let resolved =
            scope::find(organization, repositories, selection, Some(selection), &integration.urls).await?;
        report.remains.extend(resolved.problems());
        let scope = resolved.scope;
        let password = watch.integrations.password_version_in_use(name).await?;
        checkpoint.retain_listed(&listing.subscriptions);
        let wanted = wanted(&scope, &integration.urls, &password);
        let plan = plan::plan(&scope, &wanted, &listing.subscriptions, &integration.urls);
        let hidden = rights::hidden_projects(organization, &plan.steps).await?;
        let is_ours =
            |existing: &&ExistingSubscription| integration.urls.ownership(&existing.url) == Ownership::Ours;
        let ours = listing.subscriptions.iter().filter(is_ours);
        // Anybody in the organization can make a subscription that delivers to a webhook URL. Only the events that the
        // integration is for may come by the log, since the log shows no password.
        let is_wanted = |existing: &ExistingSubscription| {
            wanted.iter().any(|wanted| delivers_same_events(existing, wanted))
                || plan.existing().any(|known| known.id == existing.id)
                || existing.project_id.as_ref().is_some_and(|project| scope.set_aside.contains(project))
        };
        let (existing, others): (Vec<_>, Vec<_>) = ours.cloned().partition(is_wanted);
        let unwanted = others.iter().filter(|existing| gaps::is_delivering_or_healable(&existing.status));
        report.remains.extend(unwanted.map(|existing| {
            format!(
                "{}: it does not belong to this integration, so the deliveries of it that fail are not replayed: delete it",
                describe_existing(existing)
            )
        }));
        report.last_success_age_seconds = last_success_age_seconds(&existing, now);
        report.token_days_left = token_days_left(&integration.config, now);

        let log_read_until = checkpoint.log_read_until;
        let seen_again = unseen::update(&scope, &hidden, &plan, &mut checkpoint, now);
        gaps::open_by_status(&plan, &hidden, &mut checkpoint, now);
        (checkpoint.attempted_at, checkpoint.subscriptions_checked_at) = (Some(now), Some(now));
        let to_heal = plan.steps.iter().filter(|step| heal::is_possible(step, &hidden)).cloned().collect();
        Ok(Self {
            state: PassState::new(checkpoint, now, std::mem::take(report)),
            facts: Facts {
                name: name.clone(),
                integration,
                listing: Arc::clone(&listing),
                scope,
                wanted,
                hidden,
                seen_again,
                existing,
                log_read_until,
                opened_at,
            },
            password,
            version,
            plan,
            to_heal,
            work: Work::Replay,
        })
    }

    /// Ends the visit: notes what is left. Returns the checkpoint and the report.
    pub(super) fn end(mut self) -> (Checkpoint, IntegrationReport) {
        for step in &self.to_heal {
            heal::note_not_healed(step, &mut self.state);
        }
        self.facts.report_not_shown(&mut self.state);
        (self.state.checkpoint, self.state.report)
    }
}

/// Ids of the subscriptions that somebody else than the token's owner created.
fn foreign(listed: &[ExistingSubscription], owner: &Identity) -> BTreeSet<String> {
    let is_foreign = |existing: &&ExistingSubscription| {
        existing.created_by.as_ref().is_some_and(|creator| !creator.id.eq_ignore_ascii_case(&owner.id))
    };
    listed.iter().filter(is_foreign).map(|existing| existing.id.clone()).collect()
}
