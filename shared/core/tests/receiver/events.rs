//! Tests rules of the event contract that the golden files do not show.

use serde_json::{Value, json};

use crate::fixture::{AFTER, BEFORE, Fixture, REPOSITORY_ID, pull_request, push, push_with, ref_update};

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
    body["resourceContainers"] = Value::Null;
    let fixture = Fixture::default();
    fixture.push(&body);
    assert_eq!(fixture.events()[0]["source"], expected, "{repository}");
}

#[test]
fn every_form_of_a_services_url_gives_one_source() {
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
        check_source(&json!({"webUrl": url}), canonical);
    }
    let same_name = "https://contoso.visualstudio.com/_git/web";
    check_source(
        &json!({"name": "web", "remoteUrl": same_name}),
        "https://dev.azure.com/contoso/web/_git/web",
    );
    check_source(&json!({"remoteUrl": same_name}), "https://dev.azure.com/contoso/web/_git/web");
}

const PROJECT_ID: &str = "0d1e2f30-4152-4637-8899-aabbccddeeff";

/// The URLs that a delivery may have for the repository `o'neil's-web (2)` of the project `Shop & Co`.
fn forms(collection: &str) -> Vec<String> {
    let (project, repository) = ("Shop%20&%20Co", "o'neil's-web%20(2)");
    [
        format!("{project}/_git/{repository}"),
        "Shop%20%26%20Co/_git/o%27neil%27s-web%20%282%29".to_owned(),
        "Shop%20%26%20Co/_git/o%27neil%27s-web%20%282%29".replace('B', "b"),
        format!("{project}/_git/_full/{repository}"),
        format!("{project}/_git/_optimized/{repository}"),
        format!("{project}/The%20Team/_git/{repository}"),
        format!("SHOP%20&%20CO/_git/{repository}"),
        format!("{PROJECT_ID}/_git/{REPOSITORY_ID}"),
        format!("{project}/_git/{REPOSITORY_ID}"),
    ]
    .into_iter()
    .map(|path| format!("{collection}/{path}"))
    .collect()
}

#[test]
fn names_of_the_body_give_one_source_whatever_the_url_has() {
    for (collection, canonical) in [
        ("https://dev.azure.com/contoso", "https://dev.azure.com/contoso"),
        ("https://Contoso.visualstudio.com", "https://dev.azure.com/contoso"),
        ("https://contoso.visualstudio.com/DefaultCollection", "https://dev.azure.com/contoso"),
        (
            "https://code.contoso.example/azuredevops/My%20Main",
            "https://code.contoso.example/azuredevops/My%20Main",
        ),
        ("http://TFS.contoso.example:8080/Main", "http://tfs.contoso.example:8080/Main"),
    ] {
        let expected = format!("{canonical}/Shop%20%26%20Co/_git/o%27neil%27s-web%20%282%29");
        let named = json!({
            "id": REPOSITORY_ID, "name": "o'neil's-web (2)", "project": {"id": PROJECT_ID, "name": "Shop & Co"},
        });
        for url in forms(collection) {
            let mut repository = named.clone();
            repository["remoteUrl"] = json!(url);
            check_source(&repository, &expected);
        }
        for rest in ["", PROJECT_ID, "Shop%20&%20Co"] {
            let mut lean = named.clone();
            lean["url"] = json!(format!("{collection}/{rest}/_apis/git/repositories/{REPOSITORY_ID}"));
            check_source(&lean, &expected);
        }
        let mut by_project = named;
        by_project["project"]["url"] = json!(format!("{collection}/_apis/projects/{PROJECT_ID}"));
        check_source(&by_project, &expected);
    }
}

#[test]
fn without_names_they_are_read_from_the_url() {
    let expected = "https://dev.azure.com/contoso/Shop/_git/web";
    for path in ["Shop/_git/web", "Shop/_git/_full/web", "Shop/Team/_git/_optimized/web"] {
        let repository = json!({"remoteUrl": format!("https://dev.azure.com/contoso/{path}")});
        check_source(&repository, expected);
        let mut body = push();
        body["resource"]["repository"] = repository;
        let data = data_of_push(&body).remove(0);
        assert_eq!((&data["project"]["name"], &data["repository"]["name"]), (&json!("Shop"), &json!("web")));
        assert_eq!(data["repository"]["sshUrl"], "git@ssh.dev.azure.com:v3/contoso/Shop/web");
    }
    let by_guids =
        json!({"remoteUrl": format!("https://dev.azure.com/contoso/{PROJECT_ID}/_git/{REPOSITORY_ID}")});
    check_source(&by_guids, &format!("https://dev.azure.com/contoso/{PROJECT_ID}/_git/{REPOSITORY_ID}"));
    let mut body = push();
    body["resource"]["repository"] = by_guids;
    let data = data_of_push(&body).remove(0);
    assert_eq!(data["project"], json!({"id": PROJECT_ID, "name": null}), "a GUID is an id, not a name");
    assert_eq!(
        (&data["repository"]["id"], &data["repository"]["name"]),
        (&json!(REPOSITORY_ID), &Value::Null)
    );
}

