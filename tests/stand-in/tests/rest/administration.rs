//! Projects, repositories and organizations that are renamed or go, and people who leave.

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::basic_authorization;
use hookpost_stand_in::rest::Status;
use serde_json::{Value, json};

use crate::fixture::{Fixture, ORGANIZATION, URL, send};
use crate::recording_webhook::RecordingWebhook;

#[tokio::test]
async fn a_renamed_project_keeps_its_id_and_its_subscriptions() {
    let fixture = Fixture::start().await;
    let id = fixture.project_id().to_string();
    fixture.subscribe(&fixture.body(URL)).await;
    fixture.stand_in.rename_project(ORGANIZATION, fixture.project, "Boat House Reborn");
    for name in [&*id, "Boat%20House%20Reborn"] {
        let project = fixture.get(&format!("projects/{name}")).await.json();
        assert_eq!((&project["id"], &project["name"]), (&json!(id), &json!("Boat House Reborn")));
    }
    let old = fixture.get("projects/Boat%20House").await;
    assert_eq!(old.status, 404);
    assert!(old.error().1.starts_with("TF200016"), "{}", old.text);
    let body: Value = serde_json::from_slice(&fixture.push()[0].body).unwrap();
    assert_eq!(body["resource"]["repository"]["project"]["name"], "Boat House Reborn");
}

#[tokio::test]
async fn a_deleted_project_is_not_found_and_nothing_matches_its_subscriptions() {
    let fixture = Fixture::start().await;
    let (id, repository) = (fixture.project_id(), fixture.repository_id());
    let subscription = fixture.subscribe(&fixture.body(URL)).await;
    fixture.stand_in.delete_project(ORGANIZATION, fixture.project);
    for (path, code) in [
        ("projects/Boat%20House".to_owned(), "TF200016"),
        (format!("projects/{id}"), "VS800075"),
        (format!("git/repositories/{repository}/pushes"), "TF401019"),
    ] {
        let gone = fixture.get(&path).await;
        assert_eq!(gone.status, 404, "{path}");
        assert!(gone.error().1.starts_with(code), "{}", gone.text);
    }
    for list in ["projects", "git/repositories"] {
        assert_eq!(fixture.get(list).await.json()["count"], 0, "{list}");
    }
    assert_eq!(fixture.get(&format!("hooks/subscriptions/{subscription}")).await.status, 200);
    let elsewhere = fixture.change(|organization| {
        let pier = organization.add_project("Pier");
        let ropes = organization.add_repository(pier, "ropes");
        organization.push(crate::fixture::AT, &fixture.ada, ropes, &[])
    });
    assert!(elsewhere.is_empty());
}

#[tokio::test]
async fn a_repository_is_renamed_disabled_or_deleted() {
    let fixture = Fixture::start().await;
    let (stand_in, pushes) =
        (&fixture.stand_in, format!("git/repositories/{}/pushes", fixture.repository_id()));
    stand_in.rename_repository(ORGANIZATION, fixture.repository, "sculls");
    let renamed = fixture.get("git/repositories").await.json();
    assert_eq!(
        (&renamed["value"][0]["name"], &renamed["value"][0]["isDisabled"]),
        (&json!("sculls"), &json!(false))
    );
    assert_eq!(fixture.get(&pushes).await.status, 200);
    stand_in.disable_repository(ORGANIZATION, fixture.repository);
    assert_eq!(fixture.get("git/repositories").await.json()["value"][0]["isDisabled"], true);
    let disabled = fixture.get(&pushes).await;
    assert_eq!((disabled.status, &disabled.error().1[..8]), (404, "TF401019"));
    stand_in.delete_repository(ORGANIZATION, fixture.repository);
    assert_eq!(fixture.get("git/repositories").await.json()["count"], 0);
    assert_eq!(fixture.get(&pushes).await.status, 404);
}

#[tokio::test]
async fn a_renamed_organization_keeps_its_id_its_tokens_and_its_deliveries() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let subscription = fixture.subscribe(&fixture.body(&webhook.address())).await;
    let before = fixture.get("connectionData").await.json();
    let old = format!("{}/_apis/connectionData", fixture.stand_in.url(ORGANIZATION));
    let notifications = fixture.push();
    fixture.stand_in.rename_organization(ORGANIZATION, "lakeside-group");
    let authorization = basic_authorization("", canary::PAT);
    let gone = send("GET", &old, &Value::Null, Some(&authorization)).await.unwrap();
    assert_eq!((gone.status, gone.header("content-type")), (404, "text/html; charset=utf-8"));
    let new = format!("{}/_apis/connectionData", fixture.stand_in.url("lakeside-group"));
    let after = send("GET", &new, &Value::Null, Some(&authorization)).await.unwrap().json();
    assert_eq!(after["instanceId"], before["instanceId"]);
    assert!(after["instanceId"].is_string());
    let listed = fixture.stand_in.subscriptions("lakeside-group");
    assert_eq!(listed.iter().map(|hook| hook.id).collect::<Vec<_>>(), [subscription]);
    assert_eq!(fixture.stand_in.deliver_all(notifications).await, [Some(200)]);
}

#[tokio::test]
async fn the_subscriptions_and_tokens_of_a_person_who_leaves_end() {
    let (fixture, webhook) = (Fixture::start().await, RecordingWebhook::start().await);
    let bob = fixture.add_bob();
    let id = fixture.stand_in.create_subscription(ORGANIZATION, &bob, &fixture.body(&webhook.address()));
    fixture.stand_in.deliver_all(fixture.push()).await;
    fixture.stand_in.leave(ORGANIZATION, &bob);
    assert_eq!(fixture.status(id), Status::DisabledByInactiveIdentity);
    assert!(fixture.push().is_empty());
    assert_eq!(fixture.get(&format!("hooks/subscriptions/{id}/notifications")).await.json()["count"], 1);
    let rejected = fixture.get_as_bob("connectionData").await;
    assert_eq!((rejected.status, &rejected.error().1[..8]), (401, "TF400813"));
}
