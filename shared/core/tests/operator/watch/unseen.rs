//! Subscriptions that the token's owner may not view for a time.

use hookpost_core::azure_devops::catalog::SubscriptionRights;
use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use hookpost_core::watch::report::IntegrationReport;

use crate::fakes::contents::event;
use crate::fixture::{Fixture, at, at_second, fields};

const CREATED: SubscriptionKind = SubscriptionKind::PullRequestCreated;

/// Takes "View subscriptions" away from the owner.
fn hide(fixture: &Fixture) -> Vec<ExistingSubscription> {
    let mut organization = fixture.azure.lock();
    organization.permissions.insert(None, SubscriptionRights { view: false, edit: true });
    std::mem::take(&mut organization.subscriptions)
}

/// Gives the permission back, and runs a pass.
fn show(fixture: &Fixture, subscriptions: Vec<ExistingSubscription>, minutes: i64) -> IntegrationReport {
    {
        let mut organization = fixture.azure.lock();
        organization.permissions.clear();
        organization.subscriptions = subscriptions;
    }
    fixture.pass(at(minutes))
}

/// A pull request that was delivered.
fn deliver(fixture: &Fixture, number: u64, minutes: i64) {
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", number, at(minutes));
    let resource = organization.resource(number);
    let whole = LoggedEvent::Whole(event(CREATED, number, at(minutes), &resource));
    organization.deliver(CREATED, at_second(minutes, 1), DeliveryResult::Succeeded, whole);
}

#[test]
fn what_subscriptions_deliver_unseen_is_not_doubled() {
    let fixture = Fixture::watching(&["web"]);
    deliver(&fixture, 7, 2);
    let subscriptions = hide(&fixture);
    for minutes in [15, 30] {
        let report = fixture.pass(at(minutes));
        assert_eq!((report.failure, report.reconstructed), (None, 0), "at {minutes}");
    }
    show(&fixture, subscriptions, 45);
    assert!(fixture.take_events().is_empty());
}

#[test]
fn an_open_gap_is_not_filled_while_the_log_is_unseen() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(CREATED, SubscriptionStatus::OnProbation);
    // The pass heals, and leaves what may still be delivered to the next one.
    fixture.azure.lock().open_pull_request("web", 6, at(4));
    fixture.pass(at(5));
    deliver(&fixture, 7, 6);
    let subscriptions = hide(&fixture);
    fixture.pass(at(30));
    assert!(fixture.take_events().is_empty());
    show(&fixture, subscriptions, 45);
    assert_eq!(fields(&fixture.take_events(), "/number"), ["6"]);
}

#[test]
fn what_was_missed_unseen_is_brought_in_once() {
    let fixture = Fixture::watching(&["web"]);
    deliver(&fixture, 7, 2);
    let mut subscriptions = hide(&fixture);
    fixture.azure.lock().open_pull_request("web", 8, at(3));
    for minutes in [15, 30] {
        fixture.pass(at(minutes));
    }
    for subscription in &mut subscriptions {
        subscription.status = SubscriptionStatus::OnProbation;
    }
    let report = show(&fixture, subscriptions, 45);
    assert_eq!((report.failure, report.healed, report.reconstructed), (None, 8, 1));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["8"]);
    assert_eq!(fixture.pass(at(50)).reconstructed, 0);
}
