//! Tests: the bodies against what Microsoft documents and users have published.

mod canned;
mod comment;
mod envelope;
mod pull_request;
mod push;

use serde_json::Value;

use super::{
    EventType, Identity, MergeOutcome, Notification, Organization, Proposal, PullRequestId, RefChange,
    RepositoryId, Reviewer, Subscription, Timestamp,
};

const AT: Timestamp = Timestamp::constant(1_772_442_904, 123_456_700);
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/größe";

/// A repository with two branches, and somebody who acts.
struct Office {
    it: Organization,
    repository: RepositoryId,
    ada: Identity,
}

impl Office {
    fn services() -> Self {
        Self::open(Organization::services("lakeside", 3))
    }

    fn visual_studio() -> Self {
        Self::open(Organization::visual_studio("lakeside", 3))
    }

    fn server() -> Self {
        Self::open(Organization::server("https://TFS.example.invalid:8443/tfs/", "Main Collection", 3))
    }

    fn open(mut it: Organization) -> Self {
        let project = it.add_project("Boat House");
        let repository = it.add_repository(project, "oars");
        let ada = it.add_person("Ada Okafor", "ada@lakeside.example");
        let branches = [RefChange::commit(MAIN, &["Begin"]), RefChange::commit(TOPIC, &["Measure"])];
        it.push(AT, &ada, repository, &branches);
        Self { it, repository, ada }
    }

    /// Replaces all subscriptions by one.
    fn listen(mut self, subscription: Subscription) -> Self {
        self.it.subscriptions.clear();
        self.it.subscribe(subscription);
        self
    }

    fn listen_to(self, event_type: EventType) -> Self {
        self.listen(Subscription::new(event_type, URL))
    }

    fn push(&mut self, change: RefChange) -> Value {
        only(&self.it.push(AT, &self.ada, self.repository, &[change]))
    }

    /// With one required reviewer and a description.
    fn proposal(&mut self) -> Proposal {
        let team = self.it.add_team(self.it.repository(self.repository).project, "Rowers");
        Proposal {
            description: "Longer.".to_owned(),
            reviewers: vec![Reviewer::required(&team)],
            ..Proposal::new(self.repository, TOPIC, MAIN, "Measure the oars")
        }
    }

    fn open_pull_request(&mut self) -> PullRequestId {
        let proposal = self.proposal();
        let (id, _) = self.it.create_pull_request(AT, &self.ada, proposal);
        self.it.attempt_merge(AT, id, MergeOutcome::Succeeded);
        id
    }
}

/// The one body there should be.
#[track_caller]
fn only(notifications: &[Notification]) -> Value {
    assert_eq!(notifications.len(), 1, "{notifications:?}");
    body(&notifications[0])
}

#[track_caller]
fn body(notification: &Notification) -> Value {
    serde_json::from_slice(&notification.body).unwrap()
}

/// The members of an object, sorted.
#[track_caller]
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const URL: &str = "https://hooks.example.invalid/lakeside/x";
