//! Probation as users report it: no retries, and a new event as the probe.

use hookpost_stand_in::rest::{Probation, Status};
use hookpost_stand_in::{Notification, RefChange, Timestamp, Uuid};
use jiff::SignedDuration;

use crate::fixture::{AT, Fixture, MAIN};
use crate::recording_webhook::RecordingWebhook;

async fn subscribed() -> (Fixture, RecordingWebhook, Uuid) {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.stand_in.configure(|behavior| behavior.probation = Probation::Reported);
    let id = fixture.subscribe(&fixture.body(&webhook.address())).await;
    (fixture, webhook, id)
}

fn minutes(count: i64) -> Timestamp {
    AT + SignedDuration::from_mins(count)
}

fn push(fixture: &Fixture, at: Timestamp) -> Vec<Notification> {
    let change = [RefChange::commit(MAIN, &["Longer oars"])];
    fixture.change(|organization| organization.push(at, &fixture.ada, fixture.repository, &change))
}

/// Delivers notifications at a time, with the retries that follow at once.
async fn deliver(fixture: &Fixture, at: Timestamp, notifications: &[Notification]) {
    for notification in notifications {
        fixture.stand_in.schedule_delivery(at, notification);
    }
    fixture.stand_in.run_until(at).await;
}

#[tokio::test]
async fn a_failed_delivery_is_not_retried_and_a_later_event_is_the_probe() {
    let (fixture, webhook, id) = subscribed().await;
    webhook.answer_with(Some(500));
    deliver(&fixture, AT, &push(&fixture, AT)).await;
    assert_eq!((fixture.status(id), fixture.stand_in.next_due()), (Status::OnProbation, None));
    let log = fixture.get(&format!("hooks/subscriptions/{id}/notifications")).await.json();
    assert_eq!(
        (&log["value"][0]["status"], &log["value"][0]["result"]),
        (&"completed".into(), &"failed".into())
    );
    assert!(push(&fixture, minutes(17)).is_empty());
    let probe = push(&fixture, minutes(23));
    assert_eq!(probe.len(), 1);
    assert!(push(&fixture, minutes(24)).is_empty(), "one probe at a time");
    webhook.answer_with(Some(200));
    deliver(&fixture, minutes(24), &probe).await;
    assert_eq!((fixture.status(id), webhook.requests().len()), (Status::Enabled, 2));
    assert_eq!(push(&fixture, minutes(25)).len(), 1);
}

#[tokio::test]
async fn transient_failures_are_retried_first() {
    let (fixture, webhook, id) = subscribed().await;
    webhook.answer_with(Some(503));
    for notification in push(&fixture, AT) {
        fixture.stand_in.schedule_delivery(AT, &notification);
    }
    fixture.stand_in.run_until(minutes(3)).await;
    assert_eq!((fixture.status(id), webhook.requests().len()), (Status::Enabled, 8));
    fixture.stand_in.run_until(minutes(60)).await;
    assert_eq!((fixture.status(id), webhook.requests().len()), (Status::OnProbation, 9));
}

#[tokio::test]
async fn the_first_pause_is_drawn_from_18_to_22_minutes() {
    let (fixture, webhook, _) = subscribed().await;
    for _ in 0..20 {
        fixture.subscribe(&fixture.body(&webhook.address())).await;
    }
    webhook.answer_with(Some(429));
    deliver(&fixture, AT, &push(&fixture, AT)).await;
    assert!(push(&fixture, AT + SignedDuration::from_secs(18 * 60 - 7)).is_empty());
    let early = push(&fixture, minutes(20)).len();
    let late = push(&fixture, minutes(22)).len();
    assert!(early > 3 && late > 3 && early + late == 21, "{early} and {late}");
}

#[tokio::test]
async fn after_seven_failed_probes_the_subscription_is_disabled() {
    let (fixture, webhook, id) = subscribed().await;
    webhook.answer_with(Some(401));
    deliver(&fixture, AT, &push(&fixture, AT)).await;
    let mut at = AT;
    for failed in 1..=7 {
        assert_eq!(fixture.status(id), Status::OnProbation);
        at += SignedDuration::from_hours(17);
        deliver(&fixture, at, &push(&fixture, at)).await;
        let shown = fixture.get(&format!("hooks/subscriptions/{id}")).await.json();
        assert_eq!(shown["probationRetries"], failed);
    }
    assert_eq!(fixture.status(id), Status::DisabledBySystem);
    assert!(push(&fixture, at + SignedDuration::from_hours(48)).is_empty());
}