fn urls_of(repository: &Value) -> Value {
    let mut body = push();
    body["resource"]["repository"] = repository.clone();
    data_of_push(&body).remove(0)["repository"].take()
}

#[test]
fn alternate_urls_have_every_form_and_what_was_sent() {
    let sent = "https://Contoso@dev.azure.com/Contoso/My%20Shop/_git/web";
    let sent_ssh = "Contoso@vs-ssh.visualstudio.com:v3/Contoso/My%20Shop/web";
    let repository = urls_of(&json!({
        "id": REPOSITORY_ID, "name": "web", "project": {"name": "My Shop"}, "remoteUrl": sent, "sshUrl": sent_ssh,
        "webUrl": "https://user:pat@dev.azure.com/contoso/My%20Shop/_git/web",
    }));
    let expected = json!([
        "https://contoso@dev.azure.com/contoso/My%20Shop/_git/web",
        "https://contoso.visualstudio.com/My%20Shop/_git/web",
        "https://contoso.visualstudio.com/DefaultCollection/My%20Shop/_git/web",
        "ssh://git@ssh.dev.azure.com/v3/contoso/My%20Shop/web",
        "contoso@vs-ssh.visualstudio.com:v3/contoso/My%20Shop/web",
        "ssh://contoso@vs-ssh.visualstudio.com/v3/contoso/My%20Shop/web",
        "ssh://contoso@contoso.visualstudio.com:22/My%20Shop/_git/web",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/My%20Shop/_git/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/My%20Shop/_ssh/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/DefaultCollection/My%20Shop/_ssh/web",
        sent,
        sent_ssh,
    ]);
    assert_eq!(repository["alternateUrls"], expected, "without the URL that has a password");
    assert_eq!(repository["sshUrl"], "git@ssh.dev.azure.com:v3/contoso/My%20Shop/web");

    let same_name = urls_of(&json!({
        "name": "web", "project": {"name": "web"}, "remoteUrl": "https://contoso.visualstudio.com/_git/web",
    }));
    let urls = same_name["alternateUrls"].as_array().expect("a list");
    for url in [
        "https://dev.azure.com/contoso/_git/web",
        "https://contoso.visualstudio.com/_git/web",
        "https://contoso.visualstudio.com/DefaultCollection/_git/web",
        "ssh://contoso@contoso.visualstudio.com:22/DefaultCollection/_git/web",
        "ssh://contoso@vs-ssh.visualstudio.com:22/_ssh/web",
    ] {
        assert_eq!(urls.iter().filter(|known| **known == url).count(), 1, "{url} in {urls:?}");
    }
}

#[test]
fn alternate_urls_of_a_server_have_what_was_sent() {
    let sent = "https://svc@TFS.contoso.example/tfs/Main/Shop/_git/_full/web";
    let repository = urls_of(&json!({
        "name": "web", "project": {"name": "Shop"}, "remoteUrl": sent, "sshUrl": "ssh://tfs:22/tfs/Main/Shop/_git/web",
    }));
    let canonical = "https://tfs.contoso.example/tfs/Main/Shop/_git/web";
    assert_eq!((&repository["webUrl"], &repository["httpsUrl"]), (&json!(canonical), &json!(canonical)));
    assert_eq!(repository["sshUrl"], "ssh://tfs:22/tfs/Main/Shop/_git/web");
    assert_eq!(
        repository["alternateUrls"],
        json!([
            "ssh://tfs.contoso.example:22/tfs/Main/Shop/_git/web",
            "ssh://tfs.contoso.example:22/Main/Shop/_git/web",
            sent,
        ])
    );
}

#[test]
fn the_organization_keeps_its_display_name_and_id() {
    let mut body = push();
    body["resource"]["repository"]["remoteUrl"] = json!("https://dev.azure.com/khContoso/Shop/_git/web");
    body["resourceContainers"]["collection"]["id"] = json!("C0111111-7B0B-4B5C-9F0E-0D3F6A0C2B11");
    let expected = json!({
        "id": "c0111111-7b0b-4b5c-9f0e-0d3f6a0c2b11",
        "name": "khcontoso", "displayName": "khContoso", "url": "https://dev.azure.com/khcontoso",
    });
    assert_eq!(data_of_push(&body)[0]["organization"], expected);
}

