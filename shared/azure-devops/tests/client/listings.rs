//! Tests the lists of projects, repositories and subscriptions.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::{Identity, ProjectInfo, ProjectStatus, RepositoryInfo};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::subscription::{ExistingSubscription, SubscriptionStatus};
use hookpost_core::subscriptions::kind::{ChangeKind, SubscriptionKind};
use serde_json::{Value, json};

use crate::client;
use crate::server::{Response, Server};

fn project(id: &str, name: &str) -> ProjectInfo {
    ProjectInfo { id: id.to_owned(), name: name.to_owned() }
}

#[tokio::test]
async fn all_pages_of_projects_are_requested() {
    let page = |value: Value| Response::json(200, &json!({ "count": 2, "value": value }));
    let server = Server::start([
        page(json!([{ "id": "P-1", "name": "Fabrikam", "state": "wellFormed" }]))
            .with_header("X-MS-ContinuationToken", "a b"),
        page(json!([{ "id": "p-2", "name": null }, null, { "name": "no id" }]))
            .with_header("x-ms-continuationtoken", "7"),
        page(json!([{ "id": "p-3", "name": "Grün & Co" }])).with_header("x-ms-continuationtoken", ""),
    ])
    .await;
    let projects = client(&server).projects().await;
    assert_eq!(
        projects,
        Ok(vec![project("p-1", "Fabrikam"), project("p-2", ""), project("p-3", "Grün & Co")])
    );
    let path = "GET /contoso/_apis/projects?stateFilter=wellFormed&%24top=100";
    assert_eq!(
        server.request_lines(),
        [
            format!("{path}&api-version=7.1"),
            format!("{path}&continuationToken=a+b&api-version=7.1"),
            format!("{path}&continuationToken=7&api-version=7.1"),
        ]
    );
}

#[tokio::test]
async fn a_project_is_gone_only_when_azure_devops_says_so() {
    let status = async |response: Response| {
        let server = Server::start([response]).await;
        let status = client(&server).project("p-1").await;
        assert_eq!(server.request_lines(), ["GET /contoso/_apis/projects/p-1?api-version=7.1"]);
        status
    };
    let error = |status, message: &str| Response::json(status, &json!({ "message": message }));
    let renamed = json!({ "id": "P-1", "name": "Fabrikam Reborn", "state": "wellFormed" });
    let visible = ProjectStatus::Visible(project("p-1", "Fabrikam Reborn"));
    assert_eq!(status(Response::json(200, &renamed)).await, Ok(visible));
    let gone =
        "VS800075: The project with id 'p-1' does not exist, or you do not have permission to access it.";
    assert_eq!(status(error(404, gone)).await, Ok(ProjectStatus::Gone));
    for unknown in [Response::empty(401), error(403, "No.")] {
        assert_eq!(status(unknown).await, Ok(ProjectStatus::Unknown));
    }
    // An organization that was renamed answers with a page.
    let not_found = Err(RestError::NotFound { message: String::new() });
    assert_eq!(status(Response::html(404)).await, not_found);
    let expired = "Access Denied: The Personal Access Token used has expired.".to_owned();
    assert_eq!(status(error(401, &expired)).await, Err(RestError::Unauthorized { message: expired }));
}

#[tokio::test]
async fn a_response_without_a_list_is_not_an_empty_list() {
    let server = Server::start((0..3).map(|_| Response::json(200, &json!({ "value": null })))).await;
    let client = client(&server);
    assert!(matches!(client.projects().await, Err(RestError::UnreadableResponse { .. })));
    assert!(matches!(client.repositories().await, Err(RestError::UnreadableResponse { .. })));
    assert!(matches!(client.subscriptions().await, Err(RestError::UnreadableResponse { .. })));
}

