//! The real client for Azure DevOps before the stand-in, with calls that fail and passes that are killed, by chance.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hookpost_azure_devops::{RestClient, RestDirectory};
use hookpost_core::setup::Directory;
use hookpost_core::setup::azure_devops::{
    AzureDevOps, DeliveryCounts, DeliveryState, ExistingSubscription, Happened, Identity, LoggedDelivery,
    OrganizationUrl, PersonalAccessToken, ProjectInfo, RepositoryInfo, RestError, TestResult,
    WantedSubscription, WriteProbe,
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::chance::Chance;
use crate::clock::Clock;

/// What may go wrong, and that a pass was killed.
#[derive(Debug)]
pub(crate) struct Luck {
    chance: Mutex<Chance>,
    /// Calls of a hundred that fail, and after which the pass is killed.
    odds: Mutex<(u64, u64)>,
    /// What each call takes, by this clock.
    slow: Mutex<Option<(Clock, SignedDuration)>>,
    pub(crate) killed: Notify,
}

impl Luck {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            chance: Mutex::new(Chance::new(seed)),
            odds: Mutex::new((0, 0)),
            slow: Mutex::new(None),
            killed: Notify::new(),
        })
    }

    pub(crate) fn set(&self, failing: u64, killed: u64) {
        *self.odds.lock().unwrap_or_else(PoisonError::into_inner) = (failing, killed);
    }

    pub(crate) fn slow_down(&self, clock: Clock, each: SignedDuration) {
        *self.slow.lock().unwrap_or_else(PoisonError::into_inner) = Some((clock, each));
    }

    fn draw(&self) -> Draw {
        let (failing, killed) = *self.odds.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        let after = chance.percent(50);
        match chance.below(100) {
            roll if roll < failing => Draw::Fails { after, slow: chance.percent(30) },
            roll if roll < failing + killed => Draw::Killed { after },
            _ => Draw::Fine,
        }
    }

    /// A call, or what becomes of it.
    async fn turn<T>(&self, call: impl Future<Output = Result<T, RestError>>) -> Result<T, RestError> {
        if let Some((clock, each)) = &*self.slow.lock().unwrap_or_else(PoisonError::into_inner) {
            clock.set(clock.read() + *each);
        }
        match self.draw() {
            Draw::Fine => call.await,
            Draw::Fails { after: true, .. } => {
                call.await?;
                Err(RestError::Unreachable { detail: "the connection broke".to_owned() })
            }
            Draw::Fails { slow: true, .. } => {
                Err(RestError::RateLimited { retry_after: Duration::from_secs(60) })
            }
            Draw::Fails { .. } => Err(RestError::Unavailable { status: 503 }),
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
    Fine,
    Fails { after: bool, slow: bool },
    Killed { after: bool },
}

/// Opens organizations.
#[derive(Clone, Debug)]
pub(crate) struct Flaky {
    pub(crate) directory: RestDirectory,
    pub(crate) luck: Arc<Luck>,
}

impl Directory for Flaky {
    type Organization = FlakyClient;

    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<FlakyClient, String> {
        Ok(FlakyClient { client: self.directory.open(at, token)?, luck: Arc::clone(&self.luck) })
    }
}

/// One organization.
#[derive(Debug)]
pub(crate) struct FlakyClient {
    client: RestClient,
    luck: Arc<Luck>,
}

impl AzureDevOps for FlakyClient {
    async fn connection(&self) -> Result<Identity, RestError> {
        self.luck.turn(self.client.connection()).await
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        self.luck.turn(self.client.projects()).await
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        self.luck.turn(self.client.repositories()).await
    }

    async fn may_edit_subscriptions(&self, project: Option<&str>) -> Result<bool, RestError> {
        self.luck.turn(self.client.may_edit_subscriptions(project)).await
    }

    async fn probe_code_write(&self, project: &str, repository: &str) -> Result<WriteProbe, RestError> {
        self.luck.turn(self.client.probe_code_write(project, repository)).await
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.luck.turn(self.client.subscriptions()).await
    }

    async fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.luck.turn(self.client.create(wanted, password)).await
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.luck.turn(self.client.replace(id, wanted, password)).await
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        self.luck.turn(self.client.delete(id)).await
    }

    async fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> Result<TestResult, RestError> {
        self.luck.turn(self.client.send_test(id, wanted, password)).await
    }

    async fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> Result<Vec<DeliveryCounts>, RestError> {
        self.luck.turn(self.client.delivery_counts(ids, since)).await
    }

    async fn deliveries(
        &self,
        ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        self.luck.turn(self.client.deliveries(ids, state, from, to)).await
    }

    async fn pushes(
        &self,
        of: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        self.luck.turn(self.client.pushes(of, from, to)).await
    }

    async fn pull_requests(
        &self,
        of: &RepositoryInfo,
        happened: Happened,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        self.luck.turn(self.client.pull_requests(of, happened, from, to)).await
    }
}
