//! Service hook subscriptions: those we want, and those there are.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::azure_devops::catalog::Identity;
use crate::subscriptions::kind::SubscriptionKind;

/// A subscription as it should be.
///
/// What is not in here is the same for all of them: basic authentication without a user name, the whole resource,
/// messages as text, and no detailed messages, whose commit lists would only make bodies longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSubscription {
    /// What it tells of.
    pub kind: SubscriptionKind,
    /// The GUID of the project; `None` for the whole organization.
    pub project_id: Option<String>,
    /// The GUID of the repository; `None` for any.
    pub repository_id: Option<String>,
    /// The branch; `None` for any.
    pub branch: Option<String>,
    /// The webhook URL, with `?change=` where the kind has one. Holds no secret: anybody who may see subscriptions
    /// can read it.
    pub url: String,
}

/// A web hook subscription as Azure DevOps lists it, ours or not.
///
/// Inputs that are empty count as absent, and ids are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingSubscription {
    /// Its GUID.
    pub id: String,
    /// The event id; empty when not told.
    pub event_type: String,
    /// The `notificationType` filter.
    pub notification_type: Option<String>,
    /// Whether it delivers.
    pub status: SubscriptionStatus,
    /// Where it delivers to; empty when not told.
    pub url: String,
    /// The project filter.
    pub project_id: Option<String>,
    /// The repository filter.
    pub repository_id: Option<String>,
    /// The branch filter.
    pub branch: Option<String>,
    /// Filters besides those above, by the names of their inputs. One made by `setup` has none.
    pub other_filters: BTreeMap<String, String>,
    /// The version of `resource` it asks for.
    pub resource_version: Option<String>,
    /// `resourceDetailsToSend`
    pub details: Option<String>,
    /// `messagesToSend`
    pub messages: Option<String>,
    /// `detailedMessagesToSend`
    pub detailed_messages: Option<String>,
    /// Whether it sends a password. Which one, nobody is told.
    pub has_password: bool,
    /// Who made it. When that identity becomes inactive, deliveries end.
    pub created_by: Option<Identity>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// How many times a delivery was tried again during probation.
    pub probation_retries: Option<u32>,
    /// When that was last.
    pub last_probation_retry: Option<Timestamp>,
    /// When a delivery last went well. Older versions do not tell.
    pub last_success: Option<Timestamp>,
}

impl ExistingSubscription {
    /// What it tells of, when that is something we forward and as we would have it.
    pub fn kind(&self) -> Option<SubscriptionKind> {
        SubscriptionKind::of(&self.event_type, self.notification_type.as_deref())
    }
}

/// Whether a subscription delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionStatus {
    /// It does.
    Enabled,
    /// A delivery failed for good. That one is tried again for 36 hours, and all others in between are lost.
    OnProbation,
    /// Somebody switched it off.
    DisabledByUser,
    /// Azure DevOps gave up, or was answered with 410.
    DisabledBySystem,
    /// Whoever made it left or was disabled.
    DisabledByInactiveIdentity,
    /// A status that came after this was written.
    Other(String),
}

impl SubscriptionStatus {
    /// Reads the status of a subscription. Healthy ones may come without.
    pub fn of(text: Option<&str>) -> Self {
        match text {
            None | Some("" | "enabled") => Self::Enabled,
            Some("onProbation") => Self::OnProbation,
            Some("disabledByUser") => Self::DisabledByUser,
            Some("disabledBySystem") => Self::DisabledBySystem,
            Some("disabledByInactiveIdentity") => Self::DisabledByInactiveIdentity,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_without_a_status_is_enabled_and_a_new_status_is_kept() {
        assert_eq!(SubscriptionStatus::of(None), SubscriptionStatus::Enabled);
        assert_eq!(SubscriptionStatus::of(Some("enabled")), SubscriptionStatus::Enabled);
        assert_eq!(SubscriptionStatus::of(Some("onProbation")), SubscriptionStatus::OnProbation);
        let paused = SubscriptionStatus::Other("paused".to_owned());
        assert_eq!(SubscriptionStatus::of(Some("paused")), paused);
    }
}