#[tokio::test]
async fn repositories_are_listed_with_their_projects() {
    let body = json!({ "count": 3, "value": [
        {
            "id": "R-1", "name": "web", "project": { "id": "p-1", "name": "Fabrikam", "visibility": "private" },
            "defaultBranch": "refs/heads/main", "size": 7, "isDisabled": false, "isInMaintenance": false,
            "webUrl": "https://dev.azure.com/contoso/Fabrikam/_git/web",
            "remoteUrl": "https://contoso@dev.azure.com/contoso/Fabrikam/_git/web",
            "sshUrl": "git@ssh.dev.azure.com:v3/contoso/Fabrikam/web"
        },
        {
            "id": "r-2", "name": "empty", "project": { "id": "p-1" }, "isDisabled": true,
            "remoteUrl": "https://contoso@dev.azure.com/contoso/Fabrikam/_git/empty"
        },
        { "id": "r-3", "name": "nowhere", "project": null }
    ]});
    // Some proxies and areas of Azure DevOps send a byte order mark.
    let body = format!("\u{feff}{body}");
    let server = Server::start([Response::new(200, "application/json", body)]).await;
    let repositories = client(&server).repositories().await.expect("repositories");
    assert_eq!(server.request_lines(), ["GET /contoso/_apis/git/repositories?api-version=7.1"]);
    let https = |name| Some(format!("https://dev.azure.com/contoso/Fabrikam/_git/{name}"));
    assert_eq!(
        repositories,
        [
            RepositoryInfo {
                id: "r-1".to_owned(),
                name: "web".to_owned(),
                project: project("p-1", "Fabrikam"),
                default_branch: Some("refs/heads/main".to_owned()),
                web_url: https("web"),
                https_url: https("web"),
                ssh_url: Some("git@ssh.dev.azure.com:v3/contoso/Fabrikam/web".to_owned()),
                is_disabled: false,
            },
            RepositoryInfo {
                id: "r-2".to_owned(),
                name: "empty".to_owned(),
                project: project("p-1", ""),
                default_branch: None,
                web_url: https("empty"),
                https_url: https("empty"),
                ssh_url: None,
                is_disabled: true,
            },
        ]
    );
}

fn minimal_subscription(id: &str) -> ExistingSubscription {
    ExistingSubscription {
        id: id.to_owned(),
        event_type: String::new(),
        notification_type: None,
        status: SubscriptionStatus::Enabled,
        url: String::new(),
        project_id: None,
        repository_id: None,
        branch: None,
        other_filters: BTreeMap::new(),
        resource_version: None,
        details: None,
        messages: None,
        detailed_messages: None,
        has_password: false,
        created_by: None,
        created: None,
        probation_retries: None,
        last_probation_retry: None,
        last_success: None,
    }
}

#[tokio::test]
async fn subscriptions_are_listed_by_event_type() {
    let list = |value: Value| Response::json(200, &json!({ "count": 1, "value": value }));
    let server = Server::start([
        list(json!([{ "id": "s-1", "eventType": "git.push" }])),
        list(json!([])),
        // A server that does not know the filter lists everything.
        list(json!([{ "id": "s-1", "eventType": "git.push" }, { "id": "s-2" }])),
        list(json!([])),
        list(json!([{ "id": "s-3" }])),
    ])
    .await;
    let subscriptions = client(&server).subscriptions().await.expect("subscriptions");
    let ids: Vec<&str> = subscriptions.iter().map(|subscription| subscription.id.as_str()).collect();
    assert_eq!(ids, ["s-1", "s-2", "s-3"]);
    let event_types = [
        "git.push",
        "git.pullrequest.created",
        "git.pullrequest.merged",
        "ms.vss-code.git-pullrequest-comment-event",
        "git.pullrequest.updated",
    ];
    assert_eq!(
        server.request_lines(),
        event_types.map(|event_type| format!(
            "GET /contoso/_apis/hooks/subscriptions?publisherId=tfs&consumerId=webHooks&eventType={event_type}\
             &api-version=7.1"
        ))
    );
}

