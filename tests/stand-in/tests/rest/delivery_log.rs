//! What the delivery log tells, and whom.

use std::time::Duration;

use hookpost_stand_in::rest::{Audience, Permissions};
use hookpost_stand_in::{Uuid, canary};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN, ORGANIZATION};
use crate::recording_webhook::RecordingWebhook;

/// A subscription with some deliveries.
async fn delivered(count: usize) -> (Fixture, RecordingWebhook, Uuid) {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.stand_in.set_time(AT);
    let id = fixture.subscribe(&fixture.body(&webhook.address())).await;
    for _ in 0..count {
        fixture.stand_in.deliver_all(fixture.push()).await;
    }
    (fixture, webhook, id)
}

async fn query(fixture: &Fixture, query: Value) -> Value {
    fixture.call("POST", "hooks/notificationsquery", &query).await.json()
}

#[tokio::test]
async fn the_log_has_the_whole_event_the_request_and_the_response() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.stand_in.set_time(AT);
    let mut body = fixture.body(&webhook.address());
    body["consumerInputs"]["resourceDetailsToSend"] = "none".into();
    let id = fixture.subscribe(&body).await;
    let path = format!("hooks/subscriptions/{id}/notifications");
    fixture.stand_in.deliver_all(fixture.push()).await;
    webhook.answer_with(Some(503));
    fixture.stand_in.deliver_all(fixture.push()).await;
    let list = fixture.get(&path).await.json();
    assert_eq!(list["count"], 2);
    assert_eq!((&list["value"][0]["id"], &list["value"][0]["result"]), (&json!(2), &json!("failed")));
    let succeeded = fixture.get(&format!("{path}?result=succeeded&maxResults=1")).await.json();
    assert_eq!(succeeded["value"][0]["id"], 1);
    let failed = fixture.get(&format!("{path}/2")).await.json();
    let details = &failed["details"];
    assert_eq!(failed["status"], "completed");
    assert_eq!(details["errorMessage"], "Service Unavailable (503)");
    assert!(details["response"].as_str().unwrap().starts_with("Status Code: 503\n"));
    // The delivery had no resource. The log has the whole event, which names no subscription.
    assert!(details["request"].as_str().unwrap().contains("\"resource\":null"));
    assert_eq!(details["event"]["resource"]["refUpdates"][0]["name"], MAIN);
    assert_eq!(details["event"].get("subscriptionId"), None);
    canary::assert_absent("the log", failed.to_string());
    assert_eq!(fixture.get(&format!("{path}/3")).await.status, 404);
}

#[tokio::test]
async fn a_query_counts_and_finds_deliveries_of_a_week() {
    let (fixture, webhook, id) = delivered(1).await;
    fixture.stand_in.set_time(AT + Duration::from_secs(3_600));
    webhook.answer_with(None);
    fixture.stand_in.deliver_all(fixture.push()).await;
    let all = query(&fixture, json!({"subscriptionIds": [id]})).await;
    assert_eq!(all.get("results"), None);
    let counts = json!([
        {"result": "failed", "notificationCount": 1},
        {"result": "succeeded", "notificationCount": 1},
    ]);
    assert_eq!(all["summary"], json!([{"subscriptionId": id, "results": counts}]));
    for wanted in [
        json!({"minCreatedDate": "2026-03-02T10:00:00Z", "resultType": "failed", "includeDetails": true}),
        json!({"subscriptionIds": [id], "maxResultsPerSubscription": 1, "includeDetails": true}),
    ] {
        let found = query(&fixture, wanted).await;
        assert_eq!((found["results"].as_array().unwrap().len(), &found["results"][0]["id"]), (1, &json!(2)));
    }
    fixture.stand_in.set_time(AT + Duration::from_secs(8 * 86_400));
    assert_eq!(query(&fixture, json!({})).await["summary"], json!([]), "older than a week");
}

