//! Tests rules of the event contract that the golden files do not show.

use serde_json::{Value, json};

use crate::fixture::{AFTER, BEFORE, Fixture, data_of_push, pull_request, push, push_with, ref_update};

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

#[test]
fn a_comment_is_edited_only_if_its_text_changed() {
    let published = "2026-03-01T11:00:00.123Z";
    let minutes_later = "2026-03-01T11:05:00.5Z";
    for (updated, content, deleted, expected) in [
        (published, Some(published), false, "created"),
        ("2026-03-01T11:00:00.127Z", Some("2026-03-01T11:00:00.127Z"), false, "created"),
        ("2026-03-01T11:00:00.127Z", None, false, "created"),
        (minutes_later, Some(published), false, "updated"),
        (minutes_later, Some("2026-03-01T11:00:00.127Z"), false, "updated"),
        (minutes_later, Some(minutes_later), false, "edited"),
        (published, Some(minutes_later), false, "edited"),
        (minutes_later, None, false, "edited"),
        (minutes_later, Some("0001-01-01T00:00:00"), false, "edited"),
        (minutes_later, Some(published), true, "deleted"),
    ] {
        let mut body = pull_request("ms.vss-code.git-pullrequest-comment-event", &json!({}));
        let pull_request = body["resource"].take();
        let comment = json!({
            "id": 3, "content": "Fine.", "publishedDate": published, "lastUpdatedDate": updated,
            "lastContentUpdatedDate": content, "isDeleted": deleted,
        });
        body["resource"] = json!({"comment": comment, "pullRequest": pull_request});
        let fixture = Fixture::default();
        fixture.pull_request(&body);
        let event = &fixture.events()[0];
        assert_eq!(event["data"]["comment"]["change"], expected, "{updated} {content:?}");
    }
}

#[test]
fn messages_are_forwarded_as_text_and_never_as_html() {
    for (message, expected) in [
        (
            json!({"text": "Ada pushed", "html": "<b>Ada</b> pushed", "markdown": "*Ada* pushed"}),
            json!("Ada pushed"),
        ),
        (json!({"html": "<b>Ada</b> pushed", "markdown": "*Ada* pushed"}), json!("*Ada* pushed")),
        (json!({"text": "", "html": "<b>Ada</b> pushed"}), Value::Null),
        (Value::Null, Value::Null),
    ] {
        let mut body = push();
        body["message"] = message.clone();
        body["detailedMessage"] = message;
        let data = data_of_push(&body).remove(0);
        assert_eq!((&data["message"], &data["detailedMessage"]), (&expected, &expected));
    }
}

#[test]
fn completion_options_are_forwarded() {
    let data = |changes: Value| {
        let fixture = Fixture::default();
        fixture.pull_request(&pull_request("git.pullrequest.updated", &changes));
        fixture.events()[0]["data"].take()
    };
    let set = data(json!({
        "completionOptions": {"mergeStrategy": "rebaseMerge", "deleteSourceBranch": true, "squashMerge": false},
        "autoCompleteSetBy": {"id": "u-2", "displayName": "Bob", "uniqueName": "bob@contoso.example"},
        "completionQueueTime": "2026-03-01T11:59:00Z",
    }));
    assert_eq!(set["completionOptions"], json!({"mergeStrategy": "rebaseMerge", "deleteSourceBranch": true}));
    assert_eq!(set["autoCompleteSetBy"]["displayName"], "Bob");
    assert_eq!(set["completionQueuedAt"], "2026-03-01T11:59:00Z");
    let old = data(json!({"completionOptions": {"squashMerge": true}}));
    assert_eq!(old["completionOptions"], json!({"mergeStrategy": "squash", "deleteSourceBranch": null}));
    for nothing in [json!({}), Value::Null, json!([]), json!({"squashMerge": false})] {
        let data = data(json!({"completionOptions": nothing, "completionQueueTime": "0001-01-01T00:00:00"}));
        assert_eq!((&data["completionOptions"], &data["completionQueuedAt"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn a_comment_has_the_reviewers_and_the_merge_of_its_pull_request() {
    let mut body = pull_request(
        "ms.vss-code.git-pullrequest-comment-event",
        &json!({
            "reviewers": [{"id": "u-3", "displayName": "Cyd", "vote": 10, "isRequired": true}],
            "lastMergeCommit": {"commitId": AFTER},
        }),
    );
    let pull_request = body["resource"].take();
    let comment = json!({
        "id": 3, "content": "Fine.", "publishedDate": "2026-03-01T11:00:00Z",
        "lastContentUpdatedDate": "2026-03-01T11:00:00.1Z",
    });
    body["resource"] = json!({"comment": comment, "pullRequest": pull_request});
    let fixture = Fixture::default();
    fixture.pull_request(&body);
    let data = fixture.events()[0]["data"].take();
    assert_eq!(data["comment"]["contentUpdatedAt"], "2026-03-01T11:00:00.1Z");
    let brief = &data["pullRequest"];
    assert_eq!((&brief["mergeStatus"], &brief["mergeCommit"]), (&json!("succeeded"), &json!(AFTER)));
    assert_eq!(brief["reviewers"][0]["vote"], "approved");
    assert_eq!((&brief["source"]["commit"], &brief["target"]["commit"]), (&json!(AFTER), &json!(BEFORE)));
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
