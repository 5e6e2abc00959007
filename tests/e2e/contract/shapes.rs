//! Whatever the host form, the resource version and the messages asked for: one shape. What a subscription leaves out is
//! null, or the delivery is kept with a reason.

use hookpost_events::Event;
use hookpost_stand_in::{
    Details, EventType, Messages, Notification, Organization, ResourceVersion, Subscription,
};
use serde_json::{Value, json};

use crate::happenings::all;
use crate::receiver::receive;

fn services() -> Organization {
    Organization::services("northwind", 1)
}

fn told(adjust: impl Fn(Subscription) -> Subscription) -> Vec<(String, Notification)> {
    all(services(), adjust)
}

/// The events, without what rightly differs between resource versions.
fn normalised(told: &[(String, Notification)]) -> Vec<(String, Value)> {
    let event = |(name, notification): &(String, Notification)| {
        let mut event = receive(notification).event();
        event["data"]["azureDevOps"]["resourceVersion"] = Value::Null;
        (name.clone(), event)
    };
    told.iter().map(event).collect()
}

#[track_caller]
fn check_same(one: &[(String, Value)], other: &[(String, Value)]) {
    assert_eq!(one.len(), other.len());
    for ((name, one), (_, other)) in one.iter().zip(other) {
        let pretty = |event: &Value| serde_json::to_string_pretty(event).expect("JSON");
        assert!(one == other, "{name} differs:\n{}\n{}", pretty(one), pretty(other));
    }
}

#[test]
fn the_older_host_form_gives_the_same_events() {
    let older = all(Organization::visual_studio("northwind", 1), |subscription| subscription);
    check_same(&normalised(&told(|subscription| subscription)), &normalised(&older));
}

#[test]
fn preview_versions_give_the_same_events() {
    let preview = told(|subscription| match subscription.event_type {
        EventType::PullRequestCommented => subscription,
        _ => subscription.version(ResourceVersion::V1Preview1),
    });
    check_same(&normalised(&told(|subscription| subscription)), &normalised(&preview));
}

#[test]
fn messages_only_matter_where_nothing_else_tells() {
    let silent = told(|subscription| subscription.messages(Messages::None, Messages::None));
    let all_messages = told(|subscription| subscription.messages(Messages::All, Messages::All));
    let normal = normalised(&told(|subscription| subscription));
    let told_by_message = ["pull_request_published", "pull_request_drafted", "pull_request_reactivated"];
    check_same(&normal, &normalised(&all_messages));
    for ((name, with), (_, without)) in normal.iter().zip(&normalised(&silent)) {
        if told_by_message.contains(&name.as_str()) {
            assert_eq!(
                without["data"]["action"], "updated",
                "{name}: an open pull request's state does not tell"
            );
        } else {
            assert_eq!(with, without, "{name}");
        }
    }
}

#[test]
fn bodies_of_old_servers_are_read() {
    let server = || Organization::server("https://tfs.northwind.example:8443/tfs", "Main", 1);
    let old = all(server(), |subscription| match subscription.event_type {
        EventType::PullRequestCommented => subscription,
        _ => subscription.version(ResourceVersion::V3Preview1),
    });
    for (name, notification) in old {
        let event = receive(&notification).event();
        let event: Event = serde_json::from_value(event).expect(&name);
        assert!(
            event.source.starts_with("https://tfs.northwind.example:8443/tfs/Main/"),
            "{name}: {}",
            event.source
        );
    }
}

#[test]
fn a_comment_of_version_1_names_the_pull_request_and_nothing_more_of_it() {
    let old = told(|subscription| match subscription.event_type {
        EventType::PullRequestCommented => subscription.version(ResourceVersion::V1),
        _ => subscription,
    });
    for (name, notification) in old.into_iter().filter(|(name, _)| name.starts_with("comment")) {
        let event = receive(&notification).event();
        assert_eq!(
            event["subject"],
            format!("pullrequest/{}", event["data"]["pullRequest"]["number"]),
            "{name}"
        );
        assert_eq!(event["data"]["pullRequest"]["title"], Value::Null, "{name}");
        assert_ne!(event["data"]["comment"]["threadId"], Value::Null, "{name}");
    }
}

#[test]
fn no_details_are_kept_with_what_to_change() {
    for (name, notification) in told(|subscription| subscription.details(Details::None)) {
        let reply = receive(&notification).reply;
        assert_eq!(reply["status"], "quarantined", "{name}");
        assert!(reply["reason"].as_str().expect("a reason").contains("resource details"), "{name}: {reply}");
    }
}

#[test]
fn minimal_details_give_events_where_they_name_enough_and_are_kept_where_not() {
    for (name, notification) in told(|subscription| subscription.details(Details::Minimal)) {
        let received = receive(&notification);
        let expected = if name.starts_with("push") { json!("quarantined") } else { json!("queued") };
        assert_eq!(received.reply["status"], expected, "{name}: {}", received.reply);
        for event in received.events {
            serde_json::from_value::<Event>(event).expect(&name);
        }
    }
}
