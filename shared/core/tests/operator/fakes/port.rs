//! The port to Azure DevOps, in front of the organization in memory. Calls that the test refuses fail; the others have
//! their effect.

use std::panic::resume_unwind;
use std::sync::MutexGuard;
use std::time::Duration;

use hookpost_core::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryResult, DeliveryState, LoggedDelivery, LoggedEvent, TestResult,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::listing::{Listed, ReadLimits};
use hookpost_core::azure_devops::port::{
    AzureDevOps, ListedPullRequest, PullRequestPlace, PullRequestTransition,
};
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::entra::access_token::AccessToken;
use jiff::Timestamp;

use crate::fakes::azure::Azure;
use crate::fakes::contents::PullRequest;
use crate::fakes::organization::{APP, Organization, identity, not_found, repository_id};
use crate::fakes::subscriptions::ReEnable;

/// The `deploymentId` of every organization.
pub(crate) const DEPLOYMENT: &str = "0d0d0000-0000-4000-8000-00000000000d";

/// The deliveries of a page of the log, each of which is a call.
const LOG_PAGE: usize = 1000;

/// The most pushes that are listed at a time.
const PUSHES_MAX: usize = 5000;

/// The organization as it is reached at one URL.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) azure: Azure,
    pub(crate) url: String,
    /// The access token of an app; `None` for the token of a user.
    pub(crate) access_token: Option<AccessToken>,
}

/// What unwinds a function that is killed.
pub(crate) struct Killed;

impl Client {
    async fn call(&self, call: impl Into<String>) -> Result<MutexGuard<'_, Organization>, RestError> {
        let call = call.into();
        self.azure.turn().await;
        let mut organization = self.azure.lock();
        if organization.kills.as_ref().is_some_and(|part| call.contains(part)) {
            drop(organization);
            // The test that waits for the function catches this.
            resume_unwind(Box::new(Killed));
        }
        organization.call(call)?;
        organization.calling_app = self.access_token.as_ref().map(|_| identity(APP));
        if let Some(token) = &self.access_token {
            let is_revoked = *organization.access_tokens.entry(token.expose().to_owned()).or_insert(false);
            if is_revoked || token.expires_at <= organization.now() || !organization.has_app {
                return Err(RestError::AppUnknown { message: "TF400813: no.".to_owned() });
            }
        }
        if organization.urls.contains_key(&self.url) { Ok(organization) } else { Err(not_found()) }
    }
}

fn listed(pull_request: &PullRequest) -> ListedPullRequest {
    ListedPullRequest {
        repository_id: repository_id(&pull_request.repository),
        number: pull_request.number,
        created: Some(pull_request.created),
        closed: pull_request.closed,
        source_ref: Some("refs/heads/topic".to_owned()),
    }
}

impl AzureDevOps for Client {
    fn time_left(&self) -> Option<Duration> {
        self.azure.lock().time_left()
    }

    async fn connection(&self) -> Result<Connection, RestError> {
        let organization = self.call(format!("connection {}", self.url)).await?;
        Ok(Connection {
            owner: organization.caller(),
            organization_id: organization.urls.get(&self.url).cloned(),
            deployment_id: Some(DEPLOYMENT.to_owned()),
        })
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        let organization = self.call("projects").await?;
        let refused = RestError::Unauthorized { message: String::new() };
        if organization.may_read_projects { Ok(organization.projects.clone()) } else { Err(refused) }
    }

    async fn project(&self, id: &str) -> Result<ProjectStatus, RestError> {
        let organization = self.call(format!("project {id}")).await?;
        if !organization.may_read_projects {
            return Ok(ProjectStatus::Unknown);
        }
        let project = organization.projects.iter().find(|project| project.id == id).cloned();
        Ok(project.map_or(ProjectStatus::Gone, ProjectStatus::Visible))
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        Ok(self.call("repositories").await?.repositories.clone())
    }

