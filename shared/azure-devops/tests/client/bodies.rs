//! What is sent to make, change and delete subscriptions.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::subscription::{SubscriptionStatus, WantedSubscription};
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use serde_json::{Value, json};

use crate::server::{Reply, Server};
use crate::{PASSWORD, client};

pub(crate) fn wanted(kind: SubscriptionKind) -> WantedSubscription {
    WantedSubscription {
        kind,
        project_id: Some("p-1".to_owned()),
        repository_id: None,
        branch: None,
        url: "https://hooks.example/contoso/x".to_owned(),
    }
}

/// As Azure DevOps answers: what was sent, with the password masked.
fn made() -> Reply {
    Reply::json(
        200,
        &json!({
            "id": "S-1", "status": "enabled", "eventType": "git.push",
            "consumerInputs": { "url": "https://hooks.example/contoso/x", "basicAuthPassword": "********" }
        }),
    )
}

#[tokio::test]
async fn a_subscription_is_made_with_everything_spelt_out() {
    let server = Server::start([made()]).await;
    let made = client(&server).create(&wanted(SubscriptionKind::Push), PASSWORD).await.expect("made");
    assert_eq!(
        (made.id.as_str(), made.status, made.has_password),
        ("s-1", SubscriptionStatus::Enabled, true)
    );
    let seen = server.only();
    assert_eq!(
        format!("{} {}", seen.method, seen.target),
        "POST /contoso/_apis/hooks/subscriptions?api-version=7.1"
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(
        seen.json(),
        json!({
            "publisherId": "tfs", "eventType": "git.push", "resourceVersion": "1.0",
            "consumerId": "webHooks", "consumerActionId": "httpRequest",
            "publisherInputs": { "projectId": "p-1" },
            "consumerInputs": {
                "url": "https://hooks.example/contoso/x", "basicAuthPassword": PASSWORD,
                "resourceDetailsToSend": "all", "messagesToSend": "text", "detailedMessagesToSend": "none"
            }
        })
    );
}

#[tokio::test]
async fn a_subscription_is_replaced_as_a_whole_and_enabled() {
    let server = Server::start([made(), made()]).await;
    let client = client(&server);
    let wanted = wanted(SubscriptionKind::PullRequestCommented);
    client.create(&wanted, PASSWORD).await.expect("made");
    client.replace("s-1", &wanted, PASSWORD).await.expect("replaced");
    let [created, replaced] = <[_; 2]>::try_from(server.seen()).unwrap_or_else(|_| panic!("two requests"));
    assert_eq!(replaced.method, "PUT");
    assert_eq!(replaced.target, "/contoso/_apis/hooks/subscriptions/s-1?api-version=7.1");
    let mut expected = created.json();
    expected["id"] = json!("s-1");
    expected["status"] = json!("enabled");
    assert_eq!(replaced.json(), expected);
    assert_eq!(expected["resourceVersion"], "2.0");
}

#[tokio::test]
async fn every_input_is_text_and_none_is_empty_or_masked() {
    let server = Server::start(SubscriptionKind::ALL.iter().flat_map(|_| [made(), made()])).await;
    let client = client(&server);
    for kind in SubscriptionKind::ALL {
        let whole = WantedSubscription {
            repository_id: Some("r-1".to_owned()),
            branch: Some("main".to_owned()),
            ..wanted(kind)
        };
        // Empty text means the same as nothing, and must not be sent.
        let empty = Some(String::new());
        let bare = WantedSubscription {
            project_id: None,
            repository_id: empty.clone(),
            branch: empty,
            ..wanted(kind)
        };
        client.create(&whole, PASSWORD).await.expect("made");
        client.replace("s-1", &bare, PASSWORD).await.expect("replaced");
    }
    for seen in server.seen() {
        let body = seen.json();
        let inputs =
            ["publisherInputs", "consumerInputs"].map(|name| body[name].as_object().expect("inputs").clone());
        for (name, value) in inputs.into_iter().flatten() {
            let text = value.as_str().unwrap_or_else(|| panic!("`{name}` is text"));
            assert!(!text.is_empty() && !text.contains("***"), "{name}: {text}");
        }
        assert_eq!(body["consumerInputs"]["basicAuthPassword"], PASSWORD);
        assert_eq!(body["consumerInputs"].get("basicAuthUsername"), None);
    }
}

#[tokio::test]
async fn filters_are_those_asked_for() {
    let server = Server::start([made(), made()]).await;
    let client = client(&server);
    let vote = WantedSubscription {
        repository_id: Some("r-1".to_owned()),
        branch: Some("refs/heads/grün #1".to_owned()),
        ..wanted(SubscriptionKind::PullRequestUpdated(ChangeKind::Vote))
    };
    client.create(&vote, PASSWORD).await.expect("made");
    let everywhere = WantedSubscription { project_id: None, ..wanted(SubscriptionKind::Push) };
    client.create(&everywhere, PASSWORD).await.expect("made");
    let filters: Vec<Value> =
        server.seen().iter().map(|seen| seen.json()["publisherInputs"].clone()).collect();
    assert_eq!(
        filters,
        [
            json!({
                "projectId": "p-1", "repository": "r-1", "branch": "refs/heads/grün #1",
                "notificationType": "ReviewerVoteNotification"
            }),
            json!({}),
        ]
    );
}

#[tokio::test]
async fn a_made_subscription_has_an_id() {
    let server = Server::start([Reply::json(200, &json!({ "status": "enabled" }))]).await;
    let made = client(&server).create(&wanted(SubscriptionKind::Push), PASSWORD).await;
    assert!(matches!(made, Err(RestError::Unintelligible { .. })), "{made:?}");
}

#[tokio::test]
async fn a_subscription_that_is_gone_is_deleted() {
    for answer in [
        Reply::bare(204),
        Reply::bare(200),
        Reply::json(200, &json!({})),
        Reply::bare(404),
        Reply::json(404, &json!({ "message": "no such subscription" })),
    ] {
        let server = Server::start([answer]).await;
        assert_eq!(client(&server).delete("s 1").await, Ok(()));
        let seen = server.only();
        let line = format!("{} {}", seen.method, seen.target);
        assert_eq!(line, "DELETE /contoso/_apis/hooks/subscriptions/s%201?api-version=7.1");
        assert_eq!(seen.body, "");
    }
}

#[tokio::test]
async fn a_subscription_that_may_still_be_there_is_not() {
    for (answer, expected) in [
        (Reply::html(203), RestError::SignInPage),
        (Reply::html(200), RestError::SignInPage),
        (Reply::bare(302), RestError::SignInPage),
        (Reply::html(404), RestError::NotFound { message: String::new() }),
        (Reply::bare(401), RestError::Unauthorized { message: String::new() }),
        (Reply::bare(403), RestError::Forbidden { message: String::new() }),
        (Reply::bare(503), RestError::Unavailable { status: 503 }),
    ] {
        let server = Server::start([answer]).await;
        assert_eq!(client(&server).delete("s-1").await, Err(expected));
    }
}
