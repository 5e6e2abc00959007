//! Pull requests in lists and in bodies.

use std::time::Duration;

use hookpost_stand_in::{Details, EventType, NotificationType, Proposal, PullRequestId, Subscription};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN};

fn open(fixture: &Fixture, description: &str) -> PullRequestId {
    fixture.push();
    let proposal = Proposal {
        description: description.to_owned(),
        ..Proposal::new(fixture.repository, MAIN, MAIN, "Nothing")
    };
    fixture.change(|organization| organization.create_pull_request(AT, &fixture.ada, proposal).0)
}

#[tokio::test]
async fn they_are_listed_by_status_and_time() {
    let fixture = Fixture::start().await;
    let id = open(&fixture, "");
    let number = fixture.change(|organization| {
        organization.abandon(AT + Duration::from_secs(60), &fixture.ada, id);
        organization.number(id)
    });
    let path = format!("git/repositories/{}/pullrequests", fixture.repository_id());
    let closed = "searchCriteria.status=all&searchCriteria.queryTimeRangeType=closed&searchCriteria";
    for (query, count) in [
        (String::new(), 0),
        ("searchCriteria.status=abandoned".to_owned(), 1),
        (format!("{closed}.minTime=2026-03-02T09:15:30Z"), 1),
        (format!("{closed}.maxTime=2026-03-02T09:15:30Z"), 0),
    ] {
        assert_eq!(fixture.get(&format!("{path}?{query}")).await.json()["count"], count, "{query}");
    }
    assert_eq!(fixture.get(&format!("{path}/{number}")).await.json()["title"], "Nothing");
}

#[tokio::test]
async fn those_of_a_project_are_listed_together() {
    let fixture = Fixture::start().await;
    open(&fixture, "");
    let repository = fixture.get(&format!("git/repositories/{}", fixture.repository_id())).await.json();
    let project = repository["project"]["id"].as_str().unwrap();
    let listed = fixture.get_in(project, "git/pullrequests?searchCriteria.status=all").await.json();
    assert_eq!(listed["count"], 1);
    assert_eq!(listed["value"][0]["repository"]["id"], repository["id"]);
    assert_eq!(fixture.get_in("unknown", "git/pullrequests").await.status, 404);
}

#[tokio::test]
async fn a_list_has_the_beginning_of_a_description_or_all() {
    let fixture = Fixture::start().await;
    let id = open(&fixture, &"ä".repeat(500));
    let path = format!("git/repositories/{}/pullrequests", fixture.repository_id());
    let number = fixture.change(|organization| organization.number(id));
    let length = |body: &Value| body["description"].as_str().unwrap().chars().count();
    for (cuts, listed) in [(true, 400), (false, 500)] {
        fixture.stand_in.configure(|behavior| behavior.lists_cut_descriptions = cuts);
        assert_eq!(length(&fixture.get(&path).await.json()["value"][0]), listed);
        assert_eq!(length(&fixture.get(&format!("{path}/{number}")).await.json()), 500);
    }
}

#[tokio::test]
async fn only_unfiltered_subscriptions_deliver_new_titles_and_target_branches() {
    let fixture = Fixture::start().await;
    let id = open(&fixture, "");
    let updated = || Subscription::new(EventType::PullRequestUpdated, "https://hooks.example/");
    let unfiltered = fixture.change(|organization| {
        for filter in NotificationType::ALL {
            organization.subscribe(updated().only(filter));
        }
        organization.subscribe(updated())
    });
    let changes = fixture.change(|organization| {
        [
            organization.retitle(AT, &fixture.ada, id, "Something"),
            organization.describe(AT, &fixture.ada, id, "Longer."),
            organization.retarget(AT, &fixture.ada, id, "refs/heads/release"),
        ]
    });
    let path = "/message/text".to_owned();
    for notifications in &changes {
        let notified: Vec<_> =
            notifications.iter().map(|notification| notification.subscription_id).collect();
        assert_eq!(notified, [unfiltered]);
        let body: Value = serde_json::from_slice(&notifications[0].body).unwrap();
        let text = body.pointer(&path).unwrap().as_str().unwrap();
        assert!(text.starts_with("Ada Okafor updated pull request "), "{text}");
    }
    let last: Value = serde_json::from_slice(&changes[2][0].body).unwrap();
    let resource = &last["resource"];
    assert_eq!(
        [&resource["title"], &resource["description"], &resource["targetRefName"]],
        ["Something", "Longer.", "refs/heads/release"]
    );
}

#[tokio::test]
async fn a_minimal_body_has_the_number_and_the_url() {
    let fixture = Fixture::start().await;
    let created = Subscription::new(EventType::PullRequestCreated, "https://hooks.example/");
    fixture.change(|organization| organization.subscribe(created.details(Details::Minimal)));
    fixture.push();
    let proposal = Proposal::new(fixture.repository, MAIN, MAIN, "Nothing");
    let notifications =
        fixture.change(|organization| organization.create_pull_request(AT, &fixture.ada, proposal).1);
    let body: Value = serde_json::from_slice(&notifications[0].body).unwrap();
    let url = body["resource"]["url"].as_str().unwrap();
    assert_eq!(body["resource"], json!({"url": url, "pullRequestId": 2041}));
    assert!(url.ends_with(&format!("/{}/pullRequests/2041", fixture.repository_id())), "{url}");
}
