use std::time::Duration;

use hookpost_stand_in::Guid;
use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::inbox::Inbox;
use hookpost_stand_in::rest::{Effect, Status};
use serde_json::{Value, json};

use crate::office::{Office, Reply};

const DEADLINE: Duration = Duration::from_secs(10);
const CANNED_PUSH: &str = "03c164c2-8912-4d5e-8009-3707d5f83734";

/// Sends a test, and asks for it until it has settled.
async fn test(office: &Office, body: &Value) -> (Reply, Value) {
    let queued = office.call("POST", "hooks/testnotifications", body).await;
    let answer = queued.json();
    let path = format!(
        "hooks/subscriptions/{}/notifications/{}",
        answer["subscriptionId"].as_str().unwrap_or_default(),
        answer["id"]
    );
    let settled = async {
        loop {
            let read = office.get(&path).await.json();
            if read["status"] == "completed" {
                return read;
            }
        }
    };
    let settled = tokio::time::timeout(DEADLINE, settled).await.expect("the test settles");
    (queued, settled)
}

#[tokio::test]
async fn a_saved_subscription_is_tested_as_saved() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    let id = office.subscribe(&office.body(&inbox.address())).await;
    let (queued, settled) = test(&office, &json!({"subscriptionId": id})).await;
    assert_eq!((queued.status, &queued.json()["status"]), (200, &json!("queued")));
    assert_eq!((&settled["result"], &settled["eventId"]), (&json!("succeeded"), &json!(CANNED_PUSH)));
    let letter = &inbox.letters()[0];
    assert_eq!(letter.authorization(), Some(&*basic_authorization("", canary::PASSWORD)));
    assert_eq!(letter.json()["subscriptionId"], id.to_string());
    assert_eq!(letter.json()["id"], CANNED_PUSH);
    assert_eq!(office.it.changes()[1].effect, Effect::Sent);
    // The test took the first number.
    assert_eq!(office.push()[0].sequence, 2);
}

#[tokio::test]
async fn an_unsaved_subscription_is_tested_with_what_is_given() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    let mut details = office.body(&inbox.address());
    details["consumerInputs"]["basicAuthPassword"] = canary::PENDING_PASSWORD.into();
    let body = json!({"subscriptionId": Guid::ZERO, "details": details});
    let (_, settled) = test(&office, &body).await;
    assert_eq!((&settled["subscriptionId"], &settled["id"]), (&json!(Guid::ZERO), &json!(1)));
    let (_, again) = test(&office, &body).await;
    assert_eq!(again["id"], 2);
    let letter = &inbox.letters()[1];
    assert_eq!(letter.authorization(), Some(&*basic_authorization("", canary::PENDING_PASSWORD)));
    assert_eq!(letter.json()["subscriptionId"], Guid::ZERO.to_string());
    assert_eq!(letter.json()["notificationId"], 2);
    assert!(office.get("hooks/subscriptions").await.json()["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_masked_password_of_a_saved_subscription_is_the_saved_one() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    let id = office.subscribe(&office.body("https://hooks.example/x")).await;
    let mut details = office.body(&inbox.address());
    details["consumerInputs"]["basicAuthPassword"] = "********".into();
    test(&office, &json!({"subscriptionId": id, "details": details})).await;
    assert_eq!(inbox.letters()[0].authorization(), Some(&*basic_authorization("", canary::PASSWORD)));
}

#[tokio::test]
async fn a_test_that_fails_says_why_and_changes_no_status() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    inbox.answer(Some(401));
    let id = office.subscribe(&office.body(&inbox.address())).await;
    let (_, settled) = test(&office, &json!({"subscriptionId": id})).await;
    assert_eq!(settled["result"], "failed");
    assert_eq!(settled["details"]["errorMessage"], "Unauthorized (401)");
    assert!(settled["details"]["response"].as_str().unwrap().starts_with("Status Code: 401\n"));
    assert_eq!(office.it.hook(id).unwrap().status, Status::Enabled);
    inbox.answer(None);
    let (_, settled) = test(&office, &json!({"subscriptionId": id})).await;
    assert!(settled["details"]["errorMessage"].is_string());
}

#[tokio::test]
async fn a_test_stays_in_progress_for_as_many_reads_as_it_should() {
    let (office, inbox) = (Office::open().await, Inbox::open().await);
    office.it.quirks(|quirks| quirks.reads_until_settled = u32::MAX);
    let id = office.subscribe(&office.body(&inbox.address())).await;
    let queued = office.call("POST", "hooks/testnotifications", &json!({"subscriptionId": id})).await.json();
    let path = format!("hooks/subscriptions/{id}/notifications/{}", queued["id"]);
    let sent = async {
        while inbox.letters().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, sent).await.expect("a delivery");
    let read = office.get(&path).await.json();
    assert_eq!(read["result"], "pending");
    assert_eq!(read["details"].get("event"), None);
}

#[tokio::test]
async fn nothing_is_sent_for_a_test_that_cannot_be() {
    let office = Office::open().await;
    let gone = json!({"subscriptionId": "00000000-0000-0000-0000-000000000001"});
    assert_eq!(office.call("POST", "hooks/testnotifications", &gone).await.status, 404);
    let unsaved = json!({"subscriptionId": Guid::ZERO});
    assert_eq!(office.call("POST", "hooks/testnotifications", &unsaved).await.status, 400);
    assert!(office.it.changes().is_empty());
}
