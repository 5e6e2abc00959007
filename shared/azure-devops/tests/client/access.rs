//! Tests the calls about the owner of the token and its permissions.

use hookpost_core::azure_devops::catalog::{Connection, Identity, SubscriptionRights, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::{Value, json};

use crate::client;
use crate::server::{Response, Server};

async fn connection(body: Value) -> Result<Connection, RestError> {
    let server = Server::start([Response::json(200, &body)]).await;
    let connection = client(&server).connection().await;
    assert_eq!(server.request_lines(), ["GET /contoso/_apis/connectionData?api-version=7.1-preview"]);
    connection
}

#[tokio::test]
async fn the_connection_names_the_owner_of_the_token_and_the_organization() {
    let connection = connection(json!({
        "authenticatedUser": {
            "id": "0B2E4F4C-3C1F-4C55-8F6D-3C3C2C6B0001",
            "subjectDescriptor": "aad.x",
            "providerDisplayName": "Mona Robin",
            "isActive": true,
            "properties": { "Account": { "$type": "System.String", "$value": "mona@contoso.example" } }
        },
        "instanceId": "5F1A7C0E-2B64-4E0B-9A53-6D0D5C7A0002", "deploymentType": "hosted",
        "deploymentId": "00000000-0000-0000-0000-000000000000", "locationServiceData": null
    }));
    let owner = Identity {
        id: "0b2e4f4c-3c1f-4c55-8f6d-3c3c2c6b0001".to_owned(),
        display_name: "Mona Robin".to_owned(),
        unique_name: "mona@contoso.example".to_owned(),
    };
    let organization_id = Some("5f1a7c0e-2b64-4e0b-9a53-6d0d5c7a0002".to_owned());
    assert_eq!(connection.await, Ok(Connection { owner, organization_id, deployment_id: None }));
}

#[tokio::test]
async fn only_the_id_of_the_owner_is_required() {
    let connection_of_1 =
        connection(json!({ "authenticatedUser": { "id": "1", "properties": { "Account": null } } }));
    let Connection { owner, organization_id, deployment_id } = connection_of_1.await.expect("a connection");
    assert_eq!((owner.display_name.as_str(), owner.unique_name.as_str()), ("", ""));
    assert_eq!((organization_id, deployment_id), (None, None));
    for without_id in [json!({}), json!({ "authenticatedUser": null }), json!({ "authenticatedUser": {} })] {
        let error = connection(without_id).await.expect_err("no owner");
        assert!(matches!(error, RestError::UnreadableResponse { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_anonymous_connection_counts_as_signed_out() {
    let anonymous = json!({ "authenticatedUser": { "id": "AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa" } });
    assert_eq!(connection(anonymous).await, Err(RestError::SignInPage));
}

/// The responses to questions for permissions.
fn permitted(answers: impl IntoIterator<Item = bool>) -> impl Iterator<Item = Response> {
    answers.into_iter().map(|is_permitted| Response::json(200, &json!({"count": 1, "value": [is_permitted]})))
}

const SERVICE_HOOKS: &str = "GET /contoso/_apis/permissions/cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";

#[tokio::test]
async fn view_and_edit_are_asked_for_together() {
    let server = Server::start(permitted([true, true])).await;
    let client = client(&server);
    let both = SubscriptionRights { view: true, edit: true };
    assert_eq!(client.subscription_permissions(Some("p-1")).await, Ok(both));
    assert_eq!(client.subscription_permissions(None).await, Ok(both));
    assert_eq!(
        server.request_lines(),
        [
            format!("{SERVICE_HOOKS}/3?tokens=PublisherSecurity%2Fp-1&api-version=7.1"),
            format!("{SERVICE_HOOKS}/3?tokens=PublisherSecurity&api-version=7.1"),
        ]
    );
}

#[tokio::test]
async fn a_missing_permission_is_found_by_asking_one_by_one() {
    for (view, edit) in [(true, false), (false, true), (false, false)] {
        let server = Server::start(permitted([false, view, edit])).await;
        let permissions = client(&server).subscription_permissions(Some("p-1")).await;
        assert_eq!(permissions, Ok(SubscriptionRights { view, edit }));
        let expected = [3, 1, 2].map(|permissions| {
            format!("{SERVICE_HOOKS}/{permissions}?tokens=PublisherSecurity%2Fp-1&api-version=7.1")
        });
        assert_eq!(server.request_lines(), expected);
    }
    let server = Server::start([Response::json(200, &json!({ "value": [] }))]).await;
    let unknown = client(&server).subscription_permissions(None).await;
    assert!(matches!(unknown, Err(RestError::UnreadableResponse { .. })), "{unknown:?}");
}

/// The answer to a question about several objects.
fn permitted_each(answers: &[bool]) -> Response {
    Response::json(200, &json!({ "count": answers.len(), "value": answers }))
}

#[tokio::test]
async fn several_projects_are_asked_about_together() {
    let answers = [permitted_each(&[true, false]), permitted_each(&[true]), permitted_each(&[false])];
    let server = Server::start(answers).await;
    let permissions = client(&server).subscription_permissions_in(&["p-1", "p-2"]).await;
    let (all, view) =
        (SubscriptionRights { view: true, edit: true }, SubscriptionRights { view: true, edit: false });
    assert_eq!(permissions, Ok(vec![all, view]));
    let first = "PublisherSecurity%2Fp-1%2CPublisherSecurity%2Fp-2";
    assert_eq!(
        server.request_lines(),
        [
            format!("{SERVICE_HOOKS}/3?tokens={first}&api-version=7.1"),
            format!("{SERVICE_HOOKS}/1?tokens=PublisherSecurity%2Fp-2&api-version=7.1"),
            format!("{SERVICE_HOOKS}/2?tokens=PublisherSecurity%2Fp-2&api-version=7.1"),
        ]
    );
    // Which answer belongs to which project would be a guess.
    let server = Server::start([permitted_each(&[true])]).await;
    let unclear = client(&server).subscription_permissions_in(&["p-1", "p-2"]).await;
    assert!(matches!(unclear, Err(RestError::UnreadableResponse { .. })), "{unclear:?}");
}

#[tokio::test]
async fn three_hundred_projects_take_ten_questions_of_less_than_2048_bytes() {
    let server = Server::start((0..10).map(|_| permitted_each(&[true; 30]))).await;
    let ids: Vec<String> = (0..300).map(|number| format!("9a0ec700-0000-4000-8000-{number:012}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let permissions = client(&server).subscription_permissions_in(&ids).await.expect("an answer");
    assert_eq!(permissions.len(), 300);
    let lines = server.request_lines();
    assert_eq!(lines.len(), 10);
    assert!(lines.iter().all(|line| line.split_once('?').is_some_and(|(_, query)| query.len() < 2048)));
}

#[tokio::test]
async fn the_permission_on_notifications_is_another_one() {
    for expected in [true, false] {
        let server = Server::start(permitted([expected])).await;
        assert_eq!(client(&server).may_administer_notifications().await, Ok(expected));
        let path = "/contoso/_apis/permissions/2bf24a2b-70ba-43d3-ad97-3d9e1f75622f/2";
        assert_eq!(server.request_lines(), [format!("GET {path}?tokens=%24SUBSCRIBER%3A&api-version=7.1")]);
    }
}

async fn probe(response: Response) -> WriteProbe {
    let server = Server::start([response]).await;
    let probe = client(&server).probe_code_write("p 1", "r-1").await.expect("a result");
    let request = server.only_request();
    assert_eq!((request.method.as_str(), request.json()), ("PATCH", json!({})));
    let path = "/contoso/p%201/_apis/git/repositories/r-1/pullrequests/2147483647?api-version=7.1";
    assert_eq!(request.target, path);
    probe
}

#[tokio::test]
async fn the_write_scope_is_probed_with_an_impossible_change() {
    let missing = |code: &str| json!({ "message": format!("{code}: not found."), "typeKey": "X" });
    assert_eq!(probe(Response::json(404, &missing("TF401180"))).await, WriteProbe::Allowed);
    assert_eq!(probe(Response::empty(401)).await, WriteProbe::MissingScope);
}

#[tokio::test]
async fn other_responses_leave_the_write_scope_unverified() {
    let with_message = |status, message: &str| Response::json(status, &json!({ "message": message }));
    for response in [
        with_message(404, "TF401019: the repository does not exist."),
        with_message(404, "TF200016: the project does not exist."),
        Response::json(404, &json!({ "message": "?", "typeKey": "GitRepositoryNotFoundException" })),
        with_message(401, "VS403463: The conditional access policy has failed."),
        with_message(400, "bad"),
        with_message(403, "no"),
        with_message(200, "?"),
        Response::html(404),
        Response::html(203),
        Response::empty(302),
        Response::empty(503),
    ] {
        let probe = probe(response).await;
        assert!(
            matches!(&probe, WriteProbe::Unverified(reason) if reason.starts_with("status ")),
            "{probe:?}"
        );
    }
}
