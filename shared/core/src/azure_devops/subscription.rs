//! Service hook subscriptions, wanted and existing.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::catalog::Identity;
use crate::subscriptions::kind::SubscriptionKind;

/// A subscription as it should be.
///
/// All subscriptions share the settings that are not fields here: basic authentication without a user name, the whole
/// resource, messages as text, and no detailed messages, whose commit lists would only make bodies longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSubscription {
    /// The events that it delivers.
    pub kind: SubscriptionKind,
    /// The GUID of the project; `None` for the whole organization.
    pub project_id: Option<String>,
    /// The GUID of the repository; `None` for any.
    pub repository_id: Option<String>,
    /// The branch; `None` for any.
    pub branch: Option<String>,
    /// The webhook URL, with `?change=` where the kind has a change. Contains no secret, since everyone who can see the
    /// subscription can read the URL.
    pub url: String,
}

/// A web hook subscription as Azure DevOps lists it, of any owner.
///
/// Empty inputs count as absent. Ids are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingSubscription {
    /// The GUID.
    pub id: String,
    /// The type of the events; empty when Azure DevOps does not return it.
    pub event_type: String,
    /// The `notificationType` filter.
    pub notification_type: Option<String>,
    /// Whether the subscription delivers.
    pub status: SubscriptionStatus,
    /// The URL that it delivers to; empty when Azure DevOps does not return it.
    pub url: String,
    /// The project filter.
    pub project_id: Option<String>,
    /// The repository filter.
    pub repository_id: Option<String>,
    /// The branch filter.
    pub branch: Option<String>,
    /// Further filters, by the names of their inputs. `setup` creates subscriptions without further filters.
    pub other_filters: BTreeMap<String, String>,
    /// The version of `resource` that it delivers.
    pub resource_version: Option<String>,
    /// The input `resourceDetailsToSend`.
    pub details: Option<String>,
    /// The input `messagesToSend`.
    pub messages: Option<String>,
    /// The input `detailedMessagesToSend`.
    pub detailed_messages: Option<String>,
    /// Whether it sends a password. Azure DevOps never returns the password.
    pub has_password: bool,
    /// The identity that created the subscription. When it becomes inactive, deliveries end.
    pub created_by: Option<Identity>,
    /// When the subscription was created.
    pub created: Option<Timestamp>,
    /// The number of retries during probation.
    pub probation_retries: Option<u32>,
    /// When the last retry during probation was made.
    pub last_probation_retry: Option<Timestamp>,
    /// When a delivery last succeeded. Older versions of Azure DevOps Server do not return it.
    pub last_success: Option<Timestamp>,
}

impl ExistingSubscription {
    /// The kind of the subscription; `None` when no kind has these events and this filter.
    pub fn kind(&self) -> Option<SubscriptionKind> {
        SubscriptionKind::of(&self.event_type, self.notification_type.as_deref())
    }
}

/// Whether a subscription delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionStatus {
    /// The subscription delivers.
    Enabled,
    /// A delivery finally failed. Azure DevOps retries that delivery for 36 hours, and loses all other events
    /// meanwhile.
    OnProbation,
    /// A user disabled the subscription.
    DisabledByUser,
    /// Azure DevOps disabled the subscription after failures or after a response with status 410.
    DisabledBySystem,
    /// The creator of the subscription has left or was disabled.
    DisabledByInactiveIdentity,
    /// A status that this version of Hookpost does not know.
    Other(String),
}

impl SubscriptionStatus {
    /// Parses a status. Enabled subscriptions may have none.
    pub fn of(text: Option<&str>) -> Self {
        match text {
            None | Some("" | "enabled") => Self::Enabled,
            Some("onProbation") => Self::OnProbation,
            Some("disabledByUser") => Self::DisabledByUser,
            Some("disabledBySystem") => Self::DisabledBySystem,
            Some("disabledByInactiveIdentity") => Self::DisabledByInactiveIdentity,
            Some(unknown) => Self::Other(unknown.to_owned()),
        }
    }

    /// Whether Azure DevOps stopped the deliveries, and not a person. `watch` re-enables or recreates such a subscription.
    pub fn is_stopped_by_azure_devops(&self) -> bool {
        match self {
            Self::OnProbation | Self::DisabledBySystem | Self::DisabledByInactiveIdentity => true,
            Self::Enabled | Self::DisabledByUser | Self::Other(_) => false,
        }
    }

    /// Whether a person may expect events of the subscription.
    pub fn should_deliver(&self) -> bool {
        *self == Self::Enabled || self.is_stopped_by_azure_devops()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_status_means_enabled_and_an_unknown_status_is_kept() {
        assert_eq!(SubscriptionStatus::of(None), SubscriptionStatus::Enabled);
        assert_eq!(SubscriptionStatus::of(Some("enabled")), SubscriptionStatus::Enabled);
        assert_eq!(SubscriptionStatus::of(Some("onProbation")), SubscriptionStatus::OnProbation);
        let paused = SubscriptionStatus::Other("paused".to_owned());
        assert_eq!(SubscriptionStatus::of(Some("paused")), paused);
    }
}
