//! Tests rules of the event contract that the golden files do not show.

use serde_json::{Value, json};

use crate::fixture::{AFTER, BEFORE, Fixture, pull_request, push, push_with, ref_update};

fn data_of_push(body: &Value) -> Vec<Value> {
    let fixture = Fixture::default();
    fixture.push(body);
    fixture.events().into_iter().map(|mut event| event["data"].take()).collect()
}

fn commit(id: &str) -> Value {
    json!({"commitId": id, "comment": "one"})
}

#[test]
fn each_ref_is_an_event_with_the_commits_that_end_at_it() {
    let updates = [
        ref_update("refs/heads/main", Some(BEFORE), Some(AFTER)),
        ref_update("refs/tags/v1", None, Some(BEFORE)),
        ref_update("refs/heads/old", Some(BEFORE), None),
    ];
    let data = data_of_push(&push_with(&updates, &json!([commit(AFTER)])));
    let refs: Vec<_> =
        data.iter().map(|d| (d["ref"].as_str(), d["change"].as_str(), d["refKind"].as_str())).collect();
    assert_eq!(
        refs,
        [
            (Some("refs/heads/main"), Some("updated"), Some("branch")),
            (Some("refs/tags/v1"), Some("created"), Some("tag")),
            (Some("refs/heads/old"), Some("deleted"), Some("branch")),
        ]
    );
    let commits: Vec<_> = data.iter().map(|d| d["commits"].as_array().map_or(0, Vec::len)).collect();
    assert_eq!(commits, [1, 0, 0]);
    assert_eq!(
        (&data[1]["before"], &data[2]["after"]),
        (&Value::Null, &Value::Null),
        "not an all-zero object id"
    );
    assert_eq!((&data[0]["isDefaultBranch"], &data[1]["isDefaultBranch"]), (&json!(true), &json!(false)));
}

#[test]
fn commits_at_which_no_ref_ends_are_in_every_event() {
    let updates = ["a", "b"].map(|name| ref_update(&format!("refs/heads/{name}"), Some(BEFORE), Some(AFTER)));
    let data =
        data_of_push(&push_with(&updates, &json!([commit("3333333333333333333333333333333333333333")])));
    assert!(data.iter().all(|d| { d["commits"].as_array().is_some_and(|commits| commits.len() == 1) }));
}

#[test]
fn a_bad_ref_update_does_not_prevent_events_of_the_others() {
    let fixture = Fixture::default();
    let updates =
        [ref_update("refs/heads/main", Some(BEFORE), Some(AFTER)), ref_update("refs/heads/x", None, None)];
    let response = fixture.push(&push_with(&updates, &json!([])));
    assert_eq!(response.json["status"], "quarantined");
    assert_eq!(response.json["reason"], "`resource.refUpdates[1]` is zero on both sides");
    assert_eq!(fixture.events().len(), 1);
    assert_eq!(fixture.quarantined().len(), 1);
}

#[track_caller]
fn check_source(repository: &Value, expected: &str) {
    let mut body = push();
    body["resource"]["repository"] = repository.clone();
    let fixture = Fixture::default();
    fixture.push(&body);
    assert_eq!(fixture.events()[0]["source"], expected, "{repository}");
}

#[test]
fn every_form_of_a_services_url_gives_the_same_source() {
    let canonical = "https://dev.azure.com/contoso/My%20Shop/_git/web";
    for url in [
        "https://dev.azure.com/contoso/My%20Shop/_git/web",
        "https://contoso@dev.azure.com/contoso/My%20Shop/_git/web",
        "https://user:pat@DEV.AZURE.COM/contoso/My%20Shop/_git/web/",
        "https://contoso.visualstudio.com/My%20Shop/_git/web",
        "https://contoso.visualstudio.com/DefaultCollection/My%20Shop/_git/web",
        "https://dev.azure.com/CONTOSO/My%20Shop/_git/web",
    ] {
        check_source(&json!({"id": "r", "name": "web", "remoteUrl": url}), canonical);
    }
    let without_clone_url = json!({
        "id": "r", "name": "web", "project": {"name": "My Shop"},
        "url": "https://contoso.visualstudio.com/_apis/git/repositories/r",
    });
    check_source(&without_clone_url, canonical);
    let same_name =
        json!({"id": "r", "name": "web", "remoteUrl": "https://contoso.visualstudio.com/_git/web"});
    check_source(&same_name, "https://dev.azure.com/contoso/web/_git/web");
}

