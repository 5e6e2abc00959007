use hookpost_stand_in::canary;
use hookpost_stand_in::rest::{ReEnable, Status};
use serde_json::{Value, json};

use crate::fixture::{Fixture, ORGANIZATION, URL};

const MASK: &str = "********";

#[tokio::test]
async fn a_created_subscription_is_shown_without_its_password() {
    let fixture = Fixture::start().await;
    let created = fixture.call("POST", "hooks/subscriptions", &fixture.body(URL)).await.json();
    assert_eq!(fixture.get("hooks/subscriptions").await.json(), json!({"count": 1, "value": [created]}));
    assert_eq!(created["consumerInputs"]["basicAuthPassword"], MASK);
    assert_eq!(created["actionDescription"], "To host hooks.example");
    let saved = fixture.stand_in.subscriptions(ORGANIZATION);
    assert_eq!(saved[0].inputs.password(), Some(canary::PASSWORD));
    canary::assert_absent("the debug output of a subscription", format!("{saved:?}"));
    fixture.subscribe(&fixture.body(URL)).await;
    assert_eq!(fixture.stand_in.subscriptions(ORGANIZATION).len(), 2, "the same body twice");
}

#[tokio::test]
async fn a_list_is_filtered_by_consumer_and_event_type() {
    let fixture = Fixture::start().await;
    fixture.subscribe(&fixture.body(URL)).await;
    let mut other = fixture.body(URL);
    other["eventType"] = "workitem.created".into();
    other["consumerId"] = "slack".into();
    other["consumerActionId"] = "postMessageToChannel".into();
    fixture.subscribe(&other).await;
    for (query, count) in [
        ("", 2),
        ("consumerId=webhooks", 1),
        ("eventType=git.push&publisherId=tfs", 1),
        ("consumerId=slack&eventType=git.push", 0),
    ] {
        let list = fixture.get(&format!("hooks/subscriptions?{query}")).await.json();
        assert_eq!(list["count"], count, "{query}");
    }
}

#[tokio::test]
async fn a_replacement_replaces_all_inputs_even_a_masked_password() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    let inputs = || fixture.stand_in.subscription(id).unwrap().inputs;
    let mut body = fixture.body("https://hooks.example/new");
    body["consumerInputs"].as_object_mut().unwrap().remove("basicAuthPassword");
    fixture.call("PUT", &path, &body).await;
    assert_eq!((inputs().url(), inputs().password()), ("https://hooks.example/new", None));
    body["consumerInputs"]["basicAuthPassword"] = MASK.into();
    fixture.call("PUT", &path, &body).await;
    assert_eq!(inputs().password(), Some(MASK));
    body["eventType"] = "git.pullrequest.created".into();
    assert_eq!(fixture.call("PUT", &path, &body).await.status, 400);
}

#[tokio::test]
async fn a_replacement_changes_the_status_only_if_it_names_one() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    fixture.stand_in.set_status(id, Status::DisabledBySystem);
    let mut body = fixture.body(URL);
    for (wanted, status) in [
        (Value::Null, "disabledBySystem"),
        ("enabled".into(), "enabled"),
        ("disabledByUser".into(), "disabledByUser"),
    ] {
        body["status"] = wanted;
        let replaced = fixture.call("PUT", &format!("hooks/subscriptions/{id}"), &body).await;
        assert_eq!(replaced.json()["status"], status);
    }
}

