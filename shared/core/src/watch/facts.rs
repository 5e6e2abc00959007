//! What is known of an integration when a pass visits it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::azure_devops::catalog::Identity;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::error::OperatorError;
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::ports::{Organization, Ports};
use crate::recovery::Recovery;
use crate::subscriptions::plan;
use crate::subscriptions::plan::Step;
use crate::subscriptions::scope::Scope;
use crate::watch::context::{VisitContext, VisitState};
use crate::watch::listings::Listing;
use crate::watch::unseen::SeenAgain;
use crate::watch::{Watch, gaps, heal};

/// What is known of an integration when a pass visits it.
pub(super) struct Facts<P: Ports> {
    pub(super) name: IntegrationName,
    pub(super) integration: OpenIntegration<Organization<P>>,
    pub(super) listing: Arc<Listing>,
    pub(super) scope: Scope,
    pub(super) wanted: Vec<WantedSubscription>,
    pub(super) hidden: BTreeSet<Option<String>>,
    pub(super) seen_again: SeenAgain,
    /// The subscriptions whose deliveries are replayed, and those that the pass has created.
    pub(super) existing: Vec<ExistingSubscription>,
    pub(super) log_read_until: Option<Timestamp>,
}

impl<P: Ports> Facts<P> {
    /// The inputs of a piece of work that has to end at `deadline`.
    pub(super) fn context<'a>(&'a self, watch: &'a Watch<P>, deadline: Timestamp) -> VisitContext<'a, P> {
        let now = self.listing.at;
        VisitContext {
            clock: &watch.integrations.clock,
            events: &watch.events,
            deliveries: watch.deliveries.as_ref(),
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

    /// Those of the steps that are still to be done, by a new listing.
    pub(super) async fn still_to_heal(
        &self,
        steps: &VecDeque<Step>,
    ) -> Result<VecDeque<Step>, OperatorError> {
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
    pub(super) fn report_not_shown(&self, state: &mut VisitState) {
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
            "Azure DevOps hides the events of {} subscriptions, created by {creators}, from the connected user or app: \
             they are made from lists and threads instead. Connect as their creator or as an administrator, or have \
             `connect` recreate the subscriptions with `renewSubscriptions`",
            state.hidden_logs.len()
        ));
    }
}

/// Ids of the subscriptions that somebody else than the token's owner created.
fn foreign(listed: &[ExistingSubscription], owner: &Identity) -> BTreeSet<String> {
    let is_foreign = |existing: &&ExistingSubscription| {
        existing.created_by.as_ref().is_some_and(|creator| !creator.id.eq_ignore_ascii_case(&owner.id))
    };
    listed.iter().filter(is_foreign).map(|existing| existing.id.clone()).collect()
}
