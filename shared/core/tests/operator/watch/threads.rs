//! What a probation hides is looked for in the threads of pull requests.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::azure_devops::threads::Thread;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use jiff::Timestamp;
use serde_json::json;

use crate::fakes::contents::event;
use crate::fakes::organization::{identity, not_found};
use crate::fixture::{Fixture, at, at_second, fields};

const VOTE: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
const STATUS: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Status);

/// A thread that Azure DevOps made, with its comment.
pub(super) fn system(id: u64, kind: &str, properties: &[(&str, &str)], published: Timestamp) -> Thread {
    let mut properties: BTreeMap<String, String> =
        properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    properties.insert("CodeReviewThreadType".to_owned(), kind.to_owned());
    Thread {
        id,
        published: Some(published),
        updated: Some(published),
        is_deleted: false,
        kind: Some(kind.to_owned()),
        properties,
        identities: BTreeMap::from([("1".to_owned(), identity("Grace"))]),
        comments: vec![
            json!({"id": 1, "commentType": "system", "content": kind, "publishedDate": published.to_string(),
                   "lastUpdatedDate": published.to_string()})
            .to_string(),
        ],
    }
}

/// A thread of a person, with these comments: id, created, last changed, deleted.
fn discussion(id: u64, comments: &[(u64, Timestamp, Timestamp, bool)]) -> Thread {
    let comments = comments.iter().map(|(id, published, updated, deleted)| {
        json!({"id": id, "commentType": "text", "author": {"id": "id-of-Ada", "displayName": "Ada"},
               "content": "Hello", "publishedDate": published.to_string(), "isDeleted": deleted,
               "lastUpdatedDate": updated.to_string(), "lastContentUpdatedDate": updated.to_string()})
        .to_string()
    });
    Thread {
        id,
        published: None,
        updated: None,
        is_deleted: false,
        kind: None,
        properties: BTreeMap::new(),
        identities: BTreeMap::new(),
        comments: comments.collect(),
    }
}

#[test]
fn a_probation_between_two_passes_is_noticed_by_a_late_success() {
    for (ended_after, found) in [(20, 1), (3, 0)] {
        let fixture = Fixture::watching(&["web"]);
        let mut organization = fixture.azure.lock();
        organization.open_pull_request("web", 7, at(-60));
        let by = [("CodeReviewVotedByIdentity", "1")];
        let (first, hidden) = (at(10), at(15));
        let votes = [(1, first), (2, hidden)].map(|(id, at)| system(id, "VoteUpdate", &by, at));
        organization.threads.insert(7, votes.to_vec());
        let kept = LoggedEvent::Whole(event(VOTE, 7, first, &organization.resource(7)));
        organization.deliver(VOTE, first, DeliveryResult::Succeeded, kept);
        organization.log[0].0.modified = Some(at(10 + ended_after));
        drop(organization);
        let report = fixture.pass(at(60));
        assert_eq!((report.reconstructed, report.failure), (found, None), "{ended_after}");
        if found == 1 {
            assert_eq!(fixture.take_events()[0]["time"], hidden.to_string());
        }
        assert_eq!(fixture.calls("threads"), usize::from(found == 1));
    }
}

#[test]
fn a_delivery_that_had_not_ended_at_the_last_look_shows_a_later_probation() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", 7, at(-60));
    let by = [("CodeReviewVotedByIdentity", "1")];
    let votes = [(1, at(10)), (2, at(20))].map(|(id, at)| system(id, "VoteUpdate", &by, at));
    organization.threads.insert(7, votes.to_vec());
    organization.deliver(VOTE, at(10), DeliveryResult::Pending, LoggedEvent::Pending);
    drop(organization);
    fixture.pass(at(12));
    let mut organization = fixture.azure.lock();
    let kept = event(VOTE, 7, at(10), &organization.resource(7));
    let (row, event) = &mut organization.log[0];
    (row.result, row.modified, *event) = (DeliveryResult::Succeeded, Some(at(31)), LoggedEvent::Whole(kept));
    drop(organization);
    assert_eq!(fixture.pass(at(40)).reconstructed, 1);
    assert_eq!(fixture.take_events()[0]["time"], at(20).to_string());
}