#[test]
fn a_server_url_is_kept() {
    let repository = json!({
        "id": "r", "name": "web", "project": {"name": "Shop"},
        "url": "https://TFS.contoso.example:8443/tfs/Main/_apis/git/repositories/r",
        "remoteUrl": "https://svc@TFS.contoso.example:8443/tfs/Main/Shop/_git/web",
    });
    check_source(&repository, "https://tfs.contoso.example:8443/tfs/Main/Shop/_git/web");
    let mut body = push();
    body["resource"]["repository"] = repository;
    body["resourceContainers"] = json!({"collection": {"id": "c"}});
    let organization = &data_of_push(&body)[0]["organization"];
    assert_eq!(*organization, json!({"name": "Main", "url": "https://tfs.contoso.example:8443/tfs/Main"}));
}

#[test]
fn a_rest_url_alone_is_enough_for_an_event() {
    let body = json!({
        "eventType": "ms.vss-code.git-pullrequest-comment-event",
        "id": "x",
        "resource": {
            "id": 2, "parentCommentId": 1, "content": "Looks good.",
            "_links": {
                "self": {"href": "https://dev.azure.com/contoso/_apis/git/repositories/r1/pullRequests/9/threads/5/comments/2"},
                "repository": {"href": "http://internal/DefaultCollection/_apis/git/repositories/r1"},
            },
        },
        "resourceVersion": "1.0",
    });
    let fixture = Fixture::default();
    assert_eq!(fixture.pull_request(&body).json["status"], "queued");
    let event = &fixture.events()[0];
    assert_eq!(event["source"], "https://dev.azure.com/contoso/_apis/git/repositories/r1");
    assert_eq!(event["subject"], "pullrequest/9");
    assert_eq!(event["data"]["comment"]["threadId"], 5);
    assert_eq!(event["data"]["comment"]["parentId"], 1);
    assert_eq!(event["data"]["pullRequest"]["title"], Value::Null);
}

#[test]
fn merged_is_true_only_for_a_completed_pull_request() {
    for (status, merge_status, action, merged) in [
        ("active", "succeeded", "merge_attempted", false),
        ("active", "conflicts", "merge_attempted", false),
        ("completed", "succeeded", "completed", true),
        ("completed", "queued", "merge_attempted", false),
    ] {
        let fixture = Fixture::default();
        let state = json!({"status": status, "mergeStatus": merge_status, "closedBy": {"id": "u-2"}});
        fixture.pull_request(&pull_request("git.pullrequest.merged", &state));
        let data = &fixture.events()[0]["data"];
        assert_eq!(
            (data["action"].as_str(), &data["merged"]),
            (Some(action), &json!(merged)),
            "{status} {merge_status}"
        );
        assert_eq!(data["actor"].is_null(), !merged, "a preview merge has no actor");
    }
}

#[test]
fn time_is_that_of_the_push_else_of_the_event_else_of_receipt() {
    let time = |change: fn(&mut Value)| {
        let mut body = push();
        change(&mut body);
        let fixture = Fixture::default();
        fixture.push(&body);
        fixture.events()[0]["time"].as_str().expect("text").to_owned()
    };
    assert_eq!(time(|_| ()), "2026-03-01T11:59:57.5Z", "the push's own date");
    assert_eq!(
        time(|body| body["resource"]["date"] = json!("0001-01-01T00:00:00")),
        "2026-03-01T11:59:58.1234567Z"
    );
    let without_dates = |body: &mut Value| {
        body["resource"]["date"] = Value::Null;
        body["createdDate"] = Value::Null;
    };
    assert_eq!(time(without_dates), "2026-03-01T12:00:00Z", "the time of receipt");
}

