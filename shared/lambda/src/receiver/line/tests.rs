use hookpost_core::receiver::outcome::Fault;
use hookpost_core::receiver::outcome::QueuedEvent;
use hookpost_core::receiver::outcome::Rejection;
use hookpost_core::receiver::response::WebhookResponse;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

const ID: &str = "7bae09b5-a0d5-4a4b-87f3-3b8b6a6c5b0e";

fn bytes(outcome: &Outcome, record: &DeliveryRecord) -> Vec<u8> {
    let line = DeliveryLine {
        request_id: ID,
        status: WebhookResponse::to(outcome).status,
        duration: Duration::from_micros(12_345),
        cold_start: false,
        outcome,
        record,
    };
    log::line(line.level(), EVENT, &line.fields())
}

fn line(outcome: &Outcome, record: &DeliveryRecord) -> Value {
    let mut line: Value = serde_json::from_slice(&bytes(outcome, record)).unwrap();
    let timestamp = line.as_object_mut().and_then(|line| line.remove("timestamp"));
    let timestamp = timestamp.as_ref().and_then(Value::as_str).unwrap();
    assert!(timestamp.parse::<Timestamp>().is_ok() && timestamp.ends_with('Z'), "{timestamp}");
    line
}

/// A push as Azure DevOps sends it.
fn record() -> DeliveryRecord {
    DeliveryRecord {
        integration: Some("contoso".to_owned()),
        event_type: Some("git.push".to_owned()),
        event_id: Some(ID.to_owned()),
        subscription_id: Some(ID.to_owned()),
        notification_id: Some(4711),
        activity_id: Some(ID.to_owned()),
        bytes: 3012,
        events: 1,
        lag_milliseconds: Some(850),
        received_at: Some(Timestamp::from_millisecond(1_772_442_904_123).unwrap()),
        ..DeliveryRecord::default()
    }
}

fn event() -> QueuedEvent {
    QueuedEvent { id: "e".to_owned(), message_id: "m".to_owned() }
}

#[test]
fn a_queued_push_is_one_line_of_at_most_350_bytes() {
    let outcome = Outcome::Queued(vec![event()]);
    let bytes = bytes(&outcome, &record());
    assert!(bytes.len() <= 350, "{} bytes: {}", bytes.len(), String::from_utf8_lossy(&bytes));
    assert_eq!(
        line(&outcome, &record()),
        json!({
            "level": "INFO", "event": "delivery", "integration": "contoso", "status": 202, "outcome": "queued",
            "eventType": "git.push", "subscriptionId": ID, "notificationId": 4711, "bytes": 3012, "lagMs": 850,
            "Duration": 12.35, "Queued": 1,
        })
    );
}

#[test]
fn the_level_says_who_has_to_act() {
    let quarantined =
        Outcome::Quarantined { id: "q".to_owned(), reason: "why".to_owned(), queued: Vec::new() };
    let unavailable = |fault| Outcome::Unavailable { fault, detail: "why".to_owned() };
    for (outcome, level, code, reason) in [
        (Outcome::Test { message: "fine".to_owned() }, "INFO", None, Some("fine")),
        (Outcome::Ignored { reason: "why".to_owned() }, "INFO", None, Some("why")),
        (quarantined, "WARN", None, Some("why")),
        (Outcome::Rejected(Rejection::BodyTooLarge), "WARN", Some("body_too_large"), None),
        (unavailable(Fault::Queue), "ERROR", Some("queue_unavailable"), Some("why")),
    ] {
        let line = line(&outcome, &record());
        assert_eq!(line["level"], level, "{outcome:?}");
        assert_eq!(line.get("code").and_then(Value::as_str), code, "{outcome:?}");
        assert_eq!(line.get("reason").and_then(Value::as_str), reason, "{outcome:?}");
    }
}

#[test]
fn a_request_that_was_not_queued_is_logged_with_every_id() {
    let record = DeliveryRecord { change: Some("vote".to_owned()), ..record() };
    let line = line(&Outcome::Ignored { reason: "why".to_owned() }, &record);
    for name in ["requestId", "eventId", "activityId", "subscriptionId"] {
        assert_eq!(line[name], ID, "{name}");
    }
    assert_eq!(line["change"], "vote");
}

#[test]
fn a_refused_request_says_whether_its_integration_is_known() {
    let refused = Outcome::Rejected(Rejection::Unauthorized);
    for known in [true, false] {
        let line = line(&refused, &DeliveryRecord { is_known: Some(known), ..record() });
        assert_eq!((&line["outcome"], &line["known"]), (&json!("refused"), &json!(known)));
    }
    assert!(line(&Outcome::Queued(vec![event()]), &record()).get("known").is_none());
}

#[test]
fn a_sender_clock_that_is_ahead_makes_no_negative_lag() {
    let record = DeliveryRecord { lag_milliseconds: Some(i64::MIN), ..record() };
    assert_eq!(line(&Outcome::Queued(vec![event()]), &record)["lagMs"], 0);
}
