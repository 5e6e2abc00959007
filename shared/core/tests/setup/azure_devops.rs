//! An organization of Azure DevOps in memory. It never waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::azure_devops::catalog::{
    Connection, Identity, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use hookpost_core::azure_devops::deliveries::{
    DeliveryCounts, DeliveryState, KeptEvent, LoggedDelivery, TestResult,
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

/// The organization. Clones share their state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organization(Arc<Mutex<State>>);

/// What the organization has, and how it answers.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The URL that it answers at. Every call below another URL finds nothing.
    pub(crate) url: String,
    pub(crate) id: String,
    /// The projects that the token's owner sees.
    pub(crate) projects: Vec<ProjectInfo>,
    /// Whether the token has the scope Project and Team (read).
    pub(crate) may_read_projects: bool,
    /// The ids and names of repositories, with the ids of their projects.
    pub(crate) repositories: Vec<[String; 3]>,
    pub(crate) subscriptions: Vec<ExistingSubscription>,
    /// The log of deliveries, which did not succeed.
    pub(crate) log: Vec<LoggedDelivery>,
    /// Calls that fail, by the beginning of their descriptions, such as `delete 7`.
    pub(crate) failures: BTreeMap<String, RestError>,
    /// Descriptions of all calls, in order.
    pub(crate) calls: Vec<String>,
}

impl Organization {
    /// The state, to be read and changed.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    /// The ids and URLs of the subscriptions.
    pub(crate) fn subscriptions(&self) -> Vec<(String, String)> {
        let state = self.state();
        state.subscriptions.iter().map(|existing| (existing.id.clone(), existing.url.clone())).collect()
    }

    pub(crate) fn rename_project(&self, id: &str, name: &str) {
        let mut state = self.state();
        let project = state.projects.iter_mut().find(|project| project.id == id).expect("the project");
        name.clone_into(&mut project.name);
    }

    /// Deletes a project with its repositories and subscriptions, or hides it from the token's owner.
    pub(crate) fn delete_project(&self, id: &str) {
        let mut state = self.state();
        state.projects.retain(|project| project.id != id);
        state.repositories.retain(|[_, _, project]| project != id);
    }
}

impl State {
    fn repository_infos(&self) -> Vec<RepositoryInfo> {
        let visible = self.repositories.iter().filter_map(|[id, name, project]| {
            Some(RepositoryInfo {
                id: id.clone(),
                name: name.clone(),
                project: self.projects.iter().find(|known| known.id == *project)?.clone(),
                default_branch: None,
                web_url: None,
                https_url: None,
                ssh_url: None,
                is_disabled: false,
            })
        });
        visible.collect()
    }
}

/// A subscription as the organization lists it after it was created or replaced.
fn existing(id: &str, wanted: &WantedSubscription) -> ExistingSubscription {
    ExistingSubscription {
        id: id.to_owned(),
        event_type: wanted.kind.event_type().to_owned(),
        notification_type: wanted.kind.notification_type().map(str::to_owned),
        status: SubscriptionStatus::Enabled,
        url: wanted.url.clone(),
        project_id: wanted.project_id.clone(),
        repository_id: wanted.repository_id.clone(),
        branch: wanted.branch.clone(),
        other_filters: BTreeMap::new(),
        resource_version: Some(wanted.kind.resource_version().to_owned()),
        details: Some("all".to_owned()),
        messages: Some("text".to_owned()),
        detailed_messages: Some("none".to_owned()),
        has_password: true,
        created_by: None,
        created: None,
        probation_retries: None,
        last_probation_retry: None,
        last_success: None,
    }
}

impl OrganizationConnector for Organization {
    type Organization = Client;

    fn open(&self, url: &OrganizationUrl, _: &PersonalAccessToken) -> Result<Client, String> {
        Ok(Client { organization: self.clone(), url: url.to_string() })
    }
}

/// A client that was opened with a URL.
#[derive(Debug)]
pub(crate) struct Client {
    organization: Organization,
    url: String,
}

impl Client {
    /// Notes a call, and answers it with the state unless it fails.
    fn call(&self, description: impl Into<String>) -> Result<MutexGuard<'_, State>, RestError> {
        let description = description.into();
        let mut state = self.organization.state();
        state.calls.push(description.clone());
        if state.url != self.url {
            return Err(RestError::NotFound { message: String::new() });
        }
        match state.failures.iter().find(|(start, _)| description.starts_with(*start)) {
            Some((_, error)) => Err(error.clone()),
            None => Ok(state),
        }
    }
}