#[tokio::test]
async fn a_disabled_subscription_is_enabled_or_stays_as_it_is() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    let mut body = fixture.body("https://hooks.example/new");
    body["status"] = "enabled".into();
    for (re_enable, answer, enables) in [
        (ReEnable::Ignored, 200, false),
        (ReEnable::Refused(500), 500, false),
        (ReEnable::Refused(404), 404, false),
        (ReEnable::Enabled, 200, true),
    ] {
        fixture.stand_in.configure(|behavior| behavior.re_enable = re_enable);
        for status in [Status::DisabledBySystem, Status::DisabledByInactiveIdentity] {
            fixture.stand_in.set_status(id, status);
            let replaced = fixture.call("PUT", &format!("hooks/subscriptions/{id}"), &body).await;
            assert_eq!(replaced.status, answer, "{re_enable:?}");
            assert_eq!(fixture.status(id), if enables { Status::Enabled } else { status }, "{re_enable:?}");
            assert!(answer == 200 || replaced.error().1.ends_with("no longer exists."), "{}", replaced.text);
        }
    }
    fixture.stand_in.configure(|behavior| behavior.re_enable = ReEnable::Ignored);
    fixture.stand_in.set_status(id, Status::DisabledByUser);
    fixture.call("PUT", &format!("hooks/subscriptions/{id}"), &body).await;
    assert_eq!(fixture.status(id), Status::Enabled, "a user can undo what a user did");
}

#[tokio::test]
async fn a_deleted_subscription_is_not_found() {
    let fixture = Fixture::start().await;
    let id = fixture.subscribe(&fixture.body(URL)).await;
    let path = format!("hooks/subscriptions/{id}");
    assert_eq!(fixture.call("DELETE", &path, &Value::Null).await.status, 204);
    for method in ["GET", "DELETE", "PUT"] {
        assert_eq!(fixture.call(method, &path, &fixture.body(URL)).await.status, 404);
    }
    assert!(fixture.push().is_empty());
}

#[tokio::test]
async fn invalid_inputs_are_rejected_by_name() {
    let fixture = Fixture::start().await;
    let nobody = "00000000-0000-0000-0000-000000000001";
    for (pointer, value, status, word) in [
        ("/eventType", Value::Null, 400, "eventType"),
        ("/consumerInputs/url", "".into(), 400, "ConsumerInput.Value"),
        ("/consumerInputs/basicAuthUsername", "".into(), 400, "basicAuthUsername"),
        ("/consumerInputs/messagesToSend", Value::Null, 400, "messagesToSend"),
        ("/consumerInputs/basicAuthPassword", "two words".into(), 400, "basicAuthPassword"),
        ("/consumerInputs/basicAuthPassword", "x".repeat(257).into(), 400, "basicAuthPassword"),
        ("/consumerInputs/url", "hooks.example".into(), 400, "url"),
        ("/publisherInputs/projectId", "Boat House".into(), 400, "projectId"),
        ("/publisherInputs/projectId", nobody.into(), 404, "VS800075"),
        ("/publisherInputs/repository", nobody.into(), 404, "TF401019"),
    ] {
        let mut body = fixture.body(URL);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        let response = fixture.call("POST", "hooks/subscriptions", &body).await;
        assert_eq!(response.status, status, "{pointer}: {}", response.text);
        assert!(response.error().1.contains(word), "{pointer}: {}", response.text);
    }
    let no_object = fixture.call("POST", "hooks/subscriptions", &json!([])).await;
    assert_eq!(no_object.status, 400);
    assert!(no_object.json()["value"]["Message"].is_string());
    assert!(fixture.stand_in.changes().is_empty());
}

#[tokio::test]
async fn external_changes_are_no_calls() {
    let fixture = Fixture::start().await;
    let bob = fixture.change(|organization| organization.add_person("Bob", "bob@lakeside.example"));
    let id = fixture.stand_in.create_subscription(ORGANIZATION, &bob, &fixture.body(URL));
    let list = fixture.get("hooks/subscriptions").await.json();
    assert_eq!(list["value"][0]["createdBy"]["displayName"], "Bob");
    fixture.stand_in.edit_subscription(id, |inputs| {
        inputs.consumer_inputs.insert("url".to_owned(), "https://elsewhere.example/".to_owned());
    });
    assert_eq!(fixture.push()[0].url, "https://elsewhere.example/");
    fixture.stand_in.delete_subscription(id);
    assert_eq!(fixture.get("hooks/subscriptions").await.json()["count"], 0);
    assert!(fixture.stand_in.changes().is_empty());
}