#[test]
fn the_url_of_a_pull_request_is_as_it_was_sent() {
    let url = |links: Value| {
        let fixture = Fixture::default();
        fixture.pull_request(&pull_request("git.pullrequest.created", &json!({"_links": links})));
        fixture.events()[0]["data"]["url"].take()
    };
    let sent = "https://dev.azure.com/khContoso/My Shop/_git/web/pullrequest/12?_a=files";
    assert_eq!(url(json!({"web": {"href": sent}})), sent);
    let built = "https://dev.azure.com/contoso/Shop/_git/web/pullrequest/12";
    assert_eq!(url(Value::Null), built);
    assert_eq!(url(json!({"web": {"href": "javascript:alert(1)"}})), built);
    assert_eq!(url(json!({"web": {"href": "https://u:pat@dev.azure.com/contoso"}})), built, "no password");
}

#[test]
fn a_lean_fork_has_its_web_url() {
    let fork_id = "70a0b1c2-7b0b-4b5c-9f0e-0d3f6a0c2b11";
    for (collection, url) in [
        ("https://dev.azure.com/contoso", "https://dev.azure.com/contoso/Guests%20%26%20Co/_git/web.ada"),
        (
            "https://tfs.contoso.example/tfs/Main",
            "https://tfs.contoso.example/tfs/Main/Guests%20%26%20Co/_git/web.ada",
        ),
    ] {
        for rest in
            [Value::Null, json!(format!("{collection}/{PROJECT_ID}/_apis/git/repositories/{fork_id}"))]
        {
            let mut fork = json!({"id": fork_id, "name": "web.ada", "project": {"name": "Guests & Co"}});
            fork["url"] = rest;
            let resource = json!({
                "repository": {"name": "web", "remoteUrl": format!("{collection}/Shop/_git/web")},
                "forkSource": {"name": "refs/heads/fast", "repository": fork},
            });
            let fixture = Fixture::default();
            fixture.pull_request(&pull_request("git.pullrequest.created", &resource));
            let fork = fixture.events()[0]["data"]["source"]["repository"].take();
            assert_eq!((&fork["id"], &fork["webUrl"]), (&json!(fork_id), &json!(url)));
        }
    }
}

#[test]
fn only_a_guid_is_an_id() {
    for id in [json!("pushes"), json!("00000000-0000-0000-0000-000000000000"), json!(7), Value::Null] {
        let repository = urls_of(&json!({
            "id": id, "remoteUrl": "https://dev.azure.com/contoso/Shop/_git/web",
            "url": "https://contoso.visualstudio.com/DefaultCollection/_apis/git/repositories/pushes/3",
        }));
        assert_eq!((&repository["id"], &repository["apiUrl"]), (&Value::Null, &Value::Null), "{id}");
        let url = format!("https://dev.azure.com/contoso/_apis/git/repositories/{REPOSITORY_ID}");
        let repository = urls_of(&json!({"id": id, "url": url}));
        assert_eq!((&repository["id"], &repository["apiUrl"]), (&json!(REPOSITORY_ID), &json!(url)), "{id}");
    }
    let fixture = Fixture::default();
    let zero = json!({"createdBy": {"id": "00000000-0000-0000-0000-000000000000", "displayName": "Ada"}});
    fixture.pull_request(&pull_request("git.pullrequest.created", &zero));
    assert_eq!(fixture.events()[0]["data"]["createdBy"]["id"], Value::Null);
}

#[test]
fn the_project_id_is_taken_from_wherever_the_body_has_it() {
    let other = "99999999-4152-4637-8899-aabbccddeeff";
    let bodies: [fn(&mut Value); 5] = [
        |body| body["resource"]["repository"]["project"]["id"] = json!(PROJECT_ID.to_uppercase()),
        |body| {
            let url = format!("https://dev.azure.com/contoso/_apis/projects/{PROJECT_ID}");
            body["resource"]["repository"]["project"]["url"] = json!(url);
        },
        |body| {
            let url = format!("https://dev.azure.com/contoso/{PROJECT_ID}/_apis/git/repositories/x/pushes/1");
            body["resource"]["url"] = json!(url);
        },
        |body| {
            let url = format!("https://dev.azure.com/contoso/{PROJECT_ID}/_git/web");
            body["resource"]["repository"]["remoteUrl"] = json!(url);
        },
        |body| body["resourceContainers"]["project"]["id"] = json!(PROJECT_ID),
    ];
    for (number, change) in bodies.into_iter().enumerate() {
        let mut body = push();
        body["resource"]["repository"]["project"] = json!({"id": "shop", "name": "Shop"});
        body["resourceContainers"]["project"] = json!({"id": other});
        change(&mut body);
        assert_eq!(data_of_push(&body)[0]["project"]["id"], PROJECT_ID, "{number}");
    }
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
    let url = "https://tfs.contoso.example:8443/tfs/Main";
    assert_eq!(*organization, json!({"id": null, "name": "Main", "displayName": "Main", "url": url}));
}

