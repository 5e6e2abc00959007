//! Permissions on subscriptions: what they are said to be, and what lacking one does.

use hookpost_stand_in::rest::{CreateRefusal, Permissions};
use serde_json::{Value, json};

use crate::fixture::{Fixture, ORGANIZATION, Response, URL, body};

const SUBSCRIPTIONS: &str = "permissions/cb594ebe-87dd-4fc9-ac2c-6a10a4c92046";
const NOTIFICATIONS: &str = "permissions/2bf24a2b-70ba-43d3-ad97-3d9e1f75622f/2?tokens=$SUBSCRIBER:";
const VIEW: Permissions = Permissions { view: true, ..Permissions::NONE };
const EDIT: Permissions = Permissions { edit: true, ..Permissions::NONE };
const BOTH: Permissions = Permissions { view: true, edit: true, ..Permissions::NONE };

fn grant(fixture: &Fixture, permissions: Permissions) {
    fixture.stand_in.grant(ORGANIZATION, &fixture.ada, None, permissions);
}

async fn create(fixture: &Fixture, filters: &Value) -> Response {
    fixture.call("POST", "hooks/subscriptions", &body("git.push", filters, URL)).await
}

#[tokio::test]
async fn permissions_are_told_for_a_project_and_the_organization() {
    let fixture = Fixture::start().await;
    let project = format!("PublisherSecurity/{}", fixture.project_id());
    for (granted, mask, held) in [
        (Permissions::ALL, 7, true),
        (BOTH, 3, true),
        (VIEW, 3, false),
        (VIEW, 1, true),
        (EDIT, 3, false),
        (EDIT, 2, true),
        (Permissions::NONE, 1, false),
    ] {
        fixture.stand_in.grant(ORGANIZATION, &fixture.ada, Some(fixture.project), granted);
        let path = format!("{SUBSCRIPTIONS}/{mask}?tokens={project},PublisherSecurity");
        assert_eq!(fixture.get(&path).await.json()["value"], json!([held, true]), "{granted:?} {mask}");
    }
}

#[tokio::test]
async fn the_permission_of_notifications_is_told_or_unknown() {
    let fixture = Fixture::start().await;
    assert_eq!(fixture.get(NOTIFICATIONS).await.json()["value"], json!([true]));
    grant(&fixture, BOTH);
    assert_eq!(fixture.get(NOTIFICATIONS).await.json()["value"], json!([false]));
    fixture.stand_in.configure(|behavior| behavior.shows_notification_permission = false);
    assert_eq!(fixture.get(NOTIFICATIONS).await.status, 404);
}

#[tokio::test]
async fn without_edit_a_create_is_refused_with_400_or_403() {
    let fixture = Fixture::start().await;
    let filters = json!({"projectId": fixture.project_id()});
    grant(&fixture, VIEW);
    let denied = format!(
        "Access Denied: Ada Okafor needs the following permission(s) on the resource PublisherSecurity/{} to perform \
         this action: Edit Subscription",
        fixture.project_id()
    );
    let no_edit = "The user 'Ada Okafor' does not have permission to edit a subscription.";
    for (refusal, status, key, message) in [
        (CreateRefusal::BadRequest, 400, "ArgumentException", no_edit),
        (CreateRefusal::Forbidden, 403, "AccessCheckException", &denied),
    ] {
        fixture.stand_in.configure(|behavior| behavior.create_refusal = refusal);
        let refused = create(&fixture, &filters).await;
        assert_eq!((refused.status, refused.error()), (status, (key.to_owned(), message.to_owned())));
    }
    assert!(fixture.stand_in.changes().is_empty());
}

#[tokio::test]
async fn all_projects_need_the_permission_of_notifications_too() {
    let fixture = Fixture::start().await;
    let of_project = json!({"projectId": fixture.project_id()});
    grant(&fixture, BOTH);
    assert_eq!(create(&fixture, &of_project).await.status, 200);
    assert_eq!(create(&fixture, &json!({})).await.error().0, "ArgumentException");
    grant(&fixture, Permissions { notifications: true, ..BOTH });
    assert_eq!(create(&fixture, &json!({})).await.status, 200);
}

#[tokio::test]
async fn without_view_lists_are_short_and_a_create_finds_no_consumer() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    grant(&fixture, EDIT);
    assert_eq!(fixture.get("hooks/subscriptions").await.json()["count"], 0);
    assert_eq!(fixture.get(&format!("hooks/subscriptions/{id}")).await.status, 403);
    let refused = create(&fixture, &json!({"projectId": fixture.project_id()})).await;
    assert_eq!(
        (refused.status, &*refused.error().1),
        (403, "The consumer with id \"webHooks\" is not available.")
    );
}

#[tokio::test]
async fn without_edit_and_delete_other_changes_are_refused_with_403() {
    let fixture = Fixture::start().await;
    let body = fixture.body(URL);
    let path = format!("hooks/subscriptions/{}", fixture.subscribe(&body).await);
    grant(&fixture, VIEW);
    for method in ["PUT", "DELETE"] {
        assert_eq!(fixture.call(method, &path, &body).await.error().0, "AccessCheckException");
    }
    assert_eq!(fixture.get(&path).await.status, 200);
}
