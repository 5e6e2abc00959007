//! The client: it implements the port to Azure DevOps with calls of the REST API.

use std::fmt;

use hookpost_core::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryState, KeptEvent, LoggedDelivery, TestResult,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::{AzureDevOps, ListedPullRequest, PullRequestTransition};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use jiff::Timestamp;

use crate::calls::{
    access, catalog, delivery_log, pull_requests, pushes, subscriptions, test_delivery, threads,
};
use crate::loopback_url::LoopbackUrl;
use crate::redact::Secrets;
use crate::tls;
use crate::transport::Transport;
use crate::wait_limits::WaitLimits;

/// A client of one organization with one personal access token. It makes one call at a time.
pub struct RestClient {
    transport: Transport,
    wait_limits: WaitLimits,
    organization: String,
}

impl RestClient {
    /// Creates a client; no request is sent. `stand_in` takes the place of Azure DevOps Services, and does not affect
    /// collections of Azure DevOps Server.
    ///
    /// # Errors
    ///
    /// [`RestError::Unreachable`] when the system has no trusted certificates.
    pub fn new(
        organization: &OrganizationUrl,
        token: &PersonalAccessToken,
        stand_in: Option<&LoopbackUrl>,
        wait_limits: WaitLimits,
    ) -> Result<Self, RestError> {
        let (base_url, tls) = match stand_in {
            Some(stand_in) if !organization.is_server() => {
                (stand_in.organization(organization.name()), tls::without_roots()?)
            }
            _ => (organization.as_url().clone(), tls::with_system_roots()?),
        };
        let transport = Transport::new(base_url, tls, Secrets::new(token), wait_limits.rate_limit)?;
        Ok(Self { transport, wait_limits, organization: organization.as_str().to_owned() })
    }
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestClient")
            .field("organization", &self.organization)
            .field("wait_limits", &self.wait_limits)
            .finish_non_exhaustive()
    }
}

impl AzureDevOps for RestClient {
    async fn connection(&self) -> Result<Connection, RestError> {
        access::connection(&self.transport).await
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        catalog::projects(&self.transport).await
    }

    async fn project(&self, id: &str) -> Result<ProjectStatus, RestError> {
        catalog::project(&self.transport, id).await
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        catalog::repositories(&self.transport).await
    }

    async fn subscription_rights(&self, project_id: Option<&str>) -> Result<SubscriptionRights, RestError> {
        access::subscription_rights(&self.transport, project_id).await
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        access::may_administer_notifications(&self.transport).await
    }

    async fn probe_code_write(&self, project_id: &str, repository_id: &str) -> Result<WriteProbe, RestError> {
        access::probe_code_write(&self.transport, project_id, repository_id).await
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        subscriptions::list(&self.transport).await
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        subscriptions::list_all(&self.transport).await
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
        test_delivery::send(&self.transport, &self.wait_limits, id, wanted, password).await
    }

    async fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> Result<Vec<DeliveryCounts>, RestError> {
        delivery_log::counts(&self.transport, ids, since).await
    }

    async fn deliveries(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        delivery_log::list(&self.transport, subscription_ids, state, from, to).await
    }

    async fn kept_event(&self, subscription_id: &str, notification_id: u64) -> Result<KeptEvent, RestError> {
        delivery_log::kept_event(&self.transport, subscription_id, notification_id).await
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        pushes::list(&self.transport, repository, from, to).await
    }

    async fn pull_requests(
        &self,
        repository: &RepositoryInfo,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        pull_requests::list(&self.transport, repository, transition, from, to).await
    }

    async fn active_pull_requests(
        &self,
        repository: &RepositoryInfo,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        pull_requests::active(&self.transport, repository).await
    }

    async fn pull_request(&self, repository_id: &str, number: u64) -> Result<String, RestError> {
        pull_requests::get(&self.transport, repository_id, number).await
    }

    async fn threads(&self, repository_id: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        threads::list(&self.transport, repository_id, number).await
    }
}
