use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::inbox::Inbox;
use hookpost_stand_in::{NotificationType, Proposal, RefChange, Vote};
use serde_json::json;

use crate::office::{AT, MAIN, ORGANIZATION, Office};

#[tokio::test]
async fn what_happens_is_posted_with_the_password_it_was_made_with() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    let id = office.subscribe(&office.body(&format!("{}/x?change=vote", inbox.address()))).await;
    let sent = office.it.deliver_all(office.push()).await;
    assert!(sent.iter().all(hookpost_stand_in::rest::Sent::accepted));
    let letters = inbox.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].target, "/x?change=vote");
    assert_eq!(letters[0].authorization(), Some(&*basic_authorization("", canary::PASSWORD)));
    assert_eq!(letters[0].json()["subscriptionId"], id.to_string());
    assert_eq!(letters[0].json()["resource"]["refUpdates"][0]["name"], MAIN);
}

#[tokio::test]
async fn a_later_password_or_user_name_counts_from_the_next_delivery() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    let mut body = office.body(&inbox.address());
    let id = office.subscribe(&body).await;
    let told = office.push();
    body["consumerInputs"]["basicAuthUsername"] = "hooks".into();
    body["consumerInputs"]["basicAuthPassword"] = canary::PENDING_PASSWORD.into();
    office.call("PUT", &format!("hooks/subscriptions/{id}"), &body).await;
    office.it.deliver_all(told).await;
    body["consumerInputs"] = json!({"url": inbox.address()});
    office.call("PUT", &format!("hooks/subscriptions/{id}"), &body).await;
    office.it.deliver_all(office.push()).await;
    let letters = inbox.letters();
    assert_eq!(letters[0].authorization(), Some(&*basic_authorization("hooks", canary::PENDING_PASSWORD)));
    assert_eq!(letters[1].authorization(), None);
    assert_eq!(letters[1].json()["notificationId"], 2);
}

/// How many notifications a push to `main` makes for a subscription with these filters.
async fn told(filters: serde_json::Value) -> usize {
    let office = Office::open().await;
    let mut body = office.body("https://hooks.example/x");
    body["publisherInputs"] = filters;
    office.subscribe(&body).await;
    office.push().len()
}

#[tokio::test]
async fn filters_are_heeded() {
    let office = Office::open().await;
    let (project, repository) = (office.project_id(), office.repository_id());
    assert_eq!(told(json!({})).await, 1);
    assert_eq!(told(json!({"projectId": project})).await, 1);
    assert_eq!(told(json!({"projectId": project, "repository": repository, "branch": "main"})).await, 1);
    assert_eq!(told(json!({"branch": MAIN})).await, 1);
    assert_eq!(told(json!({"branch": "topic"})).await, 0);
    assert_eq!(told(json!({"pushedBy": "00000000-0000-0000-0000-000000000001"})).await, 0);
    let elsewhere = office.it.organization(ORGANIZATION, |it| {
        let pier = it.add_project("Pier");
        it.project_guid(pier)
    });
    let mut body = office.body("https://hooks.example/x");
    body["publisherInputs"] = json!({"projectId": elsewhere});
    office.subscribe(&body).await;
    assert!(office.push().is_empty());
}

#[tokio::test]
async fn a_change_filter_lets_only_that_change_through() {
    let office = Office::open().await;
    for filter in NotificationType::ALL {
        let mut body = office.body(&format!("https://hooks.example/x?change={}", filter.change()));
        body["eventType"] = "git.pullrequest.updated".into();
        body["publisherInputs"]["notificationType"] = filter.input().into();
        body["publisherInputs"]["branch"] = "main".into();
        office.subscribe(&body).await;
    }
    office.push();
    let voted = office.it.organization(ORGANIZATION, |it| {
        let topic = [RefChange::commit("refs/heads/topic", &["Try"])];
        it.push(AT, &office.ada, office.repository, &topic);
        let proposal = Proposal::new(office.repository, "refs/heads/topic", MAIN, "Try");
        let (id, _) = it.create_pull_request(AT, &office.ada, proposal);
        it.vote(AT, &office.ada, id, Vote::Approved)
    });
    assert_eq!(voted.len(), 1);
    assert_eq!(voted[0].url, "https://hooks.example/x?change=vote");
}

