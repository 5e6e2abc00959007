//! An organization in memory. It records calls, and each call can be made to fail.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::{Identity, ProjectInfo, RepositoryInfo};
use hookpost_core::azure_devops::deliveries::{DeliveryResult, KeptEvent, LoggedDelivery};
use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::secrets::ORGANIZATION_URL;

pub(crate) const PROJECT_ID: &str = "a0a0a0a0-0000-4000-8000-00000000000a";

/// What Azure DevOps does with an attempt to enable a subscription.
#[derive(Clone, Debug, Default)]
pub(crate) enum Revive {
    #[default]
    Enables,
    Ignores,
    Fails(RestError),
    /// Enables the subscription, and fails nevertheless.
    FailsAfterwards(RestError),
}

#[derive(Debug, Default)]
pub(crate) struct Organization {
    pub(crate) calls: Vec<String>,
    /// Calls that fail, by a part of their text.
    pub(crate) refusals: Vec<(String, RestError)>,
    pub(crate) subscriptions: Vec<ExistingSubscription>,
    pub(crate) repositories: Vec<RepositoryInfo>,
    pub(crate) log: Vec<(LoggedDelivery, KeptEvent)>,
    pub(crate) pushes: Vec<(String, Timestamp, String)>,
    pub(crate) pull_requests: Vec<PullRequest>,
    pub(crate) threads: BTreeMap<u64, Vec<Thread>>,
    pub(crate) revive: Revive,
    pub(crate) may_view: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct PullRequest {
    pub(crate) repository: String,
    pub(crate) number: u64,
    pub(crate) created: Timestamp,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) status: &'static str,
}

pub(crate) fn identity(name: &str) -> Identity {
    Identity { id: format!("id-of-{name}"), display_name: name.to_owned(), unique_name: String::new() }
}

/// The id of the repository with this name.
pub(crate) fn repository_id(name: &str) -> String {
    let byte = name.bytes().fold(0_u8, u8::wrapping_add);
    format!("b0b0b0b0-0000-4000-8000-0000000000{byte:02x}")
}

pub(crate) fn forbidden() -> RestError {
    RestError::Forbidden {
        message: "TF401027: You need the Git 'GenericRead' permission to perform this action.".to_owned(),
        missing: MissingPermission::Git("GenericRead".to_owned()),
    }
}

pub(crate) fn unavailable() -> RestError {
    RestError::Unavailable { status: 500, message: "no longer exists".to_owned() }
}

impl Organization {
    pub(crate) fn new(repositories: &[&str]) -> Self {
        let repositories = repositories.iter().map(|name| RepositoryInfo {
            id: repository_id(name),
            name: (*name).to_owned(),
            project: ProjectInfo { id: PROJECT_ID.to_owned(), name: "Trails".to_owned() },
            default_branch: Some("refs/heads/main".to_owned()),
            web_url: Some(format!("{ORGANIZATION_URL}/Trails/_git/{name}")),
            https_url: None,
            ssh_url: None,
            is_disabled: false,
        });
        Self { repositories: repositories.collect(), may_view: true, ..Self::default() }
    }

    /// Records a call; the error that it should end with.
    pub(crate) fn call(&mut self, call: String) -> Result<(), RestError> {
        let refusal =
            self.refusals.iter().find(|(part, _)| call.contains(part)).map(|(_, error)| error.clone());
        self.calls.push(call);
        refusal.map_or(Ok(()), Err)
    }

    pub(crate) fn name_of(&self, repository_id: &str) -> String {
        let found = self.repositories.iter().find(|repository| repository.id == repository_id);
        found.map(|repository| repository.name.clone()).unwrap_or_default()
    }

    pub(crate) fn subscribe(&mut self, wanted: &WantedSubscription, at: Timestamp) -> ExistingSubscription {
        let created = ExistingSubscription {
            id: format!("s-{}", self.subscriptions.len() + 1),
            event_type: wanted.kind.event_type().to_owned(),
            notification_type: wanted.kind.notification_type().map(str::to_owned),
            status: SubscriptionStatus::Enabled,
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
            created_by: Some(identity("Ada")),
            created: Some(at),
            probation_retries: None,
            last_probation_retry: None,
            last_success: None,
        };
        self.subscriptions.push(created.clone());
        created
    }

    pub(crate) fn subscription(&mut self, kind: SubscriptionKind) -> &mut ExistingSubscription {
        let found = self.subscriptions.iter_mut().find(|existing| existing.kind() == Some(kind));
        found.expect("a subscription")
    }

    /// Logs a delivery, and returns its number.
    pub(crate) fn deliver(
        &mut self,
        kind: SubscriptionKind,
        created: Timestamp,
        result: DeliveryResult,
        event: KeptEvent,
    ) -> u64 {
        let subscription_id = self.subscription(kind).id.clone();
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
            "url": format!("{ORGANIZATION_URL}/_apis/git/repositories/{}", repository_id(name)),
            "project": {"id": PROJECT_ID, "name": "Trails"},
            "remoteUrl": format!("{ORGANIZATION_URL}/Trails/_git/{name}"),
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
        "message": {"text": "Ada updated pull request 7 (pull request 9) in web\r\nhttps://dev.azure.com/trailworks/Trails/_git/web/"},
        "resource": resource,
        "createdDate": at.to_string(),
    })
    .to_string()
}
