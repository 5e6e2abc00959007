//! Events that the log does not show are made from lists, threads and pull requests, or named.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedDelivery, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use jiff::SignedDuration;
use serde_json::Value;

use crate::fakes::contents::{event, event_id};
use crate::fakes::organization::{forbidden, identity};
use crate::fixture::{Fixture, at, at_second, fields};

const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;
const STATUS: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Status);
const VOTE: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Vote);

/// A pull request whose delivery failed a second after it was created.
fn with_failed_delivery(result: DeliveryResult, kept: LoggedEvent) -> Fixture {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(1));
    fixture.azure.lock().deliver(CREATED, at_second(1, 1), result, kept);
    fixture
}

#[test]
fn hidden_events_are_reconstructed_and_named_once() {
    let fixture = with_failed_delivery(DeliveryResult::Failed, LoggedEvent::Hidden);
    fixture.azure.lock().subscription(CREATED).created_by = Some(identity("Grace"));
    let report = fixture.pass(at(5));
    assert_eq!((report.missed, report.reconstructed, report.failure), (1, 1, None));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
    let [sentence] = report.remains.as_slice() else { panic!("{:?}", report.remains) };
    assert!(sentence.contains("Grace") && sentence.contains("Connect as their creator"), "{sentence}");
    for minutes in [10, 15, 20] {
        let report = fixture.pass(at(minutes));
        assert_eq!((report.reconstructed, report.remains), (0, Vec::new()), "at {minutes}");
    }
}

#[test]
fn an_event_that_is_not_kept_is_reconstructed() {
    let fixture = with_failed_delivery(DeliveryResult::Failed, LoggedEvent::NotKept);
    let report = fixture.pass(at(5));
    assert_eq!((report.missed, report.reconstructed, report.remains), (1, 1, Vec::new()));
}

#[test]
fn an_event_that_nothing_shows_is_named_with_the_reason() {
    for (kept, reason) in [
        (LoggedEvent::NotKept, "did not keep"),
        (LoggedEvent::Hidden, "hides"),
        (LoggedEvent::WithoutContent("{}".to_owned()), "without the content"),
    ] {
        let fixture = Fixture::watching(&["web"]);
        fixture.azure.lock().deliver(VOTE, at(1), DeliveryResult::Failed, kept);
        let report = fixture.pass(at(5));
        let remains = report.remains.join("\n");
        assert!(remains.contains(reason) && remains.contains("no list or thread"), "{remains}");
        assert_eq!(fixture.pass(at(10)).remains, Vec::<String>::new(), "once");
    }
}

#[test]
fn an_event_kept_without_its_content_is_made_from_the_pull_request() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().open_pull_request("web", 7, at(-60));
    let content = Value::from("Resource details not shown in history due to size limitation");
    let kept = LoggedEvent::WithoutContent(event(VOTE, 1, at(1), &content));
    fixture.azure.lock().deliver(VOTE, at(1), DeliveryResult::Failed, kept);
    let report = fixture.pass(at(5));
    assert_eq!((report.missed, report.replayed, report.remains), (1, 1, Vec::new()));
    let events = fixture.take_events();
    assert_eq!(fields(&events, "/number"), ["7"], "the title names another one");
    assert_eq!(fields(&events, "/action"), ["voted"]);
    assert_eq!(fields(&events, "/azureDevOps/eventId"), [event_id(1)], "it has the id of the delivery");
}

