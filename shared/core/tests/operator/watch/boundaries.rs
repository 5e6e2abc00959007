//! The delivery of a change that `watch` has not listed is not mistaken for that of a change that was lost.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use jiff::Timestamp;

use crate::fakes::contents::event;
use crate::fakes::organization::{forbidden, unavailable};
use crate::fixture::{Fixture, at, at_second, fields, request, with};
use crate::watch::threads::system;

const PUSH: SubscriptionKind = SubscriptionKind::Push;
const VOTE: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);
const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;

/// Pull request 7 of `web` is active, and the subscription to votes has been on probation since `at(0)`.
fn without_votes() -> Fixture {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    fixture.set_status(VOTE, SubscriptionStatus::OnProbation);
    fixture
}

/// Somebody votes on pull request 7.
fn vote(fixture: &Fixture, time: Timestamp) {
    let mut organization = fixture.azure.lock();
    let threads = organization.threads.entry(7).or_default();
    let number = threads.len() as u64 + 1;
    threads.push(system(number, "VoteUpdate", &[("CodeReviewVotedByIdentity", "1")], time));
}

/// The log shows the delivery of a vote on pull request 7.
fn deliver_vote(fixture: &Fixture, time: Timestamp) {
    let mut organization = fixture.azure.lock();
    let kept = LoggedEvent::Whole(event(VOTE, 1, time, &organization.resource(7)));
    organization.deliver(VOTE, time, DeliveryResult::Succeeded, kept);
}

#[track_caller]
fn assert_found(fixture: &Fixture, time: Timestamp) {
    let events = fixture.take_events();
    let times: Vec<&str> = events.iter().filter_map(|event| event["time"].as_str()).collect();
    assert_eq!(times, [time.to_string()]);
}

#[test]
fn a_vote_after_the_end_of_a_gap_is_not_the_lost_one_before_it() {
    let fixture = without_votes();
    vote(&fixture, at(15));
    // The gap ends with the pass that enables the subscription, and the next pass fills it.
    fixture.azure.refuse("threads of", unavailable());
    fixture.azure.refuse("pull requests of", unavailable());
    fixture.pass(at(20));
    fixture.azure.refuse_nothing();
    vote(&fixture, at(22));
    deliver_vote(&fixture, at(22));
    for minutes in [25, 30, 90] {
        assert_eq!(fixture.pass(at(minutes)).failure, None);
    }
    assert_found(&fixture, at(15));
}

#[test]
fn a_vote_after_an_unreadable_repository_is_not_the_lost_one_before_it() {
    let fixture = without_votes();
    vote(&fixture, at(15));
    fixture.azure.refuse("threads of", forbidden());
    fixture.pass(at(20));
    fixture.azure.refuse_nothing();
    vote(&fixture, at(22));
    deliver_vote(&fixture, at(22));
    for minutes in [25, 85] {
        assert_eq!(fixture.pass(at(minutes)).failure, None);
    }
    assert_found(&fixture, at(15));
}

#[test]
fn a_push_right_after_the_end_of_a_gap_is_not_the_lost_one_before() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::OnProbation);
    fixture.azure.lock().push("web", 1, at_second(19, 58));
    fixture.azure.lock().push("web", 2, at_second(20, 1));
    fixture.azure.lock().deliver(PUSH, at_second(20, 2), DeliveryResult::Succeeded, LoggedEvent::NotKept);
    for minutes in [20, 25] {
        assert_eq!(fixture.pass(at(minutes)).failure, None);
    }
    assert_eq!(fields(&fixture.take_events(), "/pushId"), ["1"]);
}

