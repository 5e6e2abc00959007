//! Tests the requests that create, replace and delete subscriptions.

use hookpost_core::azure_devops::error::{MissingPermission, RestError};
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::subscription::{SubscriptionStatus, WantedSubscription};
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use serde_json::{Value, json};

use crate::server::{Response, Server};
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

/// Azure DevOps's response to a created subscription: its inputs, with the password masked.
fn created() -> Response {
    Response::json(
        200,
        &json!({
            "id": "S-1", "status": "enabled", "eventType": "git.push",
            "consumerInputs": { "url": "https://hooks.example/contoso/x", "basicAuthPassword": "********" }
        }),
    )
}

#[tokio::test]
async fn a_subscription_is_created_with_every_input() {
    let server = Server::start([created()]).await;
    let created =
        client(&server).create(&wanted(SubscriptionKind::Push), PASSWORD).await.expect("a subscription");
    assert_eq!(
        (created.id.as_str(), created.status, created.has_password),
        ("s-1", SubscriptionStatus::Enabled, true)
    );
    let request = server.only_request();
    assert_eq!(
        format!("{} {}", request.method, request.target),
        "POST /contoso/_apis/hooks/subscriptions?api-version=7.1"
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.json(),
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
async fn replacing_sends_the_whole_subscription_and_enables_it() {
    let server = Server::start([created(), created()]).await;
    let client = client(&server);
    let wanted = wanted(SubscriptionKind::PullRequestCommented);
    client.create(&wanted, PASSWORD).await.expect("a subscription");
    client.replace("s-1", &wanted, PASSWORD).await.expect("a subscription");
    let [create, replace] = <[_; 2]>::try_from(server.requests()).unwrap_or_else(|_| panic!("two requests"));
    assert_eq!(replace.method, "PUT");
    assert_eq!(replace.target, "/contoso/_apis/hooks/subscriptions/s-1?api-version=7.1");
    let mut expected = create.json();
    expected["id"] = json!("s-1");
    expected["status"] = json!("enabled");
    assert_eq!(replace.json(), expected);
    assert_eq!(expected["resourceVersion"], "2.0");
}

#[tokio::test]
async fn every_input_is_text_and_none_is_empty_or_masked() {
    let server = Server::start(SubscriptionKind::ALL.iter().flat_map(|_| [created(), created()])).await;
    let client = client(&server);
    for kind in SubscriptionKind::ALL {
        let with_all_filters = WantedSubscription {
            repository_id: Some("r-1".to_owned()),
            branch: Some("main".to_owned()),
            ..wanted(kind)
        };
        // Empty filters must not be sent.
        let empty = Some(String::new());
        let with_empty_filters = WantedSubscription {
            project_id: None,
            repository_id: empty.clone(),
            branch: empty,
            ..wanted(kind)
        };
        client.create(&with_all_filters, PASSWORD).await.expect("a subscription");
        client.replace("s-1", &with_empty_filters, PASSWORD).await.expect("a subscription");
    }
    for request in server.requests() {
        let body = request.json();
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
async fn only_wanted_filters_are_sent() {
    let server = Server::start([created(), created()]).await;
    let client = client(&server);
    let vote = WantedSubscription {
        repository_id: Some("r-1".to_owned()),
        branch: Some("refs/heads/grün #1".to_owned()),
        ..wanted(SubscriptionKind::PullRequestUpdated(ChangeKind::Vote))
    };
    client.create(&vote, PASSWORD).await.expect("a subscription");
    let whole_organization = WantedSubscription { project_id: None, ..wanted(SubscriptionKind::Push) };
    client.create(&whole_organization, PASSWORD).await.expect("a subscription");
    let filters: Vec<Value> =
        server.requests().iter().map(|request| request.json()["publisherInputs"].clone()).collect();
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
async fn a_created_subscription_without_an_id_is_an_error() {
    let server = Server::start([Response::json(200, &json!({ "status": "enabled" }))]).await;
    let created = client(&server).create(&wanted(SubscriptionKind::Push), PASSWORD).await;
    assert!(matches!(created, Err(RestError::UnreadableResponse { .. })), "{created:?}");
}

#[tokio::test]
async fn a_refused_subscription_names_the_missing_permission() {
    let one_project = wanted(SubscriptionKind::Push);
    let all_projects = WantedSubscription { project_id: None, ..wanted(SubscriptionKind::Push) };
    let argument = "The user 'Mona Robin' does not have permission to edit a subscription.";
    let on_hooks = "Access Denied: Mona Robin needs the following permission(s) on the resource PublisherSecurity to \
                    perform this action: Edit Subscription";
    let hidden = "The consumer with id \"webHooks\" is not available.";
    for (wanted, status, message, expected) in [
        (&one_project, 400, argument, MissingPermission::EditSubscriptions),
        (&all_projects, 400, argument, MissingPermission::AdministerNotifications),
        (&all_projects, 403, on_hooks, MissingPermission::EditSubscriptions),
        (&one_project, 403, hidden, MissingPermission::ViewSubscriptions),
        (&all_projects, 403, hidden, MissingPermission::ViewSubscriptions),
    ] {
        let type_key = if status == 400 { "ArgumentException" } else { "AccessCheckException" };
        let body = json!({ "message": message, "typeKey": type_key });
        let server = Server::start([Response::json(status, &body), Response::json(status, &body)]).await;
        let client = client(&server);
        let forbidden = Err(RestError::Forbidden { message: message.to_owned(), missing: expected });
        assert_eq!(client.create(wanted, PASSWORD).await, forbidden);
        assert_eq!(client.replace("s-1", wanted, PASSWORD).await, forbidden);
    }
}

#[tokio::test]
async fn a_subscription_that_does_not_exist_counts_as_deleted() {
    for response in [
        Response::empty(204),
        Response::empty(200),
        Response::json(200, &json!({})),
        Response::empty(404),
        Response::json(404, &json!({ "message": "no such subscription" })),
    ] {
        let server = Server::start([response]).await;
        assert_eq!(client(&server).delete("s 1").await, Ok(()));
        let request = server.only_request();
        let line = format!("{} {}", request.method, request.target);
        assert_eq!(line, "DELETE /contoso/_apis/hooks/subscriptions/s%201?api-version=7.1");
        assert_eq!(request.body, "");
    }
}

#[tokio::test]
async fn a_subscription_that_may_still_exist_does_not_count_as_deleted() {
    for (response, expected) in [
        (Response::html(203), RestError::SignInPage),
        (Response::html(200), RestError::SignInPage),
        (Response::empty(302), RestError::SignInPage),
        (Response::html(404), RestError::NotFound { message: String::new() }),
        (Response::empty(401), RestError::Unauthorized { message: String::new() }),
        (
            Response::empty(403),
            RestError::Forbidden { message: String::new(), missing: MissingPermission::Unknown },
        ),
        (Response::empty(503), RestError::Unavailable { status: 503, message: String::new() }),
    ] {
        let server = Server::start([response]).await;
        assert_eq!(client(&server).delete("s-1").await, Err(expected));
    }
}