#[test]
fn a_reconstructed_closing_that_is_undone_is_not_reconstructed_again() {
    let fixture = on_probation();
    fixture.azure.lock().abandon(7, at(5));
    let thread = |at| system(1, "StatusUpdate", &[("CodeReviewStatus", "Abandoned")], at);
    fixture.azure.lock().threads.insert(7, vec![thread(at_second(5, 1))]);
    // A delivery that Azure DevOps may still make keeps the gap open.
    let pending = DeliveryResult::Pending;
    fixture.azure.lock().deliver(STATUS, at(2), pending, LoggedEvent::Pending);
    fixture.azure.lock().open_pull_request("web", 9, at(1));
    fixture.azure.lock().abandon(9, at(2));
    fixture.pass(at(20));
    assert_eq!(fields(&fixture.take_events(), "/number").iter().filter(|number| *number == "7").count(), 1);
    let mut organization = fixture.azure.lock();
    (organization.pull_requests[0].closed, organization.pull_requests[0].status) = (None, "active");
    drop(organization);
    fixture.pass(at(25));
    assert_eq!(fixture.take_events(), Vec::<serde_json::Value>::new());
}

/// Every subscription is on probation, and pull request 7 of `web` is active.
fn on_probation() -> Fixture {
    let fixture = Fixture::watching(&["web"]);
    for kind in SubscriptionKind::wanted(false) {
        fixture.set_status(kind, SubscriptionStatus::OnProbation);
    }
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    fixture
}

#[test]
fn votes_reviewers_commits_merges_and_statuses_of_a_probation_are_found() {
    let fixture = on_probation();
    let by = |name| vec![(name, "1")];
    let threads = vec![
        system(1, "VoteUpdate", &by("CodeReviewVotedByIdentity"), at(-5)),
        system(2, "VoteUpdate", &by("CodeReviewVotedByIdentity"), at(1)),
        system(3, "ReviewersUpdate", &by("CodeReviewReviewersUpdatedByIdentity"), at(2)),
        system(4, "RefUpdate", &by("CodeReviewRefUpdatedByIdentity"), at(3)),
        system(5, "MergeAttempt", &[], at(4)),
        system(6, "StatusUpdate", &[("CodeReviewStatus", "Abandoned")], at(5)),
        system(7, "StatusUpdate", &[("CodeReviewStatus", "Active")], at(6)),
        system(8, "IsDraftUpdate", &[("CodeReviewIsDraftNowSet", "True")], at(7)),
        system(9, "SomethingNew", &[], at(8)),
    ];
    fixture.azure.lock().threads.insert(7, threads);
    let report = fixture.pass(at(20));
    assert_eq!((report.failure.clone(), report.waiting), (None, 0), "{report:?}");
    let mut events = fixture.take_events();
    events.sort_by_key(|event| event["time"].to_string());
    assert_eq!(
        fields(&events, "/action"),
        [
            "voted",
            "null",
            "reviewers_changed",
            "source_updated",
            "merge_attempted",
            "abandoned",
            "reactivated",
            "drafted"
        ],
        "a vote is also a comment"
    );
    assert_eq!(fields(&events, "/comment/kind")[1], "system");
    assert_eq!(fields(&events, "/actor/displayName")[0], "Grace");
    assert!(fields(&events, "/azureDevOps/reconstructed").iter().all(|made| made == "true"));
    assert_eq!(fixture.calls("threads"), 1, "six subscriptions share one call");
    let ids: std::collections::BTreeSet<String> =
        events.iter().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.len(), events.len());
    assert_eq!(fixture.pass(at(25)).reconstructed, 0);
}

#[test]
fn comments_of_a_probation_are_found() {
    let fixture = on_probation();
    let comments = [
        (1, at(-5), at(-5), false),
        (2, at(1), at(1), false),
        (3, at(-5), at(2), false),
        (4, at(-5), at(3), true),
    ];
    fixture.azure.lock().threads.insert(7, vec![discussion(30, &comments)]);
    assert_eq!(fixture.pass(at(20)).failure, None);
    let mut events = fixture.take_events();
    events.sort_by_key(|event| event["time"].to_string());
    assert_eq!(fields(&events, "/comment/change"), ["created", "edited", "deleted"]);
    assert_eq!(fields(&events, "/comment/id"), ["2", "3", "4"]);
    assert_eq!(fields(&events, "/comment/threadId"), ["30", "30", "30"]);
    assert_eq!(fields(&events, "/pullRequest/number"), ["7", "7", "7"]);
    assert_eq!(fields(&events, "/repository/name"), ["web", "web", "web"]);
}

