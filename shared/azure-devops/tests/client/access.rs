//! Whose token it is, and what it may do.

use hookpost_core::azure_devops::catalog::{Identity, WriteProbe};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use serde_json::{Value, json};

use crate::client;
use crate::server::{Reply, Server};

async fn connection(answer: Value) -> Result<Identity, RestError> {
    let server = Server::start([Reply::json(200, &answer)]).await;
    let connection = client(&server).connection().await;
    assert_eq!(server.lines(), ["GET /contoso/_apis/connectionData?api-version=7.1-preview"]);
    connection
}

#[tokio::test]
async fn a_connection_says_whose_token_it_is() {
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
async fn a_connection_may_say_little() {
    let identity =
        connection(json!({ "authenticatedUser": { "id": "1", "properties": { "Account": null } } }));
    let identity = identity.await.expect("an identity");
    assert_eq!((identity.display_name.as_str(), identity.unique_name.as_str()), ("", ""));
    for nobody in [json!({}), json!({ "authenticatedUser": null }), json!({ "authenticatedUser": {} })] {
        let error = connection(nobody).await.expect_err("nobody");
        assert!(matches!(error, RestError::Unintelligible { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn an_anonymous_connection_is_none() {
    let anonymous = json!({ "authenticatedUser": { "id": "AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa" } });
    assert_eq!(connection(anonymous).await, Err(RestError::SignInPage));
}

#[tokio::test]
async fn permission_is_asked_for_a_project_or_for_all() {
    let answers =
        [json!({"count": 1, "value": [true]}), json!({"count": 1, "value": [false]}), json!({"value": []})];
    let server = Server::start(answers.iter().map(|answer| Reply::json(200, answer))).await;
    let client = client(&server);
    assert_eq!(client.may_edit_subscriptions(Some("p-1")).await, Ok(true));
    assert_eq!(client.may_edit_subscriptions(None).await, Ok(false));
    let unsaid = client.may_edit_subscriptions(None).await;
    assert!(matches!(unsaid, Err(RestError::Unintelligible { .. })), "{unsaid:?}");
    let path = "GET /contoso/_apis/permissions/cb594ebe-87dd-4fc9-ac2c-6a10a4c92046/2";
    assert_eq!(
        server.lines()[..2],
        [
            format!("{path}?tokens=PublisherSecurity%2Fp-1&api-version=7.1"),
            format!("{path}?tokens=PublisherSecurity&api-version=7.1"),
        ]
    );
}

async fn probe(answer: Reply) -> WriteProbe {
    let server = Server::start([answer]).await;
    let probe = client(&server).probe_code_write("p 1", "r-1").await.expect("an answer");
    let seen = server.only();
    assert_eq!((seen.method.as_str(), seen.json()), ("PATCH", json!({})));
    let path = "/contoso/p%201/_apis/git/repositories/r-1/pullrequests/2147483647?api-version=7.1";
    assert_eq!(seen.target, path);
    probe
}

#[tokio::test]
async fn the_write_scope_is_told_by_a_change_that_cannot_be_made() {
    let missing = |code: &str| json!({ "message": format!("{code}: not found."), "typeKey": "X" });
    assert_eq!(probe(Reply::json(404, &missing("TF401180"))).await, WriteProbe::Allowed);
    assert_eq!(probe(Reply::bare(401)).await, WriteProbe::MissingScope);
}

#[tokio::test]
async fn any_other_answer_leaves_the_write_scope_open() {
    let said = |status, message: &str| Reply::json(status, &json!({ "message": message }));
    for answer in [
        said(404, "TF401019: the repository does not exist."),
        said(404, "TF200016: the project does not exist."),
        Reply::json(404, &json!({ "message": "?", "typeKey": "GitRepositoryNotFoundException" })),
        said(401, "VS403463: The conditional access policy has failed."),
        said(400, "bad"),
        said(403, "no"),
        said(200, "?"),
        Reply::html(404),
        Reply::html(203),
        Reply::bare(302),
        Reply::bare(503),
    ] {
        let probe = probe(answer).await;
        assert!(matches!(&probe, WriteProbe::Unverified(why) if why.starts_with("status ")), "{probe:?}");
    }
}
