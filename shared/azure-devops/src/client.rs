//! The client: where it connects to, and the port it answers for.

use std::fmt;

use hookpost_core::azure_devops::catalog::{Identity, ProjectInfo, RepositoryInfo, WriteProbe};
use hookpost_core::azure_devops::deliveries::{DeliveryCounts, DeliveryState, LoggedDelivery, TestResult};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::{AzureDevOps, PullRequestTransition};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use jiff::Timestamp;

use crate::calls::{access, deliveries, directory, happenings, subscriptions, test_delivery};
use crate::local::LocalUrl;
use crate::pace::Patience;
use crate::scrub::Secrets;
use crate::tls;
use crate::transport::Transport;

/// One organization of Azure DevOps, seen with one personal access token.
///
/// Calls wait for each other: there is never more than one at a time.
pub struct RestClient {
    transport: Transport,
    patience: Patience,
    organization: String,
}

impl RestClient {
    /// Prepares a client; nothing is sent yet. With `local`, an organization of Azure DevOps Services is looked for
    /// there, and a collection of a server still where it is.
    ///
    /// # Errors
    ///
    /// [`RestError::Unreachable`] when there is nothing to trust a server by.
    pub fn new(
        organization: &OrganizationUrl,
        token: &PersonalAccessToken,
        local: Option<&LocalUrl>,
        patience: Patience,
    ) -> Result<Self, RestError> {
        let (base, tls) = match local {
            Some(local) if !organization.is_server() => {
                (local.organization(organization.name()), tls::trusting_nobody()?)
            }
            _ => (organization.as_url().clone(), tls::trusting_the_system()?),
        };
        let transport = Transport::new(base, tls, Secrets::new(token), patience.rate_limit)?;
        Ok(Self { transport, patience, organization: organization.as_str().to_owned() })
    }
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestClient")
            .field("organization", &self.organization)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl AzureDevOps for RestClient {
    async fn connection(&self) -> Result<Identity, RestError> {
        access::connection(&self.transport).await
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        directory::projects(&self.transport).await
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        directory::repositories(&self.transport).await
    }

    async fn may_edit_subscriptions(&self, project_id: Option<&str>) -> Result<bool, RestError> {
        access::may_edit_subscriptions(&self.transport, project_id).await
    }

    async fn probe_code_write(&self, project_id: &str, repository_id: &str) -> Result<WriteProbe, RestError> {
        access::probe_code_write(&self.transport, project_id, repository_id).await
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        subscriptions::list(&self.transport).await
    }

    async fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        subscriptions::create(&self.transport, wanted, password).await
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        subscriptions::replace(&self.transport, id, wanted, password).await
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        subscriptions::delete(&self.transport, id).await
    }

    async fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<TestResult, RestError> {
        test_delivery::send(&self.transport, &self.patience, id, wanted, password).await
    }

    async fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> Result<Vec<DeliveryCounts>, RestError> {
        deliveries::counts(&self.transport, ids, since).await
    }

    async fn deliveries(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        deliveries::list(&self.transport, subscription_ids, state, from, to).await
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        happenings::pushes(&self.transport, repository, from, to).await
    }

    async fn pull_requests(
        &self,
        repository: &RepositoryInfo,
        happened: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        happenings::pull_requests(&self.transport, repository, happened, from, to).await
    }
}
