use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN, URL};
use crate::recording_webhook::RecordingWebhook;

#[tokio::test]
async fn an_event_is_posted_with_the_credentials_of_now() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let mut body = fixture.body(&format!("{}/x?change=vote", webhook.address()));
    let id = fixture.subscribe(&body).await;
    let path = format!("hooks/subscriptions/{id}");
    let sent = fixture.stand_in.deliver_all(fixture.push()).await;
    assert_eq!(sent, [Some(200)]);
    let notifications = fixture.push();
    body["consumerInputs"]["basicAuthUsername"] = "hooks".into();
    body["consumerInputs"]["basicAuthPassword"] = canary::PENDING_PASSWORD.into();
    fixture.call("PUT", &path, &body).await;
    fixture.stand_in.deliver_all(notifications).await;
    body["consumerInputs"] = json!({"url": webhook.address()});
    fixture.call("PUT", &path, &body).await;
    fixture.stand_in.deliver_all(fixture.push()).await;
    let requests = webhook.requests();
    assert_eq!(requests[0].target, "/x?change=vote");
    assert_eq!(requests[0].json()["subscriptionId"], id.to_string());
    let authorizations: Vec<_> = requests.iter().map(|request| request.authorization.clone()).collect();
    let current = basic_authorization("", canary::PASSWORD);
    let pending = basic_authorization("hooks", canary::PENDING_PASSWORD);
    assert_eq!(authorizations, [Some(current), Some(pending), None]);
    assert_eq!(requests[2].json()["notificationId"], 3);
}

#[tokio::test]
async fn filters_are_applied() {
    let fixture = Fixture::start().await;
    let pier = fixture.change(|organization| {
        let pier = organization.add_project("Pier");
        organization.project_uuid(pier)
    });
    let (project, repository) = (fixture.project_id(), fixture.repository_id());
    let nobody = "00000000-0000-0000-0000-000000000001";
    for (filters, matches) in [
        (json!({}), true),
        (json!({"projectId": "", "repository": "", "branch": ""}), true),
        (json!({"projectId": project}), true),
        (json!({"projectId": project, "repository": repository, "branch": "main"}), true),
        (json!({"branch": MAIN}), true),
        (json!({"branch": "topic"}), false),
        (json!({"pushedBy": nobody}), false),
        (json!({"projectId": pier}), false),
    ] {
        let mut body = fixture.body(URL);
        body["publisherInputs"] = filters.clone();
        let id = fixture.subscribe(&body).await;
        assert_eq!(!fixture.push().is_empty(), matches, "{filters}");
        fixture.stand_in.delete_subscription(id);
    }
}

#[tokio::test]
async fn unknown_versions_and_details_are_saved_and_give_null_resources() {
    let fixture = Fixture::start().await;
    for (pointer, value) in
        [("/resourceVersion", "9.7"), ("/consumerInputs/resourceDetailsToSend", "everything")]
    {
        let mut body = fixture.body(URL);
        *body.pointer_mut(pointer).unwrap() = value.into();
        let id = fixture.subscribe(&body).await;
        let saved = fixture.get(&format!("hooks/subscriptions/{id}")).await.json();
        assert_eq!(saved.pointer(pointer).unwrap(), value);
    }
    for notification in fixture.push() {
        let body: Value = serde_json::from_slice(&notification.body).unwrap();
        assert_eq!((&body["resource"], &body["resourceVersion"]), (&Value::Null, &Value::Null));
    }
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
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.stand_in.set_time(AT);
    let id = fixture.subscribe(&fixture.body(&webhook.address())).await;
    fixture.stand_in.deliver_all(fixture.push()).await;
    fixture.stand_in.set_time(AT + Duration::from_secs(3_600));
    webhook.answer_with(None);
    fixture.stand_in.deliver_all(fixture.push()).await;
    let post = async |query: Value| fixture.call("POST", "hooks/notificationsquery", &query).await.json();
    let all = post(json!({"subscriptionIds": [id]})).await;
    assert_eq!(all.get("results"), None);
    let counts = json!([
        {"result": "failed", "notificationCount": 1},
        {"result": "succeeded", "notificationCount": 1},
    ]);
    assert_eq!(all["summary"], json!([{"subscriptionId": id, "results": counts}]));
    for query in [
        json!({"minCreatedDate": "2026-03-02T10:00:00Z", "resultType": "failed", "includeDetails": true}),
        json!({"subscriptionIds": [id], "maxResultsPerSubscription": 1, "includeDetails": true}),
    ] {
        let found = post(query).await;
        assert_eq!((found["results"].as_array().unwrap().len(), &found["results"][0]["id"]), (1, &json!(2)));
        assert!(found["results"][0]["details"]["event"]["id"].is_string());
    }
    fixture.stand_in.set_time(AT + Duration::from_secs(8 * 86_400));
    assert_eq!(post(json!({})).await["summary"], json!([]), "older than a week");
}
