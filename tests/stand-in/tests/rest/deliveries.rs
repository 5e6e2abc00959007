use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::BranchFilter;
use hookpost_stand_in::{RefChange, canary};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN, URL};
use crate::recording_webhook::{RecordedRequest, RecordingWebhook};

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
async fn a_branch_matches_in_the_short_form_the_full_one_or_both() {
    let fixture = Fixture::start().await;
    for (form, short, full) in
        [(BranchFilter::Both, 1, 1), (BranchFilter::Short, 1, 0), (BranchFilter::Full, 0, 1)]
    {
        fixture.stand_in.configure(|behavior| behavior.branch_filter = form);
        for (branch, count) in [("main", short), (MAIN, full), ("m*", 0)] {
            let mut body = fixture.body(URL);
            body["publisherInputs"]["branch"] = branch.into();
            let id = fixture.subscribe(&body).await;
            assert_eq!(fixture.push().len(), count, "{form:?} {branch}");
            fixture.stand_in.delete_subscription(id);
        }
    }
}

#[tokio::test]
async fn an_event_has_one_id_or_one_for_each_subscription() {
    let fixture = Fixture::start().await;
    fixture.subscribe(&fixture.body(URL)).await;
    fixture.subscribe(&fixture.body(URL)).await;
    for each in [false, true] {
        fixture.stand_in.configure(|behavior| behavior.event_id_per_subscription = each);
        let notifications = fixture.push();
        assert_eq!(notifications[0].event_id != notifications[1].event_id, each);
    }
}

#[tokio::test]
async fn a_retry_has_the_same_event_id_or_another() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    fixture.subscribe(&fixture.body(&webhook.address())).await;
    for keeps in [true, false] {
        fixture.stand_in.configure(|behavior| behavior.retries_keep_event_id = keeps);
        let notifications = fixture.push();
        for _ in 0..2 {
            fixture.stand_in.deliver_all(notifications.clone()).await;
        }
        let requests = webhook.requests();
        let sent: Vec<Value> = requests.iter().rev().take(2).map(RecordedRequest::json).collect();
        assert_eq!(sent[0]["id"] == sent[1]["id"], keeps);
        assert_eq!(sent[0]["notificationId"], sent[1]["notificationId"]);
        assert_eq!(sent[0]["resource"], sent[1]["resource"]);
    }
}

#[tokio::test]
async fn a_push_of_several_refs_is_one_event_or_one_for_each() {
    let fixture = Fixture::start().await;
    fixture.subscribe(&fixture.body(URL)).await;
    for (per_ref, refs) in [(false, vec![2]), (true, vec![1, 1])] {
        fixture.stand_in.configure(|behavior| behavior.event_per_ref = per_ref);
        let changes = [RefChange::commit(MAIN, &["One"]), RefChange::commit("refs/heads/topic", &["Two"])];
        let notifications =
            fixture.change(|organization| organization.push(AT, &fixture.ada, fixture.repository, &changes));
        let bodies: Vec<Value> =
            notifications.iter().map(|sent| serde_json::from_slice(&sent.body).unwrap()).collect();
        let counts: Vec<_> =
            bodies.iter().map(|body| body["resource"]["refUpdates"].as_array().unwrap().len()).collect();
        assert_eq!(counts, refs);
        assert!(bodies.iter().all(|body| body["resource"]["pushId"] == bodies[0]["resource"]["pushId"]));
    }
}
