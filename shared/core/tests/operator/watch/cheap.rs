//! What a gap costs, and how exact it is.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use jiff::SignedDuration;

use crate::fakes::contents::event;
use crate::fixture::{Fixture, at, at_second, fields};

const PUSH: SubscriptionKind = SubscriptionKind::Push;
const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;
const STATUS: SubscriptionKind = SubscriptionKind::PullRequestUpdated(ChangeKind::Status);

/// Twelve hours in which nobody looked: 4,000 pushes, and 500 pull requests that were created and abandoned, all
/// delivered a second later, except the push and the pull request with these numbers.
fn busy_half_day(missed_push: u64, missed_pull_request: u64) -> Fixture {
    let fixture = Fixture::watching(&["web", "api"]);
    let mut organization = fixture.azure.lock();
    let second = SignedDuration::from_secs(1);
    let repository = |number: u64| if number.is_multiple_of(2) { "web" } else { "api" };
    let succeeded = DeliveryResult::Succeeded;
    for number in 0..4000 {
        let time = at(0) + SignedDuration::from_secs(10 * i64::try_from(number).expect("small"));
        organization.push(repository(number), number, time);
        if number != missed_push {
            organization.deliver(PUSH, time + second, succeeded, LoggedEvent::Hidden);
        }
    }
    for number in 5000..5500 {
        let time = at(0) + SignedDuration::from_secs(80 * (i64::try_from(number).expect("small") - 5000));
        organization.open_pull_request(repository(number), number, time);
        let kept = LoggedEvent::Whole(event(CREATED, number, time, &organization.resource(number)));
        if number != missed_pull_request {
            organization.deliver(CREATED, time + second, succeeded, kept);
        }
        organization.abandon(number, time + second * 30);
        organization.deliver(STATUS, time + second * 31, succeeded, LoggedEvent::NotKept);
    }
    drop(organization);
    fixture
}

#[test]
fn a_gap_of_twelve_hours_costs_a_hundred_calls_at_most() {
    let fixture = busy_half_day(u64::MAX, u64::MAX);
    let report = fixture.pass(at(12 * 60));
    assert_eq!((report.reconstructed, report.waiting, report.failure), (0, 0, None));
    let calls = fixture.azure.lock().calls.len();
    assert!(calls <= 40, "{calls} calls");
    assert_eq!(fixture.calls("event"), 0, "no event is requested");
    assert_eq!(fixture.calls("threads"), 0);
}

#[test]
fn what_is_missing_among_thousands_of_deliveries_is_found() {
    let fixture = busy_half_day(1234, 5100);
    let report = fixture.pass(at(12 * 60));
    assert_eq!((report.reconstructed, report.failure), (2, None));
    let events = fixture.take_events();
    assert_eq!(fields(&events, "/pushId"), ["1234", "null"]);
    assert_eq!(fields(&events, "/number"), ["null", "5100"]);
    assert!(fixture.calls("event") <= 20, "{}", fixture.calls("event"));
}

#[test]
fn a_delivery_of_another_change_does_not_stand_for_a_missed_one() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    // The first was missed; the delivery of the second came soon after it.
    for (number, second) in [(7, 0), (8, 20)] {
        organization.open_pull_request("web", number, at_second(1, second));
    }
    let kept = LoggedEvent::Whole(event(CREATED, 8, at_second(1, 20), &organization.resource(8)));
    organization.deliver(CREATED, at_second(1, 45), DeliveryResult::Succeeded, kept);
    drop(organization);
    let report = fixture.pass(at(30));
    assert_eq!(report.reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
}

#[test]
fn deliveries_that_came_minutes_late_are_recognized_by_their_events() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    for number in [7, 8] {
        organization.open_pull_request("web", number, at_second(1, 0));
        let kept = LoggedEvent::Whole(event(CREATED, number, at(1), &organization.resource(number)));
        organization.deliver(CREATED, at(6), DeliveryResult::Succeeded, kept);
    }
    drop(organization);
    let report = fixture.pass(at(30));
    assert_eq!((report.reconstructed, report.failure), (0, None));
}

#[test]
fn passes_with_time_for_one_event_get_to_the_end() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    // The first was missed. Three deliveries may be its own, and each is that of another.
    organization.open_pull_request("web", 7, at_second(1, 0));
    for (number, second) in [(8, 10), (9, 20), (10, 30)] {
        organization.open_pull_request("web", number, at_second(1, second));
        let kept =
            LoggedEvent::Whole(event(CREATED, number, at_second(1, second), &organization.resource(number)));
        organization.deliver(CREATED, at_second(1, second + 8), DeliveryResult::Succeeded, kept);
    }
    drop(organization);
    // When a pass comes to the events, it has time for one of them.
    fixture.slow_down(SignedDuration::from_secs(21));
    let reports: Vec<_> = (0..10).map(|pass| fixture.pass(at(30 + 10 * pass))).collect();
    assert!(reports[0].failure.is_some(), "the first pass cannot do it all");
    assert_eq!(reports[9].failure, None);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
}

#[test]
fn late_deliveries_that_leave_many_doubts_are_each_read_once() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    // Each came 20 seconds late, and only its event shows whose it is. The first was missed.
    organization.open_pull_request("web", 1000, at(1));
    for number in 1001..1100 {
        let time = at_second(1, 20 * (i64::try_from(number).expect("small") - 1000));
        organization.open_pull_request("web", number, time);
        let kept = LoggedEvent::Whole(event(CREATED, number, time, &organization.resource(number)));
        let delivered = time + SignedDuration::from_secs(20);
        organization.deliver(CREATED, delivered, DeliveryResult::Succeeded, kept);
    }
    drop(organization);
    assert_eq!(fixture.pass(at(50)).failure, None);
    assert!(fixture.calls("event") <= 100, "{}", fixture.calls("event"));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["1000"]);
}

#[test]
fn nobody_may_have_looked_for_more_than_17_minutes() {
    for (minutes, looks) in [(16, 0), (18, 1)] {
        let fixture = Fixture::watching(&["web"]);
        fixture.pass(at(minutes));
        assert_eq!(fixture.calls("pushes"), looks, "after {minutes} minutes");
    }
}

#[test]
fn a_gap_that_a_late_failure_opens_again_queues_nothing_twice() {
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    let delivery = |organization: &mut crate::fakes::organization::Organization, number, time, result| {
        let push = organization.push("web", number, time);
        let resource = serde_json::from_str(&push).expect("JSON");
        let kept = LoggedEvent::Whole(event(PUSH, number, time, &resource));
        organization.deliver(PUSH, time, result, kept)
    };
    // The first fails and puts the subscription on probation, in which the others are not told, but for one that is retried.
    delivery(&mut organization, 1, at(1), DeliveryResult::Failed);
    let retried = delivery(&mut organization, 2, at(2), DeliveryResult::Pending);
    organization.push("web", 3, at(3));
    drop(organization);
    fixture.pass(at(5));
    let failed = fixture.azure.lock().log.iter_mut().find(|(row, _)| row.notification_id == retried).map(
        |(row, _)| {
            row.result = DeliveryResult::Failed;
        },
    );
    assert!(failed.is_some());
    for minutes in [15, 25] {
        fixture.pass(at(minutes));
    }
    let mut pushes = fields(&fixture.take_events(), "/pushId");
    pushes.sort();
    assert_eq!(pushes, ["1", "2", "3"]);
}
