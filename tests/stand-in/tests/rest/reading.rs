use std::time::Duration;

use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::{RefChange, canary};
use serde_json::{Value, json};

use crate::fixture::{AT, Fixture, MAIN, ORGANIZATION, Response, send};

fn names(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn get(url: &str) -> Response {
    send("GET", url, &Value::Null, Some(&basic_authorization("", canary::PAT))).await.unwrap()
}

#[tokio::test]
async fn a_project_is_found_by_id_and_by_name() {
    let fixture = Fixture::start().await;
    let id = fixture.project_id().to_string();
    for name in [&*id, "boat%20house"] {
        assert_eq!(fixture.get(&format!("projects/{name}")).await.json()["id"], id);
    }
    for (name, error) in [
        ("Nowhere", "ProjectDoesNotExistWithNameException"),
        ("00000000-0000-0000-0000-000000000001", "ProjectDoesNotExistException"),
    ] {
        let missing = fixture.get(&format!("projects/{name}")).await;
        assert_eq!((missing.status, &*missing.error().0), (404, error));
    }
}

#[tokio::test]
async fn repositories_are_listed_for_one_project_or_all() {
    let fixture = Fixture::start().await;
    fixture.change(|organization| {
        let pier = organization.add_project("Pier");
        organization.add_repository(pier, "ropes");
    });
    fixture.push();
    let all = fixture.get("git/repositories").await.json();
    assert_eq!(names(&all), ["oars", "ropes"]);
    let (oars, ropes) = (&all["value"][0], &all["value"][1]);
    assert_eq!((&oars["project"]["name"], &oars["defaultBranch"]), (&json!("Boat House"), &json!(MAIN)));
    assert_eq!((ropes.get("defaultBranch"), &ropes["size"]), (None, &json!(0)));
    let of =
        |project: &str| format!("{}/{project}/_apis/git/repositories", fixture.stand_in.url(ORGANIZATION));
    assert_eq!(names(&get(&of("pier")).await.json()), ["ropes"]);
    assert_eq!(get(&of("nowhere")).await.status, 404);
}

#[tokio::test]
async fn pushes_are_listed_newest_first_and_by_time_and_ref() {
    let fixture = Fixture::start().await;
    fixture.push();
    fixture.change(|organization| {
        let topic = [RefChange::commit("refs/heads/topic", &["Try"])];
        organization.push(AT + Duration::from_secs(60), &fixture.ada, fixture.repository, &topic)
    });
    let path = format!("git/repositories/{}/pushes", fixture.repository_id());
    for (query, ids) in [
        ("", &[2, 1][..]),
        ("$top=1&$skip=1", &[1]),
        ("searchCriteria.refName=refs/heads/topic", &[2]),
        ("searchCriteria.fromDate=2026-03-02T09:15:30Z", &[2]),
        ("searchCriteria.toDate=2026-03-02T09:15:30Z", &[1]),
    ] {
        let page = fixture.get(&format!("{path}?{query}")).await.json();
        let found: Vec<_> = page["value"].as_array().unwrap().iter().map(|push| &push["pushId"]).collect();
        assert_eq!(json!(found), json!(ids), "{query}");
        assert_eq!(page["value"][0].get("refUpdates"), None);
    }
    let full = fixture.get(&format!("{path}?searchCriteria.includeRefUpdates=true")).await.json();
    assert_eq!(full["value"][0]["refUpdates"][0]["name"], "refs/heads/topic");
}
