//! Test notifications: the same events of a company called Fabrikam, whatever the organization.
//!
//! Source: the samples of learn.microsoft.com, "Service hooks events". The ids and URLs by which a
//! receiver may recognize a test are those of the samples; other values are made up, in the same old
//! shape. Comments link to a host inside Microsoft, and pushes have an identity whose id is no GUID.

use serde_json::value::RawValue;

use crate::message::Message;
use crate::wire::json::Object;
use crate::{
    CodeEvent, Details, EventType, Messages, Notification, ResourceVersion, Subscription, Timestamp, Uuid,
    time,
};

/// The test notification of a subscription, which need not be saved: its id is zeros then. The event id
/// is the same each time. `None` for events that the stand-in does not have.
pub fn test_notification(subscription: &Subscription, at: Timestamp) -> Option<Notification> {
    let inputs = &subscription.inputs;
    let event_type = inputs.supported_type()?;
    let sequence = subscription.notifications + 1;
    let version = inputs.version(event_type);
    let event = |message: Messages, detailed: Messages, has_resource: bool| {
        let text = Message::new().text(&format!("Jamal Hartnett {}", sentence(event_type)));
        Object::new()
            .with("id", event_id(event_type))
            .with("eventType", event_type.id())
            .with("publisherId", "tfs")
            .with("message", text.to_json(message))
            .with("detailedMessage", text.to_json(detailed))
            .with("resource", has_resource.then(|| resource(event_type, version)))
            .with("resourceVersion", has_resource.then_some(version))
            .with("resourceContainers", containers())
            .with("createdDate", time::render(at))
    };
    let wants_resource = inputs.details() != Details::None && event_type.supports(version);
    let (message, detailed) = (inputs.messages("messagesToSend"), inputs.messages("detailedMessagesToSend"));
    let body = Object::new()
        .with("subscriptionId", subscription.id)
        .with("notificationId", sequence)
        .with_all(event(message, detailed, wants_resource));
    Some(Notification {
        subscription_id: subscription.id,
        sequence,
        event_id: event_id(event_type),
        event_type,
        filter: inputs.notification_type(),
        url: inputs.url().to_owned(),
        body: body.to_bytes(),
        event: event(Messages::All, Messages::All, true).to_bytes(),
        code_event: CodeEvent::Tested,
    })
}

/// Comments have the id of "updated".
const fn event_id(event_type: EventType) -> Uuid {
    Uuid::from_u128(match event_type {
        EventType::Push => 0x03c1_64c2_8912_4d5e_8009_3707_d5f8_3734,
        EventType::PullRequestCreated => 0x2ab4_e3d3_b7a6_425e_92b1_5a99_82c1_269e,
        EventType::PullRequestUpdated | EventType::PullRequestCommented => {
            0xaf07_be1b_f3ad_44c8_a7f1_c483_5f2d_f06b
        }
        EventType::PullRequestMerged => 0x6872_ee8c_b333_4eff_bfb9_0d52_7494_3566,
    })
}

const fn sentence(event_type: EventType) -> &'static str {
    match event_type {
        EventType::Push => "pushed updates to Fabrikam-Fiber-Git:master.",
        EventType::PullRequestCreated => "created a new pull request",
        EventType::PullRequestUpdated => "marked the pull request as completed",
        EventType::PullRequestMerged => "has created a pull request merge commit",
        EventType::PullRequestCommented => "has edited a pull request comment",
    }
}

fn resource(event_type: EventType, version: ResourceVersion) -> Box<RawValue> {
    let comment = include_str!("test_notification/comment.json");
    let created = include_str!("test_notification/pull_request_created.json");
    let completed = include_str!("test_notification/pull_request_completed.json");
    match event_type {
        EventType::Push => compact(include_str!("test_notification/push.json")),
        EventType::PullRequestCreated => compact(created),
        EventType::PullRequestUpdated | EventType::PullRequestMerged => compact(completed),
        EventType::PullRequestCommented if version == ResourceVersion::V2 => {
            compact(&format!("{{\"comment\":{comment},\"pullRequest\":{created}}}"))
        }
        EventType::PullRequestCommented => compact(comment),
    }
}

/// From pretty JSON in which no string contains `": `. Null if it is no JSON.
fn compact(pretty: &str) -> Box<RawValue> {
    let compact: String = pretty.lines().map(str::trim_start).collect();
    RawValue::from_string(compact.replace("\": ", "\":")).unwrap_or_default()
}

/// Without base URLs, which test notifications do not have.
fn containers() -> Object {
    let id = |value| Object::new().with("id", Uuid::from_u128(value));
    Object::new()
        .with("collection", id(0x6f5d_10c7_94a2_4a4e_8f0b_3d2e_51b7_a960))
        .with("account", id(0x1c83_ee29_7d46_4f6a_9a55_c07e_b8f4_2d13))
        .with("project", id(0xd2b6_4f90_0a1e_4c7b_b3d8_96e5_7f21_0c4a))
}
