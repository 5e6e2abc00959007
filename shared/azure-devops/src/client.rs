//! The client: it implements the port to Azure DevOps with calls of the REST API.

use std::fmt;
use std::time::Duration;

use hookpost_core::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryState, LoggedDelivery, LoggedEvent, TestResult,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::listing::{Listed, ReadLimits};
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::{
    AzureDevOps, ListedPullRequest, PullRequestPlace, PullRequestTransition,
};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::invocation::InvocationDeadline;
use jiff::Timestamp;

use crate::call_time::CallTime;
use crate::calls::{
    access, catalog, delivery_log, open_outcome, pull_requests, pushes, subscriptions, test_delivery, threads,
};
use crate::error::unreachable;
use crate::known_subscriptions::KnownSubscriptions;
use crate::loopback_url::LoopbackUrl;
use crate::redact::Secrets;
use crate::tls::{self, CaBundle};
use crate::transport::Transport;
use crate::wait_limits::WaitLimits;

/// A client of one organization with one credential. It makes one call at a time.
pub struct RestClient {
    transport: Transport,
    wait_limits: WaitLimits,
    organization: String,
    known: KnownSubscriptions,
}

impl RestClient {
    /// Creates a client; no request is sent. `stand_in` takes the place of Azure DevOps.
    ///
    /// # Errors
    ///
    /// [`RestError::Unreachable`] when the system has no trusted certificates.
    pub fn new(
        organization: &OrganizationUrl,
        credential: &AccessCredential,
        stand_in: Option<&LoopbackUrl>,
        wait_limits: WaitLimits,
    ) -> Result<Self, RestError> {
        Self::trusting(&CaBundle::default(), organization, credential, stand_in, wait_limits)
    }

    /// As [`RestClient::new`]. Trusts the authorities of `ca_bundle` as well as those of the system.
    pub(crate) fn trusting(
        ca_bundle: &CaBundle,
        organization: &OrganizationUrl,
        credential: &AccessCredential,
        stand_in: Option<&LoopbackUrl>,
        wait_limits: WaitLimits,
    ) -> Result<Self, RestError> {
        let (base_url, tls) = match stand_in {
            Some(stand_in) => (stand_in.in_place_of(organization.as_url()), tls::without_roots()),
            None => (organization.as_url().clone(), tls::with_system_roots(ca_bundle)),
        };
        let tls = tls.map_err(unreachable)?;
        let transport = Transport::new(base_url, tls, Secrets::new(credential), wait_limits.rate_limit)?;
        let organization = organization.as_str().to_owned();
        Ok(Self { transport, wait_limits, organization, known: KnownSubscriptions::default() })
    }

    /// Makes every call end some seconds before `deadline`, by the clock `now`. Without a deadline, a call may take 45 s.
    #[must_use]
    pub fn within(self, deadline: InvocationDeadline, now: fn() -> Timestamp) -> Self {
        self.with_call_time(CallTime::within(deadline, now))
    }

    pub(crate) fn with_call_time(mut self, call_time: CallTime) -> Self {
        self.transport.call_time = call_time;
        self
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
    fn time_left(&self) -> Option<Duration> {
        self.transport.call_time.left()
    }

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

    async fn subscription_permissions(
        &self,
        project_id: Option<&str>,
    ) -> Result<SubscriptionRights, RestError> {
        access::subscription_permissions(&self.transport, project_id).await
    }

    async fn subscription_permissions_in(
        &self,
        project_ids: &[&str],
    ) -> Result<Vec<SubscriptionRights>, RestError> {
        access::subscription_permissions_in(&self.transport, project_ids).await
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        access::may_administer_notifications(&self.transport).await
    }

    async fn probe_code_write(&self, project_id: &str, repository_id: &str) -> Result<WriteProbe, RestError> {
        access::probe_code_write(&self.transport, project_id, repository_id).await
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        let listed = subscriptions::list(&self.transport).await?;
        self.known.add(&listed);
        Ok(listed)
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        let listed = subscriptions::list_all(&self.transport).await?;
        self.known.add(&listed);
        Ok(listed)
    }

    async fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        open_outcome::create(&self.transport, &self.known, wanted, password).await
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        open_outcome::replace(&self.transport, id, wanted, password).await
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        subscriptions::disable(&self.transport, id, wanted, password).await
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

    async fn deliveries_within(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        range: (Timestamp, Timestamp),
        limits: ReadLimits<'_>,
    ) -> Result<Listed<LoggedDelivery>, RestError> {
        delivery_log::list(&self.transport, subscription_ids, state, range, limits).await
    }

    async fn kept_event(
        &self,
        subscription_id: &str,
        notification_id: u64,
    ) -> Result<LoggedEvent, RestError> {
        delivery_log::kept_event(&self.transport, subscription_id, notification_id).await
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Listed<String>, RestError> {
        pushes::list(&self.transport, repository, from, to).await
    }

    async fn pull_requests(
        &self,
        place: PullRequestPlace<'_>,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        pull_requests::list(&self.transport, place, transition, from, to).await
    }

    async fn active_pull_requests(
        &self,
        place: PullRequestPlace<'_>,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        pull_requests::active(&self.transport, place).await
    }

    async fn pull_request(&self, repository_id: &str, number: u64) -> Result<String, RestError> {
        pull_requests::get(&self.transport, repository_id, number).await
    }

    async fn threads(&self, repository_id: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        threads::list(&self.transport, repository_id, number).await
    }
}
