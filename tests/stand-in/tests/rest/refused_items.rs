//! Projects, repositories and subscriptions that REST hides from one person, or refuses to everybody.

use hookpost_stand_in::rest::Item;
use serde_json::json;

use crate::fixture::{Fixture, ORGANIZATION, URL};

const NO_READ: &str = "TF401027: You need the Git 'GenericRead' permission to perform this action.";

#[tokio::test]
async fn a_hidden_project_is_not_there_for_one_person() {
    let fixture = Fixture::start().await;
    let bob = fixture.add_bob();
    let id = fixture.subscribe(&fixture.body(URL)).await;
    fixture.stand_in.hide_project(ORGANIZATION, fixture.project, &bob);
    for list in ["projects", "git/repositories", "hooks/subscriptions"] {
        assert_eq!(
            (&fixture.get_as_bob(list).await.json()["count"], &fixture.get(list).await.json()["count"]),
            (&json!(0), &json!(1))
        );
    }
    let project = format!("projects/{}", fixture.project_id());
    let repository = format!("git/repositories/{}", fixture.repository_id());
    for (path, status) in [(project, 404), (repository, 404), (format!("hooks/subscriptions/{id}"), 403)] {
        assert_eq!(
            (fixture.get_as_bob(&path).await.status, fixture.get(&path).await.status),
            (status, 200),
            "{path}"
        );
    }
    fixture.stand_in.allow(ORGANIZATION, Item::Project(fixture.project));
    assert_eq!(fixture.get_as_bob("projects").await.json()["count"], 1);
}

#[tokio::test]
async fn a_hidden_repository_is_not_there_for_one_person() {
    let fixture = Fixture::start().await;
    let path = format!("git/repositories/{}/pullrequests", fixture.repository_id());
    fixture.stand_in.hide_repository(ORGANIZATION, fixture.repository, &fixture.ada);
    assert_eq!(fixture.get("git/repositories").await.json()["count"], 0);
    assert_eq!(fixture.get(&path).await.error().0, "GitRepositoryNotFoundException");
    fixture.stand_in.allow(ORGANIZATION, Item::Repository(fixture.repository));
    assert_eq!(fixture.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_refused_item_is_listed_and_every_call_for_it_fails() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    let repository = format!("git/repositories/{}/pushes", fixture.repository_id());
    let project = format!("projects/{}", fixture.project_id());
    let log = format!("hooks/subscriptions/{id}/notifications");
    for (item, path, status, message, key) in [
        (Item::Repository(fixture.repository), &repository, 403, NO_READ, "GitNeedsPermissionException"),
        (Item::Project(fixture.project), &project, 404, "VS800075: Gone.", "ProjectDoesNotExistException"),
        (Item::Project(fixture.project), &repository, 403, NO_READ, "GitNeedsPermissionException"),
        (Item::Subscription(id), &log, 500, "TF400898: An error.", "TeamFoundationServiceException"),
    ] {
        fixture.stand_in.refuse(ORGANIZATION, item, status, message);
        for _ in 0..2 {
            let refused = fixture.get(path).await;
            assert_eq!((refused.status, refused.error()), (status, (key.to_owned(), message.to_owned())));
        }
        for list in ["projects", "git/repositories", "hooks/subscriptions"] {
            assert_eq!(fixture.get(list).await.json()["count"], 1);
        }
        fixture.stand_in.allow(ORGANIZATION, item);
        assert_eq!(fixture.get(path).await.status, 200);
    }
}

#[tokio::test]
async fn a_query_of_the_log_that_names_a_refused_subscription_fails() {
    let fixture = Fixture::start().await;
    let (first, second) =
        (fixture.subscribe(&fixture.body(URL)).await, fixture.subscribe(&fixture.body(URL)).await);
    fixture.stand_in.refuse(ORGANIZATION, Item::Subscription(first), 503, "TF400898: An error.");
    for (ids, status) in [(json!([first, second]), 503), (json!([second]), 200)] {
        let query = json!({"subscriptionIds": ids});
        assert_eq!(fixture.call("POST", "hooks/notificationsquery", &query).await.status, status);
    }
}
