//! What `watch` and `replay` put on the raw deliveries queue: deliveries that are replayed, and no reconstructed event.

use std::sync::Arc;

use hookpost_core::azure_devops::deliveries::{DeliveryResult, LoggedEvent};
use hookpost_core::azure_devops::subscription::SubscriptionStatus;
use hookpost_core::fakes::RecordingQueue;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::fakes::contents::event;
use crate::fixture::{Fixture, at, fields, request, with};

const PUSH: SubscriptionKind = SubscriptionKind::Push;

/// A deployment that keeps raw deliveries, with one push whose delivery failed, and the body of that delivery.
fn with_failed_push() -> (Fixture, String) {
    let mut fixture = Fixture::watching(&["web"]);
    fixture.watch.deliveries = Some(Arc::default());
    fixture.setup.deliveries = Some(Arc::default());
    let mut organization = fixture.azure.lock();
    let push: Value = serde_json::from_str(&organization.push("web", 7, at(1))).expect("JSON");
    let body = event(PUSH, 1, at(1), &push);
    organization.deliver(PUSH, at(1), DeliveryResult::Failed, LoggedEvent::Whole(body.clone()));
    drop(organization);
    (fixture, body)
}

fn kept(queue: Option<&Arc<RecordingQueue>>) -> Vec<Value> {
    let sent = queue.expect("a queue").sent.lock().expect("not poisoned");
    sent.iter().map(|message| serde_json::from_str(&message.body).expect("JSON")).collect()
}

#[test]
fn a_delivery_that_watch_replays_is_kept_as_replayed() {
    let (fixture, body) = with_failed_push();
    assert_eq!(fixture.pass(at(5)).replayed, 1);
    let kept = kept(fixture.watch.deliveries.as_ref());
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0]["body"].as_str(), &kept[0]["replayed"]), (Some(body.as_str()), &json!(true)));
    assert_eq!(kept[0]["headers"], json!({}));
}

#[test]
fn a_delivery_that_replay_queues_is_kept_and_a_dry_run_keeps_none() {
    let (fixture, body) = with_failed_push();
    fixture.azure.lock().began = at(5);
    let replay = with(request("replay"), "from", at(0).to_string());
    fixture.report(&with(replay.clone(), "dryRun", true));
    assert_eq!(kept(fixture.setup.deliveries.as_ref()), [] as [Value; 0]);
    fixture.report(&replay);
    assert_eq!(kept(fixture.setup.deliveries.as_ref())[0]["body"], Value::from(body));
}

#[test]
fn a_replay_that_the_deliveries_queue_does_not_take_is_repeated() {
    let (mut fixture, _) = with_failed_push();
    let queue =
        fixture.watch.deliveries.replace(Arc::new(RecordingQueue { down: true, ..Default::default() }));
    let report = fixture.pass(at(5));
    assert!(report.failure.is_some_and(|failure| failure.message().contains("deliveries")));
    fixture.watch.deliveries = queue;
    assert_eq!(fixture.pass(at(10)).replayed, 1);
    assert_eq!(kept(fixture.watch.deliveries.as_ref()).len(), 1);
}

#[test]
fn nothing_is_kept_of_a_reconstructed_event() {
    let mut fixture = Fixture::watching(&["web"]);
    fixture.watch.deliveries = Some(Arc::default());
    fixture.azure.lock().push("web", 7, at(1));
    fixture.set_status(PUSH, SubscriptionStatus::DisabledBySystem);
    for minutes in [5, 20] {
        fixture.pass(at(minutes));
    }
    assert_eq!(fields(&fixture.take_events(), "/azureDevOps/reconstructed"), ["true"]);
    assert_eq!(kept(fixture.watch.deliveries.as_ref()), [] as [Value; 0]);
}
