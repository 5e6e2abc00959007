//! A saved subscription. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Subscriptions.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::subscription_inputs::SubscriptionInputs;
use crate::{Identity, Organization, Uuid, time, wire};

/// A subscription as the service keeps it.
#[derive(Clone, Debug)]
pub struct SavedSubscription {
    /// Given by the service.
    pub id: Uuid,
    /// As its creator set it.
    pub inputs: SubscriptionInputs,
    /// Whether it gets notifications.
    pub status: Status,
    /// The creator.
    pub created_by: Identity,
    /// When it was created.
    pub created: Timestamp,
    /// Who replaced it last.
    pub modified_by: Identity,
    /// When it was replaced last.
    pub modified: Timestamp,
    /// How many retries have failed since it went on probation.
    pub probation_retries: u32,
    /// The last of them.
    pub last_probation_retry: Option<Timestamp>,
    /// The last delivery that was accepted.
    pub last_success: Option<Timestamp>,
    /// Another id, which shows among the publisher inputs.
    pub(super) inner_id: Uuid,
}

/// The status of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Notifications are delivered.
    Enabled,
    /// A delivery has failed and is retried for a day and a half. Events of that time are never
    /// delivered.
    OnProbation,
    /// Disabled by a user.
    DisabledByUser,
    /// Too many failures, or one 410.
    DisabledBySystem,
    /// Its creator has left.
    DisabledByInactiveIdentity,
}

impl Status {
    /// The member `status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::OnProbation => "onProbation",
            Self::DisabledByUser => "disabledByUser",
            Self::DisabledBySystem => "disabledBySystem",
            Self::DisabledByInactiveIdentity => "disabledByInactiveIdentity",
        }
    }

    /// The statuses that a caller may set; others change nothing.
    pub(super) fn settable(text: Option<&str>) -> Option<Self> {
        [Self::Enabled, Self::DisabledByUser].into_iter().find(|status| Some(status.as_str()) == text)
    }
}

impl SavedSubscription {
    pub(super) fn new(
        id: Uuid,
        inner_id: Uuid,
        inputs: SubscriptionInputs,
        by: &Identity,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            inputs,
            status: Status::Enabled,
            created_by: by.clone(),
            created: at,
            modified_by: by.clone(),
            modified: at,
            probation_retries: 0,
            last_probation_retry: None,
            last_success: None,
            inner_id,
        }
    }

    /// Sets the status. [`Status::Enabled`] resets the count of probation.
    pub(super) fn set_status(&mut self, status: Status) {
        self.status = status;
        if status == Status::Enabled {
            self.probation_retries = 0;
            self.last_probation_retry = None;
        }
    }

    pub(super) fn to_json(&self, organization: &Organization) -> Value {
        let inputs = &self.inputs;
        let url = format!("{}_apis/hooks/subscriptions/{}", organization.url(), self.id);
        let mut filters: Map<String, Value> = inputs
            .publisher_inputs
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        filters.insert("hostId".to_owned(), json!(organization.collection));
        filters.insert("tfsSubscriptionId".to_owned(), json!(self.inner_id));
        let action = inputs.host().map_or(String::new(), |host| format!("To host {host}"));
        let mut body = json!({
            "id": self.id,
            "url": url,
            "status": self.status.as_str(),
            "publisherId": inputs.publisher_id,
            "eventType": inputs.event_type,
            "resourceVersion": inputs.resource_version,
            "eventDescription": self.event_description(organization),
            "consumerId": inputs.consumer_id,
            "consumerActionId": inputs.consumer_action_id,
            "actionDescription": action,
            "createdBy": identity(organization, &self.created_by),
            "createdDate": time::render(self.created),
            "modifiedBy": identity(organization, &self.modified_by),
            "modifiedDate": time::render(self.modified),
            "publisherInputs": filters,
            "consumerInputs": inputs.masked_inputs(),
            "_links": links(organization, inputs, &url),
        });
        if self.probation_retries > 0 {
            body["probationRetries"] = self.probation_retries.into();
        }
        for (name, date) in [
            ("lastProbationRetryDate", self.last_probation_retry),
            ("lastSuccessfulAttemptDate", self.last_success),
        ] {
            if let Some(date) = date {
                body[name] = time::render(date).into();
            }
        }
        body
    }

    fn event_description(&self, organization: &Organization) -> String {
        let repository =
            self.inputs.filter("repository").and_then(|id| organization.find_repository(None, id));
        let repository = match repository {
            Some(id) => format!("Repository {}", organization.repository_name(id)),
            None => "Any repository".to_owned(),
        };
        match self.inputs.filter("branch") {
            Some(branch) => format!("{repository}, branch {branch}"),
            None => format!("{repository}, any branch"),
        }
    }
}

fn identity(organization: &Organization, who: &Identity) -> Value {
    let body = wire::identity::identity(organization, who, wire::Schema::Current);
    body.to_value()
}

fn links(organization: &Organization, inputs: &SubscriptionInputs, url: &str) -> Value {
    let base = format!("{}_apis/hooks", organization.url());
    let consumer = format!("{base}/consumers/{}", inputs.consumer_id);
    json!({
        "self": {"href": url},
        "consumer": {"href": consumer},
        "actions": {"href": format!("{consumer}/actions")},
        "notifications": {"href": format!("{url}/notifications")},
        "publisher": {"href": format!("{base}/publishers/{}", inputs.publisher_id)},
    })
}