    async fn subscription_permissions(&self, project: Option<&str>) -> Result<SubscriptionRights, RestError> {
        let organization = self.call(format!("permissions {}", project.unwrap_or("everywhere"))).await?;
        let all = SubscriptionRights { view: true, edit: true };
        Ok(organization.permissions.get(&project.map(str::to_owned)).copied().unwrap_or(all))
    }

    async fn subscription_permissions_in(&self, ids: &[&str]) -> Result<Vec<SubscriptionRights>, RestError> {
        let organization = self.call(format!("permissions {}", ids.join(","))).await?;
        let all = SubscriptionRights { view: true, edit: true };
        let of = |id: &&str| organization.permissions.get(&Some((*id).to_owned())).copied().unwrap_or(all);
        Ok(ids.iter().map(of).collect())
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        Ok(self.call("notifications").await?.may_administer_notifications)
    }

    async fn probe_code_write(&self, _: &str, repository: &str) -> Result<WriteProbe, RestError> {
        self.call(format!("probe {repository}")).await.map(|_| WriteProbe::Allowed)
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        let organization = self.call("subscriptions").await?;
        let is_visible =
            |existing: &&ExistingSubscription| organization.may_view(existing.project_id.as_deref());
        Ok(organization.subscriptions.iter().filter(is_visible).cloned().collect())
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.subscriptions().await
    }

    async fn create(&self, wanted: &WantedSubscription, _: &str) -> Result<ExistingSubscription, RestError> {
        let project = wanted.project_id.as_deref().unwrap_or("everywhere");
        let mut organization = self.call(format!("create {} in {project}", wanted.kind.event_type())).await?;
        Ok(organization.subscribe(wanted))
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut organization = self.call(format!("replace {id}")).await?;
        match organization.re_enable.clone() {
            ReEnable::Enables => organization.put(id, wanted, SubscriptionStatus::Enabled),
            ReEnable::Ignores => organization.find(id).cloned(),
            ReEnable::Fails(error) => Err(error),
            ReEnable::FailsAfterwards(error) => {
                organization.put(id, wanted, SubscriptionStatus::Enabled).and(Err(error))
            }
        }
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut organization = self.call(format!("disable {id}")).await?;
        if matches!(organization.re_enable, ReEnable::Ignores) {
            return organization.find(id).cloned();
        }
        organization.put(id, wanted, SubscriptionStatus::DisabledByUser)
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        self.call(format!("delete {id}")).await?.subscriptions.retain(|existing| existing.id != id);
        Ok(())
    }

    async fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<TestResult, RestError> {
        let organization = self.call(format!("test {id}")).await?;
        let delivered = organization.refused_endpoint != Some(wanted.kind.endpoint().as_str());
        let status = if delivered { 200 } else { 401 };
        Ok(TestResult { delivered, status: Some(status), detail: String::new() })
    }

    async fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> Result<Vec<DeliveryCounts>, RestError> {
        let organization = self.call(format!("counts {}", ids.join(","))).await?;
        let count = |id: &&str| {
            let with = |result| {
                let rows = organization.log.iter().map(|(row, _)| row);
                let counted = rows.filter(|row| row.subscription_id == **id && row.result == result);
                counted.filter(|row| row.created.is_some_and(|created| created >= since)).count() as u64
            };
            let (succeeded, failed) = (with(DeliveryResult::Succeeded), with(DeliveryResult::Failed));
            DeliveryCounts { subscription_id: (*id).to_owned(), succeeded, failed }
        };
        Ok(ids.iter().map(count).filter(|count| count.succeeded + count.failed > 0).collect())
    }

