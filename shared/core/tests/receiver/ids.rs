//! The ids of a repository and its project.

use serde_json::{Value, json};

use crate::fixture::{Fixture, PROJECT_ID, REPOSITORY_ID, data_of_push, pull_request, push, urls_of};

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
