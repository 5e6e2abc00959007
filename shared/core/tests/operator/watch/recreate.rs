//! A dead subscription is recreated whatever Azure DevOps answers to the attempt to enable it.

use std::time::Duration;

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::subscriptions::kind::SubscriptionKind;

use crate::fakes::organization::{forbidden, not_found, unavailable};
use crate::fakes::subscriptions::{ReEnable, subscription_id};
use crate::fixture::{Fixture, at, fields};

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// The ids and the status of the subscriptions to pushes.
fn pushes(fixture: &Fixture) -> Vec<(String, SubscriptionStatus)> {
    let organization = fixture.azure.lock();
    let of_kind = organization.subscriptions.iter().filter(|existing| existing.kind() == Some(PUSH));
    of_kind.map(|existing| (existing.id.clone(), existing.status.clone())).collect()
}

#[test]
fn a_dead_subscription_is_recreated_whatever_azure_devops_answers() {
    for re_enable in [
        ReEnable::Ignores,
        ReEnable::Fails(unavailable()),
        ReEnable::Fails(forbidden()),
        ReEnable::Fails(RestError::Rejected { status: 400, message: String::new() }),
        ReEnable::Fails(not_found()),
        ReEnable::Fails(RestError::Unreachable { detail: "timed out".to_owned() }),
    ] {
        let fixture = Fixture::watching(&["web"]);
        fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
        fixture.azure.lock().re_enable = re_enable.clone();
        let report = fixture.pass(at(5));
        assert_eq!((report.failure, report.healed), (None, 1), "{re_enable:?}");
        let done = &report.done[0];
        assert!(done.ends_with(&format!("recreated as {}", subscription_id(9))), "{re_enable:?}: {done}");
        assert_eq!(pushes(&fixture).len(), 2, "the old one stays for its log: {re_enable:?}");
        fixture.pass(at(10));
        let left = pushes(&fixture);
        assert!(matches!(left.as_slice(), [(_, SubscriptionStatus::Enabled)]), "{re_enable:?}: {left:?}");
        assert_eq!(fixture.pass(at(15)).found_not_delivering, 0, "{re_enable:?}");
    }
}

#[test]
fn an_attempt_that_took_effect_in_spite_of_an_error_leaves_one() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    fixture.azure.lock().re_enable = ReEnable::FailsAfterwards(unavailable());
    let report = fixture.pass(at(5));
    assert_eq!((report.healed, fixture.calls("create")), (1, 0));
    assert_eq!(pushes(&fixture), [(subscription_id(1), SubscriptionStatus::Enabled)]);
}

#[test]
fn an_old_subscription_that_comes_back_later_is_deleted() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    fixture.azure.lock().re_enable = ReEnable::Fails(unavailable());
    fixture.pass(at(5));
    fixture.set_status(PUSH, SubscriptionStatus::Enabled);
    fixture.pass(at(10));
    assert_eq!(pushes(&fixture), [(subscription_id(9), SubscriptionStatus::Enabled)]);
}

#[test]
fn an_old_subscription_keeps_its_log_until_the_state_is_stored() {
    let created = SubscriptionKind::PullRequestCreated;
    let fixture = Fixture::watching(&["web"]);
    let mut organization = fixture.azure.lock();
    organization.open_pull_request("web", 7, at(1));
    organization.deliver(created, at(1), DeliveryResult::Succeeded, LoggedEvent::NotKept);
    organization.open_pull_request("web", 8, at(2));
    let old = organization.subscription(created).id.clone();
    organization.find(&old).expect("the old one").status = SubscriptionStatus::DisabledBySystem;
    organization.re_enable = ReEnable::Ignores;
    drop(organization);
    fixture.azure.refuse("deliveries", unavailable());
    assert_eq!(fixture.pass(at(5)).healed, 1, "the gap stays open");
    fixture.azure.refuse_nothing();
    fixture.pass_without_store(at(20));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["8"]);
    fixture.pass(at(30));
    assert_eq!(fields(&fixture.take_events(), "/number"), ["8"], "7 was delivered before");
    assert!(fixture.azure.lock().find(&old).is_err(), "it is deleted once the state is stored");
}

#[test]
fn a_second_unanswered_attempt_recreates_a_subscription_on_probation() {
    let fixture = Fixture::watching(&["web"]);
    fixture.set_status(PUSH, SubscriptionStatus::OnProbation);
    fixture.azure.lock().re_enable = ReEnable::Fails(unavailable());
    let report = fixture.pass(at(5));
    assert_eq!((report.healed, fixture.calls("create")), (0, 0), "it may come back by itself");
    let report = fixture.pass(at(10));
    assert_eq!((report.healed, fixture.calls("create")), (1, 1));
}

#[test]
fn an_attempt_that_was_answered_does_not_count_as_one_without_an_answer() {
    for answer in [
        RestError::Unauthorized { message: String::new() },
        RestError::RateLimited { retry_after: Duration::from_secs(60) },
    ] {
        let fixture = Fixture::watching(&["web"]);
        fixture.set_status(PUSH, SubscriptionStatus::OnProbation);
        fixture.azure.lock().re_enable = ReEnable::Fails(answer.clone());
        assert!(fixture.pass(at(5)).failure.is_some(), "{answer}");
        fixture.azure.lock().re_enable = ReEnable::Fails(unavailable());
        fixture.pass(at(10));
        assert_eq!(fixture.calls("create"), 0, "it may come back by itself: {answer}");
        assert_eq!((fixture.pass(at(15)).healed, fixture.calls("create")), (1, 1), "{answer}");
    }
}
