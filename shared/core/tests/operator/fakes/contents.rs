//! What happens in the organization in memory: deliveries, pushes and pull requests, and their JSON.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedDelivery, LoggedEvent};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fakes::organization::{Organization, SHOP, URL, repository_id};

#[derive(Clone, Debug)]
pub(crate) struct PullRequest {
    pub(crate) repository: String,
    pub(crate) number: u64,
    pub(crate) created: Timestamp,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) status: &'static str,
}

impl Organization {
    /// Logs a delivery of the first subscription of a kind, and returns its number.
    pub(crate) fn deliver(
        &mut self,
        kind: SubscriptionKind,
        created: Timestamp,
        result: DeliveryResult,
        event: LoggedEvent,
    ) -> u64 {
        let subscription_id = self.subscription(kind).id.clone();
        self.deliver_to(subscription_id, created, result, event)
    }

    /// Logs a delivery of a subscription, and returns its number.
    pub(crate) fn deliver_to(
        &mut self,
        subscription_id: String,
        created: Timestamp,
        result: DeliveryResult,
        event: LoggedEvent,
    ) -> u64 {
        let notification_id = self.log.len() as u64 + 1;
        let event_id = Some(event_id(notification_id));
        let row = LoggedDelivery {
            subscription_id,
            notification_id,
            event_id,
            created: Some(created),
            modified: Some(created),
            result,
        };
        self.log.push((row, event));
        notification_id
    }

    /// Pushes a commit to `main`, and returns the JSON of the push.
    pub(crate) fn push(&mut self, repository: &str, number: u64, at: Timestamp) -> String {
        let id = repository_id(repository);
        let push = json!({
            "pushId": number,
            "date": at.to_string(),
            "repository": Self::repository(repository),
            "refUpdates": [{
                "name": "refs/heads/main",
                "oldObjectId": format!("{number:040x}"),
                "newObjectId": format!("{:040x}", number + 1),
            }],
        });
        self.pushes.push((id, at, push.to_string()));
        push.to_string()
    }

    pub(crate) fn open_pull_request(&mut self, repository: &str, number: u64, created: Timestamp) {
        let repository = repository.to_owned();
        self.pull_requests.push(PullRequest { repository, number, created, closed: None, status: "active" });
    }

    pub(crate) fn abandon(&mut self, number: u64, at: Timestamp) {
        let found = self.pull_requests.iter_mut().find(|pull_request| pull_request.number == number);
        let found = found.expect("a pull request");
        (found.closed, found.status) = (Some(at), "abandoned");
    }

    /// The JSON of a pull request.
    pub(crate) fn resource(&self, number: u64) -> Value {
        let found = self.pull_requests.iter().find(|pull_request| pull_request.number == number);
        let found = found.expect("a pull request");
        json!({
            "pullRequestId": number,
            "status": found.status,
            "title": "A title",
            "creationDate": found.created.to_string(),
            "closedDate": found.closed.map(|closed| closed.to_string()),
            "sourceRefName": "refs/heads/topic",
            "targetRefName": "refs/heads/main",
            "mergeStatus": "succeeded",
            "repository": Self::repository(&found.repository),
        })
    }

    fn repository(name: &str) -> Value {
        json!({
            "id": repository_id(name),
            "name": name,
            "url": format!("{URL}/_apis/git/repositories/{}", repository_id(name)),
            "project": {"id": SHOP, "name": "Shop"},
            "remoteUrl": format!("{URL}/Shop/_git/{name}"),
        })
    }
}

/// The id of the event of the delivery with this number.
pub(crate) fn event_id(number: u64) -> String {
    format!("e0e0e0e0-0000-4000-8000-{number:012x}")
}

/// The event of a delivery, with this resource.
pub(crate) fn event(kind: SubscriptionKind, number: u64, at: Timestamp, resource: &Value) -> String {
    json!({
        "id": event_id(number),
        "eventType": kind.event_type(),
        "message": {
            "text": format!("Ada updated pull request 7 (pull request 9) in web\r\n{URL}/Shop/_git/web/"),
        },
        "resource": resource,
        "createdDate": at.to_string(),
    })
    .to_string()
}