#[test]
fn an_event_hidden_before_its_delivery_fails_is_found_in_the_list() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(CREATED, SubscriptionStatus::OnProbation);
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", 7, at(1));
    let kept = LoggedEvent::Whole(event(CREATED, 7, at(1), &organization.resource(7)));
    organization.deliver(CREATED, at(1), DeliveryResult::Pending, kept);
    drop(organization);
    assert_eq!(fixture.pass(at(5)).reconstructed, 0, "it is retried");
    let mut organization = fixture.azure.lock();
    organization.log[0].0.result = DeliveryResult::Failed;
    organization.log[0].1 = LoggedEvent::Hidden;
    drop(organization);
    assert_eq!(fixture.pass(at(10)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
}

#[test]
fn a_hidden_delivery_is_that_of_the_change_before_it_rather_than_after_it() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    let (first, second) = (at_second(1, 0), at_second(1, 0) + SignedDuration::from_millis(600));
    for (number, time, result) in [(7, first, DeliveryResult::Succeeded), (8, second, DeliveryResult::Failed)]
    {
        organization.open_pull_request("web", number, time);
        organization.deliver(CREATED, time, result, LoggedEvent::Hidden);
    }
    drop(organization);
    assert_eq!(fixture.pass(at(20)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["8"]);
}

#[test]
fn an_event_made_from_the_pull_request_does_not_come_again_from_a_list() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", 7, at(-60));
    organization.abandon(7, at(1));
    let content = Value::from("Resource details not shown in history due to size limitation");
    let kept = LoggedEvent::WithoutContent(event(STATUS, 1, at(1), &content));
    organization.deliver(STATUS, at(1), DeliveryResult::Failed, kept);
    drop(organization);
    for (minutes, replayed) in [(5, 1), (15, 0)] {
        let report = fixture.pass(at(minutes));
        assert_eq!((report.replayed, report.reconstructed, report.waiting), (replayed, 0, 0));
    }
    assert_eq!(fields(&fixture.take_events(), "/azureDevOps/eventId"), [event_id(1)]);
}

#[test]
fn a_pending_delivery_of_a_foreign_subscription_waits_for_ten_minutes() {
    let fixture = with_failed_delivery(DeliveryResult::Pending, LoggedEvent::Pending);
    fixture.azure.lock().subscription(CREATED).created_by = Some(identity("Grace"));
    assert_eq!(fixture.pass(at(5)).reconstructed, 0);
    assert_eq!(fixture.pass(at(12)).reconstructed, 1);
    assert_eq!(fixture.take_events().len(), 1);
}

#[test]
fn a_pending_delivery_may_be_that_of_any_change_of_its_time() {
    let fixture = with_failed_delivery(DeliveryResult::Pending, LoggedEvent::Pending);
    let resource = {
        let mut organization = fixture.azure.lock();
        organization.open_pull_request("web", 6, at(1));
        organization.resource(7)
    };
    let report = fixture.pass(at(30));
    assert_eq!(
        (report.reconstructed, report.waiting),
        (0, 2),
        "either may be the one that was not delivered"
    );
    let row = fixture.azure.lock().log.pop().expect("a delivery").0;
    let ended = LoggedDelivery { result: DeliveryResult::Succeeded, ..row };
    fixture.azure.lock().log.push((ended, LoggedEvent::Whole(event(CREATED, 1, at(1), &resource))));
    assert_eq!(fixture.pass(at(35)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["6"]);
}

#[test]
fn a_pending_delivery_waits_for_no_more_than_37_hours() {
    let fixture = with_failed_delivery(DeliveryResult::Pending, LoggedEvent::Pending);
    for minutes in (5..36 * 60).step_by(60) {
        assert_eq!(fixture.pass(at(minutes)).reconstructed, 0, "at {minutes}");
    }
    let made: u64 =
        (37 * 60 + 2..39 * 60).step_by(30).map(|minutes| fixture.pass(at(minutes)).reconstructed).sum();
    assert_eq!((made, fixture.take_events().len()), (1, 1));
}

#[test]
fn a_hidden_event_in_a_repository_that_refuses_is_not_forgotten() {
    let fixture = with_failed_delivery(DeliveryResult::Failed, LoggedEvent::Hidden);
    fixture.azure.refuse("Created pull requests", forbidden());
    assert_eq!(fixture.pass(at(5)).reconstructed, 0);
    fixture.azure.refuse_nothing();
    assert_eq!(fixture.pass(at(30)).reconstructed, 1);
}
