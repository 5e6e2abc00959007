//! Bodies against checked-in files in `tests/bodies`. `make bless` writes them.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Details, EventType, Identity, MergeOutcome, Messages, Notification, Organization, Proposal,
    PullRequestId, RefChange, RepositoryId, ResourceVersion, Reviewer, Subscription, Vote, test_notification,
};

const AT: Timestamp = Timestamp::constant(1_772_442_904, 123_456_700);
const LATER: Timestamp = Timestamp::constant(1_772_443_000, 0);
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/größe";

struct Fixture {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
}

impl Fixture {
    fn of(mut organization: Organization) -> Self {
        let project = organization.add_project("Boat House");
        let repository = organization.add_repository(project, "oars");
        let ada = organization.add_person("Ada Okafor", "ada@lakeside.example");
        let branches = [RefChange::commit(MAIN, &["Begin"]), RefChange::commit(TOPIC, &["Measure"])];
        organization.push(AT, &ada, repository, &branches);
        Self { organization, repository, ada }
    }

    fn services() -> Self {
        Self::of(Organization::services("lakeside", 3))
    }

    fn server() -> Self {
        Self::of(Organization::server("https://TFS.example.invalid:8443/tfs/", "Main Collection", 3))
    }

    /// Replaces all subscriptions.
    fn subscribe(&mut self, subscription: Subscription) {
        self.organization.subscriptions.clear();
        self.organization.subscribe(subscription);
    }

    fn push(&mut self, changes: &[RefChange]) -> Vec<Notification> {
        self.organization.push(AT, &self.ada, self.repository, changes)
    }

    /// From a fork, with a required team as reviewer.
    fn pull_request(&mut self) -> (PullRequestId, Vec<Notification>) {
        let project = self.organization.add_project("Private");
        let team = self.organization.add_team(project, "Rowers");
        let fork = self.organization.fork_repository(self.repository, project, "oars-ada");
        let proposal = Proposal {
            description: "Longer.".to_owned(),
            reviewers: vec![Reviewer::required(&team)],
            fork: Some(fork),
            ..Proposal::new(self.repository, TOPIC, MAIN, "Measure the oars")
        };
        self.organization.create_pull_request(AT, &self.ada, proposal)
    }
}

fn to(event_type: EventType) -> Subscription {
    Subscription::new(event_type, "https://hooks.example.invalid/lakeside")
}

#[track_caller]
fn check(name: &str, notifications: &[Notification]) {
    assert_eq!(notifications.len(), 1, "{name}");
    let body: Value = serde_json::from_slice(&notifications[0].body).unwrap();
    let body = format!("{body:#}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/bodies/{name}.json"));
    if std::env::vars().any(|(variable, _)| variable == "HOOKPOST_BLESS") {
        fs::write(&path, &body).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == body, "{name}.json is out of date. Run `make bless`, and review the changes:\n{body}");
}

#[test]
fn push_bodies_match_the_files() {
    let mut services = Fixture::services();
    services.subscribe(to(EventType::Push).messages(Messages::All, Messages::All));
    let changes = [RefChange::commit(MAIN, &["One", "Two"]), RefChange::delete(TOPIC)];
    check("push", &services.push(&changes));
    services.subscribe(to(EventType::Push).details(Details::Minimal));
    check("push_minimal", &services.push(&[RefChange::delete("refs/heads/never")]));
    let mut older = Fixture::of(Organization::visual_studio("lakeside", 3));
    older.subscribe(to(EventType::Push));
    let tip = older.organization.tip(older.repository, MAIN).unwrap();
    check("push_visual_studio_tag", &older.push(&[RefChange::point("refs/tags/v1", tip)]));
    let mut server = Fixture::server();
    server.subscribe(to(EventType::Push));
    check("push_server", &server.push(&[RefChange::delete(TOPIC)]));
    server.subscribe(to(EventType::Push).version(ResourceVersion::V3Preview1));
    check("push_tfs", &server.push(&[RefChange::commit(MAIN, &["One"])]));
}

#[test]
fn pull_request_bodies_match_the_files() {
    let mut services = Fixture::services();
    services.subscribe(to(EventType::PullRequestCreated));
    let (id, created) = services.pull_request();
    check("pull_request_created", &created);
    services.subscribe(to(EventType::PullRequestMerged));
    let conflicts = services.organization.attempt_merge(AT, id, MergeOutcome::Conflicts);
    check("pull_request_merge_attempted", &conflicts);
    services.organization.vote(AT, &services.ada, id, Vote::WaitingForAuthor);
    services.subscribe(to(EventType::PullRequestUpdated).messages(Messages::All, Messages::All));
    check("pull_request_completed", &services.organization.complete(LATER, &services.ada, id));
    let mut server = Fixture::server();
    let (id, _) = server.pull_request();
    server.organization.attempt_merge(AT, id, MergeOutcome::Succeeded);
    server.subscribe(to(EventType::PullRequestUpdated).version(ResourceVersion::V3Preview1));
    check("pull_request_tfs_abandoned", &server.organization.abandon(AT, &server.ada, id));
}

#[test]
fn comment_bodies_match_the_files() {
    let mut services = Fixture::services();
    let (on, _) = services.pull_request();
    let (id, _) = services.organization.comment(AT, &services.ada, on, "Too long?");
    services.subscribe(to(EventType::PullRequestCommented));
    check("comment_edited", &services.organization.edit_comment(LATER, id, "Too short?"));
    services.subscribe(to(EventType::PullRequestCommented).version(ResourceVersion::V1));
    let (reply, replied) = services.organization.reply(AT, &services.ada, id, "No.");
    check("comment_1.0_reply", &replied);
    check("comment_1.0_deleted", &services.organization.delete_comment(LATER, reply));
}

#[test]
fn test_notification_bodies_match_the_files() {
    for event_type in EventType::ALL {
        let notification = test_notification(&to(event_type), AT).unwrap();
        check(&format!("test_{}", event_type.id().replace("ms.vss-code.", "")), &[notification]);
    }
}

#[test]
fn members_have_the_order_of_the_service() {
    let mut services = Fixture::services();
    services.subscribe(to(EventType::Push));
    let body = services.push(&[RefChange::commit(MAIN, &["One"])]).remove(0).body;
    let text = std::str::from_utf8(&body).unwrap();
    let members = "subscriptionId notificationId id eventType publisherId message detailedMessage resource \
                   resourceVersion resourceContainers createdDate";
    let position = |member: &str| text.find(&format!("\"{member}\":")).unwrap();
    let positions: Vec<_> = members.split(' ').map(position).collect();
    assert!(positions.is_sorted() && positions[0] == 1, "{text}");
}
