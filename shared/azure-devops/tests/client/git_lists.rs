//! Tests the lists of pushes and pull requests, with their pages.

use std::collections::BTreeSet;

use hookpost_core::azure_devops::catalog::{ProjectInfo, RepositoryInfo};
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::{AzureDevOps as _, PullRequestPlace, PullRequestTransition};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::client;
use crate::server::{ReceivedRequest, Response, Server};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn repository() -> RepositoryInfo {
    RepositoryInfo {
        id: "r-1".to_owned(),
        name: "web".to_owned(),
        project: ProjectInfo { id: "p-1".to_owned(), name: "Fabrikam".to_owned() },
        default_branch: None,
        web_url: None,
        https_url: None,
        ssh_url: None,
        is_disabled: false,
    }
}

fn page(records: impl IntoIterator<Item = Value>) -> Response {
    Response::json(200, &json!({ "value": records.into_iter().collect::<Vec<_>>() }))
}

/// A page of the pushes with these numbers, newest first.
fn pushes(ids: std::ops::Range<u64>) -> Response {
    page(ids.rev().map(|id| json!({ "pushId": id, "date": "2026-03-04T07:30:00Z" })))
}

/// Lists the pushes of an hour. Returns their number, and how many were to be skipped by each request.
async fn list_pushes(
    responses: impl IntoIterator<Item = Response>,
) -> (Result<usize, RestError>, Vec<String>) {
    let server = Server::start(responses).await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let pushes = client(&server).pushes(&repository(), from, to).await;
    let skip = |line: &String| {
        let (_, rest) = line.split_once("&%24top=500&%24skip=").expect("a page");
        rest.split_once('&').expect("a version").0.to_owned()
    };
    (pushes.map(|pushes| pushes.items.len()), server.request_lines().iter().map(skip).collect())
}

#[tokio::test]
async fn pages_end_at_one_with_few_records() {
    assert_eq!(list_pushes([pushes(0..0)]).await, (Ok(0), vec!["0".to_owned()]));
    assert_eq!(list_pushes([pushes(0..49)]).await, (Ok(49), vec!["0".to_owned()]));
    let whole = [pushes(600..1100), pushes(100..600), pushes(0..100), pushes(0..0)];
    let skipped = ["0", "500", "1000", "1100"].map(str::to_owned).to_vec();
    assert_eq!(list_pushes(whole).await, (Ok(1100), skipped));
}

#[tokio::test]
async fn a_page_that_the_server_cut_is_not_the_last() {
    let cut = [pushes(160..260), pushes(60..160), pushes(0..60), pushes(0..0)];
    let skipped = ["0", "100", "200", "260"].map(str::to_owned).to_vec();
    assert_eq!(list_pushes(cut).await, (Ok(260), skipped));
}

#[tokio::test]
async fn pushes_of_one_second_without_end_are_an_error() {
    let server = Server::answering(|_| pushes(0..500)).await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let listed = client(&server).pushes(&repository(), from, to).await;
    assert!(matches!(listed, Err(RestError::UnreadableResponse { .. })), "{listed:?}");
}

/// A repository with a push in each second from 7 o'clock on, newest first, each of this size.
fn busy(count: i64, size: usize) -> impl Fn(&ReceivedRequest) -> Response + Send + Sync + 'static {
    let begin = at("2026-03-04T07:00:00Z");
    move |request| {
        let parameter = |name: &str| {
            let (_, rest) = request.target.split_once(name).expect("a parameter");
            rest.split('&').next().expect("a value").replace("%3A", ":")
        };
        let second = |name| at(&parameter(name)).duration_since(begin).as_secs();
        let (low, high) = (second("fromDate="), second("toDate="));
        let number = |name| parameter(name).parse::<usize>().expect("a number");
        let found = (0..count).rev().filter(|number| (low..=high).contains(number));
        page(found.skip(number("skip=")).take(number("top=")).map(|number| {
            let date = (begin + SignedDuration::from_secs(number)).to_string();
            json!({ "pushId": number, "date": date, "padding": "x".repeat(size) })
        }))
    }
}