#[tokio::test]
async fn versions_and_details_that_do_not_exist_are_stored_and_give_null_resources() {
    let office = Office::open().await;
    for (pointer, value) in
        [("/resourceVersion", "9.7"), ("/consumerInputs/resourceDetailsToSend", "everything")]
    {
        let mut body = office.body("https://hooks.example/x");
        *body.pointer_mut(pointer).unwrap() = value.into();
        let id = office.subscribe(&body).await;
        let saved = office.get(&format!("hooks/subscriptions/{id}")).await.json();
        assert_eq!(saved.pointer(pointer).unwrap(), value);
    }
    for notification in office.push() {
        let body: serde_json::Value = serde_json::from_slice(&notification.body).unwrap();
        assert_eq!((&body["resource"], &body["resourceVersion"]), (&json!(null), &json!(null)));
    }
}

#[tokio::test]
async fn the_history_tells_what_became_of_each() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    office.it.set_time(AT);
    let mut body = office.body(&inbox.address());
    body["consumerInputs"]["resourceDetailsToSend"] = "none".into();
    let id = office.subscribe(&body).await;
    let path = format!("hooks/subscriptions/{id}/notifications");
    office.it.deliver_all(office.push()).await;
    inbox.answer(Some(503));
    office.it.deliver_all(office.push()).await;
    let list = office.get(&path).await.json();
    assert_eq!(list["count"], 2);
    assert_eq!((&list["value"][0]["id"], &list["value"][0]["result"]), (&json!(2), &json!("failed")));
    assert_eq!(
        office.get(&format!("{path}?result=succeeded&maxResults=1")).await.json()["value"][0]["id"],
        1
    );
    let failed = office.get(&format!("{path}/2")).await.json();
    let details = &failed["details"];
    assert_eq!((&failed["status"], &failed["result"]), (&json!("completed"), &json!("failed")));
    assert_eq!(details["errorMessage"], "Service Unavailable (503)");
    assert!(details["requestDuration"].is_number());
    assert_eq!(details["consumerInputs"]["basicAuthPassword"], "********");
    // What was sent was trimmed; what is kept is the whole event, which knows of no subscription.
    assert_eq!(details["event"]["resource"]["refUpdates"][0]["name"], MAIN);
    assert_eq!(details["event"].get("subscriptionId"), None);
    assert!(details["request"].as_str().unwrap().contains("\"resource\":null"));
    canary::assert_absent("the history", failed.to_string());
    assert_eq!(office.get(&format!("{path}/3")).await.status, 404);
}

#[tokio::test]
async fn a_query_counts_and_finds_deliveries() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    office.it.set_time(AT);
    let id = office.subscribe(&office.body(&inbox.address())).await;
    office.it.deliver_all(office.push()).await;
    office.it.set_time(AT + std::time::Duration::from_secs(3_600));
    inbox.answer(None);
    office.it.deliver_all(office.push()).await;
    let ask =
        async |query: serde_json::Value| office.call("POST", "hooks/notificationsquery", &query).await.json();
    let all = ask(json!({"subscriptionIds": [id]})).await;
    assert_eq!(all.get("results"), None);
    let counts = json!([
        {"result": "failed", "notificationCount": 1},
        {"result": "succeeded", "notificationCount": 1},
    ]);
    assert_eq!(all["summary"], json!([{"subscriptionId": id, "results": counts}]));
    let late = ask(
        json!({"minCreatedDate": "2026-03-02T10:00:00Z", "resultType": "failed", "includeDetails": true}),
    )
    .await;
    assert_eq!(late["results"].as_array().unwrap().len(), 1);
    assert!(late["results"][0]["details"]["event"]["id"].is_string());
    let limited =
        ask(json!({"subscriptionIds": [id], "maxResultsPerSubscription": 1, "includeDetails": true})).await;
    assert_eq!(limited["results"][0]["id"], 2);
    office.it.set_time(AT + std::time::Duration::from_secs(8 * 86_400));
    assert_eq!(ask(json!({})).await["summary"], json!([]), "a week is kept");
}
