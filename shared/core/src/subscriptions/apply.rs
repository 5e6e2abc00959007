//! Carries out a step of a plan, so that the subscription delivers afterwards.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use crate::subscriptions::plan::{Step, is_disabled_by_azure_devops};

/// What a step did.
#[derive(Debug)]
pub(crate) enum Applied {
    /// It created the subscription, which was missing.
    Created(ExistingSubscription),
    /// It replaced the settings of the subscription, which delivers.
    Replaced(ExistingSubscription),
    /// It created this successor of a subscription that could not be enabled. The old one still exists, for its log.
    Recreated(ExistingSubscription),
}

/// Whether an earlier attempt to enable the subscription got no answer either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    First,
    Repeated,
}

impl Applied {
    /// The subscription that delivers now.
    pub(crate) fn subscription(&self) -> &ExistingSubscription {
        match self {
            Self::Created(subscription) | Self::Replaced(subscription) | Self::Recreated(subscription) => {
                subscription
            }
        }
    }
}

/// Carries out a step: creates the subscription, or replaces its settings and enables it. A subscription that does not
/// deliver and cannot be enabled gets a successor, whatever Azure DevOps answers to the attempt.
///
/// # Errors
///
/// When the subscription cannot be created or changed. A subscription that delivers, or that a person disabled, gets no
/// successor; nor does one on probation while Azure DevOps does not answer, until the attempt is repeated, since it may
/// come back by itself.
pub(crate) async fn apply(
    organization: &impl AzureDevOps,
    step: &Step,
    password: &WebhookPassword,
    attempt: Attempt,
) -> Result<Applied, RestError> {
    let (existing, wanted) = match step {
        Step::Create(wanted) => {
            return organization.create(wanted, password.expose()).await.map(Applied::Created);
        }
        Step::Replace { existing, wanted, .. } => (existing, wanted),
    };
    // A subscription always belongs to the identity that created it. Only a new subscription belongs to the identity of the
    // present token.
    if existing.status != SubscriptionStatus::DisabledByInactiveIdentity {
        match organization.replace(&existing.id, wanted, password.expose()).await {
            Ok(replaced) if replaced.status == SubscriptionStatus::Enabled => {
                return Ok(Applied::Replaced(replaced));
            }
            Ok(_) => {}
            Err(error) if needs_successor(&existing.status, &error, attempt) => {
                let listed = organization.subscriptions().await?;
                let delivers = |listed: &&ExistingSubscription| {
                    listed.id == existing.id
                        && listed.status == SubscriptionStatus::Enabled
                        && listed.url == wanted.url
                };
                // The attempt took effect in spite of the error. Whether the password did, the URL shows.
                if let Some(listed) = listed.iter().find(delivers) {
                    return Ok(Applied::Replaced(listed.clone()));
                }
            }
            Err(error) => return Err(error),
        }
    }
    organization.create(wanted, password.expose()).await.map(Applied::Recreated)
}

/// Whether a subscription with this status needs a successor after the attempt to enable it failed with this error.
fn needs_successor(status: &SubscriptionStatus, error: &RestError, attempt: Attempt) -> bool {
    if error.concerns() == Concerns::EveryCall {
        return false;
    }
    match status {
        SubscriptionStatus::OnProbation => !error.is_unanswered() || attempt == Attempt::Repeated,
        status if is_disabled_by_azure_devops(status) => true,
        _ => matches!(error, RestError::NotFound { .. }),
    }
}
