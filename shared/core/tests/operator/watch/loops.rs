//! A repository, log, delivery or subscription that fails is named and passed over.

use hookpost_core::azure_devops::catalog::SubscriptionRights;
use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::fakes::contents::event;
use crate::fakes::organization::{forbidden, not_found, unavailable};
use crate::fixture::{Fixture, at, fields};

const PUSH: SubscriptionKind = SubscriptionKind::Push;

#[test]
fn a_repository_that_refuses_keeps_its_part_of_the_gap() {
    let fixture = Fixture::watching(&["web", "api", "docs"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    for (number, repository) in ["web", "api", "docs"].into_iter().enumerate() {
        fixture.azure.lock().push(repository, number as u64 + 1, at(2));
    }
    fixture.azure.refuse("pushes web", forbidden());
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.reconstructed), (None, 2));
    let remains = report.remains.join("\n");
    assert!(remains.contains("repository web") && remains.contains("GenericRead"), "{remains}");
    let mut names = fields(&fixture.take_events(), "/repository/name");
    names.sort();
    assert_eq!(names, ["api", "docs"]);
    for minutes in [10, 15] {
        let report = fixture.pass(at(minutes));
        assert_eq!((report.failure, report.reconstructed), (None, 0), "at {minutes}");
        assert!(report.remains.join("\n").contains("repository web"), "{:?}", report.remains);
        assert_eq!(fixture.calls("pushes"), 1, "the others are done");
    }
    fixture.azure.refuse_nothing();
    assert_eq!(fixture.pass(at(20)).reconstructed, 1);
    assert_eq!(fields(&fixture.take_events(), "/repository/name"), ["web"]);
    fixture.pass(at(25));
    assert_eq!(fixture.calls("pushes"), 0, "nothing is left");
}

#[test]
fn an_outage_ends_the_loop_over_repositories_and_loses_nothing() {
    let names: Vec<String> = (0..40).map(|number| format!("r{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let fixture = Fixture::watching(&names);
    fixture.set_status(PUSH, SubscriptionStatus::OnProbation);
    fixture.azure.lock().push("r7", 1, at(2));
    fixture.azure.refuse("pushes", unavailable());
    assert!(fixture.pass(at(5)).failure.is_some());
    assert_eq!(fixture.calls("pushes"), 2, "two repositories in a row are enough");
    fixture.azure.refuse_nothing();
    let report = fixture.pass(at(10));
    assert_eq!((report.failure, report.reconstructed), (None, 1));
}

#[test]
fn a_log_that_refuses_is_named_and_the_others_are_replayed() {
    let fixture = Fixture::watching(&["web"]);
    let resource = {
        let mut organization = fixture.azure.lock();
        organization.open_pull_request("web", 7, at(1));
        organization.resource(7)
    };
    let created = SubscriptionKind::PullRequestCreated;
    let kept = LoggedEvent::Whole(event(created, 1, at(1), &resource));
    fixture.azure.lock().deliver(created, at(1), DeliveryResult::Failed, kept);
    let refused = fixture.azure.lock().subscription(SubscriptionKind::PullRequestMerged).id.clone();
    fixture.azure.refuse(format!(",{refused},"), unavailable());
    fixture.azure.refuse(format!("deliveries {refused}"), forbidden());
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.replayed), (None, 1));
    let remains = report.remains.join("\n");
    assert!(remains.contains(&format!("the log of subscription {refused} could not be read")), "{remains}");
    let report = fixture.pass(at(10));
    assert_eq!((report.missed, report.failure), (0, None), "nothing is replayed twice");
    assert_eq!(fixture.take_events().len(), 1);
}

#[test]
fn a_delivery_that_cannot_be_read_is_named_and_read_by_a_later_pass() {
    let fixture = Fixture::watching(&["web"]);
    let mut numbers = Vec::new();
    for number in [7, 8] {
        let mut organization = fixture.azure.lock();
        organization.open_pull_request("web", number, at(1));
        let resource = organization.resource(number);
        let created = SubscriptionKind::PullRequestCreated;
        let kept = LoggedEvent::Whole(event(created, number, at(1), &resource));
        numbers.push(organization.deliver(created, at(1), DeliveryResult::Failed, kept));
    }
    fixture.azure.refuse(format!("/{}", numbers[0]), not_found());
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.replayed), (None, 1));
    assert!(report.remains.join("\n").contains("delivery 1 of"), "{:?}", report.remains);
    fixture.azure.refuse_nothing();
    assert_eq!(fixture.pass(at(10)).replayed, 1);
    let mut replayed = fields(&fixture.take_events(), "/number");
    replayed.sort();
    assert_eq!(replayed, ["7", "8"]);
}

#[test]
fn a_subscription_that_cannot_be_healed_is_named_and_others_are_healed() {
    let fixture = Fixture::watching(&["web"]);
    for kind in [PUSH, SubscriptionKind::PullRequestCreated, SubscriptionKind::PullRequestMerged] {
        fixture.set_status(kind, SubscriptionStatus::OnProbation);
    }
    let (first, second) = {
        let mut organization = fixture.azure.lock();
        let [first, second] = [PUSH, SubscriptionKind::PullRequestCreated]
            .map(|kind| organization.subscription(kind).id.clone());
        organization.refuse(format!("replace {first}"), unavailable());
        organization.refuse(format!("replace {second}"), forbidden());
        organization.refuse("create", forbidden());
        (first, second)
    };
    let report = fixture.pass(at(5));
    assert_eq!(
        (report.failure.clone(), report.found_not_delivering, report.healed),
        (None, 3, 1),
        "{report:?}"
    );
    assert_eq!(report.remains.iter().filter(|sentence| sentence.starts_with("could not update")).count(), 2);
    assert_eq!(fixture.calls(&format!("replace {first}")), 1);
    assert_eq!(fixture.calls(&format!("replace {second}")), 1);
}

#[test]
fn nothing_is_created_where_subscriptions_are_hidden() {
    let fixture = Fixture::watching(&["web"]);
    fixture.azure.lock().subscriptions.clear();
    fixture.azure.lock().permissions.insert(None, SubscriptionRights { view: false, edit: true });
    let report = fixture.pass(at(5));
    assert_eq!((report.failure, report.healed, fixture.calls("create")), (None, 0, 0));
    assert!(report.remains.join("\n").contains("View subscriptions"), "{:?}", report.remains);
}

#[test]
fn a_superseded_subscription_that_cannot_be_deleted_is_named() {
    let fixture = Fixture::watching(&["web"]);
    let kinds = [PUSH, SubscriptionKind::PullRequestCreated];
    let ids = kinds.map(|kind| fixture.azure.lock().subscription(kind).id.clone());
    for kind in kinds {
        fixture.set_status(kind, SubscriptionStatus::DisabledByInactiveIdentity);
    }
    assert_eq!(fixture.pass(at(5)).healed, 2);
    fixture.azure.refuse(format!("delete {}", ids[0]), forbidden());
    let report = fixture.pass(at(20));
    assert!(
        report.remains.join("\n").contains(&format!("could not delete subscription {}", ids[0])),
        "{report:?}"
    );
    let left: Vec<String> =
        fixture.azure.lock().subscriptions.iter().map(|existing| existing.id.clone()).collect();
    assert!(left.contains(&ids[0]) && !left.contains(&ids[1]), "{left:?}");
}
