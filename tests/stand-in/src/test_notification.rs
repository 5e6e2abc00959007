//! Test notifications: the same events of a company called Fabrikam, whatever the organization.
//!
//! Source: the samples of learn.microsoft.com, "Service hooks events". The ids and URLs by which a
//! receiver may recognize a test are those of the samples; other values are made up, in the same old
//! shape. Comments link to a host inside Microsoft, and pushes have an identity whose id is no GUID.

use jiff::Timestamp;
use uuid::Uuid;

use super::event_type::{EventType, ResourceVersion};
use super::message::Message;
use super::notification::{CodeEvent, Notification};
use super::subscription::{Details, Messages, Subscription};
use super::time;
use super::wire::json::{Json, Object};

/// The test notification of a subscription, which need not be saved: its id is zeros then. The event id
/// is the same each time.
pub fn test_notification(subscription: &Subscription, at: Timestamp) -> Notification {
    let event_type = subscription.event_type;
    let sequence = subscription.notifications + 1;
    let wants_resource =
        subscription.details != Details::None && event_type.supports(subscription.resource_version);
    let event = |message: Messages, detailed: Messages, has_resource: bool| {
        let resource = || resource(event_type, subscription.resource_version);
        let version = || subscription.resource_version.as_str().into();
        let text = Message::new().text(&format!("Jamal Hartnett {}", sentence(event_type)));
        Object::new()
            .with("id", event_id(event_type))
            .with("eventType", event_type.id())
            .with("publisherId", "tfs")
            .with("message", text.to_json(message))
            .with("detailedMessage", text.to_json(detailed))
            .with("resource", if has_resource { resource() } else { Json::null() })
            .with("resourceVersion", if has_resource { version() } else { Json::null() })
            .with("resourceContainers", containers())
            .with("createdDate", time::render(at))
    };
    let body: Json = Object::new()
        .with("subscriptionId", subscription.id)
        .with("notificationId", sequence)
        .with_all(event(subscription.messages, subscription.detailed_messages, wants_resource))
        .into();
    let whole_event: Json = event(Messages::All, Messages::All, true).into();
    Notification {
        subscription_id: subscription.id,
        sequence,
        event_id: event_id(event_type),
        event_type,
        filter: subscription.notification_type,
        url: subscription.url.clone(),
        body: body.to_bytes(),
        event: whole_event.to_bytes(),
        code_event: CodeEvent::Tested,
    }
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

fn resource(event_type: EventType, version: ResourceVersion) -> Json {
    let comment = || Json::raw(include_str!("test_notification/comment.json"));
    let created = || Json::raw(include_str!("test_notification/pull_request_created.json"));
    match event_type {
        EventType::Push => Json::raw(include_str!("test_notification/push.json")),
        EventType::PullRequestCreated => created(),
        EventType::PullRequestUpdated | EventType::PullRequestMerged => {
            Json::raw(include_str!("test_notification/pull_request_completed.json"))
        }
        EventType::PullRequestCommented if version == ResourceVersion::V2 => {
            Object::new().with("comment", comment()).with("pullRequest", created()).into()
        }
        EventType::PullRequestCommented => comment(),
    }
}

/// Without base URLs, which test notifications do not have.
fn containers() -> Object {
    let id = |value| Object::new().with("id", Uuid::from_u128(value));
    Object::new()
        .with("collection", id(0x6f5d_10c7_94a2_4a4e_8f0b_3d2e_51b7_a960))
        .with("account", id(0x1c83_ee29_7d46_4f6a_9a55_c07e_b8f4_2d13))
        .with("project", id(0xd2b6_4f90_0a1e_4c7b_b3d8_96e5_7f21_0c4a))
}