#[test]
fn a_closing_comes_once_from_list_and_thread() {
    let fixture = on_probation();
    fixture.azure.lock().abandon(7, at(1));
    let thread = system(1, "StatusUpdate", &[("CodeReviewStatus", "Abandoned")], at_second(1, 1));
    fixture.azure.lock().threads.insert(7, vec![thread]);
    fixture.pass(at(20));
    assert_eq!(fields(&fixture.take_events(), "/action"), ["abandoned"]);
}

#[test]
fn what_was_delivered_before_the_probation_does_not_come_again() {
    let fixture = on_probation();
    let vote = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
    let votes =
        [1, 2, 3].map(|minute| system(u64::try_from(minute).expect("small"), "VoteUpdate", &[], at(minute)));
    fixture.azure.lock().threads.insert(7, votes.to_vec());
    let resource = fixture.azure.lock().resource(7);
    let whole = LoggedEvent::Whole(event(vote, 1, at(1), &resource));
    fixture.azure.lock().deliver(vote, at_second(1, 1), DeliveryResult::Succeeded, whole.clone());
    fixture.azure.lock().deliver(vote, at_second(2, 1), DeliveryResult::Failed, whole);
    let comment = SubscriptionKind::PullRequestCommented;
    fixture.set_status(comment, SubscriptionStatus::Enabled);
    let report = fixture.pass(at(20));
    assert_eq!((report.replayed, report.reconstructed), (1, 1), "the second, and the third");
}

#[test]
fn calls_for_threads_are_bounded_and_the_next_pass_continues() {
    let fixture = on_probation();
    for number in 100..550 {
        fixture.azure.lock().open_pull_request("web", number, at(-60));
        let thread = system(1, "VoteUpdate", &[], at(1));
        fixture.azure.lock().threads.insert(number, vec![thread]);
    }
    let mut made = Vec::new();
    for pass in 0..4 {
        let report = fixture.pass(at(20 + 5 * pass));
        assert_eq!((report.failure, report.unfinished_gaps > 0), (None, pass < 2), "pass {pass}");
        assert!(fixture.calls("threads") <= 200);
        let votes = fixture.take_events().into_iter().filter(|event| event["data"]["action"] == "voted");
        made.push(votes.count());
    }
    assert_eq!(made, [200, 200, 50, 0]);
}

#[test]
fn a_pull_request_with_unreadable_threads_is_passed_over_and_read_later() {
    let fixture = on_probation();
    fixture.azure.lock().open_pull_request("web", 8, at(-60));
    for number in [7, 8] {
        fixture.azure.lock().threads.insert(number, vec![system(1, "RefUpdate", &[], at(1))]);
    }
    fixture.azure.lock().open_pull_request("web", 9, at(1));
    fixture.azure.refuse("threads of web/8", not_found());
    let report = fixture.pass(at(20));
    assert_eq!((report.failure, report.reconstructed), (None, 2));
    assert!(report.remains.join("\n").contains("repository web"), "{:?}", report.remains);
    let mut actions = fields(&fixture.take_events(), "/action");
    actions.sort();
    assert_eq!(actions, ["created", "source_updated"]);
    fixture.azure.refuse_nothing();
    fixture.pass(at(25));
    assert_eq!(fixture.calls("threads"), 0, "not again at once: it takes many calls");
    assert_eq!(fixture.pass(at(85)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["8"]);
}

#[test]
fn threads_are_not_read_on_suspicion() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    fixture.pass(at(60));
    assert_eq!(fixture.calls("threads"), 0, "only no pass for an hour");
    let vote = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
    fixture.azure.lock().subscription(vote).last_probation_retry = Some(at(90));
    fixture.azure.lock().threads.insert(7, vec![system(1, "VoteUpdate", &[], at(80))]);
    assert_eq!(fixture.pass(at(120)).reconstructed, 1, "a probation in between");
}