#[tokio::test]
async fn twelve_thousand_pushes_to_a_repository_are_listed_in_parts() {
    let server = Server::answering(busy(12_000, 0)).await;
    let (mut from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T11:00:00Z"));
    let (mut numbers, mut parts) = (BTreeSet::new(), 0);
    while from < to {
        let part = client(&server).pushes(&repository(), from, to).await.expect("pushes");
        assert!(part.items.len() <= 5500, "{}", part.items.len());
        numbers.extend(part.items);
        (from, parts) = (part.until, parts + 1);
    }
    assert_eq!((numbers.len(), parts), (12_000, 4));
}

#[tokio::test]
async fn a_page_of_records_that_is_too_large_is_requested_in_parts() {
    let server = Server::answering(busy(500, 100_000)).await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let pushes = client(&server).pushes(&repository(), from, to).await.expect("pushes");
    assert_eq!(pushes.items.len(), 500);
    assert!(server.request_lines().len() <= 8, "{:?}", server.request_lines());
}

#[tokio::test]
async fn pushes_are_those_of_the_time_oldest_first() {
    let push = |id: u64, date: &str| json!({ "pushId": id, "date": date });
    let server = Server::start([page([
        push(4, "2026-03-04T08:00:01Z"),
        push(3, "2026-03-04T07:30:00Z"),
        push(3, "2026-03-04T07:30:00Z"),
        push(2, "2026-03-04T07:00:00Z"),
        push(1, "2026-03-04T06:59:59Z"),
        json!({ "date": "2026-03-04T07:30:00Z" }),
    ])])
    .await;
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let pushes = client(&server).pushes(&repository(), from, to).await;
    let expected = [push(2, "2026-03-04T07:00:00Z"), push(3, "2026-03-04T07:30:00Z")];
    let pushes = pushes.expect("pushes").items;
    let pushes = pushes.iter().map(|push| serde_json::from_str::<Value>(push).expect("JSON"));
    assert_eq!(pushes.collect::<Vec<_>>(), expected);
    assert_eq!(
        server.request_lines(),
        ["GET /contoso/_apis/git/repositories/r-1/pushes?searchCriteria.fromDate=2026-03-04T07%3A00%3A00Z\
          &searchCriteria.toDate=2026-03-04T08%3A00%3A00Z&searchCriteria.includeRefUpdates=true\
          &%24top=500&%24skip=0&api-version=7.1"]
    );
}

#[tokio::test]
async fn pull_requests_are_those_of_the_transition_in_the_time() {
    let listed = |number: u64, created: &str, closed: Option<&str>| {
        json!({
            "pullRequestId": number, "creationDate": created, "closedDate": closed,
            "sourceRefName": "refs/heads/topic", "title": "Stretch the tent"
        })
    };
    let records = [
        listed(9, "2026-03-04T07:40:00Z", None),
        listed(8, "2026-03-04T07:20:00Z", Some("2026-03-04T09:00:00Z")),
        listed(7, "2026-03-01T00:00:00Z", Some("2026-03-04T07:30:00Z")),
        json!({ "title": "no number" }),
    ];
    for (transition, word, expected) in [
        (PullRequestTransition::Created, "created", vec![8, 9]),
        (PullRequestTransition::Closed, "closed", vec![7]),
    ] {
        let server = Server::start([page(records.clone())]).await;
        let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
        let listed =
            client(&server).pull_requests(PullRequestPlace::Repository("r-1"), transition, from, to).await;
        let listed = listed.expect("pull requests");
        assert_eq!(listed.iter().map(|listed| listed.number).collect::<Vec<_>>(), expected);
        assert!(listed.iter().all(|listed| listed.source_ref.as_deref() == Some("refs/heads/topic")));
        let target = server.only_request().target;
        assert!(target.contains("searchCriteria.status=all"), "{target}");
        assert!(target.contains(&format!("searchCriteria.queryTimeRangeType={word}")), "{target}");
    }
    let server = Server::start([page(records)]).await;
    let active = client(&server)
        .active_pull_requests(PullRequestPlace::Repository("r-1"))
        .await
        .expect("pull requests");
    assert_eq!(active.iter().map(|listed| listed.number).collect::<Vec<_>>(), [9, 8, 7]);
    assert!(server.only_request().target.contains("pullrequests?searchCriteria.status=active&"));
}

#[tokio::test]
async fn pull_requests_of_a_project_name_their_repositories() {
    let of = |repository: Value| {
        page([json!({ "pullRequestId": 7, "closedDate": "2026-03-04T07:30:00Z", "repository": repository })])
    };
    let (from, to) = (at("2026-03-04T07:00:00Z"), at("2026-03-04T08:00:00Z"));
    let list = async |server: &Server| {
        let place = PullRequestPlace::Project("p-1");
        client(server).pull_requests(place, PullRequestTransition::Closed, from, to).await
    };
    let server = Server::start([of(json!({ "id": "0B2E4F4C-3C1F-4C55-8F6D-3C3C2C6B0001" }))]).await;
    let listed = list(&server).await.expect("pull requests");
    assert_eq!(listed[0].repository_id, "0b2e4f4c-3c1f-4c55-8f6d-3c3c2c6b0001");
    let target = server.only_request().target;
    assert!(target.starts_with("/contoso/p-1/_apis/git/pullrequests?searchCriteria.status=all&"), "{target}");
    let nameless = list(&Server::start([of(Value::Null)]).await).await;
    assert!(matches!(nameless, Err(RestError::UnreadableResponse { .. })), "{nameless:?}");
}

#[tokio::test]
async fn one_pull_request_is_given_as_sent() {
    let body = r#"{"title":"Stretch the tent", "pullRequestId":7}"#;
    let server = Server::start([Response::new(200, "application/json", body)]).await;
    assert_eq!(client(&server).pull_request("r-1", 7).await.as_deref(), Ok(body));
    let path = "/contoso/_apis/git/repositories/r-1/pullrequests/7";
    assert_eq!(server.request_lines(), [format!("GET {path}?api-version=7.1")]);
}
