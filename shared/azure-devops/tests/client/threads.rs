//! Tests the list of the threads of a pull request.

use std::collections::BTreeMap;

use hookpost_core::azure_devops::catalog::Identity;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::azure_devops::threads::Thread;
use serde_json::{Value, json};

use crate::client;
use crate::server::{Response, Server};

async fn threads(body: Value) -> Result<Vec<Thread>, RestError> {
    let server = Server::start([Response::json(200, &body)]).await;
    let threads = client(&server).threads("r-1", 7).await;
    let path = "/contoso/_apis/git/repositories/r-1/pullRequests/7/threads";
    assert_eq!(server.request_lines(), [format!("GET {path}?api-version=7.1")]);
    threads
}

fn bare_thread(id: u64) -> Thread {
    Thread {
        id,
        published: None,
        updated: None,
        is_deleted: false,
        kind: None,
        properties: BTreeMap::new(),
        identities: BTreeMap::new(),
        comments: Vec::new(),
    }
}

#[tokio::test]
async fn a_thread_of_azure_devops_has_its_kind_properties_and_identities() {
    let text = |value: &str| json!({ "$type": "System.String", "$value": value });
    let listed = threads(json!({ "count": 1, "value": [{
        "id": 3, "publishedDate": "2026-03-04T07:14:12.5Z", "lastUpdatedDate": "2026-03-04T07:14:13Z",
        "isDeleted": false, "status": "unknown", "threadContext": null,
        "properties": {
            "CodeReviewThreadType": text("VoteUpdate"),
            "CodeReviewVoteResult": "10",
            "CodeReviewRequired": { "$type": "System.Int32", "$value": 1 },
            "IsDraft": true, "Empty": null, "List": [1]
        },
        "identities": { "1": { "id": "U-1", "displayName": "Mona Robin" }, "2": null, "3": {} },
        "comments": [{ "id": 1, "commentType": "system", "content": "Mona Robin voted 10" }]
    }] }));
    let properties = [
        ("CodeReviewThreadType", "VoteUpdate"),
        ("CodeReviewVoteResult", "10"),
        ("CodeReviewRequired", "1"),
        ("IsDraft", "true"),
    ];
    let mona =
        Identity { id: "u-1".to_owned(), display_name: "Mona Robin".to_owned(), unique_name: String::new() };
    let comment = json!({ "id": 1, "commentType": "system", "content": "Mona Robin voted 10" });
    let expected = Thread {
        published: Some("2026-03-04T07:14:12.5Z".parse().expect("a time")),
        updated: Some("2026-03-04T07:14:13Z".parse().expect("a time")),
        kind: Some("VoteUpdate".to_owned()),
        properties: properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        identities: BTreeMap::from([("1".to_owned(), mona)]),
        comments: vec![comment.to_string()],
        ..bare_thread(3)
    };
    assert_eq!(listed.await, Ok(vec![expected]));
}

#[tokio::test]
async fn threads_of_people_and_bare_ones_are_read() {
    let comment = |id: u64| json!({ "id": id, "commentType": "text" });
    let listed = threads(json!({ "value": [
        { "id": 1, "isDeleted": true, "properties": null, "identities": null,
          "comments": [comment(10), null, comment(9), comment(1)] },
        { "id": 2 },
        { "comments": [] },
        null
    ] }));
    let comments = [1, 9, 10].map(|id| comment(id).to_string()).to_vec();
    assert_eq!(
        listed.await,
        Ok(vec![Thread { is_deleted: true, comments, ..bare_thread(1) }, bare_thread(2)])
    );
    let error = threads(json!({ "value": null })).await;
    assert!(matches!(error, Err(RestError::UnreadableResponse { .. })), "{error:?}");
}
