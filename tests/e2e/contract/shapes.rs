//! Events have one shape for every host form, resource version and setting of messages. A field that a subscription
//! leaves out is null, or the delivery is quarantined with a reason.

use hookpost_events::Event;
use hookpost_stand_in::{
    Details, EventType, Messages, Notification, Organization, ResourceVersion, Subscription,
};
use serde_json::Value;

use crate::receiver::receive;
use crate::workload::all;

fn services() -> Organization {
    Organization::services("northwind", 1)
}

fn notifications(adjust: impl Fn(Subscription) -> Subscription) -> Vec<(String, Notification)> {
    all(services(), adjust)
}

/// The events, without the fields that differ between resource versions and between settings of messages.
fn normalized(notifications: &[(String, Notification)]) -> Vec<(String, Value)> {
    let event = |(name, notification): &(String, Notification)| {
        let mut event = receive(notification).event();
        event["data"]["azureDevOps"]["resourceVersion"] = Value::Null;
        event["data"]["message"] = Value::Null;
        event["data"]["detailedMessage"] = Value::Null;
        (name.clone(), event)
    };
    notifications.iter().map(event).collect()
}

#[track_caller]
fn check_same(left: &[(String, Value)], right: &[(String, Value)]) {
    assert_eq!(left.len(), right.len());
    for ((name, expected), (_, actual)) in left.iter().zip(right) {
        let pretty = |event: &Value| serde_json::to_string_pretty(event).expect("JSON");
        assert!(expected == actual, "{name} differs:\n{}\n{}", pretty(expected), pretty(actual));
    }
}

#[test]
fn the_older_host_form_gives_the_same_events() {
    let older = all(Organization::visual_studio("northwind", 1), |subscription| subscription);
    let [mut newer, mut older] =
        [notifications(|subscription| subscription), older].map(|all| normalized(&all));
    let is_of = |host: &str, url: &Value| url.as_str().is_none_or(|url| url.starts_with(host));
    for (name, event) in &mut newer {
        assert!(is_of("https://dev.azure.com/northwind/", &take_sent_url(event)), "{name}");
    }
    for (name, event) in &mut older {
        assert!(is_of("https://northwind.visualstudio.com/", &take_sent_url(event)), "{name}");
    }
    check_same(&newer, &older);
}

/// Takes the URL of the pull request, which is as it was sent, and so differs between hosts.
fn take_sent_url(event: &mut Value) -> Value {
    let data = &mut event["data"];
    let url =
        if data["pullRequest"].is_object() { &mut data["pullRequest"]["url"] } else { &mut data["url"] };
    url.take()
}

#[test]
fn preview_versions_give_the_same_events() {
    let preview = notifications(|subscription| match subscription.inputs.supported_type() {
        Some(EventType::PullRequestCommented) => subscription,
        _ => subscription.version(ResourceVersion::V1Preview1),
    });
    check_same(&normalized(&notifications(|subscription| subscription)), &normalized(&preview));
}

#[test]
fn requested_messages_change_only_actions_that_need_them() {
    let silent = notifications(|subscription| subscription.messages(Messages::None, Messages::None));
    let all_messages = notifications(|subscription| subscription.messages(Messages::All, Messages::All));
    let normal = normalized(&notifications(|subscription| subscription));
    let named_by_message = ["pull_request_published", "pull_request_drafted", "pull_request_reactivated"];
    check_same(&normal, &normalized(&all_messages));
    for ((name, with), (_, without)) in normal.iter().zip(&normalized(&silent)) {
        if named_by_message.contains(&name.as_str()) {
            assert_eq!(
                without["data"]["action"], "updated",
                "{name}: an open pull request's state does not name the action"
            );
        } else {
            assert_eq!(with, without, "{name}");
        }
    }
}

#[test]
fn bodies_of_old_servers_are_read() {
    let server = || Organization::server("https://tfs.northwind.example:8443/tfs", "Main", 1);
    let old = all(server(), |subscription| match subscription.inputs.supported_type() {
        Some(EventType::PullRequestCommented) => subscription,
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
fn a_comment_of_version_1_identifies_its_pull_request() {
    let old = notifications(|subscription| match subscription.inputs.supported_type() {
        Some(EventType::PullRequestCommented) => subscription.version(ResourceVersion::V1),
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
fn deliveries_without_all_details_are_quarantined_with_advice() {
    for details in [Details::None, Details::Minimal] {
        for (name, notification) in notifications(|subscription| subscription.details(details)) {
            let reply = receive(&notification).reply;
            assert_eq!(reply["status"], "quarantined", "{name}: {details:?}");
            assert!(
                reply["reason"].as_str().expect("a reason").contains("resource details"),
                "{name}: {reply}"
            );
        }
    }
}
