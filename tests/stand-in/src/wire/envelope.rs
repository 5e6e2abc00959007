//! The envelope around every resource.

use super::json::Object;
use super::{Schema, comment, pull_request, push};
use crate::notification::{Record, Resource};
use crate::{Details, Messages, Organization, RepositoryId, ResourceVersion, Subscription, Uuid, time};

/// The event as the delivery log has it.
pub(crate) fn event(organization: &Organization, record: &Record, event_id: Uuid) -> Vec<u8> {
    let untrimmed = Subscription::new(record.event_type, "").messages(Messages::All, Messages::All);
    event_members(organization, &untrimmed, record, event_id).to_bytes()
}

/// The body for one subscription.
pub(crate) fn render(
    organization: &Organization,
    subscription: &Subscription,
    record: &Record,
    event_id: Uuid,
) -> Vec<u8> {
    Object::new()
        .with("subscriptionId", subscription.id)
        .with("notificationId", subscription.notifications)
        .with_all(event_members(organization, subscription, record, event_id))
        .to_bytes()
}

fn event_members(
    organization: &Organization,
    subscription: &Subscription,
    record: &Record,
    event_id: Uuid,
) -> Object {
    let inputs = &subscription.inputs;
    let version = inputs.version(record.event_type);
    let resource = resource(organization, record, version, inputs.details());
    Object::new()
        .with("id", event_id)
        .with("eventType", record.event_type.id())
        .with("publisherId", "tfs")
        .maybe("scope", (version == ResourceVersion::V3Preview1).then_some("all"))
        .with("message", record.message.to_json(inputs.messages("messagesToSend")))
        .with("detailedMessage", record.detailed.to_json(inputs.messages("detailedMessagesToSend")))
        .with("resource", &resource)
        .with("resourceVersion", resource.as_ref().map(|_| version))
        .with("resourceContainers", containers(organization, record.resource.repository()))
        .with("createdDate", time::render(record.created))
}

/// `None` when the subscription has no resource details, or a version that the event type does not have.
fn resource(
    organization: &Organization,
    record: &Record,
    version: ResourceVersion,
    details: Details,
) -> Option<Object> {
    if details == Details::None || !record.event_type.supports(version) {
        return None;
    }
    let schema = match version {
        ResourceVersion::V3Preview1 => Schema::Tfs,
        _ => Schema::Current,
    };
    let is_minimal = details == Details::Minimal;
    Some(match &record.resource {
        Resource::Push(made) if is_minimal => push::minimal(organization, made, schema),
        Resource::Push(made) => push::push(organization, made, schema),
        Resource::PullRequest(made) if is_minimal => pull_request::minimal(organization, made, schema),
        Resource::PullRequest(made) => pull_request::pull_request(organization, made, schema),
        Resource::Comment(made, on) => {
            let alone = comment::alone(organization, made, on, schema);
            let comment = if is_minimal { alone.pick(comment::MINIMAL) } else { alone };
            if version != ResourceVersion::V2 {
                return Some(comment);
            }
            let pull_request = if is_minimal { pull_request::minimal } else { pull_request::pull_request };
            let pull_request = pull_request(organization, on, schema);
            Object::new().with("comment", comment).with("pullRequest", pull_request)
        }
    })
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
