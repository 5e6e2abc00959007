//! The port to Azure DevOps, in front of the organization in memory.

use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryResult, DeliveryState, KeptEvent, LoggedDelivery, TestResult,
};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::{
    AzureDevOps, ListedPullRequest, OrganizationConnector, PullRequestTransition,
};
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use jiff::Timestamp;

use crate::fixture::at;
use crate::organization::{Organization, PullRequest, Revive, identity};

#[derive(Clone, Debug)]
pub(crate) struct Azure(pub(crate) Arc<Mutex<Organization>>);

impl Azure {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Organization> {
        self.0.lock().expect("not poisoned")
    }

    fn call(&self, call: String) -> Result<MutexGuard<'_, Organization>, RestError> {
        let mut organization = self.lock();
        organization.call(call)?;
        Ok(organization)
    }
}

impl OrganizationConnector for Azure {
    type Organization = Self;

    fn open(&self, _: &OrganizationUrl, _: &PersonalAccessToken) -> Result<Self, String> {
        Ok(self.clone())
    }
}

fn listed(pull_request: &PullRequest) -> ListedPullRequest {
    ListedPullRequest {
        number: pull_request.number,
        created: Some(pull_request.created),
        closed: pull_request.closed,
        source_ref: Some("refs/heads/topic".to_owned()),
    }
}

impl AzureDevOps for Azure {
    async fn connection(&self) -> Result<Connection, RestError> {
        drop(self.call("connection".to_owned())?);
        Ok(Connection { owner: identity("Ada"), organization_id: None, deployment_id: None })
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        Ok(Vec::new())
    }

    async fn project(&self, _: &str) -> Result<ProjectStatus, RestError> {
        Ok(ProjectStatus::Unknown)
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        Ok(self.call("repositories".to_owned())?.repositories.clone())
    }

    async fn subscription_rights(&self, _: Option<&str>) -> Result<SubscriptionRights, RestError> {
        let organization = self.call("rights".to_owned())?;
        Ok(SubscriptionRights { view: organization.may_view, edit: true })
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        Ok(true)
    }

    async fn probe_code_write(&self, _: &str, _: &str) -> Result<WriteProbe, RestError> {
        Ok(WriteProbe::Allowed)
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        Ok(self.call("subscriptions".to_owned())?.subscriptions.clone())
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.subscriptions().await
    }

    async fn create(&self, wanted: &WantedSubscription, _: &str) -> Result<ExistingSubscription, RestError> {
        let mut organization = self.call(format!("create {}", wanted.kind.event_type()))?;
        Ok(organization.subscribe(wanted, at(1)))
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut organization = self.call(format!("replace {id}"))?;
        let revive = organization.revive.clone();
        let existing = organization.subscriptions.iter_mut().find(|existing| existing.id == id);
        let existing = existing.ok_or_else(|| RestError::NotFound { message: String::new() })?;
        if let Revive::Fails(error) = revive {
            return Err(error);
        }
        if !matches!(revive, Revive::Ignores) {
            (existing.status, existing.url) = (SubscriptionStatus::Enabled, wanted.url.clone());
        }
        if let Revive::FailsAfterwards(error) = revive { Err(error) } else { Ok(existing.clone()) }
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut organization = self.call(format!("disable {id}"))?;
        let existing = organization.subscriptions.iter_mut().find(|existing| existing.id == id);
        let existing = existing.ok_or_else(|| RestError::NotFound { message: String::new() })?;
        (existing.status, existing.url) = (SubscriptionStatus::DisabledByUser, wanted.url.clone());
        Ok(existing.clone())
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        let mut organization = self.call(format!("delete {id}"))?;
        organization.subscriptions.retain(|existing| existing.id != id);
        Ok(())
    }

    async fn send_test(&self, _: &str, _: &WantedSubscription, _: &str) -> Result<TestResult, RestError> {
        Ok(TestResult { delivered: true, status: Some(200), detail: String::new() })
    }

    async fn delivery_counts(&self, _: &[&str], _: Timestamp) -> Result<Vec<DeliveryCounts>, RestError> {
        Ok(Vec::new())
    }

    async fn deliveries(
        &self,
        ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        let organization = self.call(format!("deliveries {}", ids.join(",")))?;
        let is_in_state = |row: &LoggedDelivery| match state {
            DeliveryState::Failed => row.result == DeliveryResult::Failed,
            DeliveryState::Pending => row.result == DeliveryResult::Pending,
            DeliveryState::Any => true,
        };
        let rows = organization.log.iter().map(|(row, _)| row).filter(|row| {
            ids.contains(&row.subscription_id.as_str())
                && is_in_state(row)
                && row.created.is_some_and(|created| from <= created && created <= to)
        });
        Ok(rows.cloned().collect())
    }

    async fn kept_event(&self, id: &str, number: u64) -> Result<KeptEvent, RestError> {
        let organization = self.call(format!("event {id}/{number}"))?;
        let row = organization
            .log
            .iter()
            .find(|(row, _)| row.subscription_id == id && row.notification_id == number);
        Ok(row.map_or(KeptEvent::NotKept, |(_, event)| event.clone()))
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        let organization = self.call(format!("pushes {}", repository.name))?;
        let pushes = organization.pushes.iter();
        let pushes = pushes.filter(|(id, at, _)| *id == repository.id && from <= *at && *at <= to);
        Ok(pushes.map(|(_, _, json)| json.clone()).collect())
    }

    async fn pull_requests(
        &self,
        repository: &RepositoryInfo,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        let organization = self.call(format!("{transition:?} pull requests of {}", repository.name))?;
        let is_within = |pull_request: &&PullRequest| {
            let at = match transition {
                PullRequestTransition::Created => Some(pull_request.created),
                PullRequestTransition::Closed => pull_request.closed,
            };
            pull_request.repository == repository.name && at.is_some_and(|at| from <= at && at <= to)
        };
        Ok(organization.pull_requests.iter().filter(is_within).map(listed).collect())
    }

    async fn active_pull_requests(
        &self,
        repository: &RepositoryInfo,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        let organization = self.call(format!("active pull requests of {}", repository.name))?;
        let is_active = |pull_request: &&PullRequest| {
            pull_request.repository == repository.name && pull_request.status == "active"
        };
        Ok(organization.pull_requests.iter().filter(is_active).map(listed).collect())
    }

    async fn pull_request(&self, repository_id: &str, number: u64) -> Result<String, RestError> {
        let organization = self.call(format!("pull request {number}"))?;
        assert_eq!(organization.resource(number)["repository"]["id"], repository_id);
        Ok(organization.resource(number).to_string())
    }

    async fn threads(&self, repository_id: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        let mut organization = self.lock();
        let name = organization.name_of(repository_id);
        organization.call(format!("threads of {name}/{number}"))?;
        Ok(organization.threads.get(&number).cloned().unwrap_or_default())
    }
}
