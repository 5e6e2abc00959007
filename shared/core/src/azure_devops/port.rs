//! The port to Azure DevOps.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use crate::azure_devops::catalog::{
    Connection, ProjectInfo, ProjectStatus, RepositoryInfo, SubscriptionRights, WriteProbe,
};
use crate::azure_devops::credential::AccessCredential;
use crate::azure_devops::deliveries::{
    DeliveryCounts, DeliveryState, LoggedDelivery, LoggedEvent, TestResult,
};
use crate::azure_devops::error::RestError;
use crate::azure_devops::listing::{Listed, ReadLimits};
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::azure_devops::threads::Thread;

/// Opens organizations.
pub trait OrganizationConnector: Send + Sync {
    /// The client of an open organization.
    type Organization: AzureDevOps;

    /// Opens an organization with a credential. Sends no request.
    ///
    /// # Errors
    ///
    /// When the client cannot be created. The text is for the operator and contains no secret.
    fn open(
        &self,
        url: &OrganizationUrl,
        credential: &AccessCredential,
    ) -> Result<Self::Organization, String>;
}

/// The client for an organization, with a credential. "The token" is a personal access token or an access token of Entra,
/// whose owner is an app.
///
/// Callers make one call at a time, since Azure DevOps answers parallel calls with dropped connections and duplicates.
/// Every call can fail with a [`RestError`].
pub trait AzureDevOps: Send + Sync {
    /// The time that is left for calls in this invocation; `None` without a limit. A loop over many items ends by itself
    /// before the time is over, so that it can say how far it came.
    fn time_left(&self) -> Option<Duration>;

    /// The owner of the token, and the ids of the organization. The cheapest check that the token works: the call is
    /// not known to need a scope.
    fn connection(&self) -> impl Future<Output = Result<Connection, RestError>> + Send;

    /// Every project that the token's owner can see. Needs the scope Project and Team (read).
    fn projects(&self) -> impl Future<Output = Result<Vec<ProjectInfo>, RestError>> + Send;

    /// Whether the project with this id is there, and its present name. Needs the scope Project and Team (read), or the
    /// answer is [`ProjectStatus::Unknown`].
    fn project(&self, id: &str) -> impl Future<Output = Result<ProjectStatus, RestError>> + Send;

    /// Every repository that the token's owner can see, in all projects. Needs the scope Code (read).
    fn repositories(&self) -> impl Future<Output = Result<Vec<RepositoryInfo>, RestError>> + Send;

    /// The permissions of the token's owner on the subscriptions of a project or, for `None`, of the whole
    /// organization. Does not check the scopes of the token.
    fn subscription_permissions(
        &self,
        project_id: Option<&str>,
    ) -> impl Future<Output = Result<SubscriptionRights, RestError>> + Send;

    /// The permissions of the token's owner on the subscriptions of each of these projects, in their order. Takes a
    /// fraction of the calls that asking for each project takes.
    fn subscription_permissions_in(
        &self,
        project_ids: &[&str],
    ) -> impl Future<Output = Result<Vec<SubscriptionRights>, RestError>> + Send;

    /// Whether the token's owner may administer the notifications of the organization, without which it refuses
    /// subscriptions to all projects. That this permission decides is reported and not documented, so "no" is a hint.
    fn may_administer_notifications(&self) -> impl Future<Output = Result<bool, RestError>> + Send;

    /// Whether the token has the scope Code (write). Tries to change a pull request that cannot exist. Call this only
    /// after a read has succeeded, since an expired token looks like a missing scope here.
    fn probe_code_write(
        &self,
        project_id: &str,
        repository_id: &str,
    ) -> impl Future<Output = Result<WriteProbe, RestError>> + Send;

    /// The web hook subscriptions of the organization to the event types of Hookpost, of any owner.
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<ExistingSubscription>, RestError>> + Send;

    /// Every web hook subscription of the organization, to any event, of any owner. Large organizations may not answer
    /// this in time.
    fn all_subscriptions(&self) -> impl Future<Output = Result<Vec<ExistingSubscription>, RestError>> + Send;