#[test]
fn a_push_right_after_a_part_of_a_long_list_is_not_the_lost_one_before() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::OnProbation);
    let mut organization = fixture.azure.lock();
    // 5,000 pushes are listed at a time. The last one before the end of the first part is lost.
    organization.push("web", 9999, at_second(1, 3 * 4999 - 1));
    for number in 0..5005_u64 {
        let time = at_second(1, 3 * i64::try_from(number).expect("small"));
        organization.push("web", number, time);
        organization.deliver(PUSH, time, DeliveryResult::Succeeded, LoggedEvent::NotKept);
    }
    drop(organization);
    assert_eq!(fixture.pass(at(300)).failure, None);
    assert_eq!(fields(&fixture.take_events(), "/pushId"), ["9999"]);
}

#[test]
fn a_replay_does_not_take_a_later_vote_for_the_failed_one() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    for minutes in [10, 15] {
        vote(&fixture, at(minutes));
    }
    fixture.azure.lock().deliver(VOTE, at(10), DeliveryResult::Failed, LoggedEvent::NotKept);
    deliver_vote(&fixture, at(15));
    fixture.azure.lock().began = at(30);
    fixture.report(&with(request("replay"), "from", at(0).to_string()));
    let events = fixture.take_replayed();
    assert_eq!(events.iter().map(|event| event["time"].clone()).collect::<Vec<_>>(), [at(10).to_string()]);
}

#[test]
fn a_vote_on_a_pull_request_that_is_closed_during_the_pass_is_found() {
    let fixture = without_votes();
    vote(&fixture, at(5));
    fixture.azure.lock().abandon(7, at_second(20, 5));
    assert_eq!(fixture.pass(at(20)).failure, None);
    assert_found(&fixture, at(5));
}

#[test]
fn a_delivery_after_the_threads_were_read_is_not_that_of_an_earlier_vote() {
    let fixture = without_votes();
    vote(&fixture, at(15));
    deliver_vote(&fixture, at_second(20, 30));
    assert_eq!(fixture.pass(at(20)).failure, None);
    vote(&fixture, at_second(20, 30));
    assert_eq!(fixture.pass(at(25)).failure, None);
    assert_found(&fixture, at(15));
}

#[test]
fn a_delivery_after_the_threads_were_read_is_not_the_one_that_failed() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    vote(&fixture, at(10));
    fixture.azure.lock().deliver(VOTE, at(10), DeliveryResult::Failed, LoggedEvent::NotKept);
    deliver_vote(&fixture, at_second(15, 30));
    fixture.azure.lock().began = at(15);
    fixture.report(&with(request("replay"), "from", at(0).to_string()));
    let events = fixture.take_replayed();
    assert_eq!(events.iter().map(|event| event["time"].clone()).collect::<Vec<_>>(), [at(10).to_string()]);
}

#[test]
fn a_hidden_delivery_may_be_that_of_a_repository_that_cannot_be_read() {
    let fixture = Fixture::watching(&["web", "api"]);
    fixture.set_status(CREATED, SubscriptionStatus::OnProbation);
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", 7, at(1));
    organization.deliver(CREATED, at_second(1, 30), DeliveryResult::Succeeded, LoggedEvent::Hidden);
    organization.refuse("pull requests of project", forbidden());
    organization.refuse("Created pull requests of api", forbidden());
    drop(organization);
    fixture.pass(at(20));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
}

#[test]
fn a_hidden_delivery_may_be_of_a_pull_request_with_unread_threads() {
    let fixture = without_votes();
    let mut organization = fixture.azure.lock();
    for number in 8..300 {
        organization.open_pull_request("web", number, at(-60));
    }
    organization.threads.insert(299, vec![system(1, "VoteUpdate", &[], at(1))]);
    organization.threads.insert(8, vec![system(1, "VoteUpdate", &[], at_second(1, 30))]);
    organization.deliver(VOTE, at_second(1, 30), DeliveryResult::Succeeded, LoggedEvent::Hidden);
    drop(organization);
    for minutes in [20, 25] {
        assert_eq!(fixture.pass(at(minutes)).failure, None);
    }
    assert_eq!(fields(&fixture.take_events(), "/number"), ["299"]);
}
