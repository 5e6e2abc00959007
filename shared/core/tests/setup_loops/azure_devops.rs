//! Azure DevOps in memory. Calls that the test refuses fail; the others have their effect.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use hookpost_core::azure_devops::catalog::{
    Connection, Identity, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
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

pub(crate) const SHOP: &str = "5b0b0000-0000-4000-8000-000000000001";
pub(crate) const LAB: &str = "1ab00000-0000-4000-8000-000000000002";

/// The organization; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct FakeAzureDevOps(Arc<Mutex<State>>);

/// What the organization has, and what it refuses.
#[derive(Debug)]
pub(crate) struct State {
    /// The owner of the token.
    pub(crate) owner: Identity,
    /// Answers at single URLs, in place of the one of the organization.
    pub(crate) connections: BTreeMap<String, Result<Connection, RestError>>,
    pub(crate) subscriptions: Vec<ExistingSubscription>,
    /// By project, `None` being the whole organization; all where there is no entry.
    pub(crate) rights: BTreeMap<Option<String>, SubscriptionRights>,
    pub(crate) may_administer_notifications: bool,
    /// Whether the receivers accept test deliveries to this endpoint.
    pub(crate) refused_endpoint: Option<&'static str>,
    /// The failed deliveries of every subscription, by number, with what the log shows of their events.
    pub(crate) failed: BTreeMap<u64, KeptEvent>,
    /// The calls, such as `create git.push in {project}` and `replace {id}`.
    pub(crate) calls: Vec<String>,
    refusals: Vec<(String, RestError)>,
    /// Calls until every call is refused.
    calls_left: Option<usize>,
    created: u32,
}

pub(crate) fn identity(name: &str) -> Identity {
    let id = format!("{name:0<8}-0000-4000-8000-000000000000").to_lowercase();
    Identity { id, display_name: name.to_owned(), unique_name: String::new() }
}

impl FakeAzureDevOps {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            owner: identity("Ada"),
            connections: BTreeMap::new(),
            subscriptions: Vec::new(),
            rights: BTreeMap::new(),
            may_administer_notifications: true,
            refused_endpoint: None,
            failed: BTreeMap::new(),
            calls: Vec::new(),
            refusals: Vec::new(),
            calls_left: None,
            created: 0,
        })))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    /// Refuses every call whose text contains `call`, from now on.
    pub(crate) fn refuse(&self, call: impl Into<String>, error: RestError) {
        self.state().refusals.push((call.into(), error));
    }

    /// Refuses no call from now on.
    pub(crate) fn refuse_nothing(&self) {
        let mut state = self.state();
        state.refusals.clear();
        state.calls_left = None;
    }

    /// Refuses every call after this many more, as a token that is revoked.
    pub(crate) fn refuse_after(&self, calls: usize) {
        self.state().calls_left = Some(calls);
    }

    /// The calls that change something, since the last time.
    pub(crate) fn take_changes(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.state().calls);
        let changes = ["create", "replace", "disable", "delete"];
        calls.into_iter().filter(|call| changes.iter().any(|change| call.starts_with(change))).collect()
    }

    /// The id of the subscription of this project to this event type, the first of them.
    pub(crate) fn id_of(&self, event_type: &str, project: &str) -> String {
        let state = self.state();
        let found = state.subscriptions.iter().find(|existing| {
            existing.event_type == event_type && existing.project_id.as_deref() == Some(project)
        });
        found.expect("a subscription").id.clone()
    }

    pub(crate) fn edit(&self, id: &str, edit: impl FnOnce(&mut ExistingSubscription)) {
        edit(self.state().find(id).expect("a subscription"));
    }

    fn call(&self, call: impl Into<String>) -> Result<MutexGuard<'_, State>, RestError> {
        let call = call.into();
        let mut state = self.state();
        state.calls.push(call.clone());
        if let Some(left) = &mut state.calls_left {
            let Some(fewer) = left.checked_sub(1) else {
                return Err(RestError::Unauthorized { message: "revoked".to_owned() });
            };
            *left = fewer;
        }
        let refusal = state.refusals.iter().find(|(refused, _)| call.contains(refused));
        match refusal.map(|(_, error)| error.clone()) {
            Some(error) => Err(error),
            None => Ok(state),
        }
    }
}

