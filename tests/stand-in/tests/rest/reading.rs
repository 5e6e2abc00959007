use hookpost_stand_in::canary;
use hookpost_stand_in::{Organization, Proposal, RefChange};
use serde_json::{Value, json};

use crate::office::{AT, MAIN, ORGANIZATION, Office, send};

fn names(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn projects_come_in_pages() {
    let office = Office::open().await;
    office.it.organization(ORGANIZATION, |it| {
        for name in ["Café", "Pier"] {
            it.add_project(name);
        }
    });
    office.it.quirks(|quirks| quirks.projects_per_page = 2);
    let first = office.get("projects?stateFilter=wellFormed&$top=100").await;
    assert_eq!(names(&first.json()), ["Boat House", "Café"]);
    assert_eq!(first.json()["count"], 2);
    let next = first.header("x-ms-continuationtoken");
    let last = office.get(&format!("projects?continuationToken={next}")).await;
    assert_eq!(names(&last.json()), ["Pier"]);
    assert_eq!(last.header("x-ms-continuationtoken"), "");
}

#[tokio::test]
async fn a_project_is_found_by_id_and_by_name() {
    let office = Office::open().await;
    let id = office.project_id().to_string();
    for name in [&*id, "Boat%20House", "boat%20house"] {
        assert_eq!(office.get(&format!("projects/{name}")).await.json()["id"], id);
    }
    let by_name = office.get("projects/Nowhere").await;
    assert_eq!(by_name.status, 404);
    assert_eq!(by_name.error().0, "ProjectDoesNotExistWithNameException");
    assert!(by_name.error().1.starts_with("TF200016"));
    let by_id = office.get("projects/00000000-0000-0000-0000-000000000001").await;
    assert_eq!((by_id.status, by_id.error().0), (404, "ProjectDoesNotExistException".to_owned()));
    assert!(by_id.error().1.starts_with("VS800075"));
}

#[tokio::test]
async fn repositories_of_one_project_or_of_all() {
    let office = Office::open().await;
    office.it.organization(ORGANIZATION, |it| {
        let pier = it.add_project("Pier");
        it.add_repository(pier, "ropes");
    });
    office.push();
    let all = office.get("git/repositories").await.json();
    assert_eq!(names(&all), ["oars", "ropes"]);
    let (oars, ropes) = (&all["value"][0], &all["value"][1]);
    assert_eq!(oars["project"]["name"], "Boat House");
    assert_eq!(oars["defaultBranch"], MAIN);
    assert_eq!(oars["webUrl"], "https://dev.azure.com/lakeside/Boat%20House/_git/oars");
    assert_eq!((ropes.get("defaultBranch"), &ropes["size"]), (None, &json!(0)));
    let here = |project: &str| format!("{}/{project}/_apis/git/repositories", office.it.url(ORGANIZATION));
    let authorization = hookpost_stand_in::delivery::basic_authorization("", canary::PAT);
    let one = send("GET", &here("pier"), &Value::Null, Some(&authorization)).await.unwrap();
    assert_eq!(names(&one.json()), ["ropes"]);
    let none = send("GET", &here("nowhere"), &Value::Null, Some(&authorization)).await.unwrap();
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn pushes_are_listed_newest_first_and_by_time_and_ref() {
    let office = Office::open().await;
    office.push();
    office.it.organization(ORGANIZATION, |it| {
        let later = AT + std::time::Duration::from_secs(60);
        let topic = [RefChange::commit("refs/heads/topic", &["Try"])];
        it.push(later, &office.ada, office.repository, &topic)
    });
    let path = format!("git/repositories/{}/pushes", office.repository_id());
    let ids = async |query: &str| -> Vec<u64> {
        let page = office.get(&format!("{path}?{query}")).await.json();
        page["value"].as_array().unwrap().iter().map(|push| push["pushId"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids("").await, [2, 1]);
    assert_eq!(ids("$top=1&$skip=1").await, [1]);
    assert_eq!(ids("searchCriteria.refName=refs/heads/topic").await, [2]);
    assert_eq!(ids("searchCriteria.fromDate=2026-03-02T09:15:30Z").await, [2]);
    assert_eq!(ids("searchCriteria.toDate=2026-03-02T09:15:30Z").await, [1]);
    let plain = office.get(&path).await.json();
    assert_eq!(plain["value"][0].get("refUpdates"), None);
    let full = office.get(&format!("{path}?searchCriteria.includeRefUpdates=true")).await.json();
    assert_eq!(full["value"][0]["refUpdates"][0]["name"], "refs/heads/topic");
}

#[tokio::test]
async fn pull_requests_are_listed_by_status() {
    let office = Office::open().await;
    office.push();
    let number = office.it.organization(ORGANIZATION, |it| {
        let proposal = Proposal::new(office.repository, MAIN, MAIN, "Nothing");
        let (id, _) = it.create_pull_request(AT, &office.ada, proposal);
        it.abandon(AT, &office.ada, id);
        it.number(id)
    });
    let path = format!("git/repositories/{}/pullrequests", office.repository_id());
    assert_eq!(office.get(&path).await.json()["count"], 0);
    let all = office.get(&format!("{path}?searchCriteria.status=all")).await.json();
    assert_eq!(
        (&all["value"][0]["pullRequestId"], &all["value"][0]["status"]),
        (&json!(number), &json!("abandoned"))
    );
    assert_eq!(office.get(&format!("{path}/{number}")).await.json()["title"], "Nothing");
}

#[tokio::test]
async fn a_server_answers_under_its_collection() {
    let server = Organization::server("https://tfs.example.invalid:8443/tfs", "Main Collection", 4);
    let office = Office::of(server).await;
    let url = office.it.url("Main Collection");
    assert!(url.ends_with("/tfs/Main%20Collection"), "{url}");
    let authorization = hookpost_stand_in::delivery::basic_authorization("", canary::PAT);
    let path = format!("{url}/_apis/connectionData?api-version=7.1-preview");
    let reply = send("GET", &path, &Value::Null, Some(&authorization)).await.unwrap();
    assert_eq!(reply.json()["deploymentType"], "onPremises");
}

#[tokio::test]
async fn versions_are_checked() {
    let office = Office::open().await;
    assert_eq!(office.get("connectionData").await.status, 200);
    let released = office.get("connectionData?api-version=7.1").await;
    assert_eq!((released.status, released.error().0), (400, "VssInvalidPreviewVersionException".to_owned()));
    assert_eq!(office.get("hooks/subscriptions?api-version=7.2").await.status, 400);
    assert_eq!(office.get("hooks/subscriptions?api-version=7.2-preview.1").await.status, 200);
    let newer = office.get("hooks/subscriptions?api-version=9.0").await;
    assert_eq!(newer.error().0, "VssVersionOutOfRangeException");
    let url = format!("{}/_apis/hooks/subscriptions", office.it.url(ORGANIZATION));
    let authorization = hookpost_stand_in::delivery::basic_authorization("", canary::PAT);
    let none = send("POST", &url, &json!({}), Some(&authorization)).await.unwrap();
    assert_eq!((none.status, none.error().0), (400, "VssVersionNotSpecifiedException".to_owned()));
}

#[tokio::test]
async fn what_there_is_to_subscribe_to_is_described() {
    let office = Office::open().await;
    let versions =
        office.get("hooks/publishers/tfs/eventtypes/ms.vss-code.git-pullrequest-comment-event").await;
    assert_eq!(versions.json()["supportedResourceVersions"][0], "2.0");
    assert_eq!(office.get("hooks/publishers").await.json()["value"][0]["id"], "tfs");
    assert_eq!(office.get("hooks/consumers/webHooks").await.json()["actions"][0]["id"], "httpRequest");
    let action = office.get("hooks/consumers/webHooks/actions/httpRequest").await.json();
    let secret: Vec<_> = action["inputDescriptors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["isConfidential"] == true)
        .collect();
    assert_eq!((secret.len(), &secret[0]["id"]), (1, &json!("basicAuthPassword")));
    assert_eq!(office.get("hooks/consumers/slack").await.status, 404);
    assert_eq!(office.get("hooks/nothing").await.status, 404);
    assert_eq!(office.call("PATCH", "hooks/subscriptions", &json!({})).await.status, 405);
}