#[tokio::test]
async fn events_are_for_the_creator_and_administrators_or_for_everyone() {
    let (fixture, _webhook, id) = delivered(1).await;
    let bob = fixture.add_bob();
    let viewer = Permissions { administrator: false, ..Permissions::ALL };
    let path = format!("hooks/subscriptions/{id}/notifications/1");
    for (audience, permissions, sees) in [
        (Audience::CreatorAndAdministrators, viewer, false),
        (Audience::CreatorAndAdministrators, Permissions::ALL, true),
        (Audience::Everyone, viewer, true),
    ] {
        fixture.stand_in.configure(|behavior| behavior.events_visible_to = audience);
        fixture.stand_in.grant(ORGANIZATION, &bob, Some(fixture.project), permissions);
        let read = fixture.get_as_bob(&path).await.json();
        assert_eq!((&read["status"], &read["result"]), (&json!("completed"), &json!("succeeded")));
        for name in ["event", "request", "response"] {
            assert_eq!(read["details"].get(name).is_some(), sees, "{audience:?} {permissions:?} {name}");
        }
        assert_eq!(read["details"]["eventType"], "git.push");
    }
    fixture.stand_in.configure(|behavior| behavior.events_visible_to = Audience::CreatorAndAdministrators);
    fixture.stand_in.grant(ORGANIZATION, &fixture.ada, None, viewer);
    assert!(fixture.get(&path).await.json()["details"]["event"]["id"].is_string(), "the creator");
}

#[tokio::test]
async fn lists_and_queries_have_rows_without_details_or_with() {
    let (fixture, _webhook, id) = delivered(1).await;
    for has_details in [false, true] {
        fixture.stand_in.configure(|behavior| behavior.rows_have_details = has_details);
        let list = fixture.get(&format!("hooks/subscriptions/{id}/notifications")).await.json();
        let found = query(&fixture, json!({"subscriptionIds": [id], "includeDetails": true})).await;
        for row in [&list["value"][0], &found["results"][0]] {
            assert_eq!((&row["id"], &row["result"]), (&json!(1), &json!("succeeded")));
            assert!(row["eventId"].is_string());
            assert_eq!(row["details"]["event"]["id"].is_string(), has_details);
        }
    }
}

#[tokio::test]
async fn the_content_of_a_large_event_is_kept_up_to_a_limit() {
    let (fixture, _webhook, id) = delivered(0).await;
    let text = "x".repeat(64_000);
    let change = [hookpost_stand_in::RefChange::commit(MAIN, &[&text])];
    let large =
        fixture.change(|organization| organization.push(AT, &fixture.ada, fixture.repository, &change));
    fixture.stand_in.deliver_all(large).await;
    fixture.stand_in.deliver_all(fixture.push()).await;
    let event = async |number: u32| {
        let read = fixture.get(&format!("hooks/subscriptions/{id}/notifications/{number}")).await.json();
        read["details"]["event"].clone()
    };
    let shortened = event(1).await;
    assert_eq!(shortened["resource"], "Resource details not shown in history due to size limitation");
    assert_eq!(shortened["eventType"], "git.push");
    assert!(event(2).await["resource"].is_object());
    fixture.stand_in.configure(|behavior| behavior.content_limit = None);
    assert_eq!(event(1).await["resource"]["commits"][0]["comment"], text);
}

#[tokio::test]
async fn a_page_has_what_is_asked_for_or_less_and_the_summary_counts_either() {
    let (fixture, _webhook, id) = delivered(3).await;
    for (cap, counts_all, rows, count) in
        [(None, false, 2, 2), (None, true, 2, 3), (Some(1), false, 1, 2), (Some(1), true, 1, 3)]
    {
        fixture.stand_in.configure(|behavior| {
            (behavior.page_cap, behavior.summary_counts_all) = (cap, counts_all);
        });
        let found =
            query(&fixture, json!({"subscriptionIds": [id], "maxResults": 2, "includeDetails": true})).await;
        assert_eq!(found["results"].as_array().unwrap().len(), rows, "{cap:?}");
        assert_eq!(found["summary"][0]["results"][0]["notificationCount"], count, "{cap:?} {counts_all}");
        let pushes = format!("git/repositories/{}/pushes?$top=2", fixture.repository_id());
        for path in [pushes, format!("hooks/subscriptions/{id}/notifications?maxResults=2")] {
            assert_eq!(fixture.get(&path).await.json()["count"], rows, "{path}");
        }
    }
}