#[test]
fn unknown_enumeration_values_are_forwarded() {
    let fixture = Fixture::default();
    let state = json!({
        "status": "parked", "mergeStatus": "magic",
        "reviewers": [{"id": "u-3", "vote": 7, "isContainer": true}, {"id": "u-4", "vote": -5, "isRequired": true}],
    });
    fixture.pull_request(&pull_request("git.pullrequest.created", &state));
    let data = &fixture.events()[0]["data"];
    assert_eq!((&data["status"], &data["mergeStatus"]), (&json!("parked"), &json!("magic")));
    assert_eq!(
        (&data["reviewers"][0]["vote"], &data["reviewers"][0]["isGroup"]),
        (&json!("7"), &json!(true))
    );
    assert_eq!(data["reviewers"][1]["vote"], "waiting_for_author");
}

#[test]
fn numbers_as_text_and_nulls_are_accepted() {
    let fixture = Fixture::default();
    let resource = json!({
        "pullRequestId": "12", "isDraft": "true", "description": null, "reviewers": null, "createdBy": null,
        "lastMergeCommit": null, "_links": null, "forkSource": {"name": "refs/heads/fast"},
    });
    assert_eq!(
        fixture.pull_request(&pull_request("git.pullrequest.created", &resource)).json["status"],
        "queued"
    );
    let data = &fixture.events()[0]["data"];
    assert_eq!((&data["number"], &data["isDraft"]), (&json!(12), &json!(true)));
    assert!(data["source"]["repository"].is_object(), "a fork without a known repository is still a fork");
}

#[test]
fn an_unexpected_optional_value_does_not_prevent_an_event() {
    for (name, unexpected) in [
        ("message", json!("x")),
        ("message", json!({"text": {}})),
        ("createdDate", json!({})),
        ("resourceContainers", json!("")),
        ("resourceContainers", json!([])),
        ("notificationId", json!([1])),
    ] {
        let mut body = push();
        body[name] = unexpected;
        assert_eq!(Fixture::default().push(&body).json["status"], "queued", "{name}: {body}");
    }
    let unexpected =
        json!({"mergeStatus": {}, "reviewers": [null, {"id": "u-3"}], "isDraft": [], "createdBy": 7});
    let fixture = Fixture::default();
    assert_eq!(
        fixture.pull_request(&pull_request("git.pullrequest.updated", &unexpected)).json["status"],
        "queued"
    );
    assert_eq!(
        fixture.events()[0]["data"]["reviewers"][0]["id"],
        "u-3",
        "a reviewer without a name is left out"
    );
}

#[test]
fn rest_urls_in_every_form_give_the_same_source() {
    for (organization, container) in [
        ("https://dev.azure.com/Contoso", "https://contoso.visualstudio.com/"),
        ("https://Contoso.visualstudio.com", "https://dev.azure.com/contoso/"),
        ("https://contoso.visualstudio.com/DefaultCollection", "https://contoso.visualstudio.com/"),
    ] {
        let link = format!("{organization}/_apis/git/repositories/r1/pullRequests/9/threads/5/comments/2");
        let body = json!({
            "eventType": "ms.vss-code.git-pullrequest-comment-event",
            "id": "x",
            "resource": {"id": 2, "content": "Fine.", "_links": {"self": {"href": link}}},
            "resourceContainers": {"collection": {"baseUrl": container}},
        });
        let fixture = Fixture::default();
        fixture.pull_request(&body);
        let event = &fixture.events()[0];
        assert_eq!(
            event["source"], "https://dev.azure.com/contoso/_apis/git/repositories/r1",
            "{organization}"
        );
        let expected = json!({"name": "contoso", "url": "https://dev.azure.com/contoso"});
        assert_eq!(event["data"]["organization"], expected, "{organization}");
    }
}
