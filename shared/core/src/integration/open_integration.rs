//! An open integration: the calls of its organization that `setup` and `watch` share.

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::catalog::Connection;
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, RestResultExt as _, failed_call_at};
use crate::integration::config::IntegrationConfig;
use crate::integration::scope;
use crate::integration::scope::resolved::Resolved;
use crate::secrets::version::VersionId;
use crate::subscriptions::apply::{Applied, Attempt, apply};
use crate::subscriptions::describe::describe_step;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::plan::{self, Plan, Step};
use crate::subscriptions::scope::{Scope, wanted};
use crate::subscriptions::webhook_url::{Ownership, WebhookUrls};

/// An open integration: its configuration, a client for its organization, and its webhook URLs.
pub(crate) struct OpenIntegration<O> {
    pub(crate) config: IntegrationConfig,
    pub(crate) organization: O,
    pub(crate) urls: WebhookUrls,
}

impl<O: AzureDevOps> OpenIntegration<O> {
    /// The owner of the token, and the ids of the organization. Fails with [`ErrorCode::OrganizationUnknown`] when the
    /// organization is no longer there, or when another one has its URL now.
    pub(crate) async fn connection(&self, now: Timestamp) -> Result<Connection, OperatorError> {
        let connection = self.organization.connection().await.map_err(|error| match error {
            RestError::NotFound { .. } => moved(&self.config.organization_url, "there is no organization"),
            error => failed_call_at(&error, "the credential could not be checked", now),
        })?;
        self.belongs_to(connection)
    }

    /// The connection, when it is one to the organization of the integration, which had its URL at `connect`.
    pub(crate) fn belongs_to(&self, connection: Connection) -> Result<Connection, OperatorError> {
        match (&self.config.organization_id, &connection.organization_id) {
            (Some(stored), Some(present)) if stored != present => {
                Err(moved(&self.config.organization_url, "another organization is now"))
            }
            _ => Ok(connection),
        }
    }

    /// What the configuration selects, compared with what the token's owner sees.
    pub(crate) async fn resolve(&self) -> Result<Resolved, OperatorError> {
        let repositories = self.organization.repositories().await;
        let repositories = repositories.context("the repositories could not be listed")?;
        let selection = &self.config.selection;
        scope::find(&self.organization, &repositories, selection, Some(selection), &self.urls).await
    }

    /// Compares the existing subscriptions with those that should exist, sending this version of the password.
    pub(crate) async fn plan(&self, scope: &Scope, version: &VersionId) -> Result<Plan, OperatorError> {
        let existing = self.subscriptions().await?;
        let wanted = wanted(scope, &self.urls, version);
        Ok(plan::plan(scope, &wanted, &existing, &self.urls))
    }

    /// Every web hook subscription of the organization, including those of other owners.
    pub(crate) async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, OperatorError> {
        let listed = self.organization.subscriptions().await;
        listed.context("the subscriptions could not be listed")
    }

    /// The subscriptions to event types that Hookpost does not forward and that deliver to this integration. Somebody
    /// made them by hand. Large organizations may not answer this in time.
    pub(crate) async fn subscriptions_to_other_events(
        &self,
    ) -> Result<Vec<ExistingSubscription>, OperatorError> {
        let listed = self.organization.all_subscriptions().await;
        let mut listed = listed.context("the subscriptions to other event types could not be listed")?;
        listed.retain(|existing| {
            self.urls.ownership(&existing.url) == Ownership::Ours
                && SubscriptionKind::event_types().all(|known| known != existing.event_type)
        });
        Ok(listed)
    }

    /// Carries out a step of a plan and describes it.
    pub(crate) async fn apply(
        &self,
        step: &Step,
        scope: &Scope,
        password: &WebhookPassword,
    ) -> Result<String, OperatorError> {
        let description = describe_step(step, scope);
        let applied = apply(&self.organization, step, password, Attempt::First).await;
        let applied = applied.context(format!("could not {description}"))?;
        let id = &applied.subscription().id;
        Ok(match &applied {
            Applied::Created(_) | Applied::Replaced(_) => format!("{description} ({id})"),
            Applied::Recreated(_) => format!("{description} (it could not be enabled: recreated as {id})"),
        })
    }
}

fn moved(organization_url: &str, what: &str) -> OperatorError {
    let message = format!(
        "{what} at {organization_url}: the organization was renamed or deleted. Run `connect` with its new URL, or \
         `unlink`"
    );
    OperatorError::new(ErrorCode::OrganizationUnknown, message)
}
