//! Tests the calls about the owner of the token and its permissions.

use hookpost_core::azure_devops::catalog::{Identity, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::{Value, json};

use crate::client;
use crate::server::{Response, Server};

async fn connection(body: Value) -> Result<Identity, RestError> {
    let server = Server::start([Response::json(200, &body)]).await;
    let connection = client(&server).connection().await;
    assert_eq!(server.request_lines(), ["GET /contoso/_apis/connectionData?api-version=7.1-preview"]);
    connection
}

#[tokio::test]
async fn the_connection_names_the_owner_of_the_token() {
    let identity = connection(json!({
        "authenticatedUser": {
            "id": "0B2E4F4C-3C1F-4C55-8F6D-3C3C2C6B0001",
            "subjectDescriptor": "aad.x",
            "providerDisplayName": "Mona Robin",
            "isActive": true,
            "properties": { "Account": { "$type": "System.String", "$value": "mona@contoso.example" } }
        },
        "instanceId": "x", "deploymentType": "hosted", "locationServiceData": null
    }));
    let expected = Identity {
        id: "0b2e4f4c-3c1f-4c55-8f6d-3c3c2c6b0001".to_owned(),
        display_name: "Mona Robin".to_owned(),
        unique_name: "mona@contoso.example".to_owned(),
    };
    assert_eq!(identity.await, Ok(expected));
}

#[tokio::test]
async fn only_the_id_of_the_owner_is_required() {
    let identity =
        connection(json!({ "authenticatedUser": { "id": "1", "properties": { "Account": null } } }));
    let identity = identity.await.expect("an identity");
    assert_eq!((identity.display_name.as_str(), identity.unique_name.as_str()), ("", ""));
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

#[tokio::test]
async fn the_permission_is_requested_for_a_project_or_for_all() {
    let bodies =
        [json!({"count": 1, "value": [true]}), json!({"count": 1, "value": [false]}), json!({"value": []})];
    let server = Server::start(bodies.iter().map(|body| Response::json(200, body))).await;
    let client = client(&server);
    assert_eq!(client.may_edit_subscriptions(Some("p-1")).await, Ok(true));
    assert_eq!(client.may_edit_subscriptions(None).await, Ok(false));
    let unknown = client.may_edit_subscriptions(None).await;
    assert!(matches!(unknown, Err(RestError::UnreadableResponse { .. })), "{unknown:?}");
    let path = "GET /contoso/_apis/permissions/cb594ebe-87dd-4fc9-ac2c-6a10a4c92046/2";
    assert_eq!(
        server.request_lines()[..2],
        [
            format!("{path}?tokens=PublisherSecurity%2Fp-1&api-version=7.1"),
            format!("{path}?tokens=PublisherSecurity&api-version=7.1"),
        ]
    );
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
