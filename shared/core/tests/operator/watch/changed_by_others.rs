//! What subscriptions missed until `setup` made them deliver again, and what nobody looked for during more than a week.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use crate::fakes::contents::event;
use crate::fakes::organization::{forbidden, unavailable};
use crate::fixture::{Fixture, at, at_second, fields};

const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;

/// Connects again at this time.
fn connect_at(fixture: &Fixture, minutes: i64) {
    fixture.azure.lock().began = at(minutes);
    fixture.azure.lock().calls.clear();
    fixture.connect(&json!("all"));
}

#[test]
fn what_was_missed_since_the_owner_left_is_brought_in_after_connect() {
    let fixture = Fixture::watching(&["web"]);
    fixture.pass(at(5));
    for existing in &mut fixture.azure.lock().subscriptions {
        existing.status = SubscriptionStatus::DisabledByInactiveIdentity;
    }
    fixture.azure.lock().open_pull_request("web", 7, at(7));
    connect_at(&fixture, 8);
    let report = fixture.pass(at(30));
    assert_eq!((report.failure, report.reconstructed), (None, 1));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
    assert_eq!(fixture.pass(at(35)).reconstructed, 0);
}

#[test]
fn what_was_missed_until_connect_healed_in_place_of_watch_is_brought_in() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(CREATED, SubscriptionStatus::DisabledBySystem);
    fixture.azure.refuse("replace", forbidden());
    fixture.azure.refuse("create", forbidden());
    for minutes in [5, 20, 30] {
        fixture.pass(at(minutes));
    }
    fixture.azure.lock().open_pull_request("web", 7, at(32));
    fixture.azure.refuse_nothing();
    connect_at(&fixture, 33);
    assert_eq!(fixture.pass(at(45)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["7"]);
}

#[test]
fn what_was_delivered_before_the_log_began_does_not_come_again() {
    const DAY: i64 = 24 * 60;
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    for (number, minutes) in [(7, 10), (8, 8 * DAY)] {
        organization.open_pull_request("web", number, at(minutes));
        let kept = LoggedEvent::Whole(event(CREATED, number, at(minutes), &organization.resource(number)));
        organization.deliver(CREATED, at_second(minutes, 1), DeliveryResult::Succeeded, kept);
    }
    // Azure DevOps has forgotten the first delivery.
    organization.log.remove(0);
    organization.open_pull_request("web", 9, at(8 * DAY + 10));
    drop(organization);
    let report = fixture.pass(at(9 * DAY));
    assert_eq!((report.failure, report.reconstructed), (None, 1));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["9"]);
}

#[test]
fn the_log_of_the_first_subscription_keeps_nobody_elses_from_being_read() {
    let fixture = Fixture::watching(&["web"]);
    let first = fixture.azure.lock().subscriptions[0].id.clone();
    fixture.azure.refuse(format!("deliveries {first}"), unavailable());
    fixture.set_status(CREATED, SubscriptionStatus::OnProbation);
    fixture.azure.lock().open_pull_request("web", 7, at(2));
    let report = fixture.pass(at(15));
    assert_eq!((report.failure, report.reconstructed), (None, 1));
    assert!(report.remains.join("\n").contains(&first), "{:?}", report.remains);
}
