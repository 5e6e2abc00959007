use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use serde_json::{Value, json};

use crate::fixture::{Fixture, MAIN, URL};
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