    async fn deliveries_within(
        &self,
        ids: &[&str],
        state: DeliveryState,
        (from, to): (Timestamp, Timestamp),
        limits: ReadLimits<'_>,
    ) -> Result<Listed<LoggedDelivery>, RestError> {
        let all = self.call(format!("deliveries {}", ids.join(","))).await?.log.clone();
        let is_in_state = |row: &LoggedDelivery| match state {
            DeliveryState::Failed => row.result == DeliveryResult::Failed,
            DeliveryState::Pending => row.result == DeliveryResult::Pending,
            DeliveryState::Any => true,
        };
        let rows = all.into_iter().map(|(row, _)| row).filter(|row| {
            ids.contains(&row.subscription_id.as_str())
                && is_in_state(row)
                && row.created.is_none_or(|created| from <= created && created <= to)
        });
        let mut rows: Vec<LoggedDelivery> = rows.collect();
        rows.sort_by_key(|row| (row.created, row.notification_id));
        // Each page is a call.
        let mut read = rows.len();
        for page in 1..=rows.len() / LOG_PAGE {
            if !(limits.has_time)() || page * LOG_PAGE >= limits.items_max {
                read = page * LOG_PAGE;
                break;
            }
            drop(self.call("deliveries, next page").await?);
        }
        let until = rows.get(read).and_then(|row| row.created).unwrap_or(to);
        let is_listed = |row: &LoggedDelivery| row.created.is_none_or(|created| created <= until);
        rows.truncate(read + rows[read..].iter().take_while(|row| is_listed(row)).count());
        Ok(Listed { items: rows, until })
    }

    async fn kept_event(&self, id: &str, number: u64) -> Result<LoggedEvent, RestError> {
        let organization = self.call(format!("event {id}/{number}")).await?;
        let row = organization
            .log
            .iter()
            .find(|(row, _)| row.subscription_id == id && row.notification_id == number);
        Ok(row.map_or(LoggedEvent::NotKept, |(_, event)| event.clone()))
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Listed<String>, RestError> {
        let organization = self.call(format!("pushes {}", repository.name)).await?;
        let pushes = organization.pushes.iter();
        let pushes = pushes.filter(|(id, at, _)| *id == repository.id && from <= *at && *at <= to);
        let mut pushes: Vec<_> = pushes.map(|(_, at, json)| (*at, json.clone())).collect();
        pushes.sort_by_key(|(at, _)| *at);
        let until = pushes.get(PUSHES_MAX).map_or(to, |(at, _)| *at);
        pushes.retain(|(at, _)| *at <= until);
        Ok(Listed { items: pushes.into_iter().map(|(_, json)| json).collect(), until })
    }

    async fn pull_requests(
        &self,
        place: PullRequestPlace<'_>,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        let (name, repositories) = self.azure.lock().repositories_of(place);
        let organization = self.call(format!("{transition:?} pull requests of {name}")).await?;
        let is_within = |pull_request: &&PullRequest| {
            let at = match transition {
                PullRequestTransition::Created => Some(pull_request.created),
                PullRequestTransition::Closed => pull_request.closed,
            };
            repositories.contains(&pull_request.repository) && at.is_some_and(|at| from <= at && at <= to)
        };
        Ok(organization.pull_requests.iter().filter(is_within).map(listed).collect())
    }

    async fn active_pull_requests(
        &self,
        place: PullRequestPlace<'_>,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        let (name, repositories) = self.azure.lock().repositories_of(place);
        let organization = self.call(format!("active pull requests of {name}")).await?;
        let is_active = |pull_request: &&PullRequest| {
            repositories.contains(&pull_request.repository) && pull_request.status == "active"
        };
        Ok(organization.pull_requests.iter().filter(is_active).map(listed).collect())
    }

    async fn pull_request(&self, repository_id: &str, number: u64) -> Result<String, RestError> {
        let organization = self.call(format!("pull request {number}")).await?;
        assert_eq!(organization.resource(number)["repository"]["id"], repository_id);
        Ok(organization.resource(number).to_string())
    }

    async fn threads(&self, repository_id: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        let name = self.azure.lock().name_of(repository_id);
        let organization = self.call(format!("threads of {name}/{number}")).await?;
        Ok(organization.threads.get(&number).cloned().unwrap_or_default())
    }
}