#[tokio::test]
async fn subscriptions_of_every_origin_are_read() {
    let text = |text: &str| Some(text.to_owned());
    let body = json!({ "count": 3, "value": [
        {
            "id": "S-1", "status": "onProbation", "publisherId": "tfs", "eventType": "git.pullrequest.updated",
            "resourceVersion": "1.0", "consumerId": "webHooks", "consumerActionId": "httpRequest",
            "createdBy": { "id": "U-1", "displayName": "Mona Robin", "uniqueName": "mona@contoso.example" },
            "createdDate": "2026-03-04T07:14:12.5477052Z", "probationRetries": "3",
            "lastProbationRetryDate": "2026-03-05T00:00:00Z", "lastSuccessfulAttemptDate": "0001-01-01T00:00:00",
            "publisherInputs": {
                "projectId": "P-1", "repository": "R-1", "branch": "main", "notificationType": "ReviewerVoteNotification",
                "pullrequestCreatedBy": "", "pullrequestReviewersContains": "G-1", "hostId": "h", "tfsSubscriptionId": "t"
            },
            "consumerInputs": {
                "url": "https://hooks.example/contoso/pull-request?change=vote", "basicAuthPassword": "********",
                "resourceDetailsToSend": "all", "messagesToSend": "text", "detailedMessagesToSend": "none"
            },
            "_links": {}
        },
        { "id": "s-2", "probationRetries": 0, "publisherInputs": null, "consumerInputs": null, "createdBy": null },
        { "eventType": "git.push" }
    ]});
    let server = Server::start([Response::json(200, &body)]).await;
    let subscriptions = client(&server).all_subscriptions().await.expect("subscriptions");
    assert_eq!(
        server.request_lines(),
        ["GET /contoso/_apis/hooks/subscriptions?consumerId=webHooks&api-version=7.1"]
    );
    let first = ExistingSubscription {
        event_type: "git.pullrequest.updated".to_owned(),
        notification_type: text("ReviewerVoteNotification"),
        status: SubscriptionStatus::OnProbation,
        url: "https://hooks.example/contoso/pull-request?change=vote".to_owned(),
        project_id: text("p-1"),
        repository_id: text("r-1"),
        branch: text("main"),
        other_filters: BTreeMap::from([("pullrequestReviewersContains".to_owned(), "G-1".to_owned())]),
        resource_version: text("1.0"),
        details: text("all"),
        messages: text("text"),
        detailed_messages: text("none"),
        has_password: true,
        created_by: Some(Identity {
            id: "u-1".to_owned(),
            display_name: "Mona Robin".to_owned(),
            unique_name: "mona@contoso.example".to_owned(),
        }),
        created: Some("2026-03-04T07:14:12.5477052Z".parse().expect("a time")),
        probation_retries: Some(3),
        last_probation_retry: Some("2026-03-05T00:00:00Z".parse().expect("a time")),
        ..minimal_subscription("s-1")
    };
    assert_eq!(first.kind(), Some(SubscriptionKind::PullRequestUpdated(ChangeKind::Vote)));
    let second = ExistingSubscription { probation_retries: Some(0), ..minimal_subscription("s-2") };
    assert_eq!(subscriptions, [first, second]);
}

#[tokio::test]
async fn the_subscriptions_of_a_large_organization_are_read() {
    // As long as Azure DevOps makes them, with descriptions and links.
    let padding = "x".repeat(2500);
    let of_type = |number: usize| {
        let url = "https://hooks.example/contoso/x";
        json!({ "id": format!("s-{number}"), "eventType": "git.push", "actionDescription": padding,
                "consumerInputs": { "url": url } })
    };
    let list = json!({ "value": (0..7000).map(of_type).collect::<Vec<Value>>() });
    assert!(list.to_string().len() > 17 * 1024 * 1024);
    let empty = || Response::json(200, &json!({ "value": [] }));
    let server = Server::start([Response::json(200, &list), empty(), empty(), empty(), empty()]).await;
    let listed = client(&server).subscriptions().await.expect("a list");
    assert_eq!(listed.len(), 7000);
}
