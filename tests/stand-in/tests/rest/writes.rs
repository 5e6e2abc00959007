//! Repositories, pushes and pull requests that are written over REST.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{PersonalAccessToken, Scope};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, ORGANIZATION, body};
use crate::recording_webhook::RecordingWebhook;

const ZERO: &str = "0000000000000000000000000000000000000000";

async fn start() -> Fixture {
    let fixture = Fixture::start().await;
    fixture.stand_in.set_time(AT);
    manage(&fixture);
    fixture
}

/// Gives the token the scope in which repositories are created.
fn manage(fixture: &Fixture) {
    let token = PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada);
    fixture.stand_in.register_pat(token.scopes(&[Scope::CodeManage, Scope::Project]));
}

/// Calls below the fixture's repository; the answer's status and body.
async fn call(fixture: &Fixture, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let path = format!("git/repositories/{}{path}", fixture.repository_id());
    let answer = fixture.call(method, &path, body).await;
    (answer.status, answer.json())
}

/// Pushes one commit; the new tip.
async fn push(fixture: &Fixture, name: &str, old: &str) -> String {
    let body = json!({"refUpdates": [{"name": name, "oldObjectId": old}], "commits": [{"comment": "Begin"}]});
    let (status, pushed) = call(fixture, "POST", "/pushes", &body).await;
    assert_eq!((status, &pushed["commits"][0]["comment"]), (201, &json!("Begin")));
    pushed["refUpdates"][0]["newObjectId"].as_str().unwrap().to_owned()
}

/// A pull request from `refs/heads/topic` into `refs/heads/main`: its path, and the tip of the topic.
async fn open(fixture: &Fixture) -> (String, String) {
    let (_, tip) =
        (push(fixture, "refs/heads/main", ZERO).await, push(fixture, "refs/heads/topic", ZERO).await);
    let body =
        json!({"sourceRefName": "refs/heads/topic", "targetRefName": "refs/heads/main", "title": "Longer"});
    let (status, made) = call(fixture, "POST", "/pullrequests", &body).await;
    assert_eq!((status, &made["status"]), (201, &json!("active")));
    assert_eq!(call(fixture, "POST", "/pullrequests", &body).await.0, 409);
    (format!("/pullrequests/{}", made["pullRequestId"]), tip)
}

async fn thread_types(fixture: &Fixture, pull_request: &str) -> Vec<String> {
    let (_, threads) = call(fixture, "GET", &format!("{pull_request}/threads"), &Value::Null).await;
    let kind =
        |thread: &Value| thread["properties"]["CodeReviewThreadType"]["$value"].as_str().map(str::to_owned);
    threads["value"].as_array().unwrap().iter().filter_map(kind).collect()
}

#[tokio::test]
async fn repositories_are_created_renamed_and_deleted_with_the_scope_to_manage() {
    let fixture = start().await;
    let project = fixture.project_id();
    let made = json!({"name": "sails", "project": {"id": project}});
    let created = fixture.call("POST", "git/repositories", &made).await;
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert_eq!((created.status, &created.json()["name"]), (201, &json!("sails")));
    assert_eq!(fixture.call("POST", "git/repositories", &made).await.status, 409);
    let path = format!("git/repositories/{id}");
    let renamed = fixture.call("PATCH", &path, &json!({"name": "masts"})).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("masts")));
    assert_eq!(fixture.call("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(fixture.get(&path).await.status, 404);
    let weaker = PersonalAccessToken::new(canary::PAT, ORGANIZATION, &fixture.ada);
    fixture.stand_in.register_pat(weaker);
    assert_eq!(fixture.call("POST", "git/repositories", &made).await.status, 401);
}

#[tokio::test]
async fn a_push_is_delivered_and_a_stale_one_is_refused() {
    let (fixture, webhook) = (start().await, RecordingWebhook::start().await);
    fixture.subscribe(&fixture.body(&webhook.address())).await;
    push(&fixture, "refs/heads/main", ZERO).await;
    let stale = json!({"refUpdates": [{"name": "refs/heads/main", "oldObjectId": ZERO}], "commits": [{}]});
    let (status, error) = call(&fixture, "POST", "/pushes", &stale).await;
    assert_eq!((status, &error["typeKey"]), (409, &json!("GitReferenceStaleException")));
    assert!(webhook.requests().is_empty());
    fixture.stand_in.run_until(AT + Duration::from_secs(1)).await;
    let requests = webhook.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].json()["resource"]["pushedBy"]["id"], json!(fixture.ada.id));
}

#[tokio::test]
async fn several_refs_are_created_and_deleted_in_one_push() {
    let fixture = start().await;
    let tip = push(&fixture, "refs/heads/main", ZERO).await;
    let made = |name: &str| json!({"name": name, "oldObjectId": ZERO, "newObjectId": tip});
    let both = json!([made("refs/heads/a"), made("refs/heads/b")]);
    let (status, results) = call(&fixture, "POST", "/refs", &both).await;
    assert_eq!((status, &results["value"][1]["success"]), (200, &json!(true)));
    let (_, pushes) =
        call(&fixture, "GET", "/pushes?searchCriteria.includeRefUpdates=true", &Value::Null).await;
    assert_eq!(pushes["count"], 2);
    assert_eq!(pushes["value"][0]["refUpdates"].as_array().unwrap().len(), 2);
    let gone = json!([{"name": "refs/heads/a", "oldObjectId": tip, "newObjectId": ZERO}]);
    assert_eq!(call(&fixture, "POST", "/refs", &gone).await.0, 200);
    let name = "refs/heads/a";
    assert_eq!(fixture.change(|organization| organization.tip(fixture.repository, name)), None);
}

