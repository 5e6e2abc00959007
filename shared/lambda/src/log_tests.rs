use hookpost_core::outcome::{Fault, Refusal};
use hookpost_core::reply::{QueuedEvent, Reply};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

fn line(outcome: &Outcome, record: &DeliveryRecord) -> Value {
    let served = Served {
        namespace: "Hookpost",
        endpoint: Endpoint::CodePushed,
        request_id: "r1",
        status: Reply::to(outcome).status,
        duration: Duration::from_micros(12_345),
        cold_start: true,
    };
    let mut line = serde_json::to_value(DeliveryLine::new(&served, outcome, record)).unwrap();
    let written = line.as_object_mut().and_then(|line| line.remove("timestamp"));
    let written = written.as_ref().and_then(Value::as_str).unwrap();
    assert!(written.parse::<Timestamp>().is_ok() && written.ends_with('Z'), "{written}");
    line
}

fn record() -> DeliveryRecord {
    DeliveryRecord {
        integration: Some("contoso".to_owned()),
        event_type: Some("git.push".to_owned()),
        event_id: Some("e1".to_owned()),
        subscription_id: Some("s1".to_owned()),
        notification_id: Some(7),
        activity_id: Some("a1".to_owned()),
        bytes: 3012,
        events: 1,
        password_fetches: 2,
        lag_milliseconds: Some(850),
        received_at: Some(Timestamp::from_millisecond(1_000).unwrap()),
        ..DeliveryRecord::default()
    }
}

fn event() -> QueuedEvent {
    QueuedEvent { id: "e".to_owned(), message_id: "m".to_owned() }
}

#[test]
fn a_delivery_is_one_line_that_is_also_its_metrics() {
    let line = line(&Outcome::Queued(vec![event()]), &record());
    assert_eq!(
        line,
        json!({
            "level": "INFO", "event": "delivery", "requestId": "r1", "endpoint": "code-pushed",
            "integration": "contoso", "status": 202, "outcome": "queued", "eventType": "git.push",
            "eventId": "e1", "subscriptionId": "s1", "notificationId": 7, "activityId": "a1",
            "events": 1, "bytes": 3012, "durationMs": 12.35, "coldStart": true,
            "Endpoint": "code-pushed", "Integration": "contoso",
            "Duration": 12.35, "BodySize": 3012, "Queued": 1, "PasswordFetches": 2, "Lag": 850.0,
            "_aws": {"Timestamp": 1000, "CloudWatchMetrics": [{
                "Namespace": "Hookpost",
                "Dimensions": [["Endpoint"]],
                "Metrics": [
                    {"Name": "Duration", "Unit": "Milliseconds"}, {"Name": "BodySize", "Unit": "Bytes"},
                    {"Name": "Queued", "Unit": "Count"}, {"Name": "PasswordFetches", "Unit": "Count"},
                    {"Name": "Lag", "Unit": "Milliseconds"},
                ],
            }, {
                "Namespace": "Hookpost",
                "Dimensions": [["Endpoint", "Integration"]],
                "Metrics": [{"Name": "Queued", "Unit": "Count"}, {"Name": "PasswordFetches", "Unit": "Count"}],
            }]},
        })
    );
}

#[test]
fn a_stranger_makes_no_metric_of_a_name_of_their_choice() {
    let unproven = |fault| Outcome::Unavailable { fault, detail: String::new() };
    for outcome in [
        Outcome::Refused(Refusal::Unauthorized),
        unproven(Fault::PasswordStore),
        unproven(Fault::Deadline),
        unproven(Fault::Internal),
    ] {
        let line = line(&outcome, &record());
        assert_eq!(line["integration"], "contoso", "{outcome:?}");
        assert_eq!(line.get("Integration"), None, "{outcome:?}");
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let dimensions: Vec<_> = directives.iter().map(|one| &one["Dimensions"]).collect();
        assert_eq!(dimensions, [&json!([["Endpoint"]])], "{outcome:?}");
    }
}

#[test]
fn the_level_says_who_has_to_act() {
    let quarantined = |queued| Outcome::Quarantined { id: "q".to_owned(), reason: "why".to_owned(), queued };
    let queue = Outcome::Unavailable { fault: Fault::Queue, detail: "RequestThrottled".to_owned() };
    for (outcome, level, code, reason, metric) in [
        (Outcome::Test { message: "fine".to_owned() }, "INFO", None, Some("fine"), "Tests"),
        (Outcome::Ignored { reason: "why".to_owned() }, "INFO", None, Some("why"), "Ignored"),
        (quarantined(Vec::new()), "WARN", None, Some("why"), "Quarantined"),
        (quarantined(vec![event()]), "WARN", None, Some("why"), "Queued"),
        (Outcome::Refused(Refusal::BodyTooLarge), "WARN", Some("body_too_large"), None, "Refused"),
        (queue, "ERROR", Some("queue_unavailable"), Some("RequestThrottled"), "Unavailable"),
    ] {
        let line = line(&outcome, &record());
        assert_eq!(line["level"], level, "{outcome:?}");
        assert_eq!(line.get("code").and_then(Value::as_str), code, "{outcome:?}");
        assert_eq!(line.get("reason").and_then(Value::as_str), reason, "{outcome:?}");
        assert_eq!(line[metric], 1, "{outcome:?}");
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let record = DeliveryRecord { activity_id: Some("ä".repeat(1000)), ..DeliveryRecord::default() };
    let line = line(&Outcome::Refused(Refusal::Unauthorized), &record);
    assert_eq!(line["activityId"], "ä".repeat(TEXT_CHARS_MAX));
}

#[test]
fn a_clock_ahead_of_ours_makes_no_negative_lag() {
    let record = DeliveryRecord { lag_milliseconds: Some(i64::MIN), ..record() };
    assert_eq!(line(&Outcome::Queued(vec![event()]), &record)["Lag"], 0.0);
}
