use std::time::Duration;

use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::Status;
use hookpost_stand_in::{Uuid, canary};
use serde_json::{Value, json};

use crate::fixture::{Fixture, URL};
use crate::recording_webhook::RecordingWebhook;

/// Sends a test notification, and reads the log until it is completed.
async fn test(fixture: &Fixture, body: &Value) -> Value {
    let queued = fixture.call("POST", "hooks/testnotifications", body).await.json();
    assert_eq!(queued["details"].get("event"), None);
    let id = queued["subscriptionId"].as_str().unwrap();
    let path = format!("hooks/subscriptions/{id}/notifications/{}", queued["id"]);
    let completed = async {
        loop {
            let read = fixture.get(&path).await.json();
            if read["status"] == "completed" {
                return read;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), completed).await.expect("a completed delivery")
}

#[tokio::test]
async fn a_saved_subscription_is_tested_with_its_saved_password() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let id = fixture.subscribe(&fixture.body(URL)).await;
    let mut details = fixture.body(&webhook.address());
    details["consumerInputs"]["basicAuthPassword"] = "********".into();
    let read = test(&fixture, &json!({"subscriptionId": id, "details": details})).await;
    assert_eq!(read["eventId"], "03c164c2-8912-4d5e-8009-3707d5f83734");
    let request = &webhook.requests()[0];
    assert_eq!(request.authorization, Some(basic_authorization("", canary::PASSWORD)));
    assert_eq!(request.json()["subscriptionId"], id.to_string());
    // The test took the first number.
    assert_eq!(fixture.push()[0].sequence, 2);
}

#[tokio::test]
async fn an_unsaved_subscription_is_tested_with_the_given_inputs() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let mut details = fixture.body(&webhook.address());
    details["consumerInputs"]["basicAuthPassword"] = canary::PENDING_PASSWORD.into();
    let body = json!({"subscriptionId": Uuid::nil(), "details": details});
    for number in [1, 2] {
        let read = test(&fixture, &body).await;
        assert_eq!((&read["subscriptionId"], &read["id"]), (&json!(Uuid::nil()), &json!(number)));
    }
    let request = &webhook.requests()[1];
    assert_eq!(request.authorization, Some(basic_authorization("", canary::PENDING_PASSWORD)));
    assert_eq!(request.json()["notificationId"], 2);
    assert_eq!(fixture.get("hooks/subscriptions").await.json()["count"], 0);
}

#[tokio::test]
async fn a_failed_test_names_the_reason_and_changes_no_status() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let id = fixture.subscribe(&fixture.body(&webhook.address())).await;
    for (response, reason) in [(Some(401), "Unauthorized (401)"), (None, "the exchange broke off")] {
        webhook.answer_with(response);
        let read = test(&fixture, &json!({"subscriptionId": id})).await;
        assert_eq!((&read["result"], &read["details"]["errorMessage"]), (&json!("failed"), &json!(reason)));
        assert_eq!(fixture.status(id), Status::Enabled);
    }
}

#[tokio::test]
async fn a_test_without_a_subscription_sends_nothing() {
    let fixture = Fixture::start().await;
    for (id, status) in [("00000000-0000-0000-0000-000000000001", 404), (&Uuid::nil().to_string(), 400)] {
        let body = json!({"subscriptionId": id});
        assert_eq!(fixture.call("POST", "hooks/testnotifications", &body).await.status, status);
    }
    assert!(fixture.stand_in.changes().is_empty());
}
