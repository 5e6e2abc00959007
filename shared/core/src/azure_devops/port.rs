//! The port.

use std::future::Future;

use jiff::Timestamp;

use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::token::PersonalAccessToken;

use crate::azure_devops::catalog::{Identity, ProjectInfo, RepositoryInfo, WriteProbe};
use crate::azure_devops::deliveries::{DeliveryCounts, DeliveryState, LoggedDelivery, TestResult};
use crate::azure_devops::error::RestError;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};

/// Opens an organization with a credential.
pub trait OrganizationConnector: Send + Sync {
    /// An open organization.
    type Organization: AzureDevOps;

    /// Opens one. No request is made yet.
    ///
    /// # Errors
    ///
    /// When the client cannot be prepared; the text is for the operator and holds no secret.
    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<Self::Organization, String>;
}

/// One organization, seen with one credential.
///
/// Calls are made one after the other, never in parallel: Azure DevOps answers a rush of them with dropped
/// connections and duplicates. Every call fails with a [`RestError`].
pub trait AzureDevOps: Send + Sync {
    /// Ownership credential it is. The cheapest proof that it is good: no scope is known to be needed.
    fn connection(&self) -> impl Future<Output = Result<Identity, RestError>> + Send;

    /// Every project the credential sees. Needs the scope Project and Team (read).
    fn projects(&self) -> impl Future<Output = Result<Vec<ProjectInfo>, RestError>> + Send;

    /// Every repository the credential sees, of all projects. Needs the scope Code (read).
    fn repositories(&self) -> impl Future<Output = Result<Vec<RepositoryInfo>, RestError>> + Send;

    /// Whether the owner of the credential may edit the subscriptions of a project, or, for `None`, of the whole
    /// organization. Says nothing about the credential's scope.
    fn may_edit_subscriptions(
        &self,
        project_id: Option<&str>,
    ) -> impl Future<Output = Result<bool, RestError>> + Send;

    /// Whether the credential has the scope Code (write), by asking to change a pull request that cannot exist. Run it
    /// only after a read has succeeded, or an expired credential looks like a missing scope.
    fn probe_code_write(
        &self,
        project_id: &str,
        repository_id: &str,
    ) -> impl Future<Output = Result<WriteProbe, RestError>> + Send;

    /// Every web hook subscription of the organization, ours or not, in one listing.
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<ExistingSubscription>, RestError>> + Send;

    /// Makes a subscription. Not idempotent: the same again makes a second one, and every delivery comes twice. After
    /// an error that leaves open whether it was made, look in [`AzureDevOps::subscriptions`].
    fn create(
        &self,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<ExistingSubscription, RestError>> + Send;

    /// Makes a subscription what it should be, with this password, and enables it.
    fn replace(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<ExistingSubscription, RestError>> + Send;

    /// Deletes a subscription. One that is gone already is fine.
    fn delete(&self, id: &str) -> impl Future<Output = Result<(), RestError>> + Send;

    /// Has a canned event delivered, as the existing subscription `id` would, and waits for the outcome; what does not
    /// come in time is a [`TestResult`] too.
    fn send_test(
        &self,
        id: &str,
        wanted: &WantedSubscription,
        password: &str,
    ) -> impl Future<Output = Result<TestResult, RestError>> + Send;

    /// How the deliveries of these subscriptions went since then, one entry for each that had any.
    fn delivery_counts(
        &self,
        ids: &[&str],
        since: Timestamp,
    ) -> impl Future<Output = Result<Vec<DeliveryCounts>, RestError>> + Send;

    /// The deliveries of these subscriptions in this state, of notifications made from `from` up to and including
    /// `to`, oldest first.
    fn deliveries(
        &self,
        subscription_ids: &[&str],
        state: DeliveryState,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<LoggedDelivery>, RestError>> + Send;

    /// The pushes to a repository from `from` up to and including `to`, oldest first: each the resource of a `git.push`
    /// as JSON, without commits. Needs the scope Code (read).
    fn pushes(
        &self,
        repository: &RepositoryInfo,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<String>, RestError>> + Send;

    /// The pull requests of a repository to which this transition from `from` up to and including `to`, oldest first:
    /// each as it is now, in the form of the resource of a pull request event, as JSON. Needs the scope Code (read).
    fn pull_requests(
        &self,
        repository: &RepositoryInfo,
        transition: PullRequestTransition,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Future<Output = Result<Vec<String>, RestError>> + Send;
}

/// What a list of pull requests is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullRequestTransition {
    /// They were opened.
    Created,
    /// They were completed or abandoned.
    Closed,
}
