//! Tests what the client does after a create or replace without an answer.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::server::{Response, Server};
use crate::subscriptions::wanted;
use crate::{PASSWORD, client};

const PATH: &str = "/contoso/_apis/hooks/subscriptions";

fn push() -> WantedSubscription {
    wanted(SubscriptionKind::Push)
}

/// A subscription as [`push`] wants it.
fn subscription(id: &str) -> Value {
    json!({
        "id": id, "status": "enabled", "eventType": "git.push", "resourceVersion": "1.0",
        "publisherInputs": { "projectId": "p-1", "tfsSubscriptionId": "t" },
        "consumerInputs": {
            "url": "https://hooks.example/contoso/x", "basicAuthPassword": "********",
            "resourceDetailsToSend": "all", "messagesToSend": "text", "detailedMessagesToSend": "none"
        }
    })
}

/// A subscription that differs from what [`push`] wants in the value at `pointer`.
fn differing(id: &str, pointer: &str, value: &str) -> Value {
    let mut subscription = subscription(id);
    *subscription.pointer_mut(pointer).expect(pointer) = json!(value);
    subscription
}

fn answer(subscription: &Value) -> Response {
    Response::json(200, subscription)
}

fn list(subscriptions: &[Value]) -> Response {
    Response::json(200, &json!({ "value": subscriptions }))
}

/// The gateway gave up; the call may have had its effect.
fn no_answer() -> Response {
    Response::html(504)
}

fn open_error() -> RestError {
    RestError::Unavailable { status: 504, message: String::new() }
}

/// The methods of the requests, in their order.
fn methods(server: &Server) -> String {
    let methods = server.requests();
    methods.iter().map(|request| request.method.as_str()).collect::<Vec<_>>().join(" ")
}

fn id(result: Result<ExistingSubscription, RestError>) -> Result<String, RestError> {
    result.map(|subscription| subscription.id)
}

/// Creates [`push`]. Returns its id, and the methods of the requests.
async fn create(responses: impl IntoIterator<Item = Response>) -> (Result<String, RestError>, String) {
    let server = Server::start(responses).await;
    let created = client(&server).create(&push(), PASSWORD).await;
    (id(created), methods(&server))
}

#[tokio::test]
async fn a_create_without_an_answer_adopts_what_it_created() {
    let responses = [
        no_answer(),
        list(&[differing("s-1", "/eventType", "git.pullrequest.created"), subscription("s-2")]),
    ];
    let server = Server::start(responses).await;
    let created = client(&server).create(&push(), PASSWORD).await;
    assert_eq!(id(created), Ok("s-2".to_owned()));
    let query = "publisherId=tfs&consumerId=webHooks&eventType=git.push&api-version=7.1";
    assert_eq!(
        server.request_lines(),
        [format!("POST {PATH}?api-version=7.1"), format!("GET {PATH}?{query}")]
    );
}

#[tokio::test]
async fn only_a_new_subscription_with_the_same_url_and_filters_is_adopted() {
    let others = [
        differing("s-1", "/status", "disabledBySystem"),
        differing("s-2", "/consumerInputs/url", "https://hooks.example/contoso/y"),
        differing("s-3", "/publisherInputs/projectId", "p-2"),
        subscription("s-4"),
    ];
    let lists = (0..5).map(|_| list(&others[3..]));
    let creates = [no_answer(), list(&others), answer(&subscription("s-5")), list(&others)];
    let server = Server::start(lists.chain(creates)).await;
    let client = client(&server);
    // The caller knows s-4, and wants another one beside it.
    client.subscriptions().await.expect("subscriptions");
    assert_eq!(id(client.create(&push(), PASSWORD).await), Ok("s-5".to_owned()));
    assert_eq!(methods(&server), "GET GET GET GET GET POST GET POST GET");
}

#[tokio::test]
async fn a_create_without_an_answer_is_made_once_more_at_most() {
    let none = || list(&[]);
    let (created, methods) = create([no_answer(), none(), answer(&subscription("s-1")), none()]).await;
    assert_eq!((created, methods.as_str()), (Ok("s-1".to_owned()), "POST GET POST GET"));
    let (created, methods) = create([no_answer(), none(), no_answer(), none()]).await;
    assert_eq!((created, methods.as_str()), (Err(open_error()), "POST GET POST GET"));
    let (created, methods) = create([no_answer(), none(), no_answer(), list(&[subscription("s-1")])]).await;
    assert_eq!((created, methods.as_str()), (Ok("s-1".to_owned()), "POST GET POST GET"));
}

#[tokio::test]
async fn a_create_that_takes_effect_late_leaves_one_subscription() {
    let both = [subscription("s-1"), subscription("s-2")];
    let late = [no_answer(), list(&[]), answer(&both[1]), list(&both), Response::empty(204)];
    let server = Server::start(late).await;
    let created = client(&server).create(&push(), PASSWORD).await;
    assert_eq!(id(created), Ok("s-1".to_owned()));
    let lines = server.request_lines();
    assert_eq!(lines.last(), Some(&format!("DELETE {PATH}/s-2?api-version=7.1")));
}

#[tokio::test]
async fn nothing_is_created_again_when_the_list_cannot_be_read() {
    let (created, methods) = create([no_answer(), Response::empty(503)]).await;
    assert_eq!((created, methods.as_str()), (Err(open_error()), "POST GET"));
}

#[tokio::test]
async fn an_answered_create_is_not_looked_after() {
    let (created, methods) = create([answer(&subscription("s-1"))]).await;
    assert_eq!((created, methods.as_str()), (Ok("s-1".to_owned()), "POST"));
    for status in [400, 401, 403, 404, 409, 500] {
        let (created, methods) = create([Response::empty(status)]).await;
        assert!(created.is_err());
        assert_eq!(methods, "POST", "{status}");
    }
}

/// Replaces `s-1` with [`push`]. Returns its id, and the methods of the requests.
async fn replace(responses: impl IntoIterator<Item = Response>) -> (Result<String, RestError>, String) {
    let server = Server::start(responses).await;
    let replaced = client(&server).replace("s-1", &push(), PASSWORD).await;
    (id(replaced), methods(&server))
}

#[tokio::test]
async fn a_replace_without_an_answer_is_looked_after() {
    let (replaced, methods) = replace([no_answer(), list(&[subscription("s-1")])]).await;
    assert_eq!((replaced, methods.as_str()), (Ok("s-1".to_owned()), "PUT GET"));
    for listed in [
        list(&[]),
        list(&[subscription("s-2")]),
        list(&[differing("s-1", "/status", "onProbation")]),
        list(&[differing("s-1", "/consumerInputs/url", "https://hooks.example/contoso/y")]),
        list(&[differing("s-1", "/consumerInputs/resourceDetailsToSend", "minimal")]),
    ] {
        let (replaced, methods) = replace([no_answer(), listed, answer(&subscription("s-1"))]).await;
        assert_eq!((replaced, methods.as_str()), (Ok("s-1".to_owned()), "PUT GET PUT"));
    }
    let (replaced, methods) = replace([no_answer(), list(&[]), no_answer()]).await;
    assert_eq!((replaced, methods.as_str()), (Err(open_error()), "PUT GET PUT"));
    let (replaced, methods) = replace([no_answer(), Response::empty(503)]).await;
    assert_eq!((replaced, methods.as_str()), (Err(open_error()), "PUT GET"));
    let (replaced, methods) = replace([Response::empty(500)]).await;
    let error = RestError::Unavailable { status: 500, message: String::new() };
    assert_eq!((replaced, methods.as_str()), (Err(error), "PUT"));
}
