//! The real client for Azure DevOps in front of the stand-in, with calls that fail and passes that are killed at random.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_azure_devops::{RestClient, RestConnector};
use hookpost_core::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryState, KeptEvent, LoggedDelivery, TestResult,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::{
    AzureDevOps, ListedPullRequest, OrganizationConnector, PullRequestTransition,
};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::clock::VirtualClock;
use crate::rng::Rng;

/// Decides which calls fail, and which kill the pass.
#[derive(Debug)]
pub(crate) struct FaultInjector {
    rng: Mutex<Rng>,
    /// Calls of a hundred that fail, and at which the pass is killed.
    odds: Mutex<(u64, u64)>,
    /// How long each call takes, on this clock.
    slow: Mutex<Option<(VirtualClock, SignedDuration)>>,
    pub(crate) killed: Notify,
}

impl FaultInjector {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            rng: Mutex::new(Rng::new(seed)),
            odds: Mutex::new((0, 0)),
            slow: Mutex::new(None),
            killed: Notify::new(),
        })
    }

    pub(crate) fn set(&self, failing: u64, killed: u64) {
        *self.odds.lock().unwrap_or_else(PoisonError::into_inner) = (failing, killed);
    }

    pub(crate) fn slow_down(&self, clock: VirtualClock, each: SignedDuration) {
        *self.slow.lock().unwrap_or_else(PoisonError::into_inner) = Some((clock, each));
    }

    fn draw(&self) -> Draw {
        let (failing, killed) = *self.odds.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let after = rng.percent(50);
        match rng.below(100) {
            roll if roll < failing => Draw::Fails { after, slow: rng.percent(30) },
            roll if roll < failing + killed => Draw::Killed { after },
            _ => Draw::Healthy,
        }
    }

    /// Makes the call, or injects a fault before or after it.
    async fn call<T>(&self, call: impl Future<Output = Result<T, RestError>>) -> Result<T, RestError> {
        if let Some((clock, each)) = &*self.slow.lock().unwrap_or_else(PoisonError::into_inner) {
            clock.set(clock.read() + *each);
        }
        match self.draw() {
            Draw::Healthy => call.await,
            Draw::Fails { after: true, .. } => {
                call.await?;
                Err(RestError::Unreachable { detail: "the connection broke".to_owned() })
            }
            Draw::Fails { slow: true, .. } => {
                Err(RestError::RateLimited { retry_after: Duration::from_secs(60) })
            }
            Draw::Fails { .. } => Err(RestError::Unavailable { status: 503, message: String::new() }),
            Draw::Killed { after } => {
                if after {
                    let _ = call.await;
                }
                self.killed.notify_one();
                pending().await
            }
        }
    }
}

enum Draw {
    Healthy,
    Fails { after: bool, slow: bool },
    Killed { after: bool },
}

/// Opens organizations with faults.
#[derive(Clone, Debug)]
pub(crate) struct FlakyConnector {
    pub(crate) connector: RestConnector,
    pub(crate) faults: Arc<FaultInjector>,
}

impl OrganizationConnector for FlakyConnector {
    type Organization = FlakyClient;

    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<FlakyClient, String> {
        Ok(FlakyClient { client: self.connector.open(at, token)?, faults: Arc::clone(&self.faults) })
    }
}

/// An organization with faults.
#[derive(Debug)]
pub(crate) struct FlakyClient {
    client: RestClient,
    faults: Arc<FaultInjector>,
}

impl AzureDevOps for FlakyClient {
    async fn connection(&self) -> Result<Connection, RestError> {
        self.faults.call(self.client.connection()).await
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        self.faults.call(self.client.projects()).await
    }

    async fn project(&self, id: &str) -> Result<ProjectStatus, RestError> {
        self.faults.call(self.client.project(id)).await
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        self.faults.call(self.client.repositories()).await
    }

    async fn subscription_rights(&self, project: Option<&str>) -> Result<SubscriptionRights, RestError> {
        self.faults.call(self.client.subscription_rights(project)).await
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        self.faults.call(self.client.may_administer_notifications()).await
    }

    async fn probe_code_write(&self, project: &str, repository: &str) -> Result<WriteProbe, RestError> {
        self.faults.call(self.client.probe_code_write(project, repository)).await
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.faults.call(self.client.subscriptions()).await
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.faults.call(self.client.all_subscriptions()).await
    }

    async fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.faults.call(self.client.create(wanted, password)).await
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.faults.call(self.client.replace(id, wanted, password)).await
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.faults.call(self.client.disable(id, wanted, password)).await
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        self.faults.call(self.client.delete(id)).await
    }

    async fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<TestResult, RestError> {
        self.faults.call(self.client.send_test(id, wanted, password)).await
    }

    async fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> Result<Vec<DeliveryCounts>, RestError> {
        self.faults.call(self.client.delivery_counts(ids, since)).await
    }

    async fn deliveries(
        &self,
        ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        self.faults.call(self.client.deliveries(ids, state, from, to)).await
    }

    async fn kept_event(&self, subscription: &str, notification: u64) -> Result<KeptEvent, RestError> {
        self.faults.call(self.client.kept_event(subscription, notification)).await
    }

    async fn pushes(
        &self,
        of: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        self.faults.call(self.client.pushes(of, from, to)).await
    }

    async fn pull_requests(
        &self,
        of: &RepositoryInfo,
        happened: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        self.faults.call(self.client.pull_requests(of, happened, from, to)).await
    }

    async fn active_pull_requests(&self, of: &RepositoryInfo) -> Result<Vec<ListedPullRequest>, RestError> {
        self.faults.call(self.client.active_pull_requests(of)).await
    }

    async fn pull_request(&self, repository: &str, number: u64) -> Result<String, RestError> {
        self.faults.call(self.client.pull_request(repository, number)).await
    }

    async fn threads(&self, repository: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        self.faults.call(self.client.threads(repository, number)).await
    }
}
