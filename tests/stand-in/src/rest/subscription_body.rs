//! A subscription as REST shows it. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Subscriptions.

use serde_json::{Map, Value, json};

use super::Status;
use crate::wire::{self, Schema};
use crate::{Identity, Organization, Subscription, SubscriptionInputs, time};

impl Status {
    /// The statuses that a caller may set; others change nothing.
    pub(super) fn settable(given: &Value) -> Option<Self> {
        [Self::Enabled, Self::DisabledByUser].into_iter().find(|status| json!(status) == *given)
    }
}

impl Subscription {
    pub(super) fn to_json(&self, organization: &Organization) -> Value {
        let inputs = &self.inputs;
        let url = format!("{}_apis/hooks/subscriptions/{}", organization.url(), self.id);
        let filters = inputs.publisher_inputs.iter().map(|(name, value)| (name.clone(), json!(value)));
        let mut filters: Map<String, Value> = filters.collect();
        filters.insert("hostId".to_owned(), json!(organization.collection));
        filters.insert("tfsSubscriptionId".to_owned(), json!(self.inner_id));
        let action = inputs.host().map_or(String::new(), |host| format!("To host {host}"));
        let person = |who: &Option<Identity>| {
            let who = who.as_ref()?;
            Some(wire::identity::identity(organization, who, Schema::Current).to_value())
        };
        let mut body = json!({
            "id": self.id,
            "url": url,
            "status": self.status,
            "publisherId": inputs.publisher_id,
            "eventType": inputs.event_type,
            "resourceVersion": inputs.resource_version,
            "eventDescription": event_description(inputs, organization),
            "consumerId": inputs.consumer_id,
            "consumerActionId": inputs.consumer_action_id,
            "actionDescription": action,
            "createdBy": person(&self.created_by),
            "createdDate": time::render(self.created),
            "modifiedBy": person(&self.modified_by),
            "modifiedDate": time::render(self.modified),
            "publisherInputs": filters,
            "consumerInputs": inputs.masked_inputs(),
            "_links": links(organization, inputs, &url),
        });
        if self.probation_retries > 0 {
            body["probationRetries"] = self.probation_retries.into();
        }
        let shows_probation = self.status != Status::Enabled || organization.behavior.probation_date_stays;
        for (name, date) in [
            ("lastProbationRetryDate", self.last_probation_retry.filter(|_| shows_probation)),
            ("lastSuccessfulAttemptDate", self.last_success),
        ] {
            if let Some(date) = date {
                body[name] = time::render(date).into();
            }
        }
        body
    }
}

fn event_description(inputs: &SubscriptionInputs, organization: &Organization) -> String {
    let repository = inputs.filter("repository").and_then(|id| organization.find_repository(None, id));
    let repository = match repository {
        Some(id) => format!("Repository {}", organization.repository_name(id)),
        None => "Any repository".to_owned(),
    };
    match inputs.filter("branch") {
        Some(branch) => format!("{repository}, branch {branch}"),
        None => format!("{repository}, any branch"),
    }
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