impl State {
    fn find(&mut self, id: &str) -> Option<&mut ExistingSubscription> {
        self.subscriptions.iter_mut().find(|existing| existing.id == id)
    }

    fn may_view(&self, project: Option<&str>) -> bool {
        self.rights.get(&project.map(str::to_owned)).is_none_or(|rights| rights.view)
    }

    /// Gives a subscription the wanted settings.
    fn put(
        &mut self,
        id: &str,
        wanted: &WantedSubscription,
        status: SubscriptionStatus,
    ) -> Result<ExistingSubscription, RestError> {
        let existing = self.find(id).ok_or_else(not_found)?;
        let kept = (existing.created_by.clone(), existing.id.clone());
        *existing = saved(wanted, status);
        (existing.created_by, existing.id) = kept;
        Ok(existing.clone())
    }
}

pub(crate) fn not_found() -> RestError {
    RestError::NotFound { message: String::new() }
}

/// The subscription that Azure DevOps saves for a wanted one, without id and creator.
fn saved(wanted: &WantedSubscription, status: SubscriptionStatus) -> ExistingSubscription {
    ExistingSubscription {
        id: String::new(),
        event_type: wanted.kind.event_type().to_owned(),
        notification_type: wanted.kind.notification_type().map(str::to_owned),
        status,
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

/// Opens the organization at any URL.
#[derive(Debug)]
pub(crate) struct Connector(pub(crate) FakeAzureDevOps);

impl OrganizationConnector for Connector {
    type Organization = Client;

    fn open(&self, url: &OrganizationUrl, _: &PersonalAccessToken) -> Result<Client, String> {
        Ok(Client { azure: self.0.clone(), url: url.as_str().to_owned() })
    }
}

/// The organization as it is reached at one URL.
#[derive(Debug)]
pub(crate) struct Client {
    azure: FakeAzureDevOps,
    url: String,
}

impl AzureDevOps for Client {
    async fn connection(&self) -> Result<Connection, RestError> {
        let state = self.azure.call(format!("connection {}", self.url))?;
        let organization = Connection {
            owner: state.owner.clone(),
            organization_id: Some("0a0a0000-0000-4000-8000-00000000000a".to_owned()),
            deployment_id: Some("0d0d0000-0000-4000-8000-00000000000d".to_owned()),
        };
        state.connections.get(&self.url).cloned().unwrap_or(Ok(organization))
    }

    async fn projects(&self) -> Result<Vec<ProjectInfo>, RestError> {
        self.azure.call("projects").map(|_| projects())
    }

    async fn project(&self, id: &str) -> Result<ProjectStatus, RestError> {
        let project = projects().into_iter().find(|project| project.id == id);
        self.azure.call("project").map(|_| project.map_or(ProjectStatus::Gone, ProjectStatus::Visible))
    }

    async fn repositories(&self) -> Result<Vec<RepositoryInfo>, RestError> {
        self.azure.call("repositories").map(|_| projects().into_iter().map(repository).collect())
    }

    async fn subscription_rights(&self, project: Option<&str>) -> Result<SubscriptionRights, RestError> {
        let state = self.azure.call(format!("rights {}", project.unwrap_or("everywhere")))?;
        let all = SubscriptionRights { view: true, edit: true };
        Ok(state.rights.get(&project.map(str::to_owned)).copied().unwrap_or(all))
    }

    async fn may_administer_notifications(&self) -> Result<bool, RestError> {
        Ok(self.azure.call("notifications")?.may_administer_notifications)
    }

    async fn probe_code_write(&self, _: &str, repository: &str) -> Result<WriteProbe, RestError> {
        self.azure.call(format!("probe {repository}")).map(|_| WriteProbe::Allowed)
    }

    async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        let state = self.azure.call("list")?;
        let is_visible = |existing: &&ExistingSubscription| state.may_view(existing.project_id.as_deref());
        Ok(state.subscriptions.iter().filter(is_visible).cloned().collect())
    }

    async fn all_subscriptions(&self) -> Result<Vec<ExistingSubscription>, RestError> {
        self.subscriptions().await
    }

    async fn create(&self, wanted: &WantedSubscription, _: &str) -> Result<ExistingSubscription, RestError> {
        let project = wanted.project_id.as_deref().unwrap_or("everywhere");
        let mut state = self.azure.call(format!("create {} in {project}", wanted.kind.event_type()))?;
        state.created += 1;
        let created = ExistingSubscription {
            id: format!("5eed{:04}-0000-4000-8000-000000000000", state.created),
            created_by: Some(state.owner.clone()),
            ..saved(wanted, SubscriptionStatus::Enabled)
        };
        state.subscriptions.push(created.clone());
        Ok(created)
    }

    async fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.azure.call(format!("replace {id}"))?.put(id, wanted, SubscriptionStatus::Enabled)
    }

    async fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<ExistingSubscription, RestError> {
        self.azure.call(format!("disable {id}"))?.put(id, wanted, SubscriptionStatus::DisabledByUser)
    }

    async fn delete(&self, id: &str) -> Result<(), RestError> {
        self.azure.call(format!("delete {id}"))?.subscriptions.retain(|existing| existing.id != id);
        Ok(())
    }

    async fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        _: &str,
    ) -> Result<TestResult, RestError> {
        let state = self.azure.call(format!("test {id}"))?;
        let delivered = state.refused_endpoint != Some(wanted.kind.endpoint().as_str());
        let status = if delivered { 200 } else { 401 };
        Ok(TestResult { delivered, status: Some(status), detail: String::new() })
    }

    async fn delivery_counts(&self, ids: &[&str], _: Timestamp) -> Result<Vec<DeliveryCounts>, RestError> {
        let state = self.azure.call(format!("counts {}", ids.join(" ")))?;
        let failed = state.failed.len() as u64;
        let count = |id: &&str| DeliveryCounts { subscription_id: (*id).to_owned(), succeeded: 1, failed };
        Ok(ids.iter().map(count).collect())
    }

    async fn deliveries(
        &self,
        ids: &[&str],
        _: DeliveryState,
        from: Timestamp,
        _: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        let state = self.azure.call(format!("deliveries {}", ids.join(" ")))?;
        let row = |id: &&str| {
            let subscription_id = (*id).to_owned();
            let rows = state.failed.keys().map(move |number| LoggedDelivery {
                subscription_id: subscription_id.clone(),
                notification_id: *number,
                event_id: None,
                created: Some(from),
                modified: None,
                result: DeliveryResult::Failed,
            });
            rows.collect::<Vec<_>>()
        };
        Ok(ids.iter().flat_map(row).collect())
    }

    async fn kept_event(&self, subscription: &str, number: u64) -> Result<KeptEvent, RestError> {
        let state = self.azure.call(format!("event {number} of {subscription}"))?;
        Ok(state.failed.get(&number).cloned().unwrap_or(KeptEvent::NotKept))
    }

    async fn pushes(&self, _: &RepositoryInfo, _: Timestamp, _: Timestamp) -> Result<Vec<String>, RestError> {
        Ok(Vec::new())
    }

    async fn pull_requests(
        &self,
        _: &RepositoryInfo,
        _: PullRequestTransition,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Vec<ListedPullRequest>, RestError> {
        Ok(Vec::new())
    }

    async fn active_pull_requests(&self, _: &RepositoryInfo) -> Result<Vec<ListedPullRequest>, RestError> {
        Ok(Vec::new())
    }

    async fn pull_request(&self, _: &str, _: u64) -> Result<String, RestError> {
        unreachable!("`setup` reads no pull request")
    }

    async fn threads(&self, _: &str, _: u64) -> Result<Vec<Thread>, RestError> {
        unreachable!("`setup` reads no threads")
    }
}

fn projects() -> Vec<ProjectInfo> {
    [(SHOP, "Shop"), (LAB, "Lab")]
        .map(|(id, name)| ProjectInfo { id: id.to_owned(), name: name.to_owned() })
        .to_vec()
}

/// The one repository of a project.
fn repository(project: ProjectInfo) -> RepositoryInfo {
    RepositoryInfo {
        id: format!("e{}", &project.id[1..]),
        name: "web".to_owned(),
        project,
        default_branch: None,
        web_url: None,
        https_url: None,
        ssh_url: None,
        is_disabled: false,
    }
}
