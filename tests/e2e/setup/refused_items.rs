//! A repository, project or subscription that Azure DevOps refuses is named, its gap stays open, and the others are
//! looked after.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hookpost_stand_in::RepositoryId;
use hookpost_stand_in::rest::{Item, Status};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::deployment::{ORGANIZATION, connect, lines, now, with};
use crate::watched_deployment::WatchedDeployment;

const REFUSALS: [(u16, &str); 3] = [
    (403, "TF401027: You need the Git 'GenericRead' permission to perform this action."),
    (404, "TF401019: The Git repository does not exist or you do not have permissions for it."),
    (500, "TF400898: An Internal Error Occurred."),
];

/// `Shop` and `Lab` were connected half an hour ago.
async fn open(name: &str) -> WatchedDeployment {
    let request = with(connect(), "projects", json!(["Shop", "Lab"]));
    WatchedDeployment::open_with(name, now() - SignedDuration::from_mins(30), &request).await
}

/// The repositories of events, each event by its id once.
fn repositories(events: &[Value]) -> Vec<&str> {
    let ids: BTreeSet<&str> = events.iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!(ids.len(), events.len(), "each once: {events:#?}");
    let mut names: Vec<&str> =
        events.iter().filter_map(|event| event["data"]["repository"]["name"].as_str()).collect();
    names.sort_unstable();
    names
}

/// Checks passes while one item of `Lab` is refused and after, where a push to each repository was not raised.
async fn check_gap(name: &str, item: impl Fn(&WatchedDeployment) -> Item) {
    join_all(REFUSALS.map(async |(status, message)| {
        let watched = open(&format!("{name}-{status}")).await;
        let (azure, item) = (&watched.deployment.azure, item(&watched));
        watched.deployment.set_status_of_all(Status::OnProbation);
        for repository in [watched.deployment.fixture.web, watched.deployment.fixture.notes] {
            assert!(watched.deployment.push_to(repository, "unseen").is_empty());
        }
        azure.refuse(ORGANIZATION, item, status, message);
        for events in [vec!["web"], vec![]] {
            let report = watched.run_pass().await;
            assert_eq!(report["failure"], Value::Null, "{status}: {report}");
            assert_eq!(repositories(&watched.events().await), events, "{status}: {report}");
        }
        let remains = lines(&watched.run_pass().await["remains"]);
        assert!(remains.contains("notes") && remains.contains("could not be read"), "{status}: {remains}");
        azure.allow(ORGANIZATION, item);
        let report = watched.run_pass().await;
        assert_eq!(report["remains"], json!([]), "{status}: {report}");
        assert_eq!(repositories(&watched.events().await), ["notes"], "{status}: {report}");
        watched.run_pass().await;
        assert!(watched.events().await.is_empty(), "{status}: once");
        watched.close().await;
    }))
    .await;
}

#[tokio::test]
async fn a_refused_repository_is_named_and_its_gap_stays_open() {
    check_gap("refused-repository", |watched| Item::Repository(watched.deployment.fixture.notes)).await;
}

#[tokio::test]
async fn a_refused_project_is_named_and_its_gap_stays_open() {
    check_gap("refused-project", |watched| Item::Project(watched.deployment.fixture.lab)).await;
}

/// Fails the delivery of a push to a repository, which puts its subscription on probation.
async fn fail_push(watched: &WatchedDeployment, repository: RepositoryId) -> Item {
    let notifications = watched.deployment.push_to(repository, "failed");
    watched.fail_deliveries(&notifications).await;
    Item::Subscription(notifications[0].subscription_id)
}

#[tokio::test]
async fn a_refused_subscription_is_named_and_its_log_read_later() {
    join_all(REFUSALS.map(async |(status, message)| {
        let watched = open(&format!("refused-subscription-{status}")).await;
        let deployment = &watched.deployment;
        fail_push(&watched, deployment.fixture.web).await;
        let refused = fail_push(&watched, deployment.fixture.notes).await;
        let Item::Subscription(id) = refused else { panic!("a subscription") };
        deployment.azure.refuse(ORGANIZATION, refused, status, message);
        let mut found = Vec::new();
        for _ in 0..3 {
            let report = watched.run_pass().await;
            assert_eq!(report["failure"], Value::Null, "{status}: {report}");
            let remains = lines(&report["remains"]);
            assert!(remains.contains(&id.to_string()), "{status}: {remains}");
            assert!(deployment.azure.subscription(id).is_some(), "{status}: its log is not read yet");
            found.extend(watched.events().await);
        }
        assert!(repositories(&found).contains(&"web"), "{status}: {found:#?}");
        deployment.azure.allow(ORGANIZATION, refused);
        for _ in 0..3 {
            watched.run_pass().await;
            found.extend(watched.events().await);
        }
        assert_eq!(repositories(&found), ["notes", "web"], "{status}");
        let status = deployment.status().await;
        assert_eq!(status["summary"], "no problems found", "{status}");
        assert_eq!(deployment.azure.subscriptions(ORGANIZATION).len(), 16);
        watched.close().await;
    }))
    .await;
}
