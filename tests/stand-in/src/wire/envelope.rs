//! The envelope around every resource.

use super::json::{Json, Object};
use super::{Era, comment, pull_request, push};
use crate::event_type::ResourceVersion;
use crate::ids::Guid;
use crate::notification::{Record, Resource};
use crate::organization::Organization;
use crate::repository::RepositoryId;
use crate::subscription::{Details, Messages, Subscription};
use crate::time;

/// The event itself, before it is trimmed for a subscription.
pub(crate) fn event(organization: &Organization, record: &Record, event_id: Guid) -> Vec<u8> {
    let untrimmed = Subscription::new(record.event_type, "").messages(Messages::All, Messages::All);
    let body: Json = event_members(organization, &untrimmed, record, event_id).into();
    body.to_bytes()
}

/// The body for one subscription.
pub(crate) fn render(
    organization: &Organization,
    subscription: &Subscription,
    record: &Record,
    event_id: Guid,
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
    event_id: Guid,
) -> Object {
    let resource = resource(organization, subscription, &record.resource);
    let version = match resource {
        Json::Null => Json::null(),
        _ => subscription.resource_version.as_str().into(),
    };
    let old = subscription.resource_version == ResourceVersion::V3Preview1;
    Object::new()
        .with("id", event_id)
        .with("eventType", record.event_type.id())
        .with("publisherId", "tfs")
        .maybe("scope", old.then_some("all"))
        .with("message", record.message.to_json(subscription.messages))
        .with("detailedMessage", record.detailed.to_json(subscription.detailed_messages))
        .with("resource", resource)
        .with("resourceVersion", version)
        .with("resourceContainers", containers(organization, record.repository))
        .with("createdDate", time::render(record.created))
}

/// Null when nothing was asked for, or a version the event type does not have.
fn resource(organization: &Organization, subscription: &Subscription, resource: &Resource) -> Json {
    let version = subscription.resource_version;
    if !subscription.event_type.supports(version) {
        return Json::null();
    }
    let era = match version {
        ResourceVersion::V3Preview1 => Era::FoundationServer,
        _ => Era::Current,
    };
    let (full, minimal): (Object, fn(&Object) -> Object) = match resource {
        Resource::Push(made) => (push::push(organization, made, era), push::minimal),
        Resource::PullRequest(it) => {
            (pull_request::pull_request(organization, it, era), pull_request::minimal)
        }
        Resource::Comment(made, on) if version == ResourceVersion::V2 => {
            (comment::with_pull_request(organization, made, on, era), comment::minimal)
        }
        Resource::Comment(made, on) => (comment::alone(organization, made, on, era), comment::minimal_alone),
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
    let container = |id: Guid, url: &str| Object::new().with("id", id).with("baseUrl", url);
    let collection = Object::new().with("collection", container(organization.collection, &base));
    let middle = match organization.addresses.server_root() {
        Some(root) => collection.with("server", container(organization.server, &format!("{root}/"))),
        None => collection.with("account", container(organization.addresses.account, &base)),
    };
    middle.with("project", container(project, &base))
}