#[tokio::test]
async fn a_pull_request_is_reviewed_and_follows_its_source() {
    let fixture = start().await;
    let (pull_request, tip) = open(&fixture).await;
    let reviewer = format!("{pull_request}/reviewers/{}", fixture.ada.id);
    assert_eq!(call(&fixture, "PUT", &reviewer, &json!({"vote": 0})).await.0, 200);
    assert_eq!(call(&fixture, "PUT", &reviewer, &json!({"vote": 10})).await.1["vote"], 10);
    let other = format!("{pull_request}/reviewers/{}", fixture.project_id());
    assert_eq!(call(&fixture, "PUT", &other, &json!({"vote": 10})).await.0, 400);
    push(&fixture, "refs/heads/topic", &tip).await;
    let text = json!({"comments": [{"content": "Why?"}]});
    let (status, thread) = call(&fixture, "POST", &format!("{pull_request}/threads"), &text).await;
    assert_eq!((status, &thread["comments"][0]["content"]), (200, &json!("Why?")));
    for change in [json!({"isDraft": true}), json!({"status": "abandoned"}), json!({"status": "active"})] {
        assert_eq!(call(&fixture, "PATCH", &pull_request, &change).await.0, 200);
    }
    let kinds = thread_types(&fixture, &pull_request).await;
    let [attempt, status] = ["MergeAttempt", "StatusUpdate"];
    let expected =
        [attempt, "ReviewersUpdate", "VoteUpdate", "RefUpdate", attempt, "IsDraftUpdate", status, status];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_fork_has_the_branches_of_its_parent_and_proposes_to_it() {
    let fixture = start().await;
    let tip = push(&fixture, "refs/heads/main", ZERO).await;
    let parent = fixture.repository_id();
    let body =
        json!({"name": "fork", "project": {"id": fixture.project_id()}, "parentRepository": {"id": parent}});
    let fork = fixture.call("POST", "git/repositories", &body).await.json();
    assert_eq!((&fork["isFork"], &fork["defaultBranch"]), (&json!(true), &json!("refs/heads/main")));
    let change = json!({"refUpdates": [{"name": "refs/heads/main", "oldObjectId": tip}], "commits": [{}]});
    let path = format!("git/repositories/{}/pushes", fork["id"].as_str().unwrap());
    assert_eq!(fixture.call("POST", &path, &change).await.status, 201);
    let proposal = json!({
        "sourceRefName": "refs/heads/main", "targetRefName": "refs/heads/main", "title": "Longer",
        "forkSource": {"repository": {"id": fork["id"]}},
    });
    let (status, made) = call(&fixture, "POST", "/pullrequests", &proposal).await;
    assert_eq!((status, &made["forkSource"]["repository"]["id"]), (201, &fork["id"]));
}

#[tokio::test]
async fn title_description_and_target_are_changed_and_a_completion_closes() {
    let fixture = start().await;
    let (pull_request, _) = open(&fixture).await;
    let change = json!({"title": "Shorter", "description": "No.", "targetRefName": "refs/heads/release"});
    let (_, changed) = call(&fixture, "PATCH", &pull_request, &change).await;
    assert_eq!(
        [&changed["title"], &changed["description"], &changed["targetRefName"]],
        ["Shorter", "No.", "refs/heads/release"]
    );
    let (_, closed) = call(&fixture, "PATCH", &pull_request, &json!({"status": "completed"})).await;
    assert_eq!(closed["status"], "completed");
}

#[tokio::test]
async fn a_query_finds_subscriptions_by_project_and_url() {
    let fixture = start().await;
    let other = fixture.change(|organization| {
        let id = organization.add_project("Elsewhere");
        organization.project_uuid(id)
    });
    let wanted = fixture.subscribe(&fixture.body("https://hooks.example/a")).await;
    fixture.subscribe(&fixture.body("https://hooks.example/b")).await;
    fixture.subscribe(&body("git.push", &json!({"projectId": other}), "https://hooks.example/a")).await;
    let is = |input: &str, value: &str| json!([{"conditions": [{"inputId": input, "operator": "equals", "inputValue": value}]}]);
    let query = json!({
        "publisherId": "tfs",
        "publisherInputFilters": is("projectId", &fixture.project_id().to_string()),
        "consumerInputFilters": is("url", "https://hooks.example/a"),
    });
    let found = fixture.call("POST", "hooks/subscriptionsquery", &query).await.json();
    let ids: Vec<_> = found["results"].as_array().unwrap().iter().map(|hook| hook["id"].clone()).collect();
    assert_eq!(ids, [json!(wanted)]);
}
