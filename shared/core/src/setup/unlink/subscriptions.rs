//! The subscriptions that `unlink` deletes.

use crate::azure_devops::port::AzureDevOps as _;
use crate::azure_devops::subscription::ExistingSubscription;
use crate::error::{ErrorCode, OperatorError, PassedOver, RestResultExt as _};
use crate::integration::open_integration::OpenIntegration;
use crate::ports::{Clock as _, Organization, Ports};
use crate::setup::Setup;
use crate::setup::permissions;
use crate::setup::report::Report;
use crate::subscriptions::describe::describe_existing;
use crate::subscriptions::plan::Step;
use crate::subscriptions::scope::wanted;
use crate::subscriptions::webhook_url::Ownership;

/// Most listings of the subscriptions to delete.
const LISTINGS_MAX: usize = 3;

impl<P: Ports> Setup<P> {
    /// Deletes the subscriptions of an integration, and lists them until there are none: `watch` may have created some
    /// before it saw the lock. One that cannot be deleted is passed over. Ends some seconds before the time of the run is
    /// over, with what is left.
    ///
    /// # Errors
    ///
    /// [`OrganizationUnknown`](crate::error::ErrorCode::OrganizationUnknown) when the organization is no longer
    /// there, and failures that concern every call.
    pub(super) async fn delete_subscriptions(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        report: &mut Report,
    ) -> Result<PassedOver, OperatorError> {
        let mut subscriptions = self.subscriptions_to_delete(integration, report).await?;
        let mut failed = PassedOver::default();
        for _ in 0..LISTINGS_MAX {
            for (index, subscription) in subscriptions.iter().enumerate() {
                if !failed.begins(&integration.organization, subscriptions.len() - index) {
                    break;
                }
                let step = describe_deletion(subscription);
                let deleted = integration.organization.delete(&subscription.id).await;
                if failed.note(deleted.context(format!("could not {step}")))?.is_some() {
                    report.done.push(step);
                }
            }
            if subscriptions.is_empty() || !failed.is_empty() {
                break;
            }
            subscriptions = own(integration, integration.subscriptions().await?);
        }
        if failed.is_empty() && !subscriptions.is_empty() {
            let message = "subscriptions are being made while this runs: run this again";
            return Err(OperatorError::new(ErrorCode::RunInProgress, message));
        }
        Ok(failed)
    }

    /// The subscriptions of an integration, also those of other event types.
    pub(super) async fn subscriptions_to_delete(
        &self,
        integration: &OpenIntegration<Organization<P>>,
        report: &mut Report,
    ) -> Result<Vec<ExistingSubscription>, OperatorError> {
        integration.connection(self.integrations.clock.now()).await?;
        self.require_view(integration).await?;
        let mut subscriptions = integration.subscriptions().await?;
        match integration.subscriptions_to_other_events().await {
            Ok(others) => subscriptions.extend(others),
            Err(error) => report.warnings.push(error.to_string()),
        }
        Ok(own(integration, subscriptions))
    }

    /// Fails when the token's owner may not view the subscriptions of the integration: those that are not listed would
    /// go on delivering. Projects that are gone, or cannot be asked about, are passed over.
    async fn require_view(
        &self,
        integration: &OpenIntegration<Organization<P>>,
    ) -> Result<(), OperatorError> {
        let Ok(resolved) = integration.resolve().await else { return Ok(()) };
        let wanted = wanted(&resolved.scope, &integration.urls, &self.integrations.new_version()?);
        let steps: Vec<Step> = wanted.into_iter().map(Step::Create).collect();
        permissions::require_view(&integration.organization, &steps, &resolved.scope).await
    }
}

/// Those of the subscriptions that deliver to the integration.
fn own<O>(
    integration: &OpenIntegration<O>,
    mut subscriptions: Vec<ExistingSubscription>,
) -> Vec<ExistingSubscription> {
    subscriptions.retain(|existing| integration.urls.ownership(&existing.url) == Ownership::Ours);
    subscriptions
}

pub(super) fn describe_deletion(subscription: &ExistingSubscription) -> String {
    format!("delete {}", describe_existing(subscription))
}
