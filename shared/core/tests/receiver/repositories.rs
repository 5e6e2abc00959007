//! Tests that one repository has one identity, whatever its URLs look like, and that what was sent stands beside it.

use serde_json::{Value, json};

use crate::fixture::{Fixture, PROJECT_ID, REPOSITORY_ID, data_of_push, pull_request, push};

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