#[test]
fn the_collection_of_a_server_is_told_from_its_project() {
    let collection = "https://code.contoso.example/azuredevops/Main";
    let remote = format!("{collection}/Shop/_git/web");
    let rest = |project: &str| format!("{collection}/{project}/_apis/git/repositories/{REPOSITORY_ID}");
    let base = json!({"collection": {"baseUrl": format!("{collection}/")}});
    for (number, (repository, containers)) in [
        (json!({"name": "web", "project": {"name": "Shop"}, "url": rest("Shop"), "remoteUrl": remote}), json!({})),
        (json!({"name": "web", "project": {"name": "Shop"}, "url": rest("Shop")}), json!({})),
        (json!({"name": "web", "project": {"name": "Shop"}, "url": rest(PROJECT_ID)}), json!({})),
        (json!({"name": "web", "project": {"name": "Shop"}, "url": rest("")}), json!({})),
        (json!({"name": "web", "project": {"name": "Shop"}, "remoteUrl": remote}), json!({})),
        (json!({"name": "Shop", "project": {"name": "Shop"}, "remoteUrl": format!("{collection}/_git/Shop")}), json!({})),
        (json!({"url": rest("Shop"), "remoteUrl": remote}), json!({})),
        (json!({"remoteUrl": remote}), json!({})),
        (json!({"remoteUrl": remote}), base.clone()),
        (json!({"name": "web", "project": {"name": "Shop"}}), base),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = push();
        body["resource"]["repository"] = repository;
        body["resourceContainers"] = containers;
        let data = data_of_push(&body).remove(0);
        let organization = (&data["organization"]["name"], &data["organization"]["url"]);
        assert_eq!(organization, (&json!("Main"), &json!(collection)), "{number}: {body}");
        assert_eq!(data["project"]["name"], "Shop", "{number}");
    }
}

#[test]
fn a_rest_url_alone_is_enough_for_an_event() {
    let api_url = format!("https://dev.azure.com/contoso/_apis/git/repositories/{REPOSITORY_ID}");
    let body = json!({
        "eventType": "ms.vss-code.git-pullrequest-comment-event",
        "id": "x",
        "resource": {
            "id": 2, "parentCommentId": 1, "content": "Looks good.", "publishedDate": "2026-03-01T11:00:00Z",
            "_links": {
                "self": {"href": format!("{api_url}/pullRequests/9/threads/5/comments/2")},
                "repository": {
                    "href": format!("http://internal/DefaultCollection/_apis/git/repositories/{REPOSITORY_ID}"),
                },
            },
        },
        "resourceVersion": "1.0",
    });
    let fixture = Fixture::default();
    assert_eq!(fixture.pull_request(&body).json["status"], "queued");
    let event = &fixture.events()[0];
    assert_eq!(event["source"], api_url);
    assert_eq!(event["subject"], "pullrequest/9");
    assert_eq!(event["data"]["comment"]["threadId"], 5);
    assert_eq!(event["data"]["comment"]["parentId"], 1);
    assert_eq!(event["data"]["pullRequest"]["title"], Value::Null);
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

#[test]
fn rest_urls_in_every_form_give_the_same_source() {
    for (organization, container, display_name) in [
        ("https://dev.azure.com/Contoso", "https://contoso.visualstudio.com/", "Contoso"),
        ("https://Contoso.visualstudio.com", "https://dev.azure.com/contoso/", "Contoso"),
        (
            "https://contoso.visualstudio.com/DefaultCollection",
            "https://contoso.visualstudio.com/",
            "contoso",
        ),
    ] {
        let link = format!(
            "{organization}/_apis/git/repositories/{REPOSITORY_ID}/pullRequests/9/threads/5/comments/2"
        );
        let body = json!({
            "eventType": "ms.vss-code.git-pullrequest-comment-event",
            "id": "x",
            "resource": {
                "id": 2, "content": "Fine.", "publishedDate": "2026-03-01T11:00:00Z",
                "_links": {"self": {"href": link}},
            },
            "resourceContainers": {"collection": {"baseUrl": container}},
        });
        let fixture = Fixture::default();
        fixture.pull_request(&body);
        let event = &fixture.events()[0];
        let source = format!("https://dev.azure.com/contoso/_apis/git/repositories/{REPOSITORY_ID}");
        assert_eq!(event["source"], source, "{organization}");
        let url = "https://dev.azure.com/contoso";
        let expected = json!({"id": null, "name": "contoso", "displayName": display_name, "url": url});
        assert_eq!(event["data"]["organization"], expected, "{organization}");
    }
}
