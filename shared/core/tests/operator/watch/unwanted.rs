//! Subscriptions at our URL that are not for what the integration is for. Anybody in the organization can make one, and the
//! log does not show whether it sends the password.

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::ExistingSubscription;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::fakes::contents::event;
use crate::fakes::organization::{LAB, SHOP, identity};
use crate::fixture::{Fixture, at, request, with};

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// The integration is for the project Shop. Mallory has made a subscription for another project, with a push that was
/// refused.
fn with_mallory(result: DeliveryResult) -> Fixture {
    let fixture = Fixture::new();
    fixture.connect(&json!([SHOP]));
    assert_eq!(fixture.watch().failure, None);
    let mut organization = fixture.azure.lock();
    let id = "aaaa0000-0000-4000-8000-000000000001".to_owned();
    let made_by_mallory = ExistingSubscription {
        id: id.clone(),
        project_id: Some(LAB.to_owned()),
        has_password: false,
        created_by: Some(identity("Mallory")),
        ..organization.subscription(PUSH).clone()
    };
    organization.subscriptions.push(made_by_mallory);
    let resource: Value = serde_json::from_str(&organization.push("notes", 1, at(1))).expect("JSON");
    let kept = LoggedEvent::Whole(event(PUSH, 1, at(1), &resource));
    organization.deliver_to(id, at(1), result, kept);
    drop(organization);
    fixture
}

#[test]
fn what_no_password_proved_does_not_come_by_the_log() {
    let fixture = with_mallory(DeliveryResult::Failed);
    for minutes in [5, 10] {
        let report = fixture.pass(at(minutes));
        assert_eq!((report.missed, report.replayed, report.failure), (0, 0, None));
        let remains = report.remains.join("\n");
        assert!(remains.contains("does not belong to this integration"), "{remains}");
    }
    assert_eq!(fixture.take_events(), [] as [Value; 0]);
}

#[test]
fn replay_leaves_it_out_as_well() {
    let fixture = with_mallory(DeliveryResult::Failed);
    fixture.azure.lock().began = at(5);
    let report = fixture.report(&with(request("replay"), "from", at(0).to_string()));
    assert!(!report.to_string().contains("1 events"), "{report}");
    assert_eq!(fixture.take_replayed(), [] as [Value; 0]);
}

#[test]
fn a_subscription_of_others_holds_nothing_back() {
    let fixture = with_mallory(DeliveryResult::Pending);
    fixture.pass(at(5));
    let stored = fixture.checkpoints();
    fixture.pass(at(60));
    assert_ne!(fixture.checkpoints(), stored, "the checkpoint advances");
    let advanced = fixture.checkpoints()[0]["checkpoint"]["settled_until"].as_str().map(str::to_owned);
    assert!(advanced >= Some(at(45).to_string()), "{advanced:?}");
}
