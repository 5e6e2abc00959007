//! Identities and the Git signatures of commits.

use jiff::Timestamp;

use super::Era;
use super::json::{Object, link};
use crate::identity::Identity;
use crate::organization::Organization;
use crate::time;

/// An identity in full; old senders left out links and descriptor.
pub(crate) fn identity(organization: &Organization, identity: &Identity, era: Era) -> Object {
    let addresses = &organization.addresses;
    let descriptor = identity.descriptor();
    Object::new()
        .with("displayName", &identity.display_name)
        .with("url", addresses.identity(identity.id))
        .maybe("_links", era.current(|| Object::new().with("avatar", link(addresses.avatar(&descriptor)))))
        .with("id", identity.id)
        .with("uniqueName", &identity.unique_name)
        .with("imageUrl", addresses.identity_image(identity.id))
        .maybe("isContainer", identity.is_team().then_some(true))
        .maybe("descriptor", era.current(|| descriptor.clone()))
}

/// Only the three members that every sender has written.
pub(super) fn brief(identity: &Identity) -> Object {
    Object::new()
        .with("id", identity.id)
        .with("displayName", &identity.display_name)
        .with("uniqueName", &identity.unique_name)
}

/// What Git knows of a person: not an Azure DevOps identity.
pub(super) fn signature(identity: &Identity, date: Timestamp) -> Object {
    Object::new()
        .with("name", &identity.display_name)
        .with("email", &identity.mail)
        .with("date", time::render_seconds(date))
}
