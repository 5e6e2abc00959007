//! The envelope around every resource.

use super::json::{Json, Object};
use super::{Schema, comment, pull_request, push};
use crate::event_type::ResourceVersion;
use crate::notification::{Record, Resource};
use crate::organization::Organization;
use crate::repository::RepositoryId;
use crate::subscription::{Details, Messages, Subscription};
use crate::time;
use uuid::Uuid;

/// The event as the delivery log has it.
pub(crate) fn event(organization: &Organization, record: &Record, event_id: Uuid) -> Vec<u8> {
    let untrimmed = Subscription::new(record.event_type, "").messages(Messages::All, Messages::All);
    let body: Json = event_members(organization, &untrimmed, record, event_id).into();
    body.to_bytes()
}

/// The body for one subscription.
pub(crate) fn render(
    organization: &Organization,
    subscription: &Subscription,
    record: &Record,
    event_id: Uuid,
) -> Vec<u8> {
    let body: Json = Object::new()
        .with("subscriptionId", subscription.id)
        .with("notificationId", subscription.notifications)
        .with_all(event_members(organization, subscription, record, event_id))
        .into();
    body.to_bytes()
}

fn event_members(
    organization: &Organization,
    subscription: &Subscription,
    record: &Record,
    event_id: Uuid,
) -> Object {
    let resource = resource(organization, subscription, &record.resource);
    let version = match resource {
        Json::Null => Json::null(),
        _ => subscription.resource_version.as_str().into(),
    };
    let is_tfs = subscription.resource_version == ResourceVersion::V3Preview1;
    Object::new()
        .with("id", event_id)
        .with("eventType", record.event_type.id())
        .with("publisherId", "tfs")
        .maybe("scope", is_tfs.then_some("all"))
        .with("message", record.message.to_json(subscription.messages))
        .with("detailedMessage", record.detailed.to_json(subscription.detailed_messages))
        .with("resource", resource)
        .with("resourceVersion", version)
        .with("resourceContainers", containers(organization, record.repository))
        .with("createdDate", time::render(record.created))
}

/// Null when the subscription has no resource details, or a version that the event type does not have.
fn resource(organization: &Organization, subscription: &Subscription, resource: &Resource) -> Json {
    let version = subscription.resource_version;
    if !subscription.event_type.supports(version) {
        return Json::null();
    }
    let schema = match version {
        ResourceVersion::V3Preview1 => Schema::Tfs,
        _ => Schema::Current,
    };
    let (full, minimal): (Object, fn(&Object) -> Object) = match resource {
        Resource::Push(made) => (push::push(organization, made, schema), push::minimal),
        Resource::PullRequest(made) => {
            (pull_request::pull_request(organization, made, schema), pull_request::minimal)
        }
        Resource::Comment(made, on) if version == ResourceVersion::V2 => {
            (comment::with_pull_request(organization, made, on, schema), comment::minimal)
        }
        Resource::Comment(made, on) => {
            (comment::alone(organization, made, on, schema), comment::minimal_alone)
        }
    };
    match subscription.details {
        Details::All => full.into(),
        Details::Minimal => minimal(&full).into(),
        Details::None => Json::null(),
    }
}

/// Services name collection, account and project; a server has no account, but names itself.
fn containers(organization: &Organization, repository: RepositoryId) -> Object {
    let base = organization.url();
    let project = organization.project(organization.repository(repository).project).id;
    let container = |id: Uuid, url: &str| Object::new().with("id", id).with("baseUrl", url);
    let collection = Object::new().with("collection", container(organization.collection, &base));
    let middle = match organization.addresses.server_root() {
        Some(root) => collection.with("server", container(organization.server, &format!("{root}/"))),
        None => collection.with("account", container(organization.addresses.account, &base)),
    };
    middle.with("project", container(project, &base))
}
