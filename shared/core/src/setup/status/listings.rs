//! What Azure DevOps lists of an organization, read once for all integrations of the same organization and owner of the
//! token: the two see the same.

use std::sync::Arc;

use crate::azure_devops::catalog::{Identity, RepositoryInfo};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{OperatorError, RestResultExt as _};
use crate::integration::name::IntegrationName;
use crate::integration::open_integration::OpenIntegration;
use crate::subscriptions::kind::SubscriptionKind;

/// What the owner of a token sees of an organization.
#[derive(Debug)]
pub(super) struct StatusListing {
    pub(super) repositories: Vec<RepositoryInfo>,
    subscriptions: Vec<ExistingSubscription>,
    /// The subscriptions to event types that Hookpost does not forward. Somebody made them by hand. Large organizations
    /// may not answer this in time.
    others: Result<Vec<ExistingSubscription>, OperatorError>,
}

/// The listings of one run.
#[derive(Debug, Default)]
pub(super) struct StatusListings(Vec<(StatusListingKey, Arc<StatusListing>)>);

#[derive(Debug, PartialEq, Eq)]
struct StatusListingKey {
    organization_url: String,
    owner_id: String,
}

impl StatusListings {
    /// The listing for an integration, whose token belongs to `owner`.
    ///
    /// # Errors
    ///
    /// When the repositories or the subscriptions cannot be listed.
    pub(super) async fn of<O: AzureDevOps>(
        &mut self,
        integration: &OpenIntegration<O>,
        owner: &Identity,
    ) -> Result<Arc<StatusListing>, OperatorError> {
        let key = StatusListingKey {
            organization_url: integration.config.organization_url.to_lowercase(),
            owner_id: owner.id.to_lowercase(),
        };
        if let Some((_, listing)) = self.0.iter().find(|(known, _)| *known == key) {
            return Ok(Arc::clone(listing));
        }
        let repositories = integration.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let subscriptions = integration.subscriptions().await?;
        let others = integration.organization.all_subscriptions().await;
        let mut others = others.context("the subscriptions to other event types could not be listed");
        if let Ok(others) = &mut others {
            let is_forwarded = |existing: &ExistingSubscription| {
                SubscriptionKind::event_types().any(|known| known == existing.event_type)
            };
            others.retain(|existing| !is_forwarded(existing));
        }
        let listing = Arc::new(StatusListing { repositories, subscriptions, others });
        self.0.push((key, Arc::clone(&listing)));
        Ok(listing)
    }
}

impl StatusListing {
    /// The subscriptions that deliver to an integration of this name, in this deployment or in another one.
    pub(super) fn subscriptions_of(&self, name: &IntegrationName) -> Vec<ExistingSubscription> {
        self.subscriptions.iter().filter(|existing| names(&existing.url, name)).cloned().collect()
    }

    /// The same of those to event types that are not forwarded.
    pub(super) fn others_of(
        &self,
        name: &IntegrationName,
    ) -> Result<Vec<&ExistingSubscription>, &OperatorError> {
        let others = self.others.as_ref()?;
        Ok(others.iter().filter(|existing| names(&existing.url, name)).collect())
    }
}

/// Whether a webhook URL names the integration: `{base}/{integration}/{endpoint}`, with any query.
fn names(url: &str, name: &IntegrationName) -> bool {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    address.rsplit('/').nth(1).is_some_and(|segment| segment.eq_ignore_ascii_case(name.as_str()))
}