impl AzureDevOps for Client {
    async fn connection(&self) -> Result<Connection, RestError> {
        let state = self.call("connection")?;
        Ok(Connection {
            owner: Identity {
                id: "ada".to_owned(),
                display_name: "Ada".to_owned(),
                unique_name: "ada@contoso.example".to_owned(),
            },
            organization_id: Some(state.id.clone()),
            deployment_id: None,
        })
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        let state = self.call("projects")?;
        if !state.may_read_projects {
            return Err(RestError::Unauthorized { message: String::new() });
        }
        Ok(state.projects.clone())
    }

    async fn project(&self, id: &str) -> Result<ProjectStatus, RestError> {
        let state = self.call(format!("project {id}"))?;
        if !state.may_read_projects {
            return Ok(ProjectStatus::Unknown);
        }
        let project = state.projects.iter().find(|project| project.id == id);
        Ok(project.map_or(ProjectStatus::Gone, |project| ProjectStatus::Visible(project.clone())))
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        Ok(self.call("repositories")?.repository_infos())
    }

    async fn subscription_rights(&self, project_id: Option<&str>) -> Result<SubscriptionRights, RestError> {
        let rights = SubscriptionRights { view: true, edit: true };
        self.call(format!("rights {}", project_id.unwrap_or("all"))).map(|_| rights)
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        self.call("notifications").map(|_| true)
    }

    async fn probe_code_write(&self, _: &str, repository_id: &str) -> Result<WriteProbe, RestError> {
        self.call(format!("write {repository_id}")).map(|_| WriteProbe::Allowed)
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        Ok(self.call("subscriptions")?.subscriptions.clone())
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        Ok(self.call("subscriptions")?.subscriptions.clone())
    }

    async fn create(&self, wanted: &WantedSubscription, _: &str) -> Result<ExistingSubscription, RestError> {
        let mut state = self.call(format!("create {}", wanted.url))?;
        let created = existing(&format!("s-{}", state.calls.len()), wanted);
        state.subscriptions.push(created.clone());
        Ok(created)
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut state = self.call(format!("replace {id}"))?;
        let replaced = state.subscriptions.iter_mut().find(|subscription| subscription.id == id);
        let replaced = replaced.ok_or(RestError::NotFound { message: String::new() })?;
        *replaced = existing(id, wanted);
        Ok(replaced.clone())
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        let mut state = self.call(format!("disable {id}"))?;
        let disabled = state.subscriptions.iter_mut().find(|subscription| subscription.id == id);
        let disabled = disabled.ok_or(RestError::NotFound { message: String::new() })?;
        *disabled =
            ExistingSubscription { status: SubscriptionStatus::DisabledByUser, ..existing(id, wanted) };
        Ok(disabled.clone())
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        self.call(format!("delete {id}"))?.subscriptions.retain(|subscription| subscription.id != id);
        Ok(())
    }

    async fn send_test(&self, id: &str, _: &WantedSubscription, _: &str) -> Result<TestResult, RestError> {
        let result = TestResult { delivered: true, status: Some(200), detail: String::new() };
        self.call(format!("test {id}")).map(|_| result)
    }

    async fn delivery_counts(&self, _: &[&str], _: Timestamp) -> Result<Vec<DeliveryCounts>, RestError> {
        self.call("delivery counts").map(|_| Vec::new())
    }

    async fn deliveries(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        let log = &self.call("deliveries")?.log;
        let is_asked_for = |row: &&LoggedDelivery| {
            state != DeliveryState::Pending && subscription_ids.contains(&row.subscription_id.as_str())
        };
        Ok(log.iter().filter(is_asked_for).cloned().collect())
    }

    async fn kept_event(&self, subscription_id: &str, _: u64) -> Result<KeptEvent, RestError> {
        self.call(format!("event {subscription_id}")).map(|_| KeptEvent::NotKept)
    }

    async fn pushes(
        &self,
        repository: &RepositoryInfo,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Vec<String>, RestError> {
        self.call(format!("pushes {}", repository.id)).map(|_| Vec::new())
    }

    async fn pull_requests(
        &self,
        repository: &RepositoryInfo,
        _: PullRequestTransition,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        self.call(format!("pull requests {}", repository.id)).map(|_| Vec::new())
    }

    async fn active_pull_requests(
        &self,
        repository: &RepositoryInfo,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        self.call(format!("pull requests {}", repository.id)).map(|_| Vec::new())
    }

    async fn pull_request(&self, repository_id: &str, number: u64) -> Result<String, RestError> {
        self.call(format!("pull request {repository_id} {number}")).map(|_| "{}".to_owned())
    }

    async fn threads(&self, repository_id: &str, number: u64) -> Result<Vec<Thread>, RestError> {
        self.call(format!("threads {repository_id} {number}")).map(|_| Vec::new())
    }
}
