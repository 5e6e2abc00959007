//! Threads of pull requests: what people write, and what the service notes.

use std::time::Duration;

use hookpost_stand_in::{
    EventType, MergeOutcome, Proposal, PullRequestId, RefChange, Reviewer, Subscription, Vote,
};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN};

const TOPIC: &str = "refs/heads/topic";

/// A pull request from `topic` to `main`.
fn open(fixture: &Fixture) -> PullRequestId {
    fixture.change(|organization| {
        let changes = [RefChange::commit(MAIN, &["Begin"]), RefChange::commit(TOPIC, &["Try"])];
        organization.push(AT, &fixture.ada, fixture.repository, &changes);
        let proposal = Proposal::new(fixture.repository, TOPIC, MAIN, "Try");
        organization.create_pull_request(AT, &fixture.ada, proposal).0
    })
}

async fn threads(fixture: &Fixture, id: PullRequestId) -> Vec<Value> {
    let number = fixture.change(|organization| organization.number(id));
    let path = format!("git/repositories/{}/pullRequests/{number}/threads", fixture.repository_id());
    fixture.get(&path).await.json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_service_notes_each_change_in_a_thread() {
    let fixture = Fixture::start().await;
    let (id, ada) = (open(&fixture), &fixture.ada);
    assert!(threads(&fixture, id).await.is_empty(), "nothing of the creation");
    let at = |minute: u64| AT + Duration::from_secs(60 * minute);
    fixture.change(|organization| {
        organization.vote(at(0), ada, id, Vote::Rejected);
        organization.change_reviewers(at(1), ada, id, vec![Reviewer::optional(ada)]);
        organization.update_source(at(2), ada, id);
        organization.attempt_merge(at(3), id, MergeOutcome::Conflicts);
        organization.draft(at(4), ada, id);
        organization.publish(at(5), ada, id);
        organization.abandon(at(6), ada, id);
        organization.reactivate(at(7), ada, id);
        organization.retitle(at(8), ada, id, "Nothing of this");
        organization.complete(at(9), ada, id);
    });
    let found = threads(&fixture, id).await;
    let noted = [
        (0, "VoteUpdate", "VoteResult", "-10", "VotedBy"),
        (1, "ReviewersUpdate", "ReviewersUpdatedNumAdded", "1", "ReviewersUpdatedBy"),
        (2, "RefUpdate", "RefName", TOPIC, "RefUpdatedBy"),
        (3, "MergeAttempt", "MergeStatus", "Conflicts", ""),
        (4, "IsDraftUpdate", "IsDraftNowSet", "1", "IsDraftUpdatedBy"),
        (5, "IsDraftUpdate", "IsDraftNowSet", "0", "IsDraftUpdatedBy"),
        (6, "StatusUpdate", "Status", "Abandoned", "StatusUpdatedBy"),
        (7, "StatusUpdate", "Status", "Active", "StatusUpdatedBy"),
        (9, "MergeAttempt", "MergeStatus", "Succeeded", ""),
        (9, "StatusUpdate", "Status", "Completed", "StatusUpdatedBy"),
    ];
    assert_eq!(found.len(), noted.len());
    for (thread, (minute, kind, name, value, by)) in found.iter().zip(noted) {
        let property = |name: &str| &thread["properties"][format!("CodeReview{name}")];
        assert_eq!(property("ThreadType"), &json!({"$type": "System.String", "$value": kind}));
        assert_eq!(property(name)["$value"].to_string().trim_matches('"'), value, "{kind}");
        assert_eq!(thread["publishedDate"].as_str().unwrap().parse().ok(), Some(at(minute)), "{kind}");
        let comment = &thread["comments"][0];
        assert_eq!(comment["commentType"], "system");
        assert_ne!(comment["author"]["id"], json!(ada.id), "the service writes");
        let key = property(&format!("{by}Identity"))["$value"].as_str();
        let who = key.map(|key| &thread["identities"][key]["id"]);
        assert_eq!(who, (kind != "MergeAttempt").then_some(&json!(ada.id)), "{kind}");
    }
}

#[tokio::test]
async fn threads_of_people_have_their_comments_and_the_others_can_be_missing() {
    let fixture = Fixture::start().await;
    let id = open(&fixture);
    let later = AT + Duration::from_secs(60);
    fixture.change(|organization| {
        organization.vote(AT, &fixture.ada, id, Vote::Approved);
        let (question, _) = organization.comment(AT, &fixture.ada, id, "Why?");
        let (reply, _) = organization.reply(AT, &fixture.ada, question, "So.");
        organization.delete_comment(later, reply);
    });
    assert_eq!(threads(&fixture, id).await.len(), 2);
    fixture.stand_in.configure(|behavior| behavior.system_threads = false);
    let of_people = threads(&fixture, id).await;
    assert_eq!(of_people.len(), 1);
    let (thread, comments) = (&of_people[0], &of_people[0]["comments"]);
    assert_eq!((&thread["status"], &thread["isDeleted"]), (&json!("active"), &json!(false)));
    assert_eq!(thread["properties"].get("CodeReviewThreadType"), None);
    assert_eq!(thread["lastUpdatedDate"].as_str().unwrap().parse().ok(), Some(later));
    assert_eq!((&comments[0]["content"], &comments[0]["commentType"]), (&json!("Why?"), &json!("text")));
    assert_eq!((&comments[1]["isDeleted"], comments[1].get("content")), (&json!(true), None));
}

#[tokio::test]
async fn a_vote_can_be_the_event_of_a_system_comment_too() {
    let fixture = Fixture::start().await;
    let id = open(&fixture);
    fixture.change(|organization| {
        organization.subscribe(Subscription::new(EventType::PullRequestCommented, "https://hooks.example/"));
    });
    let vote = || fixture.change(|organization| organization.vote(AT, &fixture.ada, id, Vote::Approved));
    fixture.stand_in.configure(|behavior| behavior.votes_comment = false);
    assert!(vote().is_empty());
    fixture.stand_in.configure(|behavior| behavior.votes_comment = true);
    let body: Value = serde_json::from_slice(&vote()[0].body).unwrap();
    let comment = &body["resource"]["comment"];
    assert_eq!(
        (&comment["commentType"], &comment["content"]),
        (&json!("system"), &json!("Ada Okafor voted 10"))
    );
    let thread = threads(&fixture, id).await.pop().unwrap();
    assert!(comment["_links"]["threads"]["href"].as_str().unwrap().ends_with(&format!("/{}", thread["id"])));
}
