//! The subscriptions of the organization in memory.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::fakes::organization::{Organization, not_found};

/// What Azure DevOps does with an attempt to enable a subscription, or to disable it.
#[derive(Clone, Debug)]
pub(crate) enum ReEnable {
    Enables,
    Ignores,
    Fails(RestError),
    /// Enables the subscription, and fails nevertheless.
    FailsAfterwards(RestError),
}

/// The id of the subscription that was created after `number - 1` others.
pub(crate) fn subscription_id(number: u32) -> String {
    format!("5eed{number:04}-0000-4000-8000-000000000000")
}

impl Organization {
    /// Whether lists show the subscriptions of a project, `None` being the whole organization.
    pub(crate) fn may_view(&self, project: Option<&str>) -> bool {
        self.permissions.get(&project.map(str::to_owned)).is_none_or(|permissions| permissions.view)
    }

    pub(crate) fn subscribe(&mut self, wanted: &WantedSubscription) -> ExistingSubscription {
        self.created += 1;
        let created = ExistingSubscription {
            id: subscription_id(self.created),
            created_by: Some(self.caller()),
            created: Some(self.now()),
            ..saved(wanted, SubscriptionStatus::Enabled)
        };
        self.subscriptions.push(created.clone());
        created
    }

    /// Gives a subscription the wanted settings.
    pub(crate) fn put(
        &mut self,
        id: &str,
        wanted: &WantedSubscription,
        status: SubscriptionStatus,
    ) -> Result<ExistingSubscription, RestError> {
        let existing = self.find(id)?;
        let before = existing.clone();
        *existing = ExistingSubscription {
            id: before.id,
            created_by: before.created_by,
            created: before.created,
            probation_retries: before.probation_retries,
            last_probation_retry: before.last_probation_retry,
            last_success: before.last_success,
            ..saved(wanted, status)
        };
        Ok(existing.clone())
    }

    pub(crate) fn find(&mut self, id: &str) -> Result<&mut ExistingSubscription, RestError> {
        self.subscriptions.iter_mut().find(|existing| existing.id == id).ok_or_else(not_found)
    }

    /// The first subscription of a kind.
    pub(crate) fn subscription(&mut self, kind: SubscriptionKind) -> &mut ExistingSubscription {
        let found = self.subscriptions.iter_mut().find(|existing| existing.kind() == Some(kind));
        found.expect("a subscription")
    }
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
