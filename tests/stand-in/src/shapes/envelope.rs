use serde_json::{Value, json};

use super::super::{
    Details, EventIds, EventType, Messages, RefChange, ResourceVersion, Subscription, Webhook,
};
use super::{AT, MAIN, Office, URL, members};

fn listening(subscription: Subscription) -> Office {
    Office::services().listen(subscription)
}

fn push() -> Subscription {
    Subscription::new(EventType::Push, URL)
}

fn change() -> RefChange {
    RefChange::commit(MAIN, &["One"])
}

#[test]
fn members_come_in_the_usual_order() {
    let mut office = listening(push());
    let told = office.it.push(AT, &office.ada, office.repository, &[change()]);
    let text = std::str::from_utf8(&told[0].body).unwrap();
    let positions: Vec<_> = [
        "{\"subscriptionId\":",
        "\"notificationId\":",
        "\"id\":",
        "\"eventType\":",
        "\"publisherId\":\"tfs\"",
        "\"message\":",
        "\"detailedMessage\":",
        "\"resource\":",
        "\"resourceVersion\":",
        "\"resourceContainers\":",
        "\"createdDate\":",
    ]
    .iter()
    .map(|member| text.find(member).unwrap())
    .collect();
    assert!(positions.is_sorted(), "{text}");
    assert_eq!(positions[0], 0);
}

#[test]
fn notifications_count_per_subscription() {
    let mut office = listening(push());
    let first = office.push(change());
    let second = office.push(change());
    assert_eq!(first["notificationId"], 1);
    assert_eq!(second["notificationId"], 2);
    assert_eq!(first["subscriptionId"], office.it.subscriptions()[0].id.to_string());
    assert_ne!(first["id"], second["id"]);
    assert_eq!(first["createdDate"], "2026-03-02T09:15:10.328274Z");
}

#[test]
fn overlapping_subscriptions_share_the_event_id_or_do_not() {
    let ids = |event_ids| {
        let mut office = listening(push());
        office.it = office.it.with_event_ids(event_ids);
        office.it.subscribe(push());
        let told = office.it.push(AT, &office.ada, office.repository, &[change()]);
        assert_eq!(told.len(), 2);
        (told[0].event_id, told[1].event_id)
    };
    let (one, other) = ids(EventIds::PerHappening);
    assert_eq!(one, other);
    let (one, other) = ids(EventIds::PerSubscription);
    assert_ne!(one, other);
}

#[test]
fn containers_of_services_and_server() {
    let containers = |mut office: Office| office.push(change())["resourceContainers"].clone();
    let services = containers(listening(push()));
    assert_eq!(members(&services), ["account", "collection", "project"]);
    assert_eq!(services["account"]["baseUrl"], "https://dev.azure.com/lakeside/");
    let server = containers(Office::server().listen(push()));
    assert_eq!(members(&server), ["collection", "project", "server"]);
    let base = "https://TFS.example.invalid:8443/tfs/Main%20Collection/";
    assert_eq!(server["collection"]["baseUrl"], base);
    assert_eq!(server["server"]["baseUrl"], "https://TFS.example.invalid:8443/tfs/");
}

#[test]
fn only_the_messages_asked_for_are_sent() {
    let message = |wanted| listening(push().messages(wanted, Messages::None)).push(change());
    assert_eq!(members(&message(Messages::All)["message"]), ["html", "markdown", "text"]);
    assert_eq!(members(&message(Messages::Text)["message"]), ["text"]);
    assert_eq!(members(&message(Messages::Html)["message"]), ["html"]);
    assert_eq!(members(&message(Messages::Markdown)["message"]), ["markdown"]);
    assert_eq!(message(Messages::None)["message"], Value::Null);
    assert_eq!(message(Messages::All)["detailedMessage"], Value::Null);
}

#[test]
fn detailed_messages_list_the_commits() {
    let body = listening(push().messages(Messages::None, Messages::All)).push(change());
    let text = body["detailedMessage"]["text"].as_str().unwrap();
    assert!(text.starts_with("Ada Okafor pushed a commit to oars:main\r\n - One "), "{text}");
}

#[test]
fn without_details_resource_and_version_are_null() {
    let none = listening(push().details(Details::None)).push(change());
    assert_eq!((&none["resource"], &none["resourceVersion"]), (&Value::Null, &Value::Null));
    let unsupported = listening(push().version(ResourceVersion::V2)).push(change());
    assert_eq!(unsupported["resource"], Value::Null);
}

#[test]
fn minimal_details_are_ids_names_and_urls() {
    let body = listening(push().details(Details::Minimal)).push(change());
    assert_eq!(members(&body["resource"]), ["pushId", "repository", "url"]);
    assert_eq!(members(&body["resource"]["repository"]), ["id", "name", "url"]);
    assert_eq!(body["resourceVersion"], "1.0");
}

#[test]
fn the_standard_set_hears_everything_once() {
    let webhook = Webhook::new("https://hooks.example.invalid/live/", "lakeside");
    let set = webhook.standard_set();
    let urls: Vec<_> = set.iter().map(|one| one.url.as_str()).collect();
    assert_eq!(set.len(), 8);
    assert_eq!(urls[0], "https://hooks.example.invalid/live/lakeside/code-pushed");
    assert_eq!(urls[7], "https://hooks.example.invalid/live/lakeside/pull-request?change=status");
}

#[test]
fn the_same_story_gives_the_same_bytes() {
    let tell = || {
        let mut office = listening(push());
        office.it.push(AT, &office.ada, office.repository, &[change()])[0].body.clone()
    };
    assert_eq!(tell(), tell());
    assert_eq!(json!(tell().len() > 2_000), true);
}
