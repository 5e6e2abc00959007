//! Opens the visit of a pass to an integration: compares the integration with what its organization lists.

use std::sync::Arc;

use jiff::Timestamp;

use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::OperatorError;
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::integration::scope;
use crate::overview::SubscriptionsOverview;
use crate::ports::{Organization, Ports};
use crate::secrets::version::VersionId;
use crate::setup::permissions;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan::{self, Step};
use crate::subscriptions::scope::wanted;
use crate::subscriptions::webhook_url::Ownership;
use crate::watch::checkpoint::Checkpoint;
use crate::watch::context::VisitState;
use crate::watch::facts::Facts;
use crate::watch::listings::Listing;
use crate::watch::report::{IntegrationReport, last_success_age_seconds, token_days_left};
use crate::watch::visit::{Visit, VisitPhase};
use crate::watch::{Watch, gaps, heal, unseen};

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
    ) -> Result<Self, OperatorError> {
        let (integration, version, opened_at) = opened;
        let (selection, now) = (&integration.config.selection, listing.at);
        let (organization, repositories) = (&integration.organization, &listing.repositories);
        let resolved =
            scope::find(organization, repositories, selection, Some(selection), &integration.urls).await?;
        report.remains.extend(resolved.problems());
        report.remains.extend(watch.integrations.sign_in.roles.replaced(&integration.config.credential));
        let scope = resolved.scope;
        let password = watch.integrations.password_version_in_use(name).await?;
        checkpoint.retain_listed(&listing.subscriptions);
        let wanted = wanted(&scope, &integration.urls, &password);
        let plan = plan::plan(&scope, &wanted, &listing.subscriptions, &integration.urls);
        let hidden = permissions::hidden_projects(organization, &plan.steps).await?;
        let is_ours =
            |existing: &&ExistingSubscription| integration.urls.ownership(&existing.url) == Ownership::Ours;
        let ours = listing.subscriptions.iter().filter(is_ours);
        let (existing, others): (Vec<_>, Vec<_>) = ours.cloned().partition(|existing| scope.covers(existing));
        let unwanted = others.iter().filter(|existing| existing.status.should_deliver());
        report.remains.extend(unwanted.map(|existing| {
            format!(
                "{}: it does not belong to this integration, so its deliveries that fail are not replayed: delete it",
                describe_existing(existing)
            )
        }));
        report.last_success_age_seconds = last_success_age_seconds(&existing, now);
        report.observed.last_delivery = existing.iter().filter_map(|existing| existing.last_success).max();
        report.token_days_left = token_days_left(&integration.config, now);

        let log_read_until = checkpoint.log_read_until;
        let seen_again = unseen::update(&scope, &hidden, &plan, &mut checkpoint, now);
        gaps::open_by_status(&plan, &hidden, &mut checkpoint, now);
        (checkpoint.attempted_at, checkpoint.subscriptions_checked_at) = (Some(now), Some(now));
        let mut state = VisitState::new(checkpoint, now, std::mem::take(report));
        state.not_delivering = heal::not_delivering(&plan, &scope, &hidden);
        let to_heal = plan.steps.iter().filter(|step| heal::is_possible(step, &hidden)).cloned().collect();
        Ok(Self {
            state,
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
            },
            password,
            version,
            is_listing_older: listing.at < opened_at,
            plan,
            to_heal,
            phase: VisitPhase::Replay,
        })
    }

    /// Ends the visit: notes what is left. Returns the checkpoint and the report.
    pub(super) fn end(mut self) -> (Checkpoint, IntegrationReport) {
        for step in &self.to_heal {
            heal::note_not_healed(step, &mut self.state);
        }
        self.facts.report_not_shown(&mut self.state);
        self.state.report.observed.subscriptions = Some(self.subscriptions());
        (self.state.checkpoint, self.state.report)
    }

    /// What the subscriptions do by now. Nobody knows whether those of hidden projects deliver.
    fn subscriptions(&self) -> SubscriptionsOverview {
        let not_delivering: Vec<String> = self.state.not_delivering.values().cloned().collect();
        let is_hidden = |step: &&Step| {
            permissions::project_of_new(step).is_some_and(|project| self.facts.hidden.contains(project))
        };
        let unknown = self.plan.steps.iter().filter(is_hidden).count();
        let wanted = self.facts.wanted.len();
        SubscriptionsOverview {
            listed_at: self.facts.listing.at,
            wanted,
            delivering: wanted.saturating_sub(unknown).saturating_sub(not_delivering.len()),
            not_delivering,
        }
    }
}
