//! Azure DevOps Server: versions of its API, and the directories in which it has its collections.

use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::{Organization, canary};
use serde_json::{Value, json};

use crate::fixture::{Fixture, ORGANIZATION, Response, send};

async fn get(url: &str) -> Response {
    send("GET", url, &Value::Null, Some(&basic_authorization("", canary::PAT))).await.unwrap()
}

#[tokio::test]
async fn a_collection_answers_in_any_directory_and_the_server_for_itself() {
    for root in ["/tfs", "/azuredevops", "/a/b", ""] {
        let server =
            Organization::server(&format!("https://code.example.invalid:8443{root}"), "Main Collection", 4);
        let fixture = Fixture::of(server).await;
        let url = fixture.stand_in.url("Main Collection");
        assert!(url.ends_with(&format!("{root}/Main%20Collection")), "{url}");
        let ids = async |url: &str| {
            let body = get(&format!("{url}/_apis/connectionData?api-version=7.1-preview")).await.json();
            (body["instanceId"].clone(), body["deploymentId"].clone(), body["deploymentType"].clone())
        };
        let collection = ids(&url).await;
        assert_ne!(collection.0, collection.1);
        assert_eq!(collection.2, "onPremises");
        assert_eq!(ids(&format!("{url}/boat%20house")).await, collection, "a project is in its collection");
        let server = ids(url.trim_end_matches("/Main%20Collection")).await;
        assert_eq!((&server.0, &server.1), (&collection.1, &collection.1));
        for unknown in [format!("{url}/nowhere"), format!("{url}x")] {
            assert_eq!(get(&format!("{unknown}/_apis/connectionData")).await.status, 404, "{unknown}");
        }
        assert_eq!(get(&format!("{}{root}/_apis/projects", fixture.stand_in.address())).await.status, 404);
    }
}

#[tokio::test]
async fn versions_and_routes_are_checked() {
    let fixture = Fixture::start().await;
    for (path, status, error) in [
        ("connectionData", 200, ""),
        ("connectionData?api-version=7.1", 400, "VssInvalidPreviewVersionException"),
        ("hooks/subscriptions?api-version=7.2", 400, "VssInvalidPreviewVersionException"),
        ("hooks/subscriptions?api-version=7.2-preview.1", 200, ""),
        ("hooks/subscriptions?api-version=9.0", 400, "VssVersionOutOfRangeException"),
        ("hooks/nothing", 404, "HttpException"),
    ] {
        let response = fixture.get(path).await;
        assert_eq!((response.status, &*response.error().0), (status, error), "{path}");
    }
    let url = format!("{}/_apis/hooks/subscriptions", fixture.stand_in.url(ORGANIZATION));
    let authorization = basic_authorization("", canary::PAT);
    let none = send("POST", &url, &json!({}), Some(&authorization)).await.unwrap();
    assert_eq!((none.status, &*none.error().0), (400, "VssVersionNotSpecifiedException"));
    assert_eq!(fixture.call("PATCH", "hooks/subscriptions", &json!({})).await.status, 405);
}

#[tokio::test]
async fn an_older_server_names_its_latest_version() {
    let fixture = Fixture::start().await;
    for (latest, requested, is_refused) in [
        (5.1, "5.1", false),
        (5.1, "7.1", true),
        (6.0, "7.0", true),
        (7.0, "7.0", false),
        (7.0, "7.1-preview", true),
        (7.1, "7.1", false),
        (7.1, "7.2-preview", true),
    ] {
        fixture.stand_in.configure(|behavior| behavior.latest_version = latest);
        let answer = fixture.get(&format!("hooks/subscriptions?api-version={requested}")).await;
        let message = format!(
            "The requested REST API version of {requested} is out of range for this server. The latest REST API version \
             this server supports is {latest:.1}."
        );
        let refused = (400, ("VssVersionOutOfRangeException".to_owned(), message));
        assert_eq!(
            (answer.status, answer.error()) == refused,
            is_refused,
            "{latest} {requested}: {}",
            answer.text
        );
        assert!(is_refused || answer.status == 200);
    }
}