    /// Creates a subscription. Not idempotent: a second call creates a second subscription, and every event is
    /// delivered twice. Without an answer, the client looks for a subscription like this one that it has not listed
    /// before, and creates it once more only when there is none. After an error that leaves the outcome open all the
    /// same, check [`AzureDevOps::subscriptions`].
    fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<ExistingSubscription, RestError>> + Send;

    /// Replaces the settings and the password of a subscription, and enables it. Without an answer, the client looks
    /// whether the subscription is as it should be, and replaces it once more if it is not.
    fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<ExistingSubscription, RestError>> + Send;

    /// Replaces the settings and the password of a subscription, and disables it.
    fn disable(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<ExistingSubscription, RestError>> + Send;

    /// Deletes a subscription. Succeeds when it does not exist.
    fn delete(&self, id: &str) -> impl Future<Output = Result<(), RestError>> + Send;

    /// Delivers a sample event as the existing subscription `id` would, and waits for the result. A delivery that does
    /// not end in time gives a [`TestResult`], too.
    fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<TestResult, RestError>> + Send;

    /// The number of deliveries since `since`, for each of these subscriptions that had any.
    fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> impl Future<Output = Result<Vec<DeliveryCounts>, RestError>> + Send;

    /// The deliveries of these subscriptions in this state whose notification was created from `from` up to and
    /// including `to`, oldest first.
    fn deliveries(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<LoggedDelivery>, RestError>> + Send {
        async move {
            let range = (from, to);
            Ok(self.deliveries_within(subscription_ids, state, range, ReadLimits::NONE).await?.items)
        }
    }

    /// As [`deliveries`](Self::deliveries), but stops when a limit is reached, and says how far it came. It always comes
    /// further than `from`.
    fn deliveries_within(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        range: (Timestamp, Timestamp),
        limits: ReadLimits<'_>,
    ) -> impl Future<Output = Result<Listed<LoggedDelivery>, RestError>> + Send;

    /// What the log shows of the event of a delivery.
    fn kept_event(
        &self,
        subscription_id: &str,
        notification_id: u64,
    ) -> impl Future<Output = Result<LoggedEvent, RestError>> + Send;

    /// The pushes to a repository from `from` up to and including `to`, oldest first. Each push is JSON in the form of
    /// the resource of a `git.push` event, without commits. When there are very many, only those up to an earlier time are
    /// listed. Needs the scope Code (read).
    fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Listed<String>, RestError>> + Send;

    /// The pull requests of a repository or project that were created or closed from `from` up to and including `to`,
    /// oldest first. Lists shorten descriptions: see [`AzureDevOps::pull_request`]. Needs the scope Code (read).
    fn pull_requests(
        &self,
        place: PullRequestPlace<'_>,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<ListedPullRequest>, RestError>> + Send;

    /// The pull requests of a repository or project that are active now, newest first. Needs the scope Code (read).
    fn active_pull_requests(
        &self,
        place: PullRequestPlace<'_>,
    ) -> impl Future<Output = Result<Vec<ListedPullRequest>, RestError>> + Send;

    /// A pull request in its present state, as JSON in the form of the resource of a pull request event. Needs the
    /// scope Code (read).
    fn pull_request(
        &self,
        repository_id: &str,
        number: u64,
    ) -> impl Future<Output = Result<String, RestError>> + Send;

    /// The threads of a pull request. Needs the scope Code (read).
    fn threads(
        &self,
        repository_id: &str,
        number: u64,
    ) -> impl Future<Output = Result<Vec<Thread>, RestError>> + Send;
}

/// Where pull requests are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullRequestPlace<'a> {
    /// The repository with this id.
    Repository(&'a str),
    /// All repositories of the project with this id that the token's owner can read.
    Project(&'a str),
}

/// The transition of the pull requests in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PullRequestTransition {
    /// The pull requests were created.
    Created,
    /// The pull requests were completed or abandoned.
    Closed,
}

/// A pull request in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPullRequest {
    /// The id of its target repository, in lower case.
    pub repository_id: String,
    /// The number, which is unique within its repository.
    pub number: u64,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was completed or abandoned.
    pub closed: Option<Timestamp>,
    /// The full ref of its source branch.
    pub source_ref: Option<String>,
}
